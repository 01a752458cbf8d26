"""Portraits to judge: labelled sample pictures of made-up people, and the same people before a plain backdrop.

The labels are folder names: what is wrong with a picture, `portrait_*` when nothing is. Tiles are close cut-outs before
any scenery; `seated` puts such a person before a plain backdrop in a kiosk's frame, so that only the labelled fault
is left to find.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.camera.load import load_picture
from hardware.photo import Advice
from hardware.photo.engine import FaceEngine
from tests.hardware.photo.faults import Portrait, person_mask

FRAME = (1080, 1920)  # height, width
DROP = 250.0  # T of a seated person in pixels
BACKDROPS = ((222, 222, 222), (232, 222, 205), (244, 244, 242), (206, 218, 228))  # RGB


def samples_folder() -> Path | None:
    """`DEMADO_FACE_SAMPLES`, else a folder samples/faces in a directory beside the repository."""
    named = os.environ.get("DEMADO_FACE_SAMPLES")
    beside = next(Path(__file__).parents[4].glob("*/samples/faces"), None)
    return Path(named) if named else beside


# Labelled good, but looked at again a fault is plain to see; the report counts them apart, never silently away.
REVIEWED_OUT = {
    "age_r4c02": "bluish skin",
    "ethnicity_r4c04": "soft, one half of the face in shadow",
    "ethnicity_r3c06": "head turned aside",
    "ethnicity_r5c03": "head turned aside",
    "sample_3x6_r2c02": "smiles with teeth in evening light",
    "sample_4x8_r0c03": "half of the face in shadow, remains of another background",
    "ts2_Glasses_Style_r1c07": "half of the face in shadow",
    "ts2_Glasses_Style_r3c01": "head leans",
}


@dataclass(frozen=True)
class Person:
    """One labelled picture. `held_out`: of the half that bounds are not to be tuned on, chosen by the name."""

    name: str
    label: str
    pixels: Pixels

    @property
    def held_out(self) -> bool:
        return zlib.crc32(self.name.encode()) % 2 == 1


def labelled(label: str) -> list[Person]:
    folder = samples_folder()
    files = [] if folder is None else sorted((folder / label).glob("*.jpg"))
    return [Person(file.stem, label, load_picture(file)) for file in files]


# Real photographs in the public domain that lie in well-known packages, with what is wrong with them; they are judged
# only where the package happens to be installed (PYTHONPATH is enough, nothing of it is imported).
REAL: tuple[tuple[str, str, frozenset[Advice]], ...] = (
    ("skimage", "data/astronaut.png", frozenset({Advice.CLOSE_MOUTH})),
    ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg", frozenset()),
)


def real() -> Iterator[tuple[Person, frozenset[Advice]]]:
    """Real people, and all that should be heard about them once they sit before a plain backdrop."""
    for package, name, advice in REAL:
        found = find_spec(package)
        for folder in (found.submodule_search_locations or []) if found else []:
            if (Path(folder) / name).is_file():
                yield Person(Path(name).stem, "real", load_picture(Path(folder) / name)), advice


def portrait(engine: FaceEngine, person: Person, *, seed: int = 0) -> Portrait | None:
    """The person with what the engine sees in the picture; None when it sees no face."""
    boxes = engine.find(person.pixels)
    face = engine.trace(person.pixels, boxes[0]) if boxes else None
    if face is None:
        return None
    chance = np.random.default_rng([zlib.crc32(person.name.encode()), seed])
    return Portrait(person.pixels, face, person_mask(person.pixels, engine.matte(person.pixels, face)), chance)


def seated(engine: FaceEngine, person: Person) -> Person | None:
    """The person of a tile before a plain backdrop, 1920×1080; None when the engine sees no face."""
    seen = portrait(engine, person)
    if seen is None:
        return None
    height, width = FRAME
    scale = DROP / seen.face.drop
    x, y = seen.face.eye_midpoint
    matrix = np.array([[scale, 0, width / 2 - scale * x], [0, scale, 0.42 * height - scale * y]], np.float32)
    options = {"flags": cv2.INTER_CUBIC, "borderMode": cv2.BORDER_REPLICATE}
    picture = cv2.warpAffine(person.pixels, matrix, (width, height), **options)
    mask = cv2.warpAffine(seen.person, matrix, (width, height), **options)
    inside = cv2.warpAffine(np.ones_like(seen.person), matrix, (width, height))
    below = int(0.42 * height + scale * (person.pixels.shape[0] - 1 - y)) - 3
    below = min(max(1, below), height - 1)
    inside[below:] = inside[below - 1]
    mask = np.clip((mask * inside - 0.5) * 3 + 0.5, 0, 1)[:, :, None]
    colour = BACKDROPS[zlib.crc32(person.name.encode()) % len(BACKDROPS)][::-1]
    slope = np.linspace(1.01, 0.98, height)[:, None, None] * np.ones((1, width, 1))
    grain = np.random.default_rng(zlib.crc32(person.name.encode())).normal(0, 1.0, (height, width, 1))
    backdrop = np.array(colour, np.float32) * slope + grain
    mixed = picture * mask + backdrop * (1 - mask)
    return Person(person.name, person.label, np.clip(np.round(mixed), 0, 255).astype(np.uint8))


def skin_tone(seen: Portrait) -> float:
    """ITA of the cheeks in degrees (Chardon 1991): above 28 light, below −30 dark."""
    values = []
    for cheek in (seen.face.cheek_right, seen.face.cheek_left):
        x, y = np.round(cheek).astype(int)
        reach = max(2, round(0.1 * seen.ied))
        part = seen.pixels[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]
        values.append(cv2.cvtColor(part.astype(np.float32) / 255, cv2.COLOR_BGR2Lab).reshape(-1, 3))
    light, _, yellow = np.median(np.concatenate(values), axis=0)
    return float(np.degrees(np.arctan2(light - 50, max(yellow, 1.0))))
