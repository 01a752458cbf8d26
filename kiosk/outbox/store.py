"""The sealed queue on disk. A packet is durable when `append` returns, and gone when `erase_received` says so.

Stubs (ids, states, times; nothing personal) stay for the balance. The frames lie in a table of their own: erasing
overwrites their pages (`secure_delete`), gives them back, and truncates the WAL; only then the state says erased.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from kiosk.errors import KioskError, OutboxFull
from kiosk.outbox.ballast import Ballast
from kiosk.outbox.clock import Anchor
from kiosk.outbox.database import Database, give_back_free_pages, transaction, truncate_wal
from kiosk.outbox.seal import Sealed
from schemas.ids import PacketId, RecordId, VisitId
from schemas.receipt import Receipt

_Result = TypeVar("_Result")
_SCHEMA = """
CREATE TABLE packets (
    sequence INTEGER PRIMARY KEY,
    packet TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL UNIQUE,
    visit TEXT NOT NULL,
    kept_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'received', 'erased', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    receipt BLOB
) STRICT;
CREATE INDEX unsent ON packets (sequence) WHERE state IN ('queued', 'sending');
CREATE INDEX by_state ON packets (state, sequence);
CREATE TABLE frames (sequence INTEGER PRIMARY KEY REFERENCES packets, frame BLOB NOT NULL) STRICT;
CREATE TABLE counters (
    one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, head TEXT, slip INTEGER NOT NULL
) STRICT;
INSERT INTO counters VALUES (1, 0, NULL, 0);
CREATE TABLE office_time (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    office_ms INTEGER NOT NULL, monotonic REAL NOT NULL, uncertainty REAL NOT NULL, boot TEXT NOT NULL
) STRICT;
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STUB = "SELECT sequence, packet, record, visit, kept_ms, state, attempts, problem FROM packets"
_UNSENT = "SELECT count(*) FROM packets WHERE state IN ('queued', 'sending')"
_ERASE_BYTES = 1024 * 1024
_LAST_SLIP = 9999  # four digits on a slip; then the numbers begin again


class State(StrEnum):
    """A packet's way. REFUSED is the quarantine: the office will not have it as it is, the kiosk keeps it."""

    QUEUED = "queued"
    SENDING = "sending"
    RECEIVED = "received"
    ERASED = "erased"
    REFUSED = "refused"


@dataclass(frozen=True)
class Kept:
    """A record is sealed and durable."""

    sequence: int
    packet_id: PacketId


@dataclass(frozen=True)
class Stub:
    """What stays of a packet for ever."""

    sequence: int
    packet_id: PacketId
    record: RecordId
    visit: VisitId
    kept_at: datetime
    state: State
    attempts: int
    problem: str | None


@dataclass(frozen=True)
class Counts:
    """How many packets of a device, or of one visit, are where. `oldest`: when the oldest unsent one was kept."""

    captured: int
    received: int
    erased: int
    unsent: int
    refused: int
    oldest: datetime | None
    head: PacketId | None


