"""Taking blur out module by module: each value is its own module and a share of its neighbours (decision feedback).

The shares are fitted to what is known so far – the fixed modules and those already decoded count fully, the others by
how decided they are – then the neighbours' shares are taken away, and again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hardware.qr.rescue.anatomy import Grid, Signs

REACH, ROUNDS = 2, 7
_STIFFNESS = 2.0
_OWN = ((2 * REACH + 1) ** 2) // 2


def equalised(grid: Grid, known: Signs) -> Grid:
    """The grid without its neighbours' shares, about -1 to 1. `known`: +1, -1, or 0 for modules not known."""
    side = len(grid)
    decided = np.where(known != 0, known, np.sign(grid)).astype(np.float64)
    fitted = grid
    for _ in range(ROUNDS):
        around = _neighbours(decided, side)
        shares = _fit(around, grid.ravel())
        own = max(float(shares[_OWN]), 0.05)
        fitted = (grid - (around @ shares).reshape(side, side)) / own + decided
        decided = np.where(known != 0, known, np.tanh(2 * np.clip(fitted, -1, 1)))
    return np.asarray(np.clip(fitted, -2, 2))


def _neighbours(decided: Grid, side: int) -> NDArray[np.float64]:
    """(side², neighbours + 1): each module's neighbourhood, light beyond the edge (quiet zone), and a constant."""
    wide = np.pad(decided, REACH, constant_values=1)
    span = range(2 * REACH + 1)
    columns = [wide[row : row + side, column : column + side].ravel() for row in span for column in span]
    return np.stack([*columns, np.ones(side * side)], axis=1)


def _fit(around: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    # einsum, not @: for sums this small BLAS's threads wait for each other longer than they compute
    square = np.einsum("ki,kj->ij", around, around) + _STIFFNESS * np.eye(around.shape[1])
    return np.asarray(np.linalg.solve(square, np.einsum("ki,k->i", around, seen)))
