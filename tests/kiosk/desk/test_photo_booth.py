"""The photo: live advice, countdown, the best of the burst, keeping and refusing."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest

from hardware.photo import Advice, Assessment, SpecialReason
from hardware.status import DeviceState
from kiosk.desk import BoothPhase, DeskRefused
from kiosk.flow import FlowRefused, Step, events
from schemas.intake import PhotoPoint, PhotoSource
from schemas.visit import AttendantRole
from tests.kiosk.desk.counter import GOOD, StillCamera, TestCounter, noisy, refused, sharpness
from tests.kiosk.flow.makes import STAFF, at


def take(counter: TestCounter) -> None:
    """Press, wait, hold still: until the picture is judged."""
    take_with(counter, counter.camera)


def take_with(counter: TestCounter, camera: StillCamera) -> None:
    counter.desk.shoot()
    counter.pass_time(3.1)
    for seed in range(counter.desk.timing.burst_frames):
        camera.show(noisy(seed))
        counter.pass_time(0.05)
    assert counter.desk.booth.view().phase is BoothPhase.JUDGED


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


def test_three_tries_stand_side_by_side_and_any_can_be_chosen(posing: TestCounter) -> None:
    for judgement in (GOOD, refused(Advice.OPEN_EYES), GOOD, GOOD):
        posing.studio.judgement = judgement
        take(posing)
    view = posing.desk.booth.view()
    assert [shot.keepable for shot in view.shots] == [True, True, True]  # the refused one made room for the fourth
    assert view.chosen == 2
    posing.desk.booth.choose(0)
    chosen = posing.desk.booth.view().shot
    posing.desk.booth.live()
    assert posing.desk.booth.view().shot is None
    posing.desk.booth.choose(0)
    kept = posing.desk.keep_photo().photo
    assert chosen is not None
    assert chosen.photo is not None
    assert kept is not None
    assert kept.jpeg == chosen.photo.jpeg


def test_a_picture_that_was_not_taken_cannot_be_chosen(posing: TestCounter) -> None:
    take(posing)
    with pytest.raises(DeskRefused, match=r"photo\.nothing_taken"):
        posing.desk.booth.choose(1)


def test_a_judgement_that_breaks_leads_back_to_the_live_picture(posing: TestCounter) -> None:
    posing.studio.broken = True
    with pytest.raises(RuntimeError):
        take(posing)
    view = posing.desk.booth.view()
    assert (view.phase, view.trouble) == (BoothPhase.LIVE, "photo.no_picture")


def test_the_record_says_how_the_picture_was_judged(posing: TestCounter) -> None:
    posing.studio.judgement = sharpness(0.61)
    take(posing)
    kept = posing.desk.keep_photo(confirmed=(PhotoPoint.NO_HAT,)).photo
    assert kept is not None
    evidence = kept.evidence
    measured = {check.name: check for check in evidence.checks}["sharpness"]
    assert (measured.value, measured.minimum, measured.ok) == ("0.61", "0.3", True)
    assert (evidence.source, evidence.confirmed) == (PhotoSource.CAMERA, (PhotoPoint.NO_HAT,))
    assert evidence.conditions.engine == "said engine 1"
    assert evidence.conditions.camera == "still camera"
    assert (evidence.conditions.place, evidence.conditions.lamp) == ("本部", "L1")


def test_a_special_reason_reaches_the_judgement_and_the_record(counter: TestCounter) -> None:
    counter.stand_at(at(Step.PHOTO))
    counter.desk.advance(events.SpecialReasonSet("eye_cover", STAFF, AttendantRole.STAFF))
    counter.camera.show(noisy())
    take(counter)
    assert counter.studio.excused[-1] == frozenset({SpecialReason.EYE_COVER})
    kept = counter.desk.keep_photo().photo
    assert kept is not None
    assert kept.evidence.special is not None
    assert (kept.evidence.special.code, kept.evidence.special.approved_by) == ("eye_cover", STAFF)


def test_a_picture_judged_without_the_reason_is_taken_again_when_one_is_set(posing: TestCounter) -> None:
    take(posing)
    posing.desk.advance(events.SpecialReasonSet("eye_cover", STAFF, AttendantRole.STAFF))
    assert posing.desk.booth.view().phase is BoothPhase.LIVE
    with pytest.raises(DeskRefused, match=r"photo\.nothing_taken"):
        posing.desk.keep_photo()


def test_a_file_that_was_brought_is_judged_like_a_picture_taken_here(posing: TestCounter) -> None:
    posing.desk.bring_photo(noisy(3), date(2026, 5, 1))
    kept = posing.desk.keep_photo().photo
    assert kept is not None
    assert (kept.evidence.source, kept.evidence.taken_on) == (PhotoSource.FILE, date(2026, 5, 1))


def test_the_tablet_takes_over_while_its_frames_come(posing: TestCounter) -> None:
    posing.tablet.show(noisy(8))
    take_with(posing, posing.tablet)
    kept = posing.desk.keep_photo().photo
    assert kept is not None
    assert kept.evidence.source is PhotoSource.TABLET


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
