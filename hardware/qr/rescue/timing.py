"""Which threes of finder patterns belong together, and how many modules lie between them: the timing patterns tell.

Between two finder patterns dark and light alternate module by module. All threes, versions and foreshortenings are
looked at together; what alternates best is likeliest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.qr.rescue.anatomy import Grid, side_of
from hardware.qr.rescue.finders import Triple
from hardware.qr.zxing import Grey

LARGEST_VERSION = 14
VERSIONS_EACH, FIRST_BONUS = 3, 0.8
_SLANTS = np.linspace(-0.4, 0.4, 9)
_OCTAVE_MODULE = 1.8
"""The smallest module in a reduced picture; the largest is twice that."""


@dataclass(frozen=True)
class Likely:
    """A three with a version; `agreement`: how well its timing patterns agree and how early the three came."""

    triple: Triple
    version: int
    agreement: float


def likely(grey: Grey, triples: Sequence[Triple]) -> list[Likely]:
    """The best versions of each three, the likeliest first; `triples` come in the order of their own likeness."""
    found: list[Likely] = []
    octaves = [max(0, int(np.log2(triple.module / _OCTAVE_MODULE))) for triple in triples]
    for octave in sorted(set(octaves)):
        members = [(rank, triple) for rank, triple in enumerate(triples) if octaves[rank] == octave]
        points = np.stack([_points(triple) for _rank, triple in members]) / 2**octave
        modules = np.array([triple.module for _rank, triple in members]) / 2**octave
        found += _best(members, _agreements(_relief(grey, octave), points, modules))
    found.sort(key=lambda one: -one.agreement)
    return found


def _points(triple: Triple) -> Grid:
    return np.stack([triple.top_left, triple.top_right, triple.bottom_left])


def _relief(grey: Grey, octave: int) -> NDArray[np.float32]:
    small = cv2.resize(grey, None, fx=0.5**octave, fy=0.5**octave, interpolation=cv2.INTER_AREA).astype(np.float32)
    window = round(7 * 1.4 * _OCTAVE_MODULE) | 1
    flat = small - cv2.blur(small, (window, window))
    spread = np.sqrt(np.maximum(0, cv2.blur(flat * flat, (window, window))))
    return np.asarray(np.clip(flat / (spread + 4), -1, 1), dtype=np.float32)


def _agreements(relief: NDArray[np.float32], points: Grid, modules: Grid) -> Grid:
    """(threes, versions): the mean agreement of both timing patterns, -1 where the size rules a version out."""
    distances = np.linalg.norm(points[:, 1:] - points[:, :1], axis=2).mean(axis=1) / modules
    agreement = np.full((len(points), LARGEST_VERSION), -1.0)
    for version in range(1, LARGEST_VERSION + 1):
        expected = side_of(version) - 7
        fits = (distances > 0.72 * expected - 3) & (distances < 1.35 * expected + 3)
        if fits.any():
            agreement[fits, version - 1] = _alternation(relief, points[fits], version)
    return agreement


def _alternation(relief: NDArray[np.float32], points: Grid, version: int) -> Grid:
    """For each three how well both lines alternate, each at the foreshortening that suits it."""
    side = side_of(version)
    at = np.arange(8, side - 8)
    part = (at + 0.5 - 3.5) / (side - 7)
    bent = part + _SLANTS[:, None] * part * (1 - part)
    expected = np.where(at % 2 == 0, -1.0, 1.0)
    total = np.zeros(len(points))
    for end, other in ((1, 2), (2, 1)):
        along, beside = points[:, end] - points[:, 0], points[:, other] - points[:, 0]
        line = (
            points[:, 0, None, None] + bent[..., None] * along[:, None, None] + beside[:, None, None] * 3 / (side - 7)
        )
        flat = line.astype(np.float32).reshape(-1, line.shape[-2], 2)
        seen = cv2.remap(relief, flat, np.empty(0, dtype=np.float32), cv2.INTER_LINEAR).reshape(line.shape[:-1])
        total += ((seen * expected).mean(axis=2) - 0.1 * np.abs(_SLANTS)).max(axis=1)
    return np.asarray(total * np.sqrt(len(at) / (len(at) + 8)))


def _best(members: Sequence[tuple[int, Triple]], agreement: Grid) -> Iterator[Likely]:
    for row, (rank, triple) in zip(agreement, members, strict=True):
        for version in np.argsort(-row)[:VERSIONS_EACH]:
            if row[version] > 0:
                yield Likely(triple, int(version) + 1, float(row[version]) + FIRST_BONUS / (1 + rank / 3))
