"""Whole judgements of people: labelled sample pictures when they are there, and every gross fault on drawn ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hardware.camera import Pixels
from hardware.photo.engine.mediapipe_tflite import TfliteEngine
from hardware.photo.studio import Studio
from tests.hardware.photo.faults import FAULTS, Fault
from tests.hardware.photo.people import REVIEWED_OUT, Person, portrait, seated
from tests.photo_report import AS_TAKEN, LABELS, heard

pytestmark = pytest.mark.long

Samples = Callable[[str], list[Person]]
HONEST_LABELS = [
    label for label, advice in LABELS.items() if advice is not None and label not in ("hat", "hand_on_face")
]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.gross], ids=lambda fault: fault.name)
def test_a_gross_fault_of_a_drawn_person_is_refused_for_its_reason(
    studio: Studio, engine: TfliteEngine, person: Callable[..., Pixels], fault: Fault
) -> None:
    sitter = portrait(engine, Person("drawn 1", "drawn", person(1920, 1080, seed=1, scale=0.75)))
    assert sitter is not None
    assert studio.assess(sitter.pixels).accepted, "nothing else is wrong with the picture"
    judgement = studio.assess(fault.spoil(sitter))
    assert heard(judgement, fault.advice), judgement.advice


def test_reviewed_good_portraits_are_accepted(studio: Studio, samples: Samples) -> None:
    people = [person for person in samples("portrait_frame")[::2] if person.name not in REVIEWED_OUT]
    refused = [person.name for person in people if not studio.assess(person.pixels).accepted]
    assert len(refused) <= 0.05 * len(people), refused


def test_small_tiles_ask_for_a_better_picture(studio: Studio, samples: Samples) -> None:
    for person in samples("portrait_tile"):
        if max(person.pixels.shape[:2]) < 400:
            assert "higher_resolution" in studio.assess(person.pixels).advice, person.name


@pytest.mark.parametrize("label", HONEST_LABELS)
def test_people_with_one_fault_are_refused_for_it(
    studio: Studio, engine: TfliteEngine, samples: Samples, label: str
) -> None:
    advice = LABELS[label]
    assert advice is not None
    people = [seated(engine, tile) or tile for tile in samples(label)[:3]]
    right = [person.name for person in people if heard(studio.assess(person.pixels), advice)]
    assert len(right) >= len(people) - 1


@pytest.mark.parametrize("label", AS_TAKEN)
def test_pictures_of_several_or_nobody_say_so(studio: Studio, samples: Samples, label: str) -> None:
    for person in samples(label):
        assert heard(studio.assess(person.pixels), AS_TAKEN[label]), person.name
