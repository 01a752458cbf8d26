"""The sealed queue on disk. A packet is durable when `append` returns, and gone when `erase_received` says so.

Stubs (ids, states, times; nothing personal) stay for the balance. The frames lie in a table of their own: erasing
overwrites their pages (`secure_delete`), gives them back, and truncates the WAL; only then the state says erased.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from kiosk.errors import KioskError, OutboxFull
from kiosk.outbox.ballast import Ballast
from kiosk.outbox.clock import Anchor
from kiosk.outbox.database import Database, truncate_wal
from kiosk.outbox.erasing import erase_received
from kiosk.outbox.seal import Sealed
from kiosk.outbox.stubs import (
    PRESENT,
    Counts,
    Kept,
    State,
    Stub,
    count_packets,
    read_stub,
    read_stubs,
    to_milliseconds,
    to_moment,
)
from schemas.ids import PacketId, RecordId, VisitId
from schemas.receipt import Receipt

__all__ = ["Counts", "Kept", "State", "Store", "Stub"]

_Result = TypeVar("_Result")
_SCHEMA = """
CREATE TABLE packets (
    sequence INTEGER PRIMARY KEY,
    packet TEXT NOT NULL,
    record TEXT NOT NULL UNIQUE,
    visit TEXT NOT NULL,
    kept_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'received', 'erased', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    receipt BLOB
) STRICT;
CREATE INDEX present ON packets (sequence, state) WHERE state <> 'erased';
CREATE TABLE frames (sequence INTEGER PRIMARY KEY REFERENCES packets, frame BLOB NOT NULL) STRICT;
CREATE TABLE counters (
    one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, head TEXT, slip INTEGER NOT NULL
) STRICT;
INSERT INTO counters VALUES (1, 0, NULL, 0);
CREATE TABLE closings (visit TEXT PRIMARY KEY, closing BLOB NOT NULL) STRICT;
CREATE TABLE office_time (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    office_ms INTEGER NOT NULL, monotonic REAL NOT NULL, uncertainty REAL NOT NULL, boot TEXT NOT NULL
) STRICT;
"""
# Files from before: two indexes cost each commit a page more than one that knows what is not erased.
_SINCE = """
BEGIN;
DROP INDEX IF EXISTS unsent;
DROP INDEX IF EXISTS by_state;
CREATE INDEX IF NOT EXISTS present ON packets (sequence, state) WHERE state <> 'erased';
COMMIT;
"""
_UNSENT = f"{PRESENT} AND state IN ('queued', 'sending')"
_COUNT_UNSENT = f"SELECT count(*) FROM packets WHERE {_UNSENT}"  # noqa: S608
_LAST_SLIP = 9999  # four digits on a slip; then the numbers begin again


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
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Kept:
        """Seal and keep: `make` gets the next sequence number and the packet before it. The same record again gives
        what was kept the first time. `OutboxFull`, `OutboxFault`, or what `make` on the owning thread or `meanwhile`
        on the caller's raises: nothing was kept."""

        written = 0

        def act(connection: sqlite3.Connection) -> Kept:
            nonlocal written
            if known := read_stub(connection, "record = ?", record):
                return Kept(known.sequence, known.packet_id)
            if connection.execute(_COUNT_UNSENT).fetchone()[0] >= most_unsent:
                raise OutboxFull("outbox.too_many_unsent", "too many unsent packets: connect to the office or export")
            last, head = connection.execute("SELECT sequence, head FROM counters").fetchone()
            packet = make(last + 1, PacketId(head) if head else None)
            written = len(packet.frame)
            return _insert(connection, packet, visit, at)

        if not self._ballast.take_on():
            raise OutboxFull("outbox.disk_full", "the room kept aside for what leaves the disk is needed for that")
        self._database.require_tidy()
        kept = self._database.write(act, meanwhile=meanwhile)
        self._database.tidy_soon(written)
        return kept

    def next_unsent(self, after: int = 0) -> Stub | None:
        """The oldest packet still to be sent with a sequence number above `after`."""
        wanted = f"{_UNSENT} AND sequence > ?"
        return self._database.run(lambda connection: read_stub(connection, wanted, after))

    def find(self, sequence: int) -> Stub | None:
        return self._database.run(lambda connection: read_stub(connection, "sequence = ?", sequence))

    def find_unsent(self, packet: PacketId) -> Stub | None:
        """Looks at each unsent packet: an index over hashes would cost every commit a page more."""
        wanted = f"{_UNSENT} AND packet = ?"
        return self._database.run(lambda connection: read_stub(connection, wanted, packet))

    def stubs(self, *states: State, after: int = 0, limit: int = 200) -> tuple[Stub, ...]:
        """Packets in any of the states, oldest first, in portions of `limit`."""
        marks = ", ".join("?" * len(states))
        there = "true" if State.ERASED in states else PRESENT
        wanted = f"{there} AND state IN ({marks}) AND sequence > ?"
        return self._database.run(lambda connection: read_stubs(connection, wanted, *states, after, limit=limit))

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
        """Note an attempt before it is made. As with the next two: a packet that receipts from a stick have settled
        while the courier had it in hand stays settled."""
        self._note(
            "UPDATE packets SET state = 'sending', attempts = attempts + 1 "
            "WHERE sequence = ? AND state IN ('queued', 'sending')",
            sequence,
        )

    def postpone(self, sequence: int, problem: str) -> None:
        """Back into the queue, with the code of what went wrong."""
        self._note(
            "UPDATE packets SET state = 'queued', problem = ? WHERE sequence = ? AND state IN ('queued', 'sending')",
            problem,
            sequence,
        )

    def refuse(self, sequence: int, problem: str) -> None:
        """Into quarantine, with the office's reason."""
        self._write(
            "UPDATE packets SET state = 'refused', problem = ? WHERE sequence = ? AND state IN ('queued', 'sending')",
            problem,
            sequence,
        )

    def requeue_refused(self) -> int:
        """The way out of quarantine, after the office has changed something. Returns how many went back."""
        return self._write(f"UPDATE packets SET state = 'queued' WHERE {PRESENT} AND state = 'refused'")  # noqa: S608

    def receive(self, receipt: Receipt) -> None:
        """Store a verified receipt: from now on the packet may be erased."""
        self._write(
            "UPDATE packets SET state = 'received', problem = NULL, receipt = ? "
            "WHERE sequence = ? AND packet = ? AND state <> 'erased'",
            receipt.canonical(),
            receipt.sequence,
            receipt.packet,
        )

    def erase_received(self) -> int:
        """Erase every received packet. Returns how many are gone; 0 while another process reads the file – they
        stay `received` and the next call finishes."""
        erased = self._on_the_way_out(erase_received)
        if erased:
            self._ballast.take_on()
        return erased

    def counts(self, visit: VisitId | None = None) -> Counts:
        return self._database.run(lambda connection: count_packets(connection, visit))

    def visits(self) -> tuple[VisitId, ...]:
        """Every visit something was kept for."""
        select = "SELECT DISTINCT visit FROM packets"
        rows = self._database.run(lambda connection: connection.execute(select).fetchall())
        return tuple(VisitId(row[0]) for row in rows)

    def closing(self, visit: VisitId | None) -> bytes | None:
        """The newest closing balance of a visit, None of the whole life."""
        select = "SELECT closing FROM closings WHERE visit = ?"
        row = self._database.run(lambda connection: connection.execute(select, (visit or "",)).fetchone())
        return bytes(row[0]) if row else None

    def note_closing(self, visit: VisitId | None, closing: bytes) -> None:
        self._write("INSERT OR REPLACE INTO closings VALUES (?, ?)", visit or "", closing)

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
        return Anchor(to_moment(row[0]), row[1], row[2], row[3]) if row else None

    def note_office_time(self, anchor: Anchor) -> None:
        values = (to_milliseconds(anchor.office), anchor.monotonic, anchor.uncertainty, anchor.boot)
        self._note("INSERT OR REPLACE INTO office_time VALUES (1, ?, ?, ?, ?)", *values)

    def _on_the_way_out(self, act: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """`run`, and once more without the ballast when the disk is full: what leaves the disk must never be stuck."""
        try:
            return self._database.run(act)
        except OutboxFull:
            if not self._ballast.throw_off():
                raise
        return self._database.run(act)

    def _note(self, statement: str, *values: object) -> None:
        """What may go unsaid on a full disk: the ballast is for what leaves it, not for saying that nothing did."""
        with suppress(OutboxFull):
            self._database.run(lambda connection: connection.execute(statement, values))

    def _write(self, statement: str, *values: object) -> int:
        return self._on_the_way_out(lambda connection: connection.execute(statement, values).rowcount)


def _insert(connection: sqlite3.Connection, packet: Sealed, visit: VisitId, at: datetime) -> Kept:
    sequence, packet_id, record = packet.header.sequence, packet.packet_id, packet.header.record
    stub = "INSERT INTO packets (sequence, packet, record, visit, kept_ms, state) VALUES (?, ?, ?, ?, ?, 'queued')"
    connection.execute(stub, (sequence, packet_id, record, visit, to_milliseconds(at)))
    connection.execute("INSERT INTO frames VALUES (?, ?)", (sequence, packet.frame))
    connection.execute("UPDATE counters SET sequence = ?, head = ?", (sequence, packet_id))
    return Kept(sequence, packet_id)


def _settle(connection: sqlite3.Connection) -> None:
    """After a crash: what was being sent waits again, what was received is erased, the WAL is emptied."""
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'by_state'").fetchone():
        connection.executescript(_SINCE)
    if read_stub(connection, f"{PRESENT} AND state = 'sending'"):
        connection.execute("UPDATE packets SET state = 'queued' WHERE state = 'sending'")
    erase_received(connection)
    truncate_wal(connection)
