"""A person drawn by this program, for the simulated camera, the demo and tests: nobody's likeness, nobody's data.

Proportions follow a passport photo: all lengths in distances between the eyes, eyes at height 0, chin at 1.72,
top of the hair about 1.8 above. `seed` chooses complexion, hair and clothes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.camera.sketch import Canvas, Colour, Shape, ellipse, mirrored, ribbon, smooth, symmetric

CHIN, CROWN = 1.72, 1.80
PHOTO_SHARE = 0.88  # of the picture's height that a 45:35 photo with a 34 mm head takes at scale 1
SKINS: tuple[Colour, ...] = ((236, 200, 174), (222, 180, 148), (198, 150, 116), (160, 112, 82), (120, 82, 60))
HAIRS: tuple[Colour, ...] = ((38, 32, 32), (58, 42, 34), (96, 66, 46), (120, 118, 120))
SHIRTS: tuple[Colour, ...] = ((44, 62, 96), (88, 50, 62), (58, 84, 72), (82, 82, 92))
BACKDROP: Colour = (214, 220, 226)
LIPS: Colour = (186, 96, 92)
IRIS: Colour = (74, 48, 34)

FACE = smooth(
    symmetric(
        [(0, -1.30), (0.55, -1.20), (0.93, -0.70), (1.02, 0.0), (0.98, 0.55), (0.80, 1.12), (0.46, 1.56), (0, CHIN)]
    )
)
NECK = smooth(symmetric([(0, 0.9), (0.60, 0.95), (0.60, 1.8), (0.78, 2.25), (0.9, 2.5), (0, 2.7)]))
SHOULDERS = smooth(
    symmetric([(0, 2.42), (0.55, 2.20), (0.95, 2.28), (1.65, 2.50), (2.25, 2.85), (2.5, 3.6), (2.6, 6.0), (0, 6.0)])
)
COLLAR = smooth(symmetric([(0, 2.1), (0.62, 2.06), (0.52, 2.42), (0, 2.75)]))
EYE = smooth(
    [
        (0.27, 0.03),
        (0.36, -0.055),
        (0.50, -0.10),
        (0.64, -0.06),
        (0.74, 0.01),
        (0.63, 0.07),
        (0.50, 0.09),
        (0.37, 0.075),
    ]
)
UPPER_LID = [(0.255, 0.035), (0.36, -0.065), (0.50, -0.11), (0.64, -0.07), (0.76, 0.01)]
BROW = [(0.24, -0.30), (0.36, -0.36), (0.52, -0.385), (0.68, -0.36), (0.82, -0.28)]


@dataclass(frozen=True)
class _Looks:
    skin: Colour
    hair: Colour
    shirt: Colour
    long_hair: bool

    @classmethod
    def drawn_by_lot(cls, seed: int) -> _Looks:
        """Seed 0 is a light brown complexion, dark short hair and a navy shirt."""
        if seed == 0:
            return cls(SKINS[1], HAIRS[0], SHIRTS[0], long_hair=False)
        lot = np.random.default_rng(seed)
        return cls(
            SKINS[lot.integers(len(SKINS))],
            HAIRS[lot.integers(len(HAIRS))],
            SHIRTS[lot.integers(len(SHIRTS))],
            long_hair=bool(lot.integers(2)),
        )


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
    _nose_and_mouth(canvas, looks)
    for side in (1, -1):
        _eye(canvas, looks, side, eyes_open=eyes_open)
    _fringe(canvas, looks)
    return _grained(canvas, seed)


def _backdrop(width: int, height: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    fall = np.linspace(1.01, 0.985, height, dtype=np.float32)[:, None, None]
    return np.ascontiguousarray(np.broadcast_to(np.array(BACKDROP, np.float32) * fall, (height, width, 3)))


def _body(canvas: Canvas, looks: _Looks) -> None:
    if looks.long_hair:
        back = smooth(
            symmetric([(0, -CROWN), (0.9, -1.5), (1.28, -0.5), (1.30, 0.8), (1.26, 1.9), (0.9, 2.35), (0, 2.2)])
        )
        canvas.lay(back, _shade(looks.hair, 0.8), soft=0.02)
    canvas.lay(NECK, _shade(looks.skin, 0.90), soft=0.015)
    canvas.lay(ellipse(0, 1.62, 0.62, 0.42), _shade(looks.skin, 0.66), soft=0.14, alpha=0.75, within=NECK)
    canvas.lay(SHOULDERS, looks.shirt, soft=0.015)
    canvas.lay(ellipse(-1.5, 3.3, 0.9, 1.1), _shade(looks.shirt, 1.18), soft=0.5, alpha=0.6, within=SHOULDERS)
    canvas.lay(ellipse(1.9, 3.6, 0.7, 1.2), _shade(looks.shirt, 0.8), soft=0.5, alpha=0.6, within=SHOULDERS)
    canvas.lay(COLLAR, _shade(looks.skin, 0.86), soft=0.015)
    canvas.lay(ellipse(0, 2.05, 0.5, 0.22), _shade(looks.skin, 0.70), soft=0.12, alpha=0.55, within=COLLAR)
    for side in (1, -1):
        canvas.lay(
            ribbon([(side * 0.60, 2.06), (side * 0.54, 2.38), (side * 0.30, 2.62), (0, 2.76)], 0.10),
            _shade(looks.shirt, 1.3),
        )


def _head(canvas: Canvas, looks: _Looks) -> None:
    skin = looks.skin
    for side in (1, -1):
        ear = smooth(
            [(side * 0.96, -0.12), (side * 1.12, -0.16), (side * 1.17, 0.12), (side * 1.08, 0.5), (side * 0.95, 0.55)]
        )
        if not looks.long_hair:
            canvas.lay(ear, _shade(skin, 0.90), soft=0.012)
            canvas.lay(ellipse(side * 1.06, 0.15, 0.04, 0.16), _shade(skin, 0.66), soft=0.03, alpha=0.6)
    cap = smooth(
        symmetric([(0, -CROWN), (0.62, -1.70), (1.05, -1.22), (1.16, -0.5), (1.06, 0.02), (0.6, -0.2), (0, -0.2)])
    )
    canvas.lay(cap, looks.hair, soft=0.02)
    canvas.lay(FACE, skin, soft=0.012)
    for side in (1, -1):  # the head turns away from the light at its sides and jaw
        canvas.lay(ellipse(side * 1.05, 0.35, 0.30, 1.2), _shade(skin, 0.78), soft=0.16, alpha=0.55, within=FACE)
        canvas.lay(
            ellipse(side * 0.58, 0.52, 0.26, 0.20),
            (min(skin[0] * 1.03, 250), skin[1] * 0.86, skin[2] * 0.82),
            soft=0.16,
            alpha=0.35,
        )
        canvas.lay(ellipse(side * 0.56, 0.30, 0.24, 0.10), _shade(skin, 1.06), soft=0.10, alpha=0.45)
    canvas.lay(ellipse(0, 1.74, 0.75, 0.22), _shade(skin, 0.80), soft=0.12, alpha=0.5, within=FACE)
    canvas.lay(ellipse(0, -0.72, 0.55, 0.30), _shade(skin, 1.05), soft=0.25, alpha=0.5, within=FACE)


def _nose_and_mouth(canvas: Canvas, looks: _Looks) -> None:
    skin = looks.skin
    for side in (1, -1):
        canvas.lay(
            ribbon([(side * 0.13, -0.12), (side * 0.12, 0.25), (side * 0.17, 0.55), (side * 0.24, 0.66)], 0.14),
            _shade(skin, 0.80),
            soft=0.06,
            alpha=0.45,
        )
        canvas.lay(ellipse(side * 0.20, 0.66, 0.11, 0.09), _shade(skin, 0.86), soft=0.04, alpha=0.7)
        canvas.lay(ellipse(side * 0.115, 0.735, 0.065, 0.028), _shade(skin, 0.38), soft=0.015, alpha=0.85)
    canvas.lay(ellipse(0, 0.60, 0.14, 0.13), _shade(skin, 1.05), soft=0.06, alpha=0.6)
    canvas.lay(ellipse(0, 0.79, 0.24, 0.04), _shade(skin, 0.72), soft=0.04, alpha=0.55)
    canvas.lay(ellipse(0, 1.40, 0.30, 0.05), _shade(skin, 0.78), soft=0.05, alpha=0.55)
    lips = tuple(0.62 * lip + 0.38 * tone for lip, tone in zip(LIPS, skin, strict=True))
    colour: Colour = (lips[0], lips[1], lips[2])
    upper = smooth(
        [
            (-0.46, 1.115),
            (-0.20, 1.02),
            (-0.07, 0.995),
            (0, 1.015),
            (0.07, 0.995),
            (0.20, 1.02),
            (0.46, 1.115),
            (0, 1.13),
        ]
    )
    lower = smooth(
        [(-0.46, 1.115), (-0.2, 1.125), (0, 1.13), (0.2, 1.125), (0.46, 1.115), (0.25, 1.25), (0, 1.29), (-0.25, 1.25)]
    )
    canvas.lay(upper, _shade(colour, 0.86), soft=0.015)
    canvas.lay(lower, colour, soft=0.015)
    canvas.lay(ellipse(0, 1.20, 0.16, 0.035), _shade(colour, 1.14), soft=0.03, alpha=0.7)
    canvas.lay(
        ribbon([(-0.47, 1.11), (-0.22, 1.118), (0, 1.132), (0.22, 1.118), (0.47, 1.11)], 0.032),
        _shade(colour, 0.42),
        soft=0.006,
    )


def _eye(canvas: Canvas, looks: _Looks, side: int, *, eyes_open: bool) -> None:
    def place(shape: Shape) -> Shape:
        return shape if side > 0 else mirrored(shape)

    skin = looks.skin
    canvas.lay(place(ellipse(0.50, -0.06, 0.33, 0.17)), _shade(skin, 0.82), soft=0.07, alpha=0.5)
    canvas.lay(place(ribbon(BROW, 0.105)), _shade(looks.hair, 1.1), soft=0.014, alpha=0.9)
    if not eyes_open:
        lashes = [(0.255, 0.03), (0.36, 0.075), (0.50, 0.095), (0.64, 0.075), (0.76, 0.01)]
        canvas.lay(place(ellipse(0.50, -0.01, 0.24, 0.10)), _shade(skin, 0.94), soft=0.03)
        canvas.lay(place(ribbon(lashes, 0.045)), _shade(looks.hair, 0.8), soft=0.008)
        return
    eye = place(EYE)
    canvas.lay(eye, (236, 232, 228), soft=0.008)
    canvas.lay(place(ellipse(0.505, -0.01, 0.112, 0.112)), IRIS, soft=0.008, within=eye)
    canvas.lay(place(ellipse(0.505, -0.01, 0.05, 0.05)), (14, 12, 12), soft=0.006, within=eye)
    canvas.lay(ellipse(side * 0.505 + 0.035, -0.045, 0.02, 0.02), (250, 250, 250), soft=0.005)
    canvas.lay(place(ellipse(0.50, -0.105, 0.26, 0.045)), (40, 34, 32), soft=0.02, alpha=0.55, within=eye)
    canvas.lay(place(ribbon(UPPER_LID, 0.052)), (34, 26, 26), soft=0.008)
    canvas.lay(place(ribbon([(x, y - 0.075) for x, y in UPPER_LID], 0.025)), _shade(skin, 0.62), soft=0.015, alpha=0.7)
    canvas.lay(
        place(ribbon([(0.30, 0.06), (0.40, 0.095), (0.52, 0.108), (0.64, 0.085), (0.74, 0.02)], 0.02)),
        _shade(skin, 0.60),
        soft=0.01,
        alpha=0.7,
    )


def _fringe(canvas: Canvas, looks: _Looks) -> None:
    hairline = smooth(
        symmetric(
            [
                (0, -CROWN),
                (0.62, -1.70),
                (1.05, -1.22),
                (1.15, -0.5),
                (1.09, 0.02),
                (1.0, 0.0),
                (0.96, -0.45),
                (0.80, -0.82),
                (0.35, -0.98),
                (0, -0.92),
            ]
        )
    )
    canvas.lay(hairline, looks.hair, soft=0.02)
    for x in np.linspace(-0.8, 0.8, 9):
        strand = [(x * 0.9, -1.62 + 0.25 * x * x), (x * 1.1, -1.3 + 0.2 * x * x), (x * 1.2, -1.02 + 0.25 * x * x)]
        canvas.lay(ribbon(strand, 0.09), _shade(looks.hair, 1.45), soft=0.03, alpha=0.35, within=hairline)
    if looks.long_hair:
        for side in (1, -1):
            lock = smooth(
                [
                    (side * x, y)
                    for x, y in ((0.97, -0.6), (1.22, -0.3), (1.28, 0.9), (1.22, 2.1), (0.98, 2.25), (0.96, 0.9))
                ]
            )
            canvas.lay(lock, looks.hair, soft=0.02)


def _grained(canvas: Canvas, seed: int) -> Pixels:
    """A camera's faint grain, so that measures of sharpness and noise see a picture and not a drawing."""
    height, width = canvas.pixels.shape[:2]
    grain = np.random.default_rng(seed).normal(0, 1.2, (height, width)).astype(np.float32)
    canvas.pixels += cv2.GaussianBlur(grain, (0, 0), 0.7)[:, :, None] * 1.3
    return canvas.finished()
