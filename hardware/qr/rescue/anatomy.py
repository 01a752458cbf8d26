"""A QR symbol's anatomy (ISO/IEC 18004): which modules are fixed, and where format, words and blocks lie.

Tables of blocks, alignment patterns, masks and format bits are those of the library `qrcode`.
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

Grid = NDArray[np.float64]
"""A number for each module: positive light, negative dark, near 0 doubtful."""
Signs = NDArray[np.int8]
"""+1 light, -1 dark, 0 not known."""
_FINDER = np.array([[max(abs(row), abs(column)) in (0, 1, 3) for column in range(-3, 4)] for row in range(-3, 4)])
_ALIGNMENT = np.array([[max(abs(row), abs(column)) in (0, 2) for column in range(-2, 3)] for row in range(-2, 3)])


@dataclass(frozen=True)
class Anatomy:
    """`fixed`: +1 light, -1 dark, 0 for data and format. `places`: rows and columns of the data bits, in order."""

    fixed: Signs
    places: tuple[NDArray[np.intp], NDArray[np.intp]]


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
def mask_signs(version: int, mask: int) -> Grid:
    """-1 for data modules that the mask turns over, else 1, in order (clause 7.8.2)."""
    turned = qrcode.util.mask_func(mask)
    rows, columns = anatomy(version).places
    return np.array([-1.0 if turned(int(row), int(column)) else 1.0 for row, column in zip(rows, columns, strict=True)])


@cache
def blocks_of(version: int, level: int) -> tuple[tuple[NDArray[np.intp], int], ...]:
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


def drawn(words: NDArray[np.uint8], version: int, level: int, mask: int) -> NDArray[np.bool_]:
    """The modules of a symbol (True dark) with these words, data and checks in the symbol's order."""
    code = qrcode.QRCode(version=version, error_correction=level, border=0)
    code.data_list = [qrcode.util.QRData("0")]
    code.data_cache = [int(word) for word in words]
    code.makeImpl(False, mask)
    return np.array(code.modules, dtype=bool)
