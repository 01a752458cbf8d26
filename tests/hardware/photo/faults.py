"""Seeded faults for portraits: each takes a good picture and spoils it in one way, sizes relative to the face.

Used by the tests and by `python -m tests.photo_report`. A fault names the advice of which at least one must be heard.
Nothing here is a model of a camera; it is a common yardstick, the same for every change of the bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.photo import Advice
from hardware.photo.engine import Face, Matte, Points

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Portrait:
    """A good picture with what was seen in it before it is spoilt. `person` (height, width) 0..1."""

    pixels: Pixels
    face: Face
    person: Floats
    chance: np.random.Generator

    @property
    def ied(self) -> float:
        return self.face.eye_distance


Spoil = Callable[[Portrait], Pixels]


@dataclass(frozen=True)
class Fault:
    name: str
    spoil: Spoil
    advice: frozenset[Advice]
    gross: bool = False


def person_mask(pixels: Pixels, matte: Matte) -> Floats:
    """The matte in the picture's own pixels; below and beside its square it is continued from the rim."""
    height, width = pixels.shape[:2]
    columns = np.clip((np.arange(width) + 0.5 - matte.x) / matte.size, 0, 1) * (matte.person.shape[1] - 1)
    rows = np.clip((np.arange(height) + 0.5 - matte.y) / matte.size, 0, 1) * (matte.person.shape[0] - 1)
    grid_x, grid_y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    return np.asarray(cv2.remap(matte.person, grid_x, grid_y, cv2.INTER_LINEAR))


