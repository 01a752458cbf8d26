"""Faults on the face: shut eyes, dark glasses, masks, an open mouth, a cap, hair."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.photo.engine import Points
from tests.hardware.photo.spoil import Portrait, Spoil, over, polygon, soft_edge


def _skin(p: Portrait) -> NDArray[np.float32]:
    x, y = np.round(p.face.cheek_right).astype(int)
    reach = max(2, round(0.08 * p.ied))
    part = p.pixels[y - reach : y + reach, x - reach : x + reach].reshape(-1, 3)
    return np.asarray(np.median(part, axis=0), np.float32)


def closed_eyes(p: Portrait) -> Pixels:
    """Lids of skin over both eyes with a line of lashes along the lower rim."""
    picture, skin = p.pixels, _skin(p)
    for eye in (p.face.shape_right, p.face.shape_left):
        rim = np.vstack([eye.outer, eye.upper, eye.inner, eye.lower[::-1]])
        grown = rim.mean(axis=0) + (rim - rim.mean(axis=0)) * (1.12, 1.5)
        picture = over(picture, skin * 0.93, soft_edge(polygon(picture.shape, grown), 0.02 * p.ied))
        line = np.round(np.vstack([eye.outer, eye.lower, eye.inner])).astype(np.int32)
        lashes = np.zeros(picture.shape[:2], np.uint8)
        cv2.polylines(lashes, [line], False, 1, max(2, round(0.03 * p.ied)), cv2.LINE_AA)
        picture = over(picture, skin * 0.3, soft_edge(lashes.astype(bool), 0.008 * p.ied) * 0.9)
    return picture


def _lens(p: Portrait, eye: Points, half: tuple[float, float]) -> NDArray[np.bool_]:
    area = np.zeros(p.pixels.shape[:2], np.uint8)
    centre = tuple(round(v) for v in eye + np.array([0, 0.06 * p.ied]))
    axes = (round(half[0] * p.ied), round(half[1] * p.ied))
    cv2.ellipse(area, centre, axes, p.face.roll, 0, 360, 1, -1)
    return area.astype(bool)


def sunglasses(opacity: float) -> Spoil:
    def spoil(p: Portrait) -> Pixels:
        picture = p.pixels
        for eye in (p.face.eye_right, p.face.eye_left):
            picture = over(picture, (22, 20, 20), soft_edge(_lens(p, eye, (0.42, 0.32)), 0.01 * p.ied) * opacity)
        bridge = np.vstack([p.face.shape_right.inner, p.face.shape_left.inner])
        bar = np.zeros(picture.shape[:2], np.uint8)
        cv2.line(bar, *(tuple(round(v) for v in end) for end in bridge), 1, max(2, round(0.06 * p.ied)))
        return over(picture, (20, 20, 20), soft_edge(bar.astype(bool), 1.0))

    return spoil


def mask(blue: int, green: int, red: int) -> Spoil:
    """A face mask from the bridge of the nose to under the chin."""

    def spoil(p: Portrait) -> Pixels:
        jaw = p.face.hull[8:28]
        wings = np.array([[-0.5, -0.1], [0, -0.35], [0.5, -0.1]]) * p.ied
        rim = np.vstack([jaw, p.face.nose + wings])
        area = polygon(p.pixels.shape, cv2.convexHull(rim.astype(np.float32))[:, 0])
        shade = 0.92 + 0.08 * np.sin(np.arange(p.pixels.shape[0]) / (0.05 * p.ied))[:, None, None]
        cloth = np.array([blue, green, red], np.float32) * shade * np.ones((1, p.pixels.shape[1], 1))
        return over(p.pixels, cloth, soft_edge(area, 0.01 * p.ied))

    return spoil


def open_mouth(p: Portrait) -> Pixels:
    """The jaw half of the face is pulled down and the gap filled with dark."""
    height, width = p.pixels.shape[:2]
    face = p.face
    line = float(np.mean([face.lip_upper[:, 1].mean(), face.lip_lower[:, 1].mean()]))
    gap = 0.16 * face.drop
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    across = np.exp(-(((columns - face.lips_outer[:, 0].mean()) / (0.45 * p.ied)) ** 2))
    below = np.clip((rows - line) / (0.9 * face.drop), 0, 1)
    pull = gap * across * np.where(rows > line, 1 - below, 0)
    # Inverse map: what shows at a row below the mouth came from further up.
    source = np.maximum(rows - pull, np.where(rows > line, line, -1))
    picture = np.asarray(cv2.remap(p.pixels, columns, source.astype(np.float32), cv2.INTER_LINEAR))
    half = 0.30 * p.ied
    middle = (float(face.lips_outer[:, 0].mean()), line + gap * 0.45)
    area = ((columns - middle[0]) / half) ** 2 + ((rows - middle[1]) / (gap * 0.5)) ** 2 < 1
    return over(picture, (28, 22, 50), soft_edge(area, 0.015 * p.ied))


def cap(p: Portrait) -> Pixels:
    """A cap with a peak down to the brows."""
    face = p.face
    up = (face.eye_midpoint - face.chin) / face.drop
    across = np.array([-up[1], up[0]])
    at = lambda a, u: face.eye_midpoint + across * a * face.drop + up * u * face.drop  # noqa: E731
    crown = np.array(
        [
            at(a, u)
            for a, u in ((-0.68, 0.35), (-0.66, 0.8), (-0.4, 1.15), (0, 1.25), (0.4, 1.15), (0.66, 0.8), (0.68, 0.35))
        ]
    )
    peak = np.array(
        [at(a, u) for a, u in ((-0.72, 0.42), (0, 0.5), (0.72, 0.42), (0.6, 0.22), (0, 0.16), (-0.6, 0.22))]
    )
    picture = over(p.pixels, (90, 50, 40), soft_edge(polygon(p.pixels.shape, crown), 0.01 * p.ied))
    return over(picture, (60, 32, 26), soft_edge(polygon(p.pixels.shape, peak), 0.01 * p.ied))


def hair_over_eye(p: Portrait) -> Pixels:
    """A dark lock across one eye."""
    eye = p.face.eye_right if p.chance.random() < 0.5 else p.face.eye_left
    picture = p.pixels
    for _ in range(40):
        x = eye[0] + p.chance.normal(0, 0.12) * p.ied
        strand = np.array([[x, eye[1] - 0.9 * p.ied], [x + p.chance.normal(0, 0.04) * p.ied, eye[1]],
                           [x + p.chance.normal(0, 0.08) * p.ied, eye[1] + 0.45 * p.ied]])  # fmt: skip
        line = np.zeros(picture.shape[:2], np.uint8)
        cv2.polylines(line, [np.round(strand).astype(np.int32)], False, 1, max(2, round(0.035 * p.ied)), cv2.LINE_AA)
        picture = over(picture, (28, 26, 30), line.astype(np.float32))
    return picture


def glare(size: float) -> Spoil:
    """The lamp mirrored in thin-rimmed glasses: a white patch on either lens, `size` IED half wide."""

    def spoil(p: Portrait) -> Pixels:
        picture = p.pixels
        for eye in (p.face.eye_right, p.face.eye_left):
            lens = _lens(p, eye, (0.40, 0.30))
            rim = _lens(p, eye, (0.43, 0.33)) & ~lens
            picture = over(picture, (40, 40, 44), soft_edge(rim, 0.01 * p.ied))
            x, y = eye + p.ied * np.array([p.chance.uniform(-0.14, 0.14), p.chance.uniform(-0.10, 0.14)])
            patch = np.zeros(picture.shape[:2], np.uint8)
            axes = (round(size * p.ied), round(0.6 * size * p.ied))
            cv2.ellipse(patch, (round(x), round(y)), axes, p.chance.uniform(-30, 30), 0, 360, 1, -1)
            picture = over(picture, (255, 253, 250), soft_edge(patch.astype(bool) & lens, 0.02 * p.ied) * 0.95)
        return picture

    return spoil


def gaze(share: float) -> Spoil:
    """Both irises moved aside by `share` of the eye's width, the white beside them stretched."""

    def spoil(p: Portrait) -> Pixels:
        picture = p.pixels
        sign = 1 if p.chance.random() < 0.5 else -1
        along = (p.face.eye_left - p.face.eye_right) / p.ied
        rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
        for eye in (p.face.shape_right, p.face.shape_left):
            width = float(np.hypot(*(eye.outer - eye.inner)))
            shift = sign * share * width * along
            # A smooth push that is whole over the iris and nothing at the corners: what was at p - shift comes to p.
            away = np.hypot(columns - eye.iris[0] - shift[0], rows - eye.iris[1] - shift[1])
            weight = np.clip((0.62 * width - away) / (0.62 * width - 1.1 * eye.iris_radius), 0, 1)
            moved = [
                (grid - weight * step).astype(np.float32) for grid, step in zip((columns, rows), shift, strict=True)
            ]
            pushed = cv2.remap(picture, moved[0], moved[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            rim = np.vstack([eye.outer, eye.upper, eye.inner, eye.lower[::-1]])
            picture = over(picture, pushed, soft_edge(polygon(picture.shape, rim), 0.012 * p.ied))
        return picture

    return spoil


def skin_patch(p: Portrait) -> Pixels:
    """A plaster of the person's own skin colour over one eye."""
    eye = p.face.eye_right if p.chance.random() < 0.5 else p.face.eye_left
    area = np.zeros(p.pixels.shape[:2], np.uint8)
    cv2.ellipse(area, tuple(round(v) for v in eye), (round(0.38 * p.ied), round(0.32 * p.ied)), 0, 0, 360, 1, -1)
    return over(p.pixels, _skin(p), soft_edge(area.astype(bool), 1.0))


def round_lenses(opacity: float) -> Spoil:
    """Small round black glasses that leave brow and cheek bare."""

    def spoil(p: Portrait) -> Pixels:
        picture = p.pixels
        for eye in (p.face.eye_right, p.face.eye_left):
            lens = _lens(p, eye, (0.34, 0.24))
            picture = over(picture, (12, 12, 12), soft_edge(lens, 0.005 * p.ied) * opacity)
        return picture

    return spoil


def fringe(p: Portrait) -> Pixels:
    """Strands of dark hair that hang over both eyes with skin between them."""
    picture = p.pixels.copy()
    x, y = p.face.eye_midpoint
    for strand in range(60):
        left = x + (1.8 * strand / 60 - 0.9) * p.ied
        ends = [(left, y - 1.3 * p.ied), (left + p.chance.uniform(-0.05, 0.05) * p.ied, y + 0.15 * p.ied)]
        thick = max(1, round(0.018 * p.ied))
        cv2.line(picture, *(tuple(round(v) for v in end) for end in ends), (20, 25, 30), thick, cv2.LINE_AA)
    return picture


def hand(p: Portrait) -> Pixels:
    """Four fingers of the person's own skin laid over one cheek and the corner of the mouth."""
    side = 1 if p.chance.random() < 0.5 else -1
    skin, picture = _skin(p), p.pixels
    for place in range(4):
        tip = p.face.nose + p.ied * np.array([side * (0.25 + 0.16 * place), 0.05 + 0.07 * place])
        base = tip + p.ied * np.array([side * 0.35, 1.5])
        finger = np.zeros(picture.shape[:2], np.uint8)
        ends = [tuple(round(v) for v in end) for end in (tip, base)]
        cv2.line(finger, ends[0], ends[1], 1, round(0.17 * p.ied), cv2.LINE_AA)
        solid = finger.astype(bool)
        picture = over(picture, skin * 0.62, soft_edge(solid, 0.03 * p.ied) * 0.9)
        inner = cv2.erode(finger, np.ones((3, 3), np.uint8), iterations=max(1, round(0.015 * p.ied))).astype(bool)
        picture = over(picture, skin * (1.02 - 0.03 * place), soft_edge(inner, 0.012 * p.ied))
    return picture


def lowered_lids(share: float) -> Spoil:
    """Upper lids that cover `share` of either eye, as in the middle of a blink."""

    def spoil(p: Portrait) -> Pixels:
        picture, skin = p.pixels, _skin(p)
        for eye in (p.face.shape_right, p.face.shape_left):
            low = eye.upper + share * (eye.lower - eye.upper)
            lid = np.vstack([eye.outer, eye.upper - (0, 0.05 * p.ied), eye.inner, low[::-1]])
            picture = over(picture, skin * 0.93, soft_edge(polygon(picture.shape, lid), 0.012 * p.ied))
            lashes = np.zeros(picture.shape[:2], np.uint8)
            line = np.round(np.vstack([eye.outer, low, eye.inner])).astype(np.int32)
            cv2.polylines(lashes, [line], False, 1, max(2, round(0.03 * p.ied)), cv2.LINE_AA)
            picture = over(picture, skin * 0.3, soft_edge(lashes.astype(bool), 0.008 * p.ied) * 0.9)
        return picture

    return spoil
