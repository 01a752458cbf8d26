"""What the views of one picture have shown, and what of it is certain.

Two different texts for one place are no text. A text that needed nearly all error correction is unsure until another
view of the same place says the same. Parts of a set (structured append) are one text when all of them are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from hardware.qr import Corners, QrCode, QrHint, QrReading
from hardware.qr.hint import hint_for
from hardware.qr.sequence import whole_text
from hardware.qr.zxing import Grey, Quad, Sighting

LEAST_SPARE = 0.15
"""Share of the error correction left over: 3 of 93 right readings of drawn sheets have less (measured)."""


class Findings:
    """The findings in one picture."""

    def __init__(self) -> None:
        self._read: list[Sighting] = []
        self._located: list[Sighting] = []
        self._looked_at = 0
        self._disputed: list[Sighting] = []

    @property
    def done(self) -> bool:
        """Something was read, nothing is left that was only located, and no set lacks a part."""
        return (
            any(_sure(one) for one in self._read)
            and all(self.is_read(place) for place in self._located)
            and (not self._parts() or self._joined() is not None)
        )

    @property
    def any(self) -> bool:
        return any(_sure(one) for one in self._read)

    def unread(self) -> list[Sighting]:
        """Places that were only located, or read without being sure."""
        return [place for place in self._located if not self.is_read(place)]

    def take(self, sightings: Iterable[Sighting]) -> None:
        for seen in sightings:
            if not seen.read or not _sure(seen):
                self._locate(seen)
            if seen.read:
                self._hear(seen)

    def _locate(self, seen: Sighting) -> None:
        if not self.is_read(seen) and not _same_place(seen, self._located):
            self._located.append(seen)

    def _hear(self, seen: Sighting) -> None:
        known = _same_place(seen, self._read)
        if known is None:
            self._read.append(seen)
        elif (known.text, known.part) != (seen.text, seen.part):
            self._disputed.append(known)
        elif not _sure(known):
            self._read[self._index(known)] = replace(known, spare=1.0)

    def _index(self, known: Sighting) -> int:
        return next(at for at, one in enumerate(self._read) if one is known)

    def to_look_at(self) -> list[Sighting]:
        """Located places that have not been asked for yet."""
        fresh, self._looked_at = self._located[self._looked_at :], len(self._located)
        return [place for place in fresh if not self.is_read(place)]

    def is_read(self, place: Sighting) -> bool:
        return _same_place(place, [one for one in self._read if _sure(one)]) is not None

    def reading(self, grey: Grey) -> QrReading:
        told = [one for one in self._read if one.text is not None and not _same_place(one, self._disputed)]
        sure = [_code(one) for one in told if _sure(one)]
        if (joined := self._joined()) is not None:
            sure.append(_code(joined))
        unsure = tuple(_code(one) for one in told if not _sure(one))
        places = tuple(_corners(seen.corners) for seen in (*self._read, *self.unread()))
        if len({code.text for code in sure}) > 1:
            return QrReading(tuple(sure), QrHint.ONE_CODE_ONLY, unsure, places)
        if sure:
            return QrReading(tuple(sure), unsure=unsure, places=places)
        unread = max((*self._located, *self._disputed), key=lambda one: one.side, default=None)
        return QrReading((), hint_for(grey, unread) if unread else QrHint.NONE, unsure, places)

    def _parts(self) -> list[Sighting]:
        return [one for one in self._read if one.part is not None and not _same_place(one, self._disputed)]

    def _joined(self) -> Sighting | None:
        """The whole text at the place of its first part, when every part was read with certainty."""
        sightings = [one for one in self._parts() if _sure(one)]
        text = whole_text([one.part for one in sightings if one.part is not None])
        if not text:
            return None
        first = min(sightings, key=lambda one: one.part.place.index if one.part else 0)
        return replace(first, text=text, part=None)


def _sure(seen: Sighting) -> bool:
    return seen.read and seen.spare >= LEAST_SPARE


def _code(seen: Sighting) -> QrCode:
    return QrCode(seen.text or "", _corners(seen.corners))


def _corners(corners: Quad) -> Corners:
    first, second, third, fourth = ((round(float(x)), round(float(y))) for x, y in corners)
    return first, second, third, fourth


def _same_place(one: Sighting, others: Iterable[Sighting]) -> Sighting | None:
    """The sighting among others whose middle lies within half a side of this one's, if any."""
    middle, reach = one.corners.mean(axis=0), max(one.side, 8.0) / 2
    for other in others:
        if float(np.linalg.norm(other.corners.mean(axis=0) - middle)) < max(reach, other.side / 2):
            return other
    return None
