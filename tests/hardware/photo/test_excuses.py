"""Special reasons switch off what they speak of, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.errors import InputRefused
from hardware.photo import Advice, SpecialReason
from hardware.photo.excuses import EXCUSED, excuse, reasons
from hardware.photo.finding import Bounds
from hardware.photo.studio import Studio

Draw = Callable[..., Pixels]


def test_every_reason_switches_off_something_that_is_a_check(studio: Studio, person: Draw) -> None:
    known = {name for name, _ in studio.assess(person(1920, 1080)).checks}
    assert set(EXCUSED) == set(SpecialReason)
    for reason, names in EXCUSED.items():
        assert names, reason
        assert names <= known, (reason, names - known)


def test_no_reason_excuses_a_picture_that_is_returned_whatever_the_reason() -> None:
    always = {"face_present", "single_face", "resolution", "in_frame", "light", "face_dark", "sharpness", "steadiness"}
    assert not always & set().union(*EXCUSED.values())


def test_an_excused_check_keeps_its_value_and_refuses_nothing() -> None:
    finding = Bounds("ratio", least=0.2).judge("eyes_open", 0.1, Advice.OPEN_EYES)
    assert finding.check.refuses
    (made,) = excuse([finding], frozenset({SpecialReason.EYES_CLOSED}))
    assert (made.check.value, made.check.ok, made.check.excused, made.check.refuses) == (0.1, False, True, False)


def test_eyes_that_cannot_open_are_accepted_with_their_reason_only(studio: Studio, person: Draw) -> None:
    shut = person(1920, 1080, eyes_open=False)
    assert Advice.OPEN_EYES in studio.assess(shut).advice
    assert studio.assess(shut, excused=frozenset({SpecialReason.EYES_CLOSED})).accepted
    assert not studio.assess(shut, excused=frozenset({SpecialReason.HEAD_COVERING})).accepted


def test_a_head_that_cannot_be_held_upright_is_accepted_and_levelled(studio: Studio, person: Draw) -> None:
    leaning = person(1920, 1080, tilt=9, scale=0.8)
    assert Advice.HEAD_UPRIGHT in studio.assess(leaning).advice
    excused = studio.assess(leaning, excused=frozenset({SpecialReason.POSTURE}))
    assert excused.accepted
    assert excused.crop is not None
    assert abs(excused.crop.roll - 9) < 1.5


def test_a_dark_picture_is_refused_whatever_the_reasons(studio: Studio, person: Draw) -> None:
    dark = (person() * 0.3).astype(np.uint8)
    assert Advice.MORE_LIGHT in studio.assess(dark, excused=frozenset(SpecialReason)).advice


def test_codes_become_reasons_and_unknown_ones_are_refused() -> None:
    assert reasons(["posture", "infant"]) == {SpecialReason.POSTURE, SpecialReason.INFANT}
    with pytest.raises(InputRefused) as refusal:
        reasons(["posture", "because"])
    assert refusal.value.code == "photo.unknown_reason"
