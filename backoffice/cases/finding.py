"""What staff type into the search field: a slip number, its running number, a slip's code, or the form id's digits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backoffice.cases.ordering import Key
from backoffice.cases.repository import Filter
from schemas.errors import IdentifierInvalid
from schemas.ids import contains_my_number, digits_only
from schemas.slip_code import SlipCode

JST: Final = ZoneInfo("Asia/Tokyo")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"(0|[1-9]\d{0,16})\.([0-9a-f-]{36})(?:\.([A-Za-z0-9_-]{1,40}))?", re.ASCII)
_SLIP = re.compile(r"([A-Z0-9]{2})-?(\d{4})(?:-?\d)?", re.ASCII)


def search(text: str, wanted: Filter) -> Filter | None:
    """The filter narrowed by a search text; None when nothing can match. A 個人番号 matches nothing."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if not plain:
        return wanted
    if code := slip_code(text):
        return replace(wanted, counter=code.slip[:2], running=int(code.slip[3:7]))
    if contains_my_number(plain):
        return None
    digits = digits_only(plain)
    if digits.isascii() and digits.isdigit():
        if len(digits) <= 4:
            return replace(wanted, running=int(digits))
        return replace(wanted, form=digits) if len(digits) <= 23 and "-" not in plain[:3] else None
    if slip := _SLIP.fullmatch(re.sub(r"[\s‐‑‒–—―−ーｰ]", "-", plain)):
        return replace(wanted, counter=slip[1], running=int(slip[2]))
    return None


def slip_code(text: str) -> SlipCode | None:
    """The text of a slip's code as a scanner types it."""
    try:
        return SlipCode.parse(text)
    except IdentifierInvalid:
        return None


def on_day(day: date | None, wanted: Filter) -> Filter:
    """The filter narrowed to what was received on a day in Japan."""
    if day is None:
        return wanted
    begins = datetime.combine(day, time(), JST)
    return replace(wanted, since=begins, until=begins + timedelta(days=1))


def write_key(key: Key) -> str:
    """A list position for an address: microseconds, id, and the value it is ordered by if that is another."""
    place = f"{(key.received_at - _EPOCH) // timedelta(microseconds=1)}.{key.id}"
    return f"{place}.{key.value}" if key.value else place


def read_key(text: str) -> Key | None:
    """The position, or None for anything else: a wrong address shows the first page."""
    found = _PLACE.fullmatch(text)
    return Key(_EPOCH + timedelta(microseconds=int(found[1])), found[2], found[3] or "") if found else None
