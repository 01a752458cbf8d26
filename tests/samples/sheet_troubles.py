"""What else befalls a code on paper or on a screen: print dots, fading, crowding, mirroring, a finger, a screen's grid.

Everything is drawn from a seed; places are those of the sheet (mm) or of the picture (pixels).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.camera.paper import CODE_LEFT_MM, CODE_TOP_MM, draw_code

Points = NDArray[np.float64]
Light = NDArray[np.float32]
SKIN_BGR = (128, 158, 205)
BESIDE_LEFT_MM = 84
"""Where a second code lies: left of the first, its quiet zone kept."""


def code_box(per_mm: int, code_mm: float, left_mm: float = CODE_LEFT_MM) -> tuple[slice, slice]:
    """Rows and columns of a code in a sheet."""
    top, left, side = (round(value * per_mm) for value in (CODE_TOP_MM, left_mm, code_mm))
    return slice(top, top + side), slice(left, left + side)


def without_code(sheet: Pixels, per_mm: int, code_mm: float) -> Pixels:
    """The same sheet with bare paper where the code was."""
    bare = sheet.copy()
    bare[code_box(per_mm, code_mm)] = (251, 253, 253)
    return bare


def mirrored(sheet: Pixels, per_mm: int, code_mm: float) -> Pixels:
    """The code as seen through the paper; the rest stays."""
    turned, box = sheet.copy(), code_box(per_mm, code_mm)
    turned[box] = sheet[box][:, ::-1]
    return turned


def with_second(sheet: Pixels, per_mm: int, code_mm: float, text: str) -> Pixels:
    """Another code beside the first."""
    both, side = sheet.copy(), round(code_mm * per_mm)
    code = np.asarray(draw_code(text, module=8, border=0).resize((side, side)).convert("RGB"))
    rows, columns = code_box(per_mm, code_mm, BESIDE_LEFT_MM)
    edge = round(2 * per_mm)
    both[rows.start - edge : rows.stop + edge, columns.start - edge : columns.stop + edge] = (251, 253, 253)
    both[rows, columns] = code[:, :, ::-1]
    return both


def crowded(sheet: Pixels, per_mm: int, code_mm: float, quiet: float, modules: int) -> Pixels:
    """A frame and lines of print `quiet` modules away from the code, where ISO/IEC 18004 asks for four light ones."""
    full, gap = sheet.copy(), round(quiet * code_mm / modules * per_mm)
    rows, columns = code_box(per_mm, code_mm)
    first = (columns.start - gap - 3, rows.start - gap - 3)
    last = (columns.stop + gap + 2, rows.stop + gap + 2)
    cv2.rectangle(full, first, last, (40, 40, 40), max(2, per_mm // 4))
    for row in range(rows.start, rows.stop, max(4, per_mm)):
        left = first[0] - per_mm * (2 + row % 5)
        cv2.line(full, (left, row), (first[0], row), (60, 60, 60), max(1, per_mm // 3))
    return full


def faded(sheet: Pixels, how: float) -> Pixels:
    """Ink that covers less: 0 as printed, 1 gone."""
    return np.asarray(255 - (255 - sheet.astype(np.float32)) * (1 - how), dtype=np.uint8)


def dotted(sheet: Pixels, per_mm: int, how: float, chance: np.random.Generator) -> Pixels:
    """Ink as drops and toner as grains of about a tenth of a millimetre: light specks in dark, dark ones in light."""
    shape = sheet.shape[:2]
    soft = cv2.GaussianBlur(chance.normal(0, 1, shape).astype(np.float32), (0, 0), max(0.6, 0.08 * per_mm))
    grain = soft / max(1e-6, float(soft.std()))
    light, dark = (np.maximum(0, grain - 0.3) * 110)[..., None], (np.maximum(0, grain - 1.4) * 60)[..., None]
    rough = sheet + how * np.where(sheet < 128, light, -dark)
    return np.asarray(np.clip(rough, 0, 255), dtype=np.uint8)


def on_screen(picture: Light, places: Points, how: float) -> Light:
    """A screen's grid (0.0625 mm, three stripes a pixel) sampled by the sensor's: moiré where both nearly fit."""
    pitch = 0.0625
    shone = picture.copy()
    rows = 0.5 + 0.5 * np.cos(2 * np.pi * places[..., 1] / pitch)
    for stripe in range(3):
        columns = 0.5 + 0.5 * np.cos(2 * np.pi * (places[..., 0] / pitch + stripe / 3))
        grid = cv2.GaussianBlur((0.5 * rows + 0.5 * columns).astype(np.float32), (0, 0), 0.7)
        shone[..., stripe] *= 1 - how * (1 - grid)
    return shone


def finger(picture: Light, corners: Points, how: float, towards: float) -> Light:
    """A fingertip over the code's edge: `how` is the share of the code's side it reaches in; `towards` in radians."""
    middle, side = corners.mean(axis=0), float(np.linalg.norm(corners[1] - corners[0]))
    away = np.array([np.cos(towards), np.sin(towards)])
    tip = middle + away * side * (0.5 * max(abs(away[0]), abs(away[1])) ** -1 - how)
    mask = np.zeros(picture.shape[:2], np.float32)
    far = tip + away * side * 1.5
    ends = [(round(float(x)), round(float(y))) for x, y in (tip + away * side * 0.16, far)]
    cv2.line(mask, ends[0], ends[1], 1.0, max(3, round(0.32 * side)))
    soft = cv2.GaussianBlur(mask, (0, 0), 1.2)[..., None]
    return np.asarray(picture * (1 - soft) + np.array(SKIN_BGR, np.float32) * soft, dtype=np.float32)
