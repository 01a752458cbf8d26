"""A person, or a picture of one? (published: the photo is of the person; a photo of a photo is soft and may be anyone)

Two traces are looked for: the grid of a screen or a print, which beats with the camera's own grid and stands as a sharp
peak in the spectrum of the face; and the four straight edges of a sheet or a telephone about the face, unbroken even
below the chin, where a living person's shoulders would hide what lies behind.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.photo import Advice
from hardware.photo.engine import Points
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import Seen

# Tuning half: people ≤ 22, the same enlarged by 1.25 to 3 ≤ 163; a screen's grid beating with the camera's ≥ 250, and
# of half that strength ≥ 158 (median 3,500).
GRID = Bounds("ratio", most=230, source="tuned")
# Tuning half: people ≤ 0.37 (most 0), sheets and telephones held up 1.0.
FRAME = Bounds("share", most=0.8, source="tuned")
BLOCK = 128  # pixels of a spectrum's side
MOST_BLOCKS = 60
LOWEST = 0.11  # cycles a pixel: below it lie the face's own shapes
JPEG_STEP = BLOCK // 8  # a JPEG's blocks stand at these frequencies: left out
SIDE = 480  # pixels of the long side for the search of edges
LEAST_AREA, MOST_AREA = 1.6, 0.92  # of a sheet: over the face's box; of the picture
SUPPORT_REACH = 2  # pixels about a side that count as on it


def grid(seen: Seen) -> Finding | None:
    """The highest lone peak of the face's spectrum over what lies about it; None when the face is too small."""
    luma = np.asarray(cv2.cvtColor(seen.pixels, cv2.COLOR_BGR2GRAY), np.uint8)
    blocks = _blocks(luma, seen.face.hull)
    if len(blocks) < 4:
        return None
    window = np.outer(np.hanning(BLOCK), np.hanning(BLOCK)).astype(np.float32)
    power = np.zeros((BLOCK, BLOCK))
    for block in blocks:
        part = block - cv2.GaussianBlur(block, (0, 0), 4)
        power += np.abs(np.fft.fft2(part * window / (part.std() + 1.0))) ** 2
    return GRID.judge("screen_grid", peak(np.fft.fftshift(power)), Advice.LIVE_PERSON)


def _blocks(luma: NDArray[np.uint8], hull: Points) -> list[NDArray[np.float32]]:
    """Squares of the face, half overlapping, not more than `MOST_BLOCKS`."""
    low = np.maximum(np.floor(hull.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(hull.max(axis=0)), (luma.shape[1], luma.shape[0])).astype(int)
    places = [
        (x, y)
        for y in range(low[1], high[1] - BLOCK + 1, BLOCK // 2)
        for x in range(low[0], high[0] - BLOCK + 1, BLOCK // 2)
    ]
    chosen = places[:: max(1, -(-len(places) // MOST_BLOCKS))]
    return [luma[y : y + BLOCK, x : x + BLOCK].astype(np.float32) for x, y in chosen]


def peak(power: NDArray[np.float64]) -> float:
    """Highest value of a centred power spectrum over the median of its surroundings."""
    places = np.arange(BLOCK) - BLOCK // 2
    rows, columns = np.meshgrid(places, places, indexing="ij")
    radius = np.hypot(rows, columns) / BLOCK
    logs = np.log(power + 1e-9).astype(np.float32)
    levels = np.clip((logs - logs.min()) / max(float(np.ptp(logs)), 1e-6) * 255, 0, 255)
    about = cv2.medianBlur(levels.astype(np.uint8), 15).astype(np.float32)
    over = np.exp((levels - about) / 255 * float(np.ptp(logs)))
    looked = (radius > LOWEST) & (radius < 0.48) & ~_jpeg(rows, columns)
    return float(over[looked].max())


def _jpeg(rows: NDArray[np.int_], columns: NDArray[np.int_]) -> NDArray[np.bool_]:
    near = [np.abs((axis + JPEG_STEP // 2) % JPEG_STEP - JPEG_STEP // 2) <= 1 for axis in (rows, columns)]
    return np.asarray(near[0] & near[1])


def frame(seen: Seen) -> Finding:
    """Of the best four-sided sheet about the face: the share of its weakest side that is an edge; 0 without one."""
    height, width = seen.pixels.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    small = cv2.resize(seen.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    face = (seen.face.hull * scale).astype(np.float32)
    best = 0.0
    for edges in _edges(np.asarray(small)):
        closed = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        outlines, _ = cv2.findContours(closed, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        near = cv2.dilate(edges, np.ones((2 * SUPPORT_REACH + 1,) * 2, np.uint8)) > 0
        for outline in outlines:
            corners = _sheet(np.asarray(outline, np.int32), face, small.shape[0] * small.shape[1])
            if corners is not None:
                best = max(best, _support(near, corners))
    return FRAME.judge("held_picture", best, Advice.LIVE_PERSON)


def _edges(small: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (0, 0), 0.8)
    return [np.asarray(cv2.Canny(grey, low, 2 * low)) for low in (12, 40)]


def _sheet(outline: NDArray[np.int32], face: NDArray[np.float32], picture: float) -> Points | None:
    """The four corners of an outline that is a sheet about the whole face, else None."""
    hull = cv2.convexHull(outline)
    area = cv2.contourArea(hull)
    box = np.ptp(face, axis=0)
    if not LEAST_AREA * box[0] * box[1] < area < MOST_AREA * picture:
        return None
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
    if len(corners) != 4 or cv2.contourArea(corners) < 0.9 * area:
        return None
    if any(cv2.pointPolygonTest(corners, (float(x), float(y)), False) < 0 for x, y in face[::4]):
        return None
    return np.asarray(corners.reshape(4, 2), np.float64)


def _support(near: NDArray[np.bool_], corners: Points) -> float:
    shares = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = start + np.linspace(0.05, 0.95, 60)[:, None] * (end - start)
        x, y = np.round(along).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < near.shape[1]) & (y < near.shape[0])
        shares.append(float(near[y[inside], x[inside]].mean()) if inside.any() else 0.0)
    return min(shares)
