"""Form-like sheets as a hand-held camera sees them: perspective, curl, blur, glare, light, noise, JPEG; from a seed.
What else befalls a code (print dots, a finger, a screen's grid, …) is drawn by `sheet_troubles`.

The sheet lies on a cylinder (radius `curl_mm`) and is looked at by a pinhole camera; each pixel's ray is intersected
with it, so code corners and text are known exactly. Nothing here is a photograph and no id belongs to a form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.camera.paper import CODE_LEFT_MM, CODE_TOP_MM, HEIGHT_MM, WIDTH_MM, draw_form
from tests.samples import sheet_troubles as troubles

CODE_MM = 18
CODE_CENTRE_MM = (CODE_LEFT_MM + CODE_MM / 2, CODE_TOP_MM + CODE_MM / 2)
CODE_CORNERS_MM = np.array([CODE_LEFT_MM, CODE_TOP_MM]) + np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * CODE_MM
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Conditions:
    """How one picture is taken. Angles in degrees, lengths on the paper in mm, in the picture in pixels.

    `quiet`: modules of light around the code; `cover`: how far a fingertip reaches in (share of the side); `beside`:
    the text of a second code; `no_code`: bare paper where the code would be.
    """

    code_px: float = 140
    roll: float = 0
    tilt: float = 0
    tilt_towards: float = 0
    curl_mm: float = math.inf
    curl_axis: float = 0
    defocus_px: float = 0
    motion_px: float = 0
    motion_towards: float = 0
    glare: float = 0
    glare_at: tuple[float, float] = (0.3, 0.3)
    light: float = 1.0
    shade: float = 0
    noise: float = 1.0
    contrast: float = 1.0
    inverted: bool = False
    mirrored: bool = False
    dots: float = 0
    faded: float = 0
    quiet: float = 4
    moire: float = 0
    cover: float = 0
    cover_towards: float = 0
    beside: str = ""
    no_code: bool = False
    jpeg: int = 92
    offset: tuple[float, float] = (0, 0)


@dataclass(frozen=True)
class Shot:
    """A picture, the text on it and the corners of its code (top left, then clockwise, in pixels)."""

    pixels: Pixels
    text: str
    corners: Points
    conditions: Conditions


def conditions(lots: Random, *, code_px: float, severity: int) -> Conditions:
    """Mixed troubles; severity 0 none, 1 mild, 2 moderate, 3 hard, 4 very hard."""
    if severity == 0:
        return Conditions(code_px=code_px, roll=lots.uniform(-10, 10))
    worst = (0.25, 0.5, 0.8, 1.1)[severity - 1]
    module = code_px / 41
    chosen = {name: lots.random() < 0.35 + 0.1 * severity for name in ("curl", "defocus", "motion", "glare", "shade")}
    return Conditions(
        code_px=code_px,
        roll=lots.uniform(-180, 180) if lots.random() < 0.3 else lots.uniform(-15, 15),
        tilt=lots.uniform(0, 55 * worst),
        tilt_towards=lots.uniform(0, 360),
        curl_mm=lots.uniform(60, 200) / worst if chosen["curl"] else math.inf,
        curl_axis=lots.uniform(0, 180),
        defocus_px=lots.uniform(0, 0.9 * worst) * module if chosen["defocus"] else 0,
        motion_px=lots.uniform(0, 1.6 * worst) * module if chosen["motion"] else 0,
        motion_towards=lots.uniform(0, 180),
        glare=lots.uniform(0.2, 1.1) * worst if chosen["glare"] else 0,
        glare_at=(lots.uniform(-0.9, 0.9), lots.uniform(-0.9, 0.9)),
        light=1 - lots.uniform(0, 0.75 * worst),
        shade=lots.uniform(0, 0.8 * worst) if chosen["shade"] else 0,
        noise=lots.uniform(1, 1 + 8 * worst),
        contrast=1 - lots.uniform(0, 0.4 * worst),
        jpeg=lots.randint(max(35, round(90 - 50 * worst)), 95),
        offset=(lots.uniform(-0.15, 0.15), lots.uniform(-0.15, 0.15)),
        **_others(lots, worst, severity),
    )


def _others(lots: Random, worst: float, severity: int) -> dict[str, Any]:
    """Rarer troubles: each befalls one sheet in ten to one in four."""
    drawn: dict[str, Any] = {
        "dots": lots.uniform(0.2, 1.0) * worst,
        "faded": lots.uniform(0.1, 0.6) * worst,
        "quiet": lots.uniform(0.5, 3) / (0.5 + worst),
        "moire": lots.uniform(0.2, 0.7) * worst,
        "cover": lots.uniform(0.02, 0.2) * worst,
        "mirrored": True,
        "inverted": True,
    }
    rare = {"mirrored": 0.03, "inverted": 0.03}
    chosen = [name for name in drawn if lots.random() < rare.get(name, 0.08 + 0.04 * severity)]
    return {name: drawn[name] for name in chosen} | {"cover_towards": lots.uniform(0, 360)}


@lru_cache(maxsize=4)
def _sheet(text: str, per_mm: int) -> Pixels:
    return draw_form(text, per_mm=per_mm, code_mm=CODE_MM)


def shoot(text: str, how: Conditions, *, size: tuple[int, int] = (1280, 720), seed: int = 0) -> Shot:
    """Take one picture of a sheet with the code of `text`."""
    chance = np.random.default_rng(seed)
    sheet = _troubled(text, how, np.random.default_rng(seed + 1_000_003))
    eye = _Eye(how, size)
    places = eye.paper_places(size)
    scale = sheet.shape[1] / WIDTH_MM
    # Before the picture samples the sheet, what is finer than a pixel is averaged away, as a lens and sensor do.
    sigma = 0.45 * scale / eye.px_per_mm
    soft = cv2.GaussianBlur(sheet, (0, 0), sigma) if sigma > 0.3 else sheet
    u, v = ((places[..., axis] * scale - 0.5).astype(np.float32) for axis in (0, 1))
    seen = cv2.remap(soft, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0))
    on_paper = (places[..., 0] > 0) & (places[..., 0] < WIDTH_MM) & (places[..., 1] > 0) & (places[..., 1] < HEIGHT_MM)
    picture: NDArray[np.float32] = np.where(on_paper[..., None], seen, _table(size, chance)).astype(np.float32)
    corners = eye.picture_places(CODE_CORNERS_MM.astype(np.float64))
    if how.moire:
        picture = troubles.on_screen(picture, places, how.moire)
    if how.cover:
        picture = troubles.finger(picture, corners, how.cover, math.radians(how.cover_towards))
    if how.mirrored:
        corners = corners[[1, 0, 3, 2]]
    return Shot(_sensor(picture, how, corners, chance), text, corners, how)


def _troubled(text: str, how: Conditions, chance: np.random.Generator) -> Pixels:
    """The sheet with everything that is on the paper itself."""
    per_mm = 24 if how.code_px > 200 else 12
    sheet = _sheet(text, per_mm)
    if how.mirrored:
        sheet = troubles.mirrored(sheet, per_mm, CODE_MM)
    if how.beside:
        sheet = troubles.with_second(sheet, per_mm, CODE_MM, how.beside)
    if how.quiet < 4:
        sheet = troubles.crowded(sheet, per_mm, CODE_MM, how.quiet, 41)
    if how.no_code:
        sheet = troubles.without_code(sheet, per_mm, CODE_MM)
    if how.faded:
        sheet = troubles.faded(sheet, how.faded)
    if how.dots:
        sheet = troubles.dotted(sheet, per_mm, how.dots, chance)
    return np.asarray(255 - sheet, dtype=np.uint8) if how.inverted else sheet


class _Eye:
    """A pinhole camera before a bent sheet; the code's middle is the origin of the paper's own coordinates."""

    def __init__(self, how: Conditions, size: tuple[int, int]) -> None:
        focal = 1.2 * max(size)
        self.px_per_mm = how.code_px / CODE_MM
        self.focal, self.distance = focal, focal / self.px_per_mm
        self.centre = np.array([size[0] * (0.5 + how.offset[0]), size[1] * (0.5 + how.offset[1])])
        self.radius = how.curl_mm
        self.axis = math.radians(how.curl_axis)
        tilt, towards, roll = (math.radians(angle) for angle in (how.tilt, how.tilt_towards, how.roll))
        about = np.array([math.cos(towards), math.sin(towards), 0.0])
        turned, _ = cv2.Rodrigues(about * tilt)
        rolled, _ = cv2.Rodrigues(np.array([0.0, 0.0, roll]))
        self.turn = np.asarray(turned @ rolled)

    def _bend(self, flat: Points) -> Points:
        """Paper (x, y) from the code's middle → points in space before the camera's turn."""
        across = np.array([math.cos(self.axis), math.sin(self.axis)])
        along = np.array([-across[1], across[0]])
        s, t = flat @ across, flat @ along
        if math.isinf(self.radius):
            return np.column_stack([flat, np.zeros(len(flat))])
        x, z = self.radius * np.sin(s / self.radius), self.radius * (1 - np.cos(s / self.radius))
        return np.column_stack([np.outer(x, across) + np.outer(t, along), z])

    def picture_places(self, paper: Points) -> Points:
        """Where points of the paper (mm) appear in the picture."""
        space = self._bend(paper - np.array(CODE_CENTRE_MM)) @ self.turn.T + [0, 0, self.distance]
        return np.asarray(space[:, :2] / space[:, 2:] * self.focal + self.centre)

    def paper_places(self, size: tuple[int, int]) -> Points:
        """For each pixel the place on the paper in mm, (height, width, 2); far outside where its ray misses."""
        columns, rows = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
        rays = np.stack([columns - self.centre[0], rows - self.centre[1], np.full(columns.shape, self.focal)], -1)
        rays = rays / self.focal @ self.turn
        start = np.array([0, 0, -self.distance]) @ self.turn
        if math.isinf(self.radius):
            with np.errstate(divide="ignore", invalid="ignore"):
                hit = start[:2] - rays[..., :2] * (start[2] / rays[..., 2])[..., None]
        else:
            hit = self._unbend(start, rays)
        return np.asarray(np.nan_to_num(hit, nan=-1e4, posinf=1e4, neginf=-1e4) + np.array(CODE_CENTRE_MM))

    def _unbend(self, start: Points, rays: Points) -> Points:
        """Rays meet the cylinder x² + (z - r)² = r² across its axis; the nearer half of it is the paper."""
        across = np.array([math.cos(self.axis), math.sin(self.axis)])
        along = np.array([-across[1], across[0]])
        px, pz = float(start[:2] @ across), float(start[2]) - self.radius
        dx, dz = rays[..., :2] @ across, rays[..., 2]
        a, b, c = dx * dx + dz * dz, px * dx + pz * dz, px * px + pz * pz - self.radius**2
        with np.errstate(invalid="ignore", divide="ignore"):
            root = np.sqrt(b * b - a * c)
            ways = np.stack([(-b - root) / a, (-b + root) / a])
            x, z = px + ways * dx, pz + ways * dz
            good = (z < 0) & (ways > 0)
            way = np.where(good[0], ways[0], np.where(good[1], ways[1], np.nan))
            x, z = px + way * dx, pz + way * dz
            s = self.radius * np.arctan2(x, -z)
            t = float(start[:2] @ along) + way * (rays[..., :2] @ along)
        return np.asarray(s[..., None] * across + t[..., None] * along)


def _table(size: tuple[int, int], chance: np.random.Generator) -> Pixels:
    """A blurred, cluttered place behind the sheet."""
    few = chance.integers(30, 190, (9, 16, 3), dtype=np.uint8)
    table = cv2.resize(few, size, interpolation=cv2.INTER_CUBIC)
    for _ in range(6):
        left, top = (int(chance.integers(0, side)) for side in size)
        wide, tall = (int(chance.integers(20, 200)) for _ in range(2))
        colour = tuple(int(value) for value in chance.integers(20, 230, 3))
        cv2.rectangle(table, (left, top), (left + wide, top + tall), colour, -1)
    return np.asarray(cv2.GaussianBlur(table, (0, 0), 2), dtype=np.uint8)


def _sensor(picture: NDArray[np.float32], how: Conditions, corners: Points, chance: np.random.Generator) -> Pixels:
    """Light on the scene, then lens, then sensor, then file."""
    tall, wide = picture.shape[:2]
    rows, columns = np.mgrid[0:tall, 0:wide].astype(np.float32)
    light: NDArray[Any] = 128 + (picture - 128) * how.contrast
    if how.shade:
        edge = (columns - corners[:, 0].mean()) * 0.8 + (rows - corners[:, 1].mean()) * 0.6
        light = light * (1 - how.shade * 0.75 / (1 + np.exp(-edge / (0.15 * how.code_px))))[..., None]
    light = light * how.light
    if how.glare:
        middle = corners.mean(axis=0) + np.array(how.glare_at) * how.code_px / 2
        far = ((columns - middle[0]) ** 2 + (rows - middle[1]) ** 2) / (0.28 * how.code_px) ** 2
        light = light + (255 * how.glare * np.exp(-far))[..., None]
    if how.defocus_px > 0.3:
        light = cv2.filter2D(light, -1, _disc(how.defocus_px))
    if how.motion_px > 0.5:
        light = cv2.filter2D(light, -1, _line(how.motion_px, how.motion_towards))
    noise = chance.normal(0, 1, light.shape).astype(np.float32)
    light = light + noise * (how.noise * (1.6 - 0.6 * how.light))
    gain = min(2.2, 0.85 / max(how.light, 0.05)) if how.light < 0.85 else 1.0  # automatic exposure, within limits
    seen = np.clip(light * gain, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, how.jpeg])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


def _disc(radius: float) -> NDArray[np.float32]:
    side = 2 * math.ceil(radius) + 1
    fine = 8
    grid = (np.arange(side * fine) + 0.5) / fine - side / 2
    disc = (grid[:, None] ** 2 + grid[None, :] ** 2 <= radius**2).astype(np.float32)
    kernel = disc.reshape(side, fine, side, fine).sum(axis=(1, 3))
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _line(length: float, towards: float) -> NDArray[np.float32]:
    side = 2 * math.ceil(length / 2) + 3
    fine = 16
    canvas = np.zeros((side * fine, side * fine), np.float32)
    middle, angle = side * fine / 2, math.radians(towards)
    reach = np.array([math.cos(angle), math.sin(angle)]) * length * fine / 2
    begin, end = (tuple(round(middle + sign * part) for part in reach) for sign in (-1, 1))
    cv2.line(canvas, begin, end, 1.0, fine)
    kernel = canvas.reshape(side, fine, side, fine).sum(axis=(1, 3))
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def sample_text(lots: Random) -> str:
    """About a hundred characters with one 23-digit id, as a link of an invented service."""
    number = "".join(lots.choice("0123456789") for _ in range(23))
    token = "".join(lots.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") for _ in range(24))
    return f"https://form.example.jp/apply/start?form={number}&check={token}&v=1"


def single(**trouble: Any) -> Conditions:
    """Clean conditions but for what is named."""
    return replace(Conditions(), **trouble)