class Store:
    """One device's packets. Any thread may call; each call waits for the thread that owns the connection."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self._database = Database(path, _SCHEMA, readonly=readonly)
        self._ballast = Ballast(path.parent)
        if readonly:
            return
        try:
            self._on_the_way_out(_settle)
            self._ballast.take_on()
        except KioskError:
            self._database.close()
            raise

    def close(self) -> None:
        self._database.close()

    def append(
        self,
        record: RecordId,
        visit: VisitId,
        *,
        at: datetime,
        make: Callable[[int, PacketId | None], Sealed],
        most_unsent: int,
    ) -> Kept:
        """Seal and keep: `make` gets the next sequence number and the packet before it. The same record again gives
        what was kept the first time. `OutboxFull` or `OutboxFault`: nothing was kept."""

        def act(connection: sqlite3.Connection) -> Kept:
            if known := _stub(connection, "record = ?", record):
                return Kept(known.sequence, known.packet_id)
            if connection.execute(_UNSENT).fetchone()[0] >= most_unsent:
                raise OutboxFull("outbox.too_many_unsent", "too many unsent packets: connect to the office or export")
            last, head = connection.execute("SELECT sequence, head FROM counters").fetchone()
            packet = make(last + 1, PacketId(head) if head else None)
            return _insert(connection, packet, visit, at)

        self._database.require_tidy()
        kept = self._database.write(act)
        self._database.tidy_soon()
        return kept

    def next_unsent(self, after: int = 0) -> Stub | None:
        """The oldest packet still to be sent with a sequence number above `after`."""
        wanted = "state IN ('queued', 'sending') AND sequence > ?"
        return self._database.run(lambda connection: _stub(connection, wanted, after))

    def find(self, packet: PacketId) -> Stub | None:
        return self._database.run(lambda connection: _stub(connection, "packet = ?", packet))

    def stubs(self, *states: State, after: int = 0, limit: int = 200) -> tuple[Stub, ...]:
        """Packets in any of the states, oldest first, in portions of `limit`."""
        marks = ", ".join("?" * len(states))
        wanted = f"state IN ({marks}) AND sequence > ?"
        return self._database.run(lambda connection: _stubs(connection, wanted, *states, after, limit=limit))

    def frame(self, sequence: int) -> bytes | None:
        """The sealed bytes; None once erased."""
        select = "SELECT frame FROM frames WHERE sequence = ?"
        row = self._database.run(lambda connection: connection.execute(select, (sequence,)).fetchone())
        return bytes(row[0]) if row else None

    def frame_size(self, sequence: int) -> int:
        """Bytes of the sealed frame, 0 once erased."""
        select = "SELECT length(frame) FROM frames WHERE sequence = ?"
        row = self._database.run(lambda connection: connection.execute(select, (sequence,)).fetchone())
        return int(row[0]) if row else 0

    def sending(self, sequence: int) -> None:
        """Note an attempt before it is made."""
        self._write("UPDATE packets SET state = 'sending', attempts = attempts + 1 WHERE sequence = ?", sequence)

    def postpone(self, sequence: int, problem: str) -> None:
        """Back into the queue, with the code of what went wrong."""
        self._write("UPDATE packets SET state = 'queued', problem = ? WHERE sequence = ?", problem, sequence)

    def refuse(self, sequence: int, problem: str) -> None:
        """Into quarantine, with the office's reason."""
        self._write("UPDATE packets SET state = 'refused', problem = ? WHERE sequence = ?", problem, sequence)

    def requeue_refused(self) -> int:
        """The way out of quarantine, after the office has changed something. Returns how many went back."""
        return self._write("UPDATE packets SET state = 'queued' WHERE state = 'refused'")

    def receive(self, receipt: Receipt) -> None:
        """Store a verified receipt: from now on the packet may be erased."""
        self._write(
            "UPDATE packets SET state = 'received', problem = NULL, receipt = ? WHERE packet = ? AND state <> 'erased'",
            receipt.canonical(),
            receipt.packet,
        )

    def erase_received(self) -> int:
        """Erase every received packet. Returns how many are gone; 0 while another process reads the file – they
        stay `received` and the next call finishes."""
        erased = self._on_the_way_out(_erase_received)
        if erased:
            self._ballast.take_on()
        return erased

    def counts(self, visit: VisitId | None = None) -> Counts:
        return self._database.run(lambda connection: _counts(connection, visit))

    def next_slip(self) -> int:
        """The next running number, 1 to 9999, durable before it is shown."""

        def act(connection: sqlite3.Connection) -> int:
            number = int(connection.execute("SELECT slip FROM counters").fetchone()[0]) % _LAST_SLIP + 1
            connection.execute("UPDATE counters SET slip = ?", (number,))
            return number

        return self._database.write(act)

    def office_time(self) -> Anchor | None:
        """The last moment the office signed for."""
        select = "SELECT office_ms, monotonic, uncertainty, boot FROM office_time"
        row = self._database.run(lambda connection: connection.execute(select).fetchone())
        return Anchor(_moment(row[0]), row[1], row[2], row[3]) if row else None

    def note_office_time(self, anchor: Anchor) -> None:
        values = (_milliseconds(anchor.office), anchor.monotonic, anchor.uncertainty, anchor.boot)
        self._write("INSERT OR REPLACE INTO office_time VALUES (1, ?, ?, ?, ?)", *values)

    def _on_the_way_out(self, act: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """`run`, and once more without the ballast when the disk is full: what leaves the disk must never be stuck."""
        try:
            return self._database.run(act)
        except OutboxFull:
            if not self._ballast.throw_off():
                raise
        return self._database.run(act)

    def _write(self, statement: str, *values: object) -> int:
        return self._on_the_way_out(lambda connection: connection.execute(statement, values).rowcount)


def _insert(connection: sqlite3.Connection, packet: Sealed, visit: VisitId, at: datetime) -> Kept:
    sequence, packet_id, record = packet.header.sequence, packet.packet_id, packet.header.record
    stub = "INSERT INTO packets (sequence, packet, record, visit, kept_ms, state) VALUES (?, ?, ?, ?, ?, 'queued')"
    connection.execute(stub, (sequence, packet_id, record, visit, _milliseconds(at)))
    connection.execute("INSERT INTO frames VALUES (?, ?)", (sequence, packet.frame))
    connection.execute("UPDATE counters SET sequence = ?, head = ?", (sequence, packet_id))
    return Kept(sequence, packet_id)


def _settle(connection: sqlite3.Connection) -> None:
    """After a crash: what was being sent waits again, what was received is erased, the WAL is emptied."""
    if _stub(connection, "state = 'sending'"):
        connection.execute("UPDATE packets SET state = 'queued' WHERE state = 'sending'")
    _erase_received(connection)
    truncate_wal(connection)


def _erase_received(connection: sqlite3.Connection) -> int:
    """In portions, because until the WAL is truncated an erased page needs room a second time."""
    erased = 0
    while portion := _erasable(connection):
        marks = ", ".join("?" * len(portion))
        with transaction(connection):
            connection.execute(f"DELETE FROM frames WHERE sequence IN ({marks})", portion)  # noqa: S608
        if not connection.execute("SELECT EXISTS (SELECT 1 FROM frames)").fetchone()[0]:
            give_back_free_pages(connection)
        if not truncate_wal(connection):
            return erased
        erase = f"UPDATE packets SET state = 'erased' WHERE sequence IN ({marks})"  # noqa: S608
        erased += connection.execute(erase, portion).rowcount
    return erased


def _erasable(connection: sqlite3.Connection) -> tuple[int, ...]:
    """The next received packets, together about `_ERASE_BYTES`; at least one while there are any."""
    rows = connection.execute(
        "SELECT sequence, coalesce(length(frame), 0) FROM packets LEFT JOIN frames USING (sequence) "
        "WHERE state = 'received' ORDER BY sequence LIMIT 100"
    )
    portion: list[int] = []
    size = 0
    for sequence, length in rows:
        if portion and size + length > _ERASE_BYTES:
            break
        portion.append(int(sequence))
        size += length
    return tuple(portion)


def _counts(connection: sqlite3.Connection, visit: VisitId | None) -> Counts:
    where, values = ("WHERE visit = ?", (visit,)) if visit else ("", ())
    rows = connection.execute(f"SELECT state, count(*) FROM packets {where} GROUP BY state", values)  # noqa: S608
    number = dict.fromkeys(State, 0) | {State(state): int(count) for state, count in rows}
    unsent = f"SELECT min(kept_ms) FROM packets {where or 'WHERE true'} AND state IN ('queued', 'sending')"  # noqa: S608
    oldest = connection.execute(unsent, values).fetchone()[0]
    head = connection.execute("SELECT head FROM counters").fetchone()[0]
    return Counts(
        captured=sum(number.values()),
        received=number[State.RECEIVED] + number[State.ERASED],
        erased=number[State.ERASED],
        unsent=number[State.QUEUED] + number[State.SENDING],
        refused=number[State.REFUSED],
        oldest=None if oldest is None else _moment(oldest),
        head=PacketId(head) if head else None,
    )


def _stub(connection: sqlite3.Connection, wanted: str, *values: object) -> Stub | None:
    return next(iter(_stubs(connection, wanted, *values, limit=1)), None)


def _stubs(connection: sqlite3.Connection, wanted: str, *values: object, limit: int) -> tuple[Stub, ...]:
    rows = connection.execute(f"{_STUB} WHERE {wanted} ORDER BY sequence LIMIT ?", (*values, limit))
    return tuple(
        Stub(sequence, PacketId(packet), RecordId(record), VisitId(visit), _moment(ms), State(state), attempts, problem)
        for sequence, packet, record, visit, ms, state, attempts, problem in rows
    )


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
