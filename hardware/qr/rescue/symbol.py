"""A QR symbol's anatomy (ISO/IEC 18004): what is fixed, where the words lie, and from doubtful modules to words.

A grid holds a number for each module: positive light, negative dark, near 0 doubtful. Tables of blocks, alignment
patterns, masks and format bits are those of the library `qrcode`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import qrcode
import qrcode.base
import qrcode.util
from numpy.typing import NDArray

from hardware.qr.rescue.reed_solomon import chance, correct

Grid = NDArray[np.float64]
Signs = NDArray[np.int8]
MOST_CHANCE, MOST_CHANCE_BLOCK = -6.0, -4.5
"""log₁₀ of how likely random modules may pass for a symbol, or for one of its blocks; beyond it nothing is read."""
MOST_REVERSED = 0.065
"""Share of a block's certainty that a correction may turn over: 95 % of right ones 0.055 or less, wrong ones more."""
FORMATS_TRIED = 2
_FINDER = np.array([[max(abs(row), abs(column)) in (0, 1, 3) for column in range(-3, 4)] for row in range(-3, 4)])
_ALIGNMENT = np.array([[max(abs(row), abs(column)) in (0, 2) for column in range(-2, 3)] for row in range(-2, 3)])


@dataclass(frozen=True)
class Anatomy:
    """`fixed`: +1 light, -1 dark, 0 for data and format. `places`: rows and columns of the data bits, in order."""

    fixed: Signs
    places: tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True)
class Decoded:
    """What a grid must have been. `signs`: +1 light, -1 dark, 0 where not known yet; `whole`: all of it is known."""

    signs: Signs
    whole: bool


def side_of(version: int) -> int:
    return 17 + 4 * version


@cache
def anatomy(version: int) -> Anatomy:
    """The fixed modules and the order of the others."""
    side = side_of(version)
    fixed = np.zeros((side, side), dtype=np.int8)
    fixed[:8, :8] = fixed[:8, -8:] = fixed[-8:, :8] = 1
    finder = np.where(_FINDER, -1, 1)
    fixed[:7, :7] = fixed[:7, -7:] = fixed[-7:, :7] = finder
    timing = np.where(np.arange(8, side - 8) % 2 == 0, -1, 1)
    fixed[6, 8:-8] = fixed[8:-8, 6] = timing
    for row, column in _alignments(version, side):
        fixed[row - 2 : row + 3, column - 2 : column + 3] = np.where(_ALIGNMENT, -1, 1)
    fixed[side - 8, 8] = -1
    taken = fixed != 0
    taken[:9, :9] = taken[:9, -8:] = taken[-8:, :9] = True
    if version >= 7:
        taken[:6, -11:-8] = taken[-11:-8, :6] = True
    rows, columns = zip(*_snake(side, taken), strict=True)
    return Anatomy(fixed, (np.array(rows), np.array(columns)))


def _alignments(version: int, side: int) -> Iterator[tuple[int, int]]:
    middles = qrcode.util.pattern_position(version)
    for row in middles:
        for column in middles:
            near_finder = (row < 9 or row > side - 10) + (column < 9 or column > side - 10) == 2
            if not (near_finder and not (row > side - 10 and column > side - 10)):
                yield row, column


