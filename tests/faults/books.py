"""Both sides as they lie on the disk, read without asking the services: rows of two databases, files of two folders."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg


@dataclass(frozen=True)
class Stub:
    """One packet as the kiosk knows it; `frame`: whether its bytes are still there."""

    sequence: int
    packet: str
    record: str
    state: str
    problem: str | None
    frame: bool


@dataclass(frozen=True)
class Received:
    """One packet as the office knows it."""

    packet: str
    sequence: int
    record: str
    previous: str | None
    state: str
    blob: str
    fork: str


@dataclass(frozen=True)
class Case:
    """One opened application; `record`: its JSON."""

    record_id: str
    packet: str
    form: str
    slip: str
    record: str
    photo: str | None


def stubs_of(folder: Path) -> list[Stub]:
    """The kiosk's packets, in order."""
    (file,) = folder.glob("outbox-*.db")
    select = (
        "SELECT sequence, packet, record, state, problem, "
        "EXISTS (SELECT 1 FROM frames WHERE frames.sequence = packets.sequence) FROM packets ORDER BY sequence"
    )
    with _reading(file) as connection:
        rows = connection.execute(select).fetchall()
    connection.close()
    return [
        Stub(sequence, packet, record, state, problem, bool(frame))
        for sequence, packet, record, state, problem, frame in rows
    ]


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=20)


@dataclass(frozen=True)
class OfficeBook:
    """The office's database, SQLite or PostgreSQL."""

    url: str

    def rows(self, select: str) -> list[Any]:
        if self.url.startswith("sqlite:///"):
            connection = _reading(Path(self.url.removeprefix("sqlite:///")))
            try:
                return list(connection.execute(select))
            finally:
                connection.close()
        with psycopg.connect(self.url.replace("+psycopg", "")) as server:
            return server.execute(select.encode()).fetchall()

    def received(self, device: str) -> list[Received]:
        select = "SELECT id, sequence, record_id, previous, state, blob, fork FROM packet"
        return [Received(*row) for row in self.rows(f"{select} WHERE device_id = '{device}' ORDER BY sequence")]

    def cases(self, device: str) -> list[Case]:
        select = (
            f"SELECT record_id, packet_id, form_id, slip, record, photo_key FROM \"case\" WHERE device_id = '{device}'"
        )
        return [Case(*row) for row in self.rows(select)]

    def unopened(self) -> int:
        return int(self.rows("SELECT count(*) FROM packet WHERE state <> 'opened'")[0][0])

    def quarantined(self) -> dict[str, tuple[str, str]]:
        """Packet id → (reason, blob) of what is refused still."""
        rows = self.rows("SELECT packet_id, reason, blob FROM quarantine WHERE released_at IS NULL")
        return {packet: (reason, blob) for packet, reason, blob in rows}


@dataclass
class Shelves:
    """Folders whose files are searched; what has not changed since the last time is not read again."""

    folders: tuple[Path, ...]
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def changed(self) -> Iterable[Path]:
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                try:
                    state = path.stat()
                except OSError:
                    continue
                mark = (state.st_mtime_ns, state.st_size)
                if path.is_file() and self._seen.get(path) != mark:
                    self._seen[path] = mark
                    yield path


def holding(paths: Iterable[Path], marks: Collection[bytes]) -> list[str]:
    """Files in which one of the marks stands."""
    found = []
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if any(mark in data for mark in marks):
            found.append(path.name)
    return found
