"""From a grid of doubtful modules to the symbol it must be, block by block, with doubtful words as erasures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware.qr.rescue.anatomy import Grid, Signs, anatomy, blocks_of, drawn, formats, mask_signs
from hardware.qr.rescue.reed_solomon import chance, correct

MOST_CHANCE, MOST_CHANCE_BLOCK = -6.0, -4.5
"""log₁₀ of how likely random modules may pass for a symbol, or for one of its blocks; beyond it nothing is read."""
MOST_REVERSED = 0.065
"""Share of a block's certainty that a correction may turn over: 95 % of right ones 0.055 or less, wrong ones more."""
FORMATS_TRIED = 2


@dataclass(frozen=True)
class Decoded:
    """What a grid must have been. `signs`: +1 light, -1 dark, 0 where not known yet; `whole`: all of it is known."""

    signs: Signs
    whole: bool


@dataclass(frozen=True)
class _Block:
    """A corrected block, and log₁₀ of how likely random words would have passed for one."""

    places: NDArray[np.intp]
    words: list[int]
    chance: float


def decode(grid: Grid, version: int) -> Decoded:
    """The symbol that a grid of doubtful modules must be, as far as that is certain."""
    best = Decoded(anatomy(version).fixed, whole=False)
    for level, mask in formats(grid)[:FORMATS_TRIED]:
        words, sureness = _words(grid, version, mask)
        blocks = [_corrected(words, sureness, *block) for block in blocks_of(version, level)]
        if all(block is not None for block in blocks) and sum(block.chance for block in blocks if block) <= MOST_CHANCE:
            for block in blocks:
                if block is not None:
                    words[block.places] = block.words
            return Decoded(np.where(drawn(words, version, level, mask), -1, 1).astype(np.int8), whole=True)
        sure = [block for block in blocks if block is not None and block.chance <= MOST_CHANCE]
        if sure and not (best.signs != anatomy(version).fixed).any():
            best = Decoded(_partly(sure, version, mask), whole=False)
    return best


def _partly(blocks: list[_Block], version: int, mask: int) -> Signs:
    """The fixed modules and those of the blocks that are certain."""
    signs = anatomy(version).fixed.copy()
    rows, columns = anatomy(version).places
    masks = mask_signs(version, mask)
    for block in blocks:
        for place, word in zip(block.places, block.words, strict=True):
            bits = slice(8 * int(place), 8 * int(place) + 8)
            values = np.where(np.unpackbits(np.array([word], dtype=np.uint8)) == 1, -1, 1)
            signs[rows[bits], columns[bits]] = values * masks[bits]
    return signs


def _words(grid: Grid, version: int, mask: int) -> tuple[NDArray[np.uint8], Grid]:
    """The codewords in the order of the symbol, and how sure each of their bits is, (words, 8)."""
    seen = grid[anatomy(version).places] * mask_signs(version, mask)
    count = len(seen) // 8
    modules = seen[: count * 8].reshape(count, 8)
    return np.packbits(modules < 0, axis=1)[:, 0], np.minimum(np.abs(modules), 1.5)


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