def _snake(side: int, taken: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Data modules in order: two columns at a time from the right, up and down (clause 7.7.3)."""
    upwards = True
    for right in (*range(side - 1, 6, -2), *range(5, 0, -2)):
        for row in range(side - 1, -1, -1) if upwards else range(side):
            for column in (right, right - 1):
                if not taken[row, column]:
                    yield row, column
        upwards = not upwards


def decode(grid: Grid, version: int) -> Decoded:
    """The symbol that a grid of doubtful modules must be, as far as that is certain."""
    best = Decoded(anatomy(version).fixed, whole=False)
    for level, mask in formats(grid)[:FORMATS_TRIED]:
        words, sureness = _words(grid, version, mask)
        blocks = [_corrected(words, sureness, *block) for block in _blocks(version, level)]
        if all(block is not None for block in blocks) and sum(block.chance for block in blocks if block) <= MOST_CHANCE:
            for block in blocks:
                if block is not None:
                    words[block.places] = block.words
            return Decoded(np.where(_drawn(words, version, level, mask), -1, 1).astype(np.int8), whole=True)
        sure = [block for block in blocks if block is not None and block.chance <= MOST_CHANCE]
        if sure and not (best.signs != anatomy(version).fixed).any():
            best = Decoded(_partly(sure, version, mask), whole=False)
    return best


def _partly(blocks: list[_Block], version: int, mask: int) -> Signs:
    """The fixed modules and those of the blocks that are certain."""
    signs = anatomy(version).fixed.copy()
    rows, columns = anatomy(version).places
    masks = _mask_signs(version, mask)
    for block in blocks:
        for place, word in zip(block.places, block.words, strict=True):
            bits = slice(8 * int(place), 8 * int(place) + 8)
            values = np.where(np.unpackbits(np.array([word], dtype=np.uint8)) == 1, -1, 1)
            signs[rows[bits], columns[bits]] = values * masks[bits]
    return signs


def formats(grid: Grid) -> list[tuple[int, int]]:
    """Error correction level and mask, the best explanation of the 2 × 15 format modules first (clause 7.9)."""
    side = len(grid)
    first = [grid[place] for place in _format_places(side)[0]]
    second = [grid[place] for place in _format_places(side)[1]]
    seen = np.array(first) + np.array(second)
    expected = {(level, mask): _format_signs(level << 3 | mask) for level in range(4) for mask in range(8)}
    return sorted(expected, key=lambda one: -float(expected[one] @ seen))


@cache
def _format_signs(data: int) -> NDArray[np.float64]:
    bits = qrcode.util.BCH_type_info(data)
    return np.array([-1.0 if bits >> place & 1 else 1.0 for place in range(15)])


def _format_places(side: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    upright = [(place if place < 6 else place + 1 if place < 8 else side - 15 + place, 8) for place in range(15)]
    lying = [(8, side - place - 1 if place < 8 else 15 - place if place < 9 else 14 - place) for place in range(15)]
    return upright, lying


@cache
def _mask_signs(version: int, mask: int) -> NDArray[np.float64]:
    turned = qrcode.util.mask_func(mask)
    rows, columns = anatomy(version).places
    return np.array([-1.0 if turned(int(row), int(column)) else 1.0 for row, column in zip(rows, columns, strict=True)])


def _words(grid: Grid, version: int, mask: int) -> tuple[NDArray[np.uint8], Grid]:
    """The codewords in the order of the symbol, and how sure each of their bits is, (words, 8)."""
    seen = grid[anatomy(version).places] * _mask_signs(version, mask)
    count = len(seen) // 8
    modules = seen[: count * 8].reshape(count, 8)
    return np.packbits(modules < 0, axis=1)[:, 0], np.minimum(np.abs(modules), 1.5)


@cache
def _blocks(version: int, level: int) -> tuple[tuple[NDArray[np.intp], int], ...]:
    """For each block the places of its words in the symbol, and how many of them are checks (clause 7.6)."""
    blocks = qrcode.base.rs_blocks(version, level)
    places: list[list[int]] = [[] for _ in blocks]
    at = 0
    for row in range(max(block.data_count for block in blocks)):
        for number, block in enumerate(blocks):
            if row < block.data_count:
                places[number].append(at)
                at += 1
    checks = blocks[0].total_count - blocks[0].data_count
    for _ in range(checks):
        for number in range(len(blocks)):
            places[number].append(at)
            at += 1
    return tuple((np.array(one), checks) for one in places)


@dataclass(frozen=True)
class _Block:
    """A corrected block, and log₁₀ of how likely random words would have passed for one."""

    places: NDArray[np.intp]
    words: list[int]
    chance: float


def _corrected(words: NDArray[np.uint8], sureness: Grid, places: NDArray[np.intp], checks: int) -> _Block | None:
    """One block corrected with as few erasures as it needs, the least sure words first."""
    received, sure = words[places], sureness[places]
    order = np.argsort(np.sort(sure, axis=1)[:, :2].sum(axis=1))
    for erasures in range(0, checks, 2):
        likely = chance(len(places), checks - erasures)
        if likely > MOST_CHANCE_BLOCK:
            return None
        fixed = correct(received.tolist(), checks, sorted(order[:erasures].tolist()))
        if fixed is not None:
            return _Block(places, fixed.words, likely) if _plausible(received, fixed.words, sure) else None
    return None


def _plausible(received: NDArray[np.uint8], corrected: list[int], sure: Grid) -> bool:
    """A right correction turns over doubtful bits; a wrong one turns over any."""
    turned = np.unpackbits((received ^ np.array(corrected, dtype=np.uint8))[:, None], axis=1)
    return float((sure * turned).sum()) <= MOST_REVERSED * float(sure.sum())


def _drawn(words: NDArray[np.uint8], version: int, level: int, mask: int) -> NDArray[np.bool_]:
    code = qrcode.QRCode(version=version, error_correction=level, border=0)
    code.data_list = [qrcode.util.QRData("0")]
    code.data_cache = [int(word) for word in words]
    code.makeImpl(False, mask)
    return np.array(code.modules, dtype=bool)
