"""Reading the application form: what is taken, what is refused, and that a refused text leaves nothing behind."""

from __future__ import annotations

import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.camera.paper import draw_form
from hardware.qr import QrHint
from hardware.qr.wedge import ScannerReader
from kiosk.desk import DeskRefused
from kiosk.desk.form_scan import FormScan
from kiosk.flow import FlowRefused, Step
from schemas.form_code import FormCodeKind
from schemas.intake import FormKind
from tests.kiosk.desk.counter import TestCounter
from tests.kiosk.flow.makes import at

FORM_ID = "20260710000000000000017"
OTHER_ID = "20260710000000000000024"
WRONG = [
    ("https://example.com/?id=20260710000000000000017", FormCodeKind.OTHER),
    ("https://net.kojinbango-card.go.jp/SS_SERVICE_OUT/", FormCodeKind.OPAQUE),
    ("2026071000000000000001", FormCodeKind.OTHER),  # 22 digits
    ("202607100000000000000179", FormCodeKind.OTHER),  # 24 digits
    ("123456789018", FormCodeKind.MY_NUMBER),
    ("DEMADO-SLIP.1.A1-0042-8", FormCodeKind.SLIP),
    ("こんにちは", FormCodeKind.OTHER),
]


def sheet(text: str) -> Pixels:
    return draw_form(text, per_mm=6)


def test_a_form_held_up_to_the_camera_is_read_and_the_next_step_follows(counter: TestCounter) -> None:
    counter.stand_at(at(Step.FORM))
    counter.form_camera.show(sheet(FORM_ID))
    counter.desk.tick()
    intake = counter.desk.intake
    assert intake is not None
    assert (intake.step, intake.form.kind, intake.form.form_id) == (Step.CARD, FormKind.QR, FORM_ID)  # type: ignore[union-attr]


def test_the_form_of_the_person_before_is_not_the_next_ones(counter: TestCounter) -> None:
    counter.form_camera.show(sheet(OTHER_ID))
    counter.desk.reset()
    counter.stand_at(at(Step.FORM))
    counter.desk.tick()
    assert counter.desk.intake == at(Step.FORM)
    counter.form_camera.show(sheet(FORM_ID))
    counter.desk.tick()
    intake = counter.desk.intake
    assert intake is not None
    assert intake.form.form_id == FORM_ID  # type: ignore[union-attr]


@pytest.mark.parametrize(("text", "kind"), WRONG)
def test_a_wrong_code_is_named_and_nothing_is_taken(counter: TestCounter, text: str, kind: FormCodeKind) -> None:
    counter.stand_at(at(Step.FORM))
    counter.form_camera.show(sheet(text))
    counter.desk.tick()
    assert counter.desk.intake == at(Step.FORM)
    assert counter.desk.scan.view().wrong is kind


@pytest.mark.parametrize(("text", "kind"), WRONG)
def test_a_wrong_line_of_a_hand_scanner_is_refused_with_its_kind(
    counter: TestCounter, text: str, kind: FormCodeKind
) -> None:
    counter.stand_at(at(Step.FORM))
    with pytest.raises(DeskRefused) as caught:
        counter.desk.scanned(text)
    assert caught.value.code == f"form_code.{kind}"
    assert counter.desk.intake == at(Step.FORM)


def test_a_hand_scanner_may_read_the_form_without_any_camera(counter: TestCounter) -> None:
    counter.stand_at(at(Step.FORM))
    assert counter.desk.scanned(FORM_ID).step is Step.CARD


@pytest.mark.parametrize("picture", ["none", "still"])
def test_a_serial_scanner_is_heard_without_a_camera_and_before_one_that_stands_still(picture: str) -> None:
    counter = TestCounter()
    scanner = ScannerReader(counter.desk.devices.qr)
    counter.desk.scan = FormScan(counter.form_camera, scanner, wrong_for=4.0)
    counter.stand_at(at(Step.FORM))
    if picture == "still":
        counter.form_camera.show(np.full((240, 320, 3), 200, np.uint8))
    counter.desk.tick()
    counter.desk.tick()
    scanner.offer(FORM_ID)
    counter.desk.tick()
    intake = counter.desk.intake
    assert intake is not None
    assert intake.step is Step.CARD


def test_the_text_of_a_wrong_code_is_kept_by_nobody(counter: TestCounter) -> None:
    counter.stand_at(at(Step.FORM))
    counter.form_camera.show(sheet("https://example.com/secret-path"))
    counter.desk.tick()
    assert counter.desk.scan.view().wrong is FormCodeKind.OTHER
    assert "secret-path" not in repr(vars(counter.desk.scan)) + repr(vars(counter.desk))


def test_the_word_about_a_wrong_code_stays_for_a_while_and_goes(counter: TestCounter) -> None:
    counter.stand_at(at(Step.FORM))
    counter.form_camera.show(sheet("こんにちは"))
    counter.desk.tick()
    blank = np.full((400, 600, 3), 200, np.uint8)
    for seconds, wrong in ((1.0, FormCodeKind.OTHER), (2.0, FormCodeKind.OTHER), (2.0, None)):
        counter.form_camera.show(blank)
        counter.pass_time(seconds)
        assert counter.desk.scan.view().wrong is wrong


def test_two_forms_in_one_picture_are_not_guessed_between(counter: TestCounter) -> None:
    counter.stand_at(at(Step.FORM))
    counter.form_camera.show(np.concatenate([sheet(FORM_ID), sheet(OTHER_ID)]))
    counter.desk.tick()
    assert counter.desk.intake == at(Step.FORM)
    assert counter.desk.scan.view().hint is QrHint.ONE_CODE_ONLY


def test_the_camera_is_not_looked_at_in_other_steps(counter: TestCounter) -> None:
    counter.stand_at(at(Step.BIRTH))
    counter.form_camera.show(sheet("こんにちは"))
    counter.desk.tick()
    assert counter.desk.scan.view().wrong is None
    with pytest.raises(FlowRefused):
        counter.desk.scanned(FORM_ID)
