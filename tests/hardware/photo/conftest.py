"""The studio of this machine for tests that need the models; they say so and skip when the models are absent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.camera.portrait import draw_person
from hardware.photo.engine.mediapipe_tflite import ModelsMissing, TfliteEngine
from hardware.photo.studio import Studio
from tests.hardware.photo.people import Person, labelled


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
def samples() -> Callable[[str], list[Person]]:
    """Labelled sample pictures of made-up people; skips when they are not there."""

    def of(label: str) -> list[Person]:
        people = labelled(label)
        if not people:
            pytest.skip(f"no labelled sample pictures of kind {label} (DEMADO_FACE_SAMPLES)")
        return people

    return of


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(20261120)
