"""The photo: live advice, countdown, the best of the burst, keeping and refusing."""

from __future__ import annotations

from hashlib import sha256

import pytest

from hardware.photo import Advice, Assessment
from hardware.status import DeviceState
from kiosk.desk import BoothPhase, DeskRefused
from kiosk.flow import FlowRefused, Step
from tests.kiosk.desk.counter import GOOD, TestCounter, noisy, refused, sharpness
from tests.kiosk.flow.makes import STAFF, at


def take(counter: TestCounter) -> None:
    """Press, wait, hold still: until the picture is judged."""
    counter.desk.shoot()
    counter.pass_time(3.1)
    for seed in range(counter.desk.timing.burst_frames):
        counter.camera.show(noisy(seed))
        counter.pass_time(0.05)
    assert counter.desk.booth.view().phase is BoothPhase.JUDGED


@pytest.fixture
def posing(counter: TestCounter) -> TestCounter:
    counter.stand_at(at(Step.PHOTO))
    counter.camera.show(noisy())
    return counter


def test_the_countdown_counts_three_two_one(posing: TestCounter) -> None:
    posing.desk.shoot()
    seen = []
    for _ in range(6):
        seen.append(posing.desk.booth.view().seconds)
        posing.pass_time(0.5)
    assert seen == [3, 3, 2, 2, 1, 1]
    assert posing.desk.booth.view().phase is BoothPhase.TAKING


def test_an_accepted_picture_is_kept_with_its_hash(posing: TestCounter) -> None:
    take(posing)
    shot = posing.desk.booth.view().shot
    intake = posing.desk.keep_photo()
    assert shot is not None
    assert shot.photo is not None
    assert intake.photo is not None
    assert intake.photo.evidence.sha256 == sha256(shot.photo.jpeg).hexdigest()
    assert intake.photo.evidence.accepted
    assert intake.photo.evidence.accepted_by is None
    assert intake.step is Step.ATTENDANT


def test_a_refused_picture_cannot_be_kept_by_the_applicant(posing: TestCounter) -> None:
    posing.studio.judgement = refused(Advice.OPEN_EYES)
    take(posing)
    with pytest.raises(DeskRefused, match=r"photo\.not_accepted"):
        posing.desk.keep_photo()
    assert posing.desk.intake == at(Step.PHOTO)


def test_an_attendant_may_keep_a_refused_picture_with_their_name(posing: TestCounter) -> None:
    posing.studio.judgement = refused(Advice.OPEN_EYES)
    take(posing)
    intake = posing.desk.keep_photo(accepted_by=STAFF)
    assert intake.photo is not None
    assert not intake.photo.evidence.accepted
    assert intake.photo.evidence.accepted_by == STAFF
    assert intake.photo.evidence.advice == ("open_eyes",)


def test_nobody_stands_in_for_a_judgement_that_was_good(posing: TestCounter) -> None:
    take(posing)
    kept = posing.desk.keep_photo(accepted_by=STAFF).photo
    assert kept is not None
    assert kept.evidence.accepted_by is None


def test_without_models_a_person_judges(posing: TestCounter) -> None:
    posing.studio.judgement = Assessment(accepted=False, advice=(), checks=(), crop=None)
    take(posing)
    shot = posing.desk.booth.view().shot
    assert shot is not None
    assert shot.photo is not None
    assert posing.desk.keep_photo(accepted_by=STAFF).step is Step.ATTENDANT


def test_the_best_frame_of_the_burst_is_judged(posing: TestCounter) -> None:
    pictures = [noisy(seed) for seed in range(5)]
    for number, picture in enumerate(pictures):
        picture[0, 0, 0] = number
    posing.studio.glances = {
        0: refused(Advice.OPEN_EYES), 1: sharpness(0.4), 2: sharpness(0.9), 3: refused(), 4: sharpness(0.5),
    }  # fmt: skip
    posing.desk.shoot()
    posing.pass_time(3.1)
    for picture in pictures:
        posing.camera.show(picture)
        posing.pass_time(0.05)
    assert [int(judged[0, 0, 0]) for judged in posing.studio.judged] == [2]


def test_a_camera_without_pictures_says_so_instead_of_counting(counter: TestCounter) -> None:
    counter.stand_at(at(Step.PHOTO))
    with pytest.raises(DeskRefused, match=r"photo\.no_picture"):
        counter.desk.shoot()


def test_a_camera_pulled_out_while_counting_leads_back_to_live_with_a_word(posing: TestCounter) -> None:
    posing.desk.tick()
    posing.desk.shoot()
    posing.camera.show(None)
    posing.pass_time(3.1)
    posing.pass_time(2.0)
    view = posing.desk.booth.view()
    assert (view.phase, view.trouble) == (BoothPhase.LIVE, "photo.no_picture")
    assert posing.camera.status().state is DeviceState.MISSING


def test_a_second_press_while_counting_is_refused(posing: TestCounter) -> None:
    posing.desk.shoot()
    with pytest.raises(DeskRefused, match=r"photo\.under_way"):
        posing.desk.shoot()


def test_a_retake_forgets_the_first_picture(posing: TestCounter) -> None:
    take(posing)
    posing.desk.booth.live()
    with pytest.raises(DeskRefused, match=r"photo\.nothing_taken"):
        posing.desk.keep_photo()


def test_a_picture_too_small_for_the_rules_is_no_file_and_cannot_be_kept_even_by_staff(posing: TestCounter) -> None:
    posing.desk.shoot()
    posing.pass_time(3.1)
    posing.camera.show(noisy(width=300, height=300))
    posing.pass_time(2.0)
    assert posing.desk.booth.view().trouble == "photo.no_file"
    with pytest.raises(DeskRefused, match=r"photo\.nothing_taken"):
        posing.desk.keep_photo(accepted_by=STAFF)


def test_advice_is_shown_only_when_it_holds(posing: TestCounter) -> None:
    shown = []
    for advice, seconds in (
        (Advice.CENTRE, 0.1),
        (Advice.COME_CLOSER, 0.1),
        (Advice.COME_CLOSER, 0.3),
        (Advice.COME_CLOSER, 0.4),
    ):
        posing.studio.judgement = refused(advice)
        posing.camera.show(noisy())
        posing.pass_time(seconds)
        shown.append(posing.desk.booth.view().advice)
    assert shown == [Advice.CENTRE, Advice.CENTRE, Advice.CENTRE, Advice.COME_CLOSER]


def test_a_good_pose_is_said_to_be_ready(posing: TestCounter) -> None:
    posing.studio.judgement = GOOD
    posing.desk.tick()
    assert posing.desk.booth.view().ready


def test_the_next_applicant_never_sees_the_last_ones_picture(posing: TestCounter) -> None:
    take(posing)
    posing.desk.reset()
    posing.stand_at(at(Step.PHOTO))
    assert posing.desk.booth.view().shot is None
    with pytest.raises(DeskRefused):
        posing.desk.keep_photo()


def test_shooting_elsewhere_is_refused(counter: TestCounter) -> None:
    counter.stand_at(at(Step.CARD))
    with pytest.raises(FlowRefused):
        counter.desk.shoot()
