"""A small iCalendar writer (RFC 5545): escaping (3.3.11), lines folded at 75 octets (3.1), CRLF, UTC times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_OCTETS: Final = 75


Moment = datetime | date


@dataclass(frozen=True)
class Event:
    """One stretch of time. `uid` stays the same whenever the event is written; moments are aware, or both are days:
    then it takes them whole, the last one too."""

    uid: str
    begins: Moment
    ends: Moment
    summary: str
    location: str
    cancelled: bool = False
    tentative: bool = False


def calendar(events: Iterable[Event], *, now: datetime) -> bytes:
    """A calendar file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Demado//Visits//JA", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def folded(line: str) -> bytes:
    """A content line with its CRLF, folded between characters so that no line is longer than 75 octets."""
    return b"\r\n ".join(_pieces(line)) + b"\r\n"


def escaped(text: str) -> str:
    """A TEXT value; control characters other than line ends are dropped."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(sign for sign in unified if sign == "\n" or sign >= " ")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _event(event: Event, now: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{event.uid}", f"DTSTAMP:{_utc(now)}", f"DTSTART{_moment(event.begins)}",
        f"DTEND{_moment(event.ends, end=True)}", f"SUMMARY:{escaped(event.summary)}",
        f"LOCATION:{escaped(event.location)}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'TENTATIVE' if event.tentative else 'CONFIRMED'}", "END:VEVENT",
    ]  # fmt: skip


def _pieces(line: str) -> Iterator[bytes]:
    piece, room = b"", _OCTETS
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > room:
            yield piece
            piece, room = b"", _OCTETS - 1  # the space that begins a continuation counts
        piece += octets
    yield piece


def _moment(at: Moment, *, end: bool = False) -> str:
    """With the value's type where it is a day; the end of a day is the next one (3.6.1)."""
    if isinstance(at, datetime):
        return f":{_utc(at)}"
    return f";VALUE=DATE:{at + timedelta(days=int(end)):%Y%m%d}"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
