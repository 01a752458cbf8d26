"""A person drawn by this program, for the simulated camera, the demo and tests: nobody's likeness, nobody's data.

Lengths are distances between the eyes, the eyes at height 0, the chin at 1.72, the top of the hair 1.80 above: the
proportions of an ID photo. `seed` chooses complexion, hair and clothes. Shapes are written as "x,y" knots of smooth
closed curves; a half is mirrored at the middle of the face.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.camera.sketch import Canvas, Colour, Shape, ellipse, knots, mirrored, ribbon, smooth, symmetric

CHIN, CROWN = 1.72, 1.80
PHOTO_SHARE = 0.88  # of the picture's height that a 45:35 photo with a 34 mm head takes at scale 1
SKINS: tuple[Colour, ...] = ((236, 200, 174), (222, 180, 148), (198, 150, 116), (160, 112, 82), (120, 82, 60))
HAIRS: tuple[Colour, ...] = ((38, 32, 32), (58, 42, 34), (96, 66, 46), (120, 118, 120))
GREY = HAIRS[-1]
SHIRTS: tuple[Colour, ...] = ((44, 62, 96), (88, 50, 62), (58, 84, 72), (82, 82, 92))
BACKDROP: Colour = (214, 220, 226)
LIPS: Colour = (186, 96, 92)
IRIS: Colour = (74, 48, 34)
INK: Colour = (34, 26, 26)

FACE = smooth(symmetric("0,-1.30 0.55,-1.20 0.92,-0.70 1.01,0 0.97,0.58 0.83,1.12 0.50,1.55 0,1.72"))
EAR = smooth(knots("0.96,-0.12 1.12,-0.16 1.17,0.12 1.08,0.50 0.95,0.55"))
NECK = smooth(symmetric("0,0.9 0.60,0.95 0.60,1.8 0.78,2.25 0.9,2.5 0,2.7"))
SHOULDERS = smooth(symmetric("0,2.42 0.55,2.20 0.95,2.28 1.65,2.50 2.25,2.85 2.5,3.6 2.6,6 0,6"))
COLLAR = smooth(symmetric("0,1.90 0.66,2.04 0.56,2.34 0.30,2.56 0,2.63"))
HEM = knots("-0.68,2.08 -0.60,2.34 -0.33,2.58 0,2.66 0.33,2.58 0.60,2.34 0.68,2.08")
HAIR_BEHIND = smooth(symmetric("0,-1.80 0.9,-1.5 1.26,-0.6 1.30,0.8 1.24,1.9 0.9,2.35 0,2.2"))
HAIR_CAP = smooth(symmetric("0,-1.80 0.48,-1.74 0.88,-1.46 1.11,-0.95 1.15,-0.45 1.06,0.02 0.6,-0.2 0,-0.2"))
FRINGE = smooth(
    symmetric(
        "0,-1.80 0.48,-1.74 0.88,-1.46 1.11,-0.95 1.14,-0.45 1.09,0.02 1.0,0 0.96,-0.40 0.84,-0.74 0.45,-0.97 0,-1.03"
    )
)
LOCK = smooth(knots("0.94,-0.75 1.16,-0.5 1.26,0.2 1.28,0.9 1.20,2.0 1.0,2.25 0.99,1.5 1.0,0.3"))
EYE = smooth(knots("0.27,0.03 0.36,-0.055 0.50,-0.10 0.64,-0.06 0.74,0.01 0.63,0.07 0.50,0.09 0.37,0.075"))
LID_OPEN = knots("0.255,0.035 0.36,-0.065 0.50,-0.11 0.64,-0.07 0.76,0.01")
LID_CLOSED = knots("0.255,0.03 0.36,0.075 0.50,0.095 0.64,0.075 0.76,0.01")
LID_BELOW = knots("0.30,0.06 0.40,0.095 0.52,0.108 0.64,0.085 0.74,0.02")
BROW = knots("0.24,-0.30 0.36,-0.36 0.52,-0.385 0.68,-0.36 0.82,-0.28")
NOSE_SIDE = knots("0.13,-0.12 0.12,0.25 0.17,0.55 0.24,0.66")
LIP_ABOVE = smooth(symmetric("0,1.02 0.07,1.0 0.20,1.03 0.42,1.105 0.2,1.125 0,1.13"))
LIP_BELOW = smooth(symmetric("0,1.13 0.2,1.125 0.42,1.105 0.26,1.23 0,1.275"))
LIP_OPEN_ABOVE = smooth(symmetric("0,0.98 0.07,0.96 0.20,0.99 0.36,1.13 0.2,1.07 0,1.06"))
LIP_OPEN_BELOW = smooth(symmetric("0,1.42 0.2,1.36 0.36,1.13 0.27,1.45 0,1.53"))
GAPE = smooth(symmetric("0,1.05 0.2,1.06 0.35,1.13 0.2,1.37 0,1.43"))
TEETH = smooth(symmetric("0,1.06 0.18,1.07 0.26,1.11 0.16,1.15 0,1.16"))
LIP_LINE = knots("-0.43,1.098 -0.22,1.122 0,1.13 0.22,1.122 0.43,1.098")


@dataclass(frozen=True)
class _Looks:
    skin: Colour
    hair: Colour
    shirt: Colour
    long_hair: bool

    @classmethod
    def drawn_by_lot(cls, seed: int) -> _Looks:
        """Seed 0 has a light brown complexion, dark short hair and a navy shirt."""
        if seed == 0:
            return cls(SKINS[1], HAIRS[0], SHIRTS[0], long_hair=False)
        lot = np.random.default_rng(seed)
        skin, hair, shirt = (choices[lot.integers(len(choices))] for choices in (SKINS, HAIRS, SHIRTS))
        return cls(skin, hair, shirt, long_hair=bool(lot.integers(2)) and hair != GREY)


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = colour
    return red * factor, green * factor**1.15, blue * factor**1.25


def draw_person(
    width: int,
    height: int,
    *,
    seed: int = 0,
    offset: tuple[float, float] = (0, 0),
    scale: float = 1.0,
    tilt: float = 0.0,
    eyes_open: bool = True,
    mouth_open: bool = False,
) -> Pixels:
    """A head and shoulders before a plain backdrop, (height, width, 3) BGR uint8.

    At `scale` 1 the ID photo takes 88 % of the picture's height; `offset` pixels to the right and down;
    `tilt` degrees clockwise about the point between the eyes.
    """
    photo = PHOTO_SHARE * min(height, width * 45 / 35)
    unit = scale * photo * 34 / 45 / (CHIN + CROWN)
    eye_line = (height - photo) / 2 + photo * (4 / 45 + 34 / 45 * CROWN / (CHIN + CROWN))
    canvas = Canvas(_backdrop(width, height), unit, width / 2 + offset[0], eye_line + offset[1], tilt)
    looks = _Looks.drawn_by_lot(seed)
    _body(canvas, looks)
    _head(canvas, looks)
    _nose(canvas, looks.skin)
    _mouth(canvas, looks.skin, mouth_open=mouth_open)
    for side in (1, -1):
        _eye(canvas, looks, side, eyes_open=eyes_open)
    _hair_in_front(canvas, looks)
    return _grained(canvas, seed)


def _backdrop(width: int, height: int) -> NDArray[np.float32]:
    fall = np.linspace(1.01, 0.985, height, dtype=np.float32)[:, None, None]
    return np.ascontiguousarray(np.broadcast_to(np.array(BACKDROP, np.float32) * fall, (height, width, 3)))


def _body(canvas: Canvas, looks: _Looks) -> None:
    skin, shirt = looks.skin, looks.shirt
    if looks.long_hair:
        canvas.lay(HAIR_BEHIND, _shade(looks.hair, 0.8), soft=0.02)
    canvas.lay(NECK, _shade(skin, 0.90), soft=0.015)
    canvas.lay(ellipse(0, 1.62, 0.62, 0.42), _shade(skin, 0.66), soft=0.14, alpha=0.75, within=NECK)
    canvas.lay(SHOULDERS, shirt, soft=0.015)
    canvas.lay(ellipse(-1.5, 3.3, 0.9, 1.1), _shade(shirt, 1.18), soft=0.5, alpha=0.6, within=SHOULDERS)
    canvas.lay(ellipse(1.9, 3.6, 0.7, 1.2), _shade(shirt, 0.8), soft=0.5, alpha=0.6, within=SHOULDERS)
    canvas.lay(COLLAR, _shade(skin, 0.86), soft=0.015)
    canvas.lay(ellipse(0, 2.0, 0.5, 0.25), _shade(skin, 0.70), soft=0.14, alpha=0.5, within=COLLAR)
    canvas.lay(ribbon(HEM, 0.13), _shade(shirt, 1.18), soft=0.012)


def _head(canvas: Canvas, looks: _Looks) -> None:
    skin = looks.skin
    blush: Colour = (min(skin[0] * 1.03, 250), skin[1] * 0.86, skin[2] * 0.82)
    if not looks.long_hair:
        for ear in (EAR, mirrored(EAR)):
            canvas.lay(ear, _shade(skin, 0.90), soft=0.012)
            middle = np.sign(ear[0, 0]) * 1.06
            canvas.lay(ellipse(middle, 0.15, 0.04, 0.16), _shade(skin, 0.66), soft=0.03, alpha=0.6)
    canvas.lay(HAIR_CAP, looks.hair, soft=0.02)
    canvas.lay(FACE, skin, soft=0.012)
    for side in (1, -1):  # the head turns away from the light at its sides and jaw
        canvas.lay(ellipse(side * 1.05, 0.35, 0.30, 1.2), _shade(skin, 0.78), soft=0.16, alpha=0.55, within=FACE)
        canvas.lay(ellipse(side * 0.58, 0.52, 0.26, 0.20), blush, soft=0.16, alpha=0.35)
        canvas.lay(ellipse(side * 0.56, 0.30, 0.24, 0.10), _shade(skin, 1.06), soft=0.10, alpha=0.45)
    canvas.lay(ellipse(0, 1.74, 0.75, 0.22), _shade(skin, 0.80), soft=0.12, alpha=0.5, within=FACE)
    canvas.lay(ellipse(0, -0.72, 0.55, 0.30), _shade(skin, 1.05), soft=0.25, alpha=0.5, within=FACE)


def _nose(canvas: Canvas, skin: Colour) -> None:
    for side in (1, -1):
        canvas.lay(ribbon([(side * x, y) for x, y in NOSE_SIDE], 0.14), _shade(skin, 0.80), soft=0.06, alpha=0.45)
        canvas.lay(ellipse(side * 0.20, 0.66, 0.11, 0.09), _shade(skin, 0.86), soft=0.04, alpha=0.7)
        canvas.lay(ellipse(side * 0.115, 0.735, 0.065, 0.028), _shade(skin, 0.38), soft=0.015, alpha=0.85)
    canvas.lay(ellipse(0, 0.60, 0.14, 0.13), _shade(skin, 1.05), soft=0.06, alpha=0.6)
    canvas.lay(ellipse(0, 0.79, 0.24, 0.04), _shade(skin, 0.72), soft=0.04, alpha=0.55)


def _mouth(canvas: Canvas, skin: Colour, *, mouth_open: bool) -> None:
    red, green, blue = (0.62 * lip + 0.38 * tone for lip, tone in zip(LIPS, skin, strict=True))
    colour: Colour = (red, green, blue)
    if mouth_open:
        canvas.lay(GAPE, (70, 26, 28), soft=0.012)
        canvas.lay(TEETH, (238, 234, 226), soft=0.012)
        canvas.lay(LIP_OPEN_ABOVE, _shade(colour, 0.88), soft=0.012)
        canvas.lay(LIP_OPEN_BELOW, colour, soft=0.012)
        return
    canvas.lay(ellipse(0, 1.38, 0.28, 0.05), _shade(skin, 0.78), soft=0.05, alpha=0.55)
    canvas.lay(LIP_ABOVE, _shade(colour, 0.88), soft=0.015)
    canvas.lay(LIP_BELOW, colour, soft=0.015)
    canvas.lay(ellipse(0, 1.195, 0.16, 0.03), _shade(colour, 1.14), soft=0.03, alpha=0.7)
    canvas.lay(ribbon(LIP_LINE, 0.03), _shade(colour, 0.42), soft=0.006)


def _eye(canvas: Canvas, looks: _Looks, side: int, *, eyes_open: bool) -> None:
    def put(shape: Shape, colour: Colour, *, soft: float, alpha: float = 1.0, within: Shape | None = None) -> None:
        """As for the person's left eye; the other is its mirror image."""
        inside = mirrored(within) if within is not None and side < 0 else within
        canvas.lay(shape if side > 0 else mirrored(shape), colour, soft=soft, alpha=alpha, within=inside)

    skin = looks.skin
    put(ellipse(0.50, -0.06, 0.33, 0.17), _shade(skin, 0.82), soft=0.07, alpha=0.5)
    put(ribbon(BROW, 0.105), _shade(looks.hair, 1.1), soft=0.014, alpha=0.9)
    if not eyes_open:
        put(ellipse(0.50, -0.01, 0.24, 0.10), _shade(skin, 0.94), soft=0.03)
        put(ribbon(LID_CLOSED, 0.045), _shade(looks.hair, 0.8), soft=0.008)
        return
    put(EYE, (236, 232, 228), soft=0.008)
    put(ellipse(0.505, -0.01, 0.112, 0.112), IRIS, soft=0.008, within=EYE)
    put(ellipse(0.505, -0.01, 0.05, 0.05), (14, 12, 12), soft=0.006, within=EYE)
    canvas.lay(ellipse(side * 0.505 + 0.035, -0.045, 0.02, 0.02), (250, 250, 250), soft=0.005)
    put(ellipse(0.50, -0.105, 0.26, 0.045), (40, 34, 32), soft=0.02, alpha=0.55, within=EYE)
    put(ribbon(LID_OPEN, 0.052), INK, soft=0.008)
    put(ribbon([(x, y - 0.075) for x, y in LID_OPEN], 0.025), _shade(skin, 0.62), soft=0.015, alpha=0.7)
    put(ribbon(LID_BELOW, 0.02), _shade(skin, 0.60), soft=0.01, alpha=0.7)


def _hair_in_front(canvas: Canvas, looks: _Looks) -> None:
    canvas.lay(FRINGE, looks.hair, soft=0.02)
    light = _shade(looks.hair, 1.45)
    for x in np.linspace(-0.8, 0.8, 9):
        strand = [(x * 0.9, -1.64 + 0.25 * x * x), (x * 1.1, -1.34 + 0.2 * x * x), (x * 1.2, -1.08 + 0.25 * x * x)]
        canvas.lay(ribbon(strand, 0.09), light, soft=0.03, alpha=0.3, within=FRINGE)
    if looks.long_hair:
        canvas.lay(LOCK, looks.hair, soft=0.02)
        canvas.lay(mirrored(LOCK), looks.hair, soft=0.02)


def _grained(canvas: Canvas, seed: int) -> Pixels:
    """A camera's faint grain, so that measures of sharpness and noise see a picture and not a drawing."""
    height, width = canvas.pixels.shape[:2]
    grain = np.random.default_rng(seed).normal(0, 1.2, (height, width)).astype(np.float32)
    canvas.pixels += cv2.GaussianBlur(grain, (0, 0), 0.7)[:, :, None] * 1.3
    return canvas.finished()