def _bytes(values: NDArray[np.floating]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def _soft(area: NDArray[np.bool_] | Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(np.asarray(area, np.float32), (0, 0), max(sigma, 0.3)))


def _over(picture: Pixels, colour: NDArray[np.floating] | tuple[float, ...], mask: Floats) -> Pixels:
    alpha = mask[:, :, None]
    return _bytes(picture * (1 - alpha) + np.asarray(colour, np.float32) * alpha)


def _polygon(shape: tuple[int, ...], points: Points) -> NDArray[np.bool_]:
    area = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(area, [np.round(points).astype(np.int32)], 1)
    return area.astype(bool)


# ── the picture ─────────────────────────────────────────────────────────────────────────────────────────
def blur(share: float) -> Spoil:
    return lambda p: np.asarray(cv2.GaussianBlur(p.pixels, (0, 0), share * p.ied))


def motion(share: float) -> Spoil:
    def spoil(p: Portrait) -> Pixels:
        length = max(3, round(share * p.ied))
        kernel = np.zeros((length, length), np.float32)
        angle = p.chance.uniform(0, math.pi)
        reach = np.array([math.cos(angle), math.sin(angle)]) * (length - 1) / 2
        ends = [tuple(round(v) for v in (length - 1) / 2 + sign * reach) for sign in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1.0, 1)
        return np.asarray(cv2.filter2D(p.pixels, -1, kernel / kernel.sum()))

    return spoil


def noise(sigma: float) -> Spoil:
    return lambda p: _bytes(p.pixels + p.chance.normal(0, sigma, p.pixels.shape))


def gain(factor: float) -> Spoil:
    return lambda p: _bytes(p.pixels.astype(np.float32) * factor)


def linear_gain(factor: float) -> Spoil:
    """Exposure as a camera sees it: the gain works on light, not on code values."""
    return lambda p: _bytes(255 * np.clip((p.pixels / 255.0) ** 2.2 * factor, 0, 1) ** (1 / 2.2))


def cast(blue: float, green: float, red: float) -> Spoil:
    return lambda p: _bytes(p.pixels * np.array([blue, green, red], np.float32))


# ── where the person is ─────────────────────────────────────────────────────────────────────────────────
def _moved(p: Portrait, matrix: NDArray[np.floating]) -> Pixels:
    height, width = p.pixels.shape[:2]
    return np.asarray(
        cv2.warpAffine(p.pixels, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    )


def turned(degrees: float) -> Spoil:
    """Clockwise, about the eyes."""
    return lambda p: _moved(p, cv2.getRotationMatrix2D(tuple(map(float, p.face.eye_midpoint)), -degrees, 1.0))


def scaled(factor: float) -> Spoil:
    return lambda p: _moved(p, cv2.getRotationMatrix2D(tuple(map(float, p.face.nose)), 0, factor))


def aside(share: float) -> Spoil:
    """The face's middle stands `share` of the picture's width from its left rim."""

    def spoil(p: Portrait) -> Pixels:
        across = share * p.pixels.shape[1] - p.face.eye_midpoint[0]
        return _moved(p, np.array([[1, 0, across], [0, 1, 0]], np.float32))

    return spoil


def raised(share: float) -> Spoil:
    """The top of the picture cuts the head `share` T above the eyes."""

    def spoil(p: Portrait) -> Pixels:
        up = p.face.eye_midpoint[1] - share * p.face.drop
        return _moved(p, np.array([[1, 0, 0], [0, 1, -up]], np.float32))

    return spoil


def lowered(p: Portrait) -> Pixels:
    """The chin stands at the lower rim."""
    down = p.pixels.shape[0] - 1.02 * p.face.drop - p.face.eye_midpoint[1]
    return _moved(p, np.array([[1, 0, 0], [0, 1, down]], np.float32))


def second_person(size: float) -> Spoil:
    """The same person again, mirrored, `size` as large, behind one shoulder."""

    def spoil(p: Portrait) -> Pixels:
        height, width = p.pixels.shape[:2]
        side = 1 if p.chance.random() < 0.5 else -1
        to_x = p.face.eye_midpoint[0] + side * (1.1 + 1.3 * size) * p.face.drop
        to_y = p.face.eye_midpoint[1] + 0.35 * p.face.drop * (1 - size)
        matrix = np.array([[-size, 0, to_x + size * p.face.eye_midpoint[0]],
                           [0, size, to_y - size * p.face.eye_midpoint[1]]], np.float32)  # fmt: skip
        other = cv2.warpAffine(p.pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        there = cv2.warpAffine(p.person, matrix, (width, height))
        return _over(p.pixels, other, np.asarray(there * (1 - p.person)))

    return spoil


# ── light on the face ───────────────────────────────────────────────────────────────────────────────────
def _across(p: Portrait) -> Floats:
    """-1 at the person's right cheek, 1 at the left, by picture column."""
    columns = np.arange(p.pixels.shape[1], dtype=np.float32)
    return np.asarray(np.clip((columns - p.face.eye_midpoint[0]) / (0.75 * p.face.drop), -1, 1), np.float32)


def side_light(darkest: float, *, hard: bool = False) -> Spoil:
    """One half of the person lies in shadow, the backdrop does not."""

    def spoil(p: Portrait) -> Pixels:
        slope = _across(p) * (1 if p.chance.random() < 0.5 else -1)
        slope = np.clip(slope * (8 if hard else 1.0), -1, 1)
        light = 1 - (1 - darkest) * (1 - slope) / 2
        shade = 1 - p.person * (1 - light[None, :])
        return _bytes(p.pixels * shade[:, :, None])

    return spoil


def _shadow_of_head(p: Portrait, *, soft: float, depth: float, shift: tuple[float, float]) -> Pixels:
    height, width = p.pixels.shape[:2]
    side = 1 if p.chance.random() < 0.5 else -1
    matrix = np.array([[1, 0, side * shift[0] * p.face.drop], [0, 1, shift[1] * p.face.drop]], np.float32)
    fallen = cv2.warpAffine(p.person, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    fallen = _soft(np.asarray(fallen > 0.5), soft * p.face.drop) * (1 - p.person)
    return _bytes(p.pixels * (1 - depth * fallen[:, :, None]))


def soft_shadow(p: Portrait) -> Pixels:
    return _shadow_of_head(p, soft=0.10, depth=0.45, shift=(0.35, 0.10))


def hard_shadow(p: Portrait) -> Pixels:
    return _shadow_of_head(p, soft=0.01, depth=0.40, shift=(0.18, 0.08))


# ── the backdrop ────────────────────────────────────────────────────────────────────────────────────────
def before(scenery: Callable[[Portrait], Pixels]) -> Spoil:
    return lambda p: _over(scenery(p), p.pixels, p.person)


def bricks(p: Portrait) -> Pixels:
    height, width = p.pixels.shape[:2]
    long, high = round(0.45 * p.face.drop), round(0.16 * p.face.drop)
    rows, columns = np.mgrid[0:height, 0:width]
    course = rows // high
    shifted = columns + (course % 2) * (long // 2)
    tone = p.chance.uniform(0.75, 1.1, (course.max() + 1, shifted.max() // long + 1))[course, shifted // long]
    wall = np.array([70, 90, 160], np.float32) * tone[:, :, None]
    joint = (rows % high < 3) | (shifted % long < 3)
    wall[joint] = (170, 175, 180)
    return _bytes(wall)


def stripes(p: Portrait) -> Pixels:
    columns = np.arange(p.pixels.shape[1]) // max(2, round(0.18 * p.face.drop)) % 2
    picture = np.empty_like(p.pixels)
    picture[:] = np.where(columns[:, None] == 1, (205, 190, 170), (235, 232, 228)).astype(np.uint8)
    return picture


def foliage(p: Portrait) -> Pixels:
    height, width = p.pixels.shape[:2]
    field = sum(
        cv2.resize(p.chance.normal(0, 1, (max(2, height // step), max(2, width // step))), (width, height)) * step**0.5
        for step in (4, 12, 40)
    )
    return _bytes(np.array([60, 120, 80], np.float32) + np.asarray(field)[:, :, None] * np.array([4, 7, 5]))


def boxes(p: Portrait) -> Pixels:
    """A light wall with a cabinet and boxes at one side."""
    picture = p.pixels.copy()
    _height, _width = picture.shape[:2]
    x = p.face.eye_midpoint[0] + (0.75 if p.chance.random() < 0.5 else -1.65) * p.face.drop
    for place in range(4):
        top = round(p.face.eye_midpoint[1] + (place * 0.6 - 0.9) * p.face.drop)
        colour = p.chance.integers(60, 170, 3).tolist()
        left = max(0, round(x))
        cv2.rectangle(
            picture, (left, top), (left + round(0.9 * p.face.drop), top + round(0.55 * p.face.drop)), colour, -1
        )
    return picture


def chair(p: Portrait) -> Pixels:
    """A dark rounded back that rises behind the shoulders to the ears."""
    picture = p.pixels.copy()
    x, y, drop = *p.face.eye_midpoint, p.face.drop
    left, right = round(x - 1.15 * drop), round(x + 1.15 * drop)
    top = round(y - 0.05 * drop)
    colour = p.chance.integers(30, 110, 3).tolist()
    cv2.rectangle(picture, (left, top + round(0.2 * drop)), (right, picture.shape[0]), colour, -1)
    cv2.rectangle(picture, (left + round(0.2 * drop), top), (right - round(0.2 * drop), picture.shape[0]), colour, -1)
    return picture


def door_frame(p: Portrait) -> Pixels:
    """One dark upright post beside the head."""
    picture = p.pixels.copy()
    side = 1 if p.chance.random() < 0.5 else -1
    x = round(p.face.eye_midpoint[0] + side * 0.85 * p.face.drop)
    cv2.rectangle(picture, (x, 0), (x + side * round(0.14 * p.face.drop), picture.shape[0]), (60, 70, 80), -1)
    return picture


def dark_wall(p: Portrait) -> Pixels:
    return np.full_like(p.pixels, (70, 60, 55))


# ── on the face ─────────────────────────────────────────────────────────────────────────────────────────
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
        picture = _over(picture, skin * 0.93, _soft(_polygon(picture.shape, grown), 0.02 * p.ied))
        line = np.round(np.vstack([eye.outer, eye.lower, eye.inner])).astype(np.int32)
        lashes = np.zeros(picture.shape[:2], np.uint8)
        cv2.polylines(lashes, [line], False, 1, max(2, round(0.03 * p.ied)), cv2.LINE_AA)
        picture = _over(picture, skin * 0.3, _soft(lashes.astype(bool), 0.008 * p.ied) * 0.9)
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
            picture = _over(picture, (22, 20, 20), _soft(_lens(p, eye, (0.42, 0.32)), 0.01 * p.ied) * opacity)
        bridge = np.vstack([p.face.shape_right.inner, p.face.shape_left.inner])
        bar = np.zeros(picture.shape[:2], np.uint8)
        cv2.line(bar, *(tuple(round(v) for v in end) for end in bridge), 1, max(2, round(0.06 * p.ied)))
        return _over(picture, (20, 20, 20), _soft(bar.astype(bool), 1.0))

    return spoil


def mask(blue: int, green: int, red: int) -> Spoil:
    """A face mask from the bridge of the nose to under the chin."""

    def spoil(p: Portrait) -> Pixels:
        jaw = p.face.hull[8:28]
        wings = np.array([[-0.5, -0.1], [0, -0.35], [0.5, -0.1]]) * p.ied
        rim = np.vstack([jaw, p.face.nose + wings])
        area = _polygon(p.pixels.shape, cv2.convexHull(rim.astype(np.float32))[:, 0])
        shade = 0.92 + 0.08 * np.sin(np.arange(p.pixels.shape[0]) / (0.05 * p.ied))[:, None, None]
        cloth = np.array([blue, green, red], np.float32) * shade * np.ones((1, p.pixels.shape[1], 1))
        return _over(p.pixels, cloth, _soft(area, 0.01 * p.ied))

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
    return _over(picture, (28, 22, 50), _soft(area, 0.015 * p.ied))


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
    picture = _over(p.pixels, (90, 50, 40), _soft(_polygon(p.pixels.shape, crown), 0.01 * p.ied))
    return _over(picture, (60, 32, 26), _soft(_polygon(p.pixels.shape, peak), 0.01 * p.ied))


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
        picture = _over(picture, (28, 26, 30), line.astype(np.float32))
    return picture


def fault(name: str, spoil: Spoil, *advice: Advice, gross: bool = False) -> Fault:
    return Fault(name, spoil, frozenset(advice), gross)


A = Advice
FAULTS: tuple[Fault, ...] = (
    fault("second person", second_person(0.9), A.ONE_PERSON, gross=True),
    fault("second person, small", second_person(0.45), A.ONE_PERSON, gross=True),
    fault("far", scaled(0.5), A.COME_CLOSER, A.HIGHER_RESOLUTION, gross=True),
    fault("near", scaled(1.9), A.MOVE_BACK, gross=True),
    fault("left", aside(0.05), A.CENTRE, A.NO_FACE, gross=True),
    fault("right", aside(0.9), A.CENTRE, A.NO_FACE, gross=True),
    fault("head cut at the hair", raised(0.8), A.CENTRE, A.MOVE_BACK, gross=True),
    fault("head cut at the brow", raised(0.45), A.CENTRE, A.MOVE_BACK, A.NO_FACE, gross=True),
    fault("too low", lowered, A.CENTRE, A.MOVE_BACK, A.NO_FACE, gross=True),
    fault("roll 6", turned(6), A.HEAD_UPRIGHT),
    fault("roll -7", turned(-7), A.HEAD_UPRIGHT),
    fault("roll 10", turned(10), A.HEAD_UPRIGHT, gross=True),
    fault("roll -15", turned(-15), A.HEAD_UPRIGHT, gross=True),
    fault("roll 90", turned(90), A.HEAD_UPRIGHT, A.NO_FACE, gross=True),
    fault("dark x0.3", gain(0.3), A.MORE_LIGHT, gross=True),
    fault("dark x0.5", gain(0.5), A.MORE_LIGHT),
    fault("dark 3 stops", linear_gain(1 / 8), A.MORE_LIGHT, gross=True),
    fault("bright x2", gain(2.0), A.LESS_LIGHT, gross=True),
    fault("bright 2 stops", linear_gain(4.0), A.LESS_LIGHT, gross=True),
    fault("blur 0.8 %", blur(0.008), A.HOLD_STILL),
    fault("blur 1.5 %", blur(0.015), A.HOLD_STILL),
    fault("blur 3 %", blur(0.03), A.HOLD_STILL, gross=True),
    fault("blur 5 %", blur(0.05), A.HOLD_STILL, gross=True),
    fault("motion 5 %", motion(0.05), A.HOLD_STILL),
    fault("motion 10 %", motion(0.10), A.HOLD_STILL),
    fault("motion 20 %", motion(0.20), A.HOLD_STILL, gross=True),
    fault("noise 8", noise(8), A.LESS_NOISE),
    fault("noise 20", noise(20), A.LESS_NOISE, gross=True),
    fault("cast blue", cast(1.25, 1.0, 0.7), A.NATURAL_COLOUR),
    fault("cast yellow", cast(0.6, 1.0, 1.1), A.NATURAL_COLOUR),
    fault("cast green", cast(0.8, 1.15, 0.8), A.NATURAL_COLOUR),
    fault("cast red", cast(0.75, 0.8, 1.3), A.NATURAL_COLOUR),
    fault("side light", side_light(0.35), A.EVEN_LIGHT, A.MORE_LIGHT),
    fault("side light, hard", side_light(0.35, hard=True), A.EVEN_LIGHT, A.MORE_LIGHT),
    fault("side light, weak", side_light(0.55), A.EVEN_LIGHT, A.MORE_LIGHT),
    fault("soft shadow behind", soft_shadow, A.PLAIN_BACKGROUND),
    fault("hard shadow behind", hard_shadow, A.PLAIN_BACKGROUND),
    fault("bricks", before(bricks), A.PLAIN_BACKGROUND, gross=True),
    fault("stripes", before(stripes), A.PLAIN_BACKGROUND, gross=True),
    fault("foliage", before(foliage), A.PLAIN_BACKGROUND, gross=True),
    fault("boxes", before(boxes), A.PLAIN_BACKGROUND),
    fault("chair", before(chair), A.PLAIN_BACKGROUND),
    fault("door frame", before(door_frame), A.PLAIN_BACKGROUND),
    fault("dark wall", before(dark_wall), A.MORE_LIGHT, A.PLAIN_BACKGROUND, gross=True),
    fault("closed eyes", closed_eyes, A.OPEN_EYES),
    fault("sunglasses", sunglasses(0.95), A.UNCOVER_EYES),
    fault("sunglasses, tinted", sunglasses(0.7), A.UNCOVER_EYES),
    fault("white mask", mask(235, 235, 235), A.UNCOVER_FACE, A.NO_FACE),
    fault("blue mask", mask(215, 185, 140), A.UNCOVER_FACE, A.NO_FACE),
    fault("black mask", mask(35, 32, 32), A.UNCOVER_FACE, A.NO_FACE),
    fault("open mouth", open_mouth, A.CLOSE_MOUTH),
    fault("cap", cap, A.UNCOVER_FACE),
    fault("hair over one eye", hair_over_eye, A.UNCOVER_EYES),
)
