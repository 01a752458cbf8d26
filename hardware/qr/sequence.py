"""Symbols that are only a part of a text (structured append, ISO/IEC 18004 clause 8): recognised, put together or left.

A part read as if it were all would be a wrong text. zxing-cpp decodes each part and does not say that it is one, so the
first four bits of the sampled modules are looked at here, after the same error correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from hardware.qr.rescue.anatomy import anatomy, blocks_of, mask_signs
from hardware.qr.rescue.reed_solomon import correct

Modules = NDArray[np.bool_]
_STRUCTURED_APPEND = 0b0011
_LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}  # as the format information writes them (clause 7.9.1)


@dataclass(frozen=True)
class Place:
    """Which part of a set a symbol is. `index` from 0, `count` parts, `parity` of the whole text's bytes."""

    index: int
    count: int
    parity: int


@dataclass(frozen=True)
class Part:
    """One part that was read: its own text and bytes."""

    place: Place
    text: str
    raw: bytes


def place_in_set(modules: Modules, version: int, level: str, mask: int) -> Place | None:
    """The place of a symbol in a set, None for a symbol that is whole. `modules`: (side, side), True dark, as sampled.
    Raises `ValueError` when they are no symbol of this kind."""
    if modules.shape != (17 + 4 * version,) * 2 or level not in _LEVELS or mask not in range(8):
        raise ValueError("not the modules of such a symbol")
    for upright in (modules, modules.T):  # a mirrored symbol is sampled as it stands
        if (words := _first_block(upright, version, _LEVELS[level], mask)) is not None:
            bits = int.from_bytes(bytes(words[:3]), "big") >> 4
            if bits >> 16 != _STRUCTURED_APPEND:
                return None
            return Place(bits >> 12 & 15, (bits >> 8 & 15) + 1, bits & 255)
    raise ValueError("the first block is none")


def _first_block(modules: Modules, version: int, level: int, mask: int) -> list[int] | None:
    """The corrected words of the first block; None when it cannot be corrected."""
    dark = modules[anatomy(version).places] ^ (mask_signs(version, mask) < 0)
    words = np.packbits(dark[: len(dark) // 8 * 8])
    places, checks = blocks_of(version, level)[0]
    corrected = correct(words[places].tolist(), checks)
    return corrected.words if corrected else None


def whole_text(parts: Iterable[Part]) -> str | None:
    """The text of a complete set, None for an incomplete or contradictory one, or when its parity is wrong."""
    by_index: dict[int, Part] = {}
    for part in parts:
        known = by_index.setdefault(part.place.index, part)
        if known.raw != part.raw or known.place != part.place:
            return None
    ordered = [by_index[index] for index in sorted(by_index)]
    kinds = {(part.place.count, part.place.parity) for part in ordered}
    if len(kinds) != 1 or sorted(by_index) != list(range(ordered[0].place.count)):
        return None
    raw = b"".join(part.raw for part in ordered)
    if reduce(lambda one, other: one ^ other, raw, 0) != ordered[0].place.parity:
        return None
    return _joined(raw, [part.text for part in ordered])


def _joined(raw: bytes, texts: Sequence[str]) -> str | None:
    """The text; a letter may have been cut in two, so the bytes decide unless a character set was named."""
    for charset in ("utf-8", "cp932"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    whole = "".join(texts)
    return whole if "\ufffd" not in whole else None
