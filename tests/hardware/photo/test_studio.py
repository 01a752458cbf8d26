"""From a picture to a judgement and a file, on a person drawn by our own code."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import cv2
import numpy as np
import pytest
from PIL import Image

from hardware.camera import Pixels
from hardware.photo import Advice, Assessment, SpecialReason
from hardware.photo.engine.mediapipe_tflite import ModelsMissing, TfliteEngine
from hardware.photo.studio import BlindStudio, Studio, open_studio
from hardware.status import DeviceState

Draw = Callable[..., Pixels]


def refused(studio: Studio, picture: Pixels) -> tuple[Advice, ...]:
    judgement = studio.assess(picture)
    assert not judgement.accepted
    return judgement.advice


@pytest.mark.parametrize("seed", range(6))
def test_a_drawn_person_is_accepted(studio: Studio, person: Draw, seed: int) -> None:
    judgement = studio.assess(person(seed=seed))
    assert judgement.accepted, judgement.advice
    assert judgement.advice == ()


def test_full_hd_and_hd_give_the_same_judgement(studio: Studio, person: Draw) -> None:
    small, large = studio.assess(person()), studio.assess(person(1920, 1080))
    assert small.accepted
    assert large.accepted
    assert [name for name, _ in small.checks] == [name for name, _ in large.checks]


def test_the_photo_of_an_accepted_picture_is_a_lawful_file(studio: Studio, person: Draw) -> None:
    picture = person(1920, 1080)
    judgement = studio.assess(picture)
    assert judgement.crop is not None
    photo = studio.finish(picture, judgement.crop)
    image = Image.open(io.BytesIO(photo.jpeg))
    assert image.size == (photo.width, photo.height)
    assert image.size[0] >= 480
    assert studio.assess(np.asarray(image)[:, :, ::-1].copy()).accepted, "the photo alone passes its own checks"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("looks", "advice"),
    [
        ({"eyes_open": False}, Advice.OPEN_EYES),
        ({"tilt": 12, "scale": 0.9}, Advice.HEAD_UPRIGHT),
        ({"scale": 0.5}, Advice.COME_CLOSER),
        ({"scale": 1.6}, Advice.MOVE_BACK),
        ({"offset": (440, 0)}, Advice.CENTRE),
        ({"offset": (0, -160)}, Advice.CENTRE),
    ],
)
def test_a_person_who_sits_wrongly_hears_what_to_do(
    studio: Studio, person: Draw, seed: int, looks: dict[str, object], advice: Advice
) -> None:
    assert advice in refused(studio, person(seed=seed, **looks))


def darkened(picture: Pixels) -> Pixels:
    return (picture * 0.3).astype(np.uint8)


def washed_out(picture: Pixels) -> Pixels:
    return np.clip(picture.astype(np.float32) * 2.0, 0, 255).astype(np.uint8)


def blurred(picture: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 5))


def blue_cast(picture: Pixels) -> Pixels:
    return np.clip(picture * np.array([1.25, 1.0, 0.6]), 0, 255).astype(np.uint8)


def noisy(picture: Pixels) -> Pixels:
    return np.clip(picture + np.random.default_rng(1).normal(0, 15, picture.shape), 0, 255).astype(np.uint8)


def before_stripes(picture: Pixels) -> Pixels:
    """Stripes where the drawn backdrop is: it is the lightest large area of the drawing."""
    striped = picture.copy()
    backdrop = (picture.min(axis=2) > 195) & (np.indices(picture.shape[:2])[1] // 30 % 2 == 0)
    striped[backdrop] = (60, 90, 150)
    return striped


def beside_another(picture: Pixels) -> Pixels:
    half = picture[:, 320:960]
    return np.ascontiguousarray(np.hstack([half, half]))


@pytest.mark.parametrize(
    ("spoil", "advice"),
    [
        (darkened, Advice.MORE_LIGHT),
        (washed_out, Advice.LESS_LIGHT),
        (blurred, Advice.HOLD_STILL),
        (blue_cast, Advice.NATURAL_COLOUR),
        (noisy, Advice.LESS_NOISE),
        (before_stripes, Advice.PLAIN_BACKGROUND),
        (beside_another, Advice.ONE_PERSON),
    ],
)
def test_a_spoilt_picture_is_refused_for_its_reason(
    studio: Studio, person: Draw, spoil: Callable[[Pixels], Pixels], advice: Advice
) -> None:
    assert advice in refused(studio, spoil(person()))


def test_a_picture_with_too_few_pixels_asks_for_a_better_one(studio: Studio, person: Draw) -> None:
    assert Advice.HIGHER_RESOLUTION in refused(studio, np.asarray(cv2.resize(person(), (640, 360))))


@pytest.mark.parametrize("shape", [(1, 1), (2, 3000), (31, 31), (64, 64), (720, 1280)])
def test_a_picture_without_a_face_says_so(studio: Studio, shape: tuple[int, int]) -> None:
    assert refused(studio, np.full((*shape, 3), 127, np.uint8)) == (Advice.NO_FACE,)


def test_the_glance_gives_the_light_checks_only(studio: Studio, person: Draw) -> None:
    glance = {name for name, _ in studio.glance(person()).checks}
    whole = {name for name, _ in studio.assess(person()).checks}
    assert glance < whole
    assert "background" not in glance


def test_several_threads_may_ask_one_studio(studio: Studio, person: Draw) -> None:
    pictures = [person(seed=seed) for seed in range(3)]
    alone = [studio.assess(picture) for picture in pictures]
    answers: dict[int, Assessment] = {}

    def ask(place: int) -> None:
        answers[place] = studio.assess(pictures[place % 3])

    threads = [Thread(target=ask, args=(place,)) for place in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers[place] == alone[place % 3] for place in range(9))


def test_a_studio_with_its_models_is_ready(engine: TfliteEngine) -> None:
    assert open_studio().status().state is DeviceState.READY


def test_missing_models_are_a_reason_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(ModelsMissing):
        TfliteEngine(tmp_path)


def test_without_models_a_person_judges_by_the_centred_guide(person: Draw) -> None:
    blind = BlindStudio("no models")
    picture = person(1920, 1080)
    assert blind.status().state is DeviceState.FAULT
    assert blind.status().code == "photo.models_missing"
    assert not blind.assess(picture).accepted
    photo = blind.finish(picture, blind.fallback_crop(picture))
    assert photo.width == 840


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_picture_that_lies_on_its_side_or_head_gets_one_word_about_that(
    studio: Studio, person: Draw, quarters: int
) -> None:
    turned = np.ascontiguousarray(np.rot90(person(seed=2), quarters))
    assert studio.assess(turned).advice == (Advice.HEAD_UPRIGHT,)


def test_an_infant_who_lies_may_lie_across_the_picture_and_is_judged_all_the_same(studio: Studio, person: Draw) -> None:
    lying = np.ascontiguousarray(np.rot90(person(seed=2)))
    checks = dict(studio.assess(lying, excused=frozenset({SpecialReason.POSTURE})).checks)
    assert checks["roll"].excused
    assert {"background", "eyes_open", "sharpness"} <= set(checks)
