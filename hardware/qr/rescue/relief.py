"""A picture of a code with the light taken out, at the size that suits its modules."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.qr.rescue.anatomy import Grid, Signs
from hardware.qr.rescue.finders import Triple
from hardware.qr.zxing import Grey

Places = NDArray[np.float64]
"""(…, 2): x and y in pixels."""
Relief = NDArray[np.float32]
WORKING_MODULE = 4.5
"""Pixels a module: fewer lose detail, more cost time."""
_NO_MAP = np.empty(0, dtype=np.float32)


@dataclass(frozen=True)
class Relieved:
    """A cut-out of a picture with light taken out: local mean 0, local deviation about 1, `scale` times as large."""

    relief: Relief
    scale: float
    left: float
    top: float

    def into(self, places: Places) -> Places:
        return (places - [self.left, self.top] + 0.5) * self.scale - 0.5

    def back(self, places: Places) -> Places:
        return (places + 0.5) / self.scale - 0.5 + [self.left, self.top]

    def sample(self, places: Places | Relief) -> Relief:
        """The values at places (…, 2)."""
        flat = places.astype(np.float32).reshape(-1, places.shape[-2], 2)
        seen = cv2.remap(self.relief, flat, _NO_MAP, cv2.INTER_LINEAR)
        return np.asarray(seen.reshape(places.shape[:-1]), dtype=np.float32)


def relieve(grey: Grey, triple: Triple) -> Relieved:
    """The surroundings of three finder patterns, about `WORKING_MODULE` pixels a module."""
    fourth = triple.top_right + triple.bottom_left - triple.top_left
    corners = np.array([triple.top_left, triple.top_right, triple.bottom_left, fourth])
    margin = 9 * triple.module
    left, top = np.maximum(0, corners.min(axis=0) - margin).astype(int)
    right, bottom = (corners.max(axis=0) + margin).astype(int)
    scale = min(2.0, WORKING_MODULE / triple.module)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    part = cv2.resize(grey[top:bottom, left:right], None, fx=scale, fy=scale, interpolation=way).astype(np.float32)
    window = round(triple.module * scale * 7) | 1
    flat = part - cv2.blur(part, (window, window))
    spread = np.sqrt(np.maximum(0, cv2.blur(flat * flat, (window, window))))
    return Relieved(np.asarray(flat / (spread + 4), dtype=np.float32), scale, float(left), float(top))


def worth_of(seen: Grid | Relief, fixed: Signs, share: float) -> Grid:
    """What speaks for each value: agreement where a module is fixed, decidedness elsewhere."""
    bounded: Grid = np.clip(seen.astype(np.float64), -1.5, 1.5)
    return np.asarray(np.where(fixed != 0, fixed * bounded, share * np.abs(bounded)))
