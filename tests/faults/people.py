"""Invented applicants whose traces can be looked for: form id, birth date, note and photo occur nowhere else."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from tests.factories import jpeg_photo

_START = b"\xff\xd8"
_COMMENT = b"\xff\xfe"  # COM, ITU-T T.81 B.2.4.5


# What every person's traces begin with or hold: five things to look for, however many people there were.
_FORM = "904172635"
_BIRTH = '"birth_date":"'
_NOTE = "しるしqzxkvj"
_TOKEN = bytes.fromhex("b6d1f3a97c0e4882915d6a3fe47b20c5")
_TAIL = slice(-200, -136)
_KINDS = 6


@dataclass(frozen=True, repr=False)
class Applicant:
    """What one person gives at the counter. `traces`: bytes that betray them wherever they are found."""

    form: str
    birth: str
    note: str
    photo: bytes
    traces: tuple[bytes, ...] = field(default=())


def applicant(chance: Random, *, large: bool = False) -> Applicant:
    """Somebody new; `large`: with a photo of more than 512 KiB."""
    form = _FORM + "".join(chance.choice("0123456789") for _ in range(23 - len(_FORM)))
    birth = (date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))).isoformat()
    note = _NOTE + "".join(chance.choice("abcdefghijkmnpqrstuvwxyz") for _ in range(24))
    token = _TOKEN + chance.randbytes(32)
    photo = _with_comments(_drawn(chance.randrange(_KINDS)), token, 700_000 if large else 0)
    traces = (form.encode(), f'{_BIRTH}{birth}"'.encode(), note.encode(), token, photo[_TAIL])
    return Applicant(form, birth, note, photo, traces)


def marks() -> tuple[bytes, ...]:
    """What betrays anybody at all."""
    return (_FORM.encode(), _BIRTH.encode(), _NOTE.encode(), *photo_marks())


def photo_marks() -> tuple[bytes, ...]:
    """What betrays anybody's picture."""
    return (_TOKEN, *(_drawn(number)[_TAIL] for number in range(_KINDS)))


@lru_cache(maxsize=8)
def _drawn(number: int) -> bytes:
    return jpeg_photo(number + 1, width=480, height=618)


def _with_comments(jpeg: bytes, token: bytes, padding: int) -> bytes:
    """The picture with the person's token in a comment segment, and as much filling as asked for."""
    segments = [token]
    while padding > 0:
        segments.append(token + Random(padding).randbytes(min(padding, 60_000)))
        padding -= 60_000
    comments = b"".join(_COMMENT + (len(part) + 2).to_bytes(2, "big") + part for part in segments)
    return _START + comments + jpeg[len(_START) :]


def spellings(name: str) -> list[bytes]:
    """How a booked person's name could stand in a file: as text, escaped for JSON, in base64 at each of its offsets."""
    text = name.encode()
    spelt = [text, json.dumps(name).strip('"').encode()]
    for offset in range(3):
        whole = base64.b64encode(bytes(offset) + text).rstrip(b"=")
        spelt.append(whole[4 if offset else 0 : -1])
    return spelt
