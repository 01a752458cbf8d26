"""The studio of this machine for tests that need the models; they say so and skip when the models are absent."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.camera.portrait import draw_person
from hardware.photo.engine.mediapipe_tflite import ModelsMissing, TfliteEngine
from hardware.photo.studio import Studio


def _samples() -> Path:
    """`DEMADO_FACE_SAMPLES`, else a folder samples/faces in a directory beside the repository."""
    beside = Path(__file__).parents[4].glob("*/samples/faces")
    return Path(os.environ.get("DEMADO_FACE_SAMPLES") or next(beside, Path("no-samples")))


@pytest.fixture(scope="session")
def engine() -> TfliteEngine:
    try:
        return TfliteEngine()
    except ModelsMissing as error:
        pytest.skip(f"photo models are absent ({error}): run deploy/photo_models.py")


@pytest.fixture(scope="session")
def studio(engine: TfliteEngine) -> Studio:
    return Studio(engine)


@pytest.fixture(scope="session")
def person() -> Callable[..., Pixels]:
    """A person before a plain backdrop, 1280×720; keywords as `draw_person`."""

    def drawn(width: int = 1280, height: int = 720, **looks: object) -> Pixels:
        return draw_person(width, height, **looks)  # type: ignore[arg-type]

    return drawn


@pytest.fixture
def samples() -> Callable[[str], list[Path]]:
    """Labelled sample pictures of made-up people; skips when they are not there."""

    def of(label: str) -> list[Path]:
        files = sorted((_samples() / label).glob("*.jpg"))
        if not files:
            pytest.skip(f"no labelled face samples of kind {label} beside the repository")
        return files

    return of


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(20261120)
