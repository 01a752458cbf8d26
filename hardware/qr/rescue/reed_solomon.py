"""Reed–Solomon over GF(256) with errors and erasures, generator roots α⁰…α^(n-1) (ISO/IEC 18004 annex A, clause 8.5).

Syndromes, Forney's erasure locator, Berlekamp–Massey, Chien's search, Forney's values. Polynomials are lists, lowest
power first; a block's first word has the highest power.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_PRIMITIVE = 0x11D


def _tables() -> tuple[list[int], list[int]]:
    powers, logarithms, value = [0] * 512, [0] * 256, 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logarithms[value] = exponent
        value = value << 1 ^ (_PRIMITIVE if value & 0x80 else 0)
    return powers, logarithms


POWER, LOG = _tables()
_POWER, _LOG = np.array(POWER), np.array(LOG)


@dataclass(frozen=True)
class Corrected:
    """A block's words after correction, and how many were wrong beside the erased ones."""

    words: list[int]
    errors: int


def chance(length: int, spare: int) -> float:
    """How likely random words pass as a codeword with errors, log₁₀: `spare` check words are left after erasures."""
    correctable = spare // 2
    return (
        math.log10(math.comb(length, correctable))
        + correctable * math.log10(255 / 256)
        - (spare - correctable) * math.log10(256)
    )


def correct(received: Sequence[int], checks: int, erased: Sequence[int] = ()) -> Corrected | None:
    """The nearest codeword: `checks` check words at the end, `erased` places not believed. None when there is none."""
    words = list(received)
    for place in erased:
        words[place] = 0
    syndromes = _values(words[::-1], np.arange(checks))
    if not any(syndromes):
        return Corrected(words, 0)
    last = len(words) - 1
    gamma = [1]
    for place in erased:
        gamma = _times(gamma, [1, POWER[last - place]])
    sigma = _berlekamp_massey(_times(syndromes, gamma)[len(erased) : checks])
    if sigma is None or 2 * (len(sigma) - 1) + len(erased) > checks:
        return None
    return _repaired(words, syndromes, _times(sigma, gamma), len(sigma) - 1)


def _repaired(words: list[int], syndromes: list[int], locator: list[int], errors: int) -> Corrected | None:
    last, checks = len(words) - 1, len(syndromes)
    values = _values(locator, 255 - np.arange(last, -1, -1))
    places = [place for place, value in enumerate(values) if value == 0]
    if len(places) != len(locator) - 1:
        return None
    evaluator = _times(syndromes, locator)[:checks]
    slope = [value if power % 2 else 0 for power, value in enumerate(locator)][1:]
    for place in places:
        inverse = POWER[255 - (last - place)]
        divisor = _at(slope, inverse)
        if divisor == 0:
            return None
        size = _product(_at(evaluator, inverse), POWER[255 - LOG[divisor]])
        words[place] ^= _product(size, POWER[last - place])
    if any(_values(words[::-1], np.arange(checks))):
        return None
    return Corrected(words, errors)


def _berlekamp_massey(sequence: list[int]) -> list[int] | None:
    """The shortest feedback polynomial of a sequence; None when its degree and its length differ."""
    current, previous, length, gap, scale = [1], [1], 0, 1, 1
    for step, value in enumerate(sequence):
        for back in range(1, min(length, len(current) - 1) + 1):
            value ^= _product(current[back], sequence[step - back])
        if value == 0:
            gap += 1
            continue
        factor = _product(value, POWER[255 - LOG[scale]])
        shifted = [0] * gap + [_product(factor, one) for one in previous]
        longer = _plus(current, shifted)
        if 2 * length <= step:
            length, previous, scale, gap = step + 1 - length, current, value, 1
        else:
            gap += 1
        current = longer
    while len(current) > 1 and current[-1] == 0:
        current.pop()
    return current if len(current) - 1 == length else None


def _product(one: int, other: int) -> int:
    return POWER[LOG[one] + LOG[other]] if one and other else 0


def _plus(one: list[int], other: list[int]) -> list[int]:
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return [value ^ (shorter[power] if power < len(shorter) else 0) for power, value in enumerate(longer)]


def _times(one: list[int], other: list[int]) -> list[int]:
    result = [0] * (len(one) + len(other) - 1)
    for power, value in enumerate(one):
        if value:
            for shift, factor in enumerate(other):
                if factor:
                    result[power + shift] ^= POWER[LOG[value] + LOG[factor]]
    return result


def _values(polynomial: Sequence[int], powers: NDArray[np.intp]) -> list[int]:
    """The values of a polynomial at powers of α, all at once."""
    coefficients = np.array(polynomial)
    exponents = _LOG[coefficients][None] + powers[:, None] * np.arange(len(coefficients))
    terms = np.where(coefficients, _POWER[exponents % 255], 0)
    return [int(value) for value in np.bitwise_xor.reduce(terms, axis=1)]


def _at(polynomial: Sequence[int], point: int) -> int:
    """The value of a polynomial (Horner)."""
    value = 0
    for coefficient in reversed(polynomial):
        value = _product(value, point) ^ coefficient
    return value
