"""What stays of a packet for ever: its stub, and how many packets are where. Nothing personal is in it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from schemas.ids import PacketId, RecordId, VisitId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STUB = "SELECT sequence, packet, record, visit, kept_ms, state, attempts, problem FROM packets"
PRESENT = "state <> 'erased'"  # in so many words, or SQLite does not see that its index `present` holds the answer


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


def count_packets(connection: sqlite3.Connection, visit: VisitId | None) -> Counts:
    """Of the whole device, or of one visit."""
    of, values = ("visit = ?", (visit,)) if visit else ("true", ())
    present = f"FROM packets WHERE {PRESENT} AND {of}"
    rows = connection.execute(
        f"SELECT 'all', count(*) FROM packets WHERE {of} UNION ALL SELECT state, count(*) {present} GROUP BY state",  # noqa: S608
        values * 2,
    )
    (_, captured), *others = rows.fetchall()
    number = dict.fromkeys(State, 0) | {State(state): int(count) for state, count in others}
    number[State.ERASED] = captured - sum(number.values())
    unsent = f"SELECT min(kept_ms) {present} AND state IN ('queued', 'sending')"
    oldest = connection.execute(unsent, values).fetchone()[0]
    head = connection.execute("SELECT head FROM counters").fetchone()[0]
    return Counts(
        captured=captured,
        received=number[State.RECEIVED] + number[State.ERASED],
        erased=number[State.ERASED],
        unsent=number[State.QUEUED] + number[State.SENDING],
        refused=number[State.REFUSED],
        oldest=None if oldest is None else to_moment(oldest),
        head=PacketId(head) if head else None,
    )


def read_stub(connection: sqlite3.Connection, wanted: str, *values: object) -> Stub | None:
    """The oldest packet for which the condition holds."""
    return next(iter(read_stubs(connection, wanted, *values, limit=1)), None)


def read_stubs(connection: sqlite3.Connection, wanted: str, *values: object, limit: int) -> tuple[Stub, ...]:
    """Packets for which the condition holds, oldest first."""
    rows = connection.execute(f"{_STUB} WHERE {wanted} ORDER BY sequence LIMIT ?", (*values, limit))
    return tuple(
        Stub(
            sequence, PacketId(packet), RecordId(record), VisitId(visit), to_moment(ms), State(state), attempts, problem
        )
        for sequence, packet, record, visit, ms, state, attempts, problem in rows
    )


def to_milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def to_moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
