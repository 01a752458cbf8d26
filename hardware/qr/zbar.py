"""zbar, the second opinion: on some photographs it reads what zxing-cpp cannot. Its word counts only where it is sure.

zbar guesses character sets and joins symbols, so only plain printable ASCII is believed, and only when two differently
prepared pictures give the same text. Loaded when first asked; without libzbar there is no second opinion.
"""

from __future__ import annotations

import importlib
from functools import cache
from types import ModuleType

import cv2
import numpy as np

from hardware.qr.zxing import Grey, Quad, Sighting


@cache
def library() -> ModuleType | None:
    """pyzbar, or None when it or libzbar is not installed (pyzbar raises ImportError, on Windows FileNotFoundError)."""
    try:
        return importlib.import_module("pyzbar.pyzbar")
    except (ImportError, OSError):
        return None


def second_opinion(grey: Grey) -> list[Sighting]:
    """Codes that zbar reads alike in the picture and in a softened copy of it."""
    first = _read(grey)
    if not first:
        return []
    again = {text for text, _corners in _read(np.asarray(cv2.GaussianBlur(grey, (3, 3), 0), dtype=np.uint8))}
    return [Sighting(corners, text) for text, corners in first if text in again]


def _read(grey: Grey) -> list[tuple[str, Quad]]:
    zbar = library()
    if zbar is None:
        return []
    try:
        found = zbar.decode(grey, symbols=[zbar.ZBarSymbol.QRCODE])
    except (ValueError, KeyError, zbar.PyZbarError):  # e.g. an orientation pyzbar has no name for
        return []
    readings = []
    for code in found:
        text = code.data.decode("ascii", errors="replace")
        if code.type == "QRCODE" and text.isascii() and text.isprintable() and len(code.polygon) == 4:
            readings.append((text, _clockwise(np.array(code.polygon, dtype=np.float64))))
    return readings


def _clockwise(points: Quad) -> Quad:
    """Corners clockwise from the one nearest the picture's top left (zbar does not say where the symbol begins)."""
    middle = points.mean(axis=0)
    order = np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))
    turned = points[order]
    return np.roll(turned, -int(turned.sum(axis=1).argmin()), axis=0)
