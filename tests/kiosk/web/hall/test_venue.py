"""Two kiosks and one tablet with the internet cut: one board, one queue, work at either, the screen in the hand."""

from __future__ import annotations

import time
from typing import Any

import cv2
import pytest

from hardware.camera.simulated import Scene, SimulatedSource
from kiosk.errors import UplinkUnreachable
from kiosk.web.hall.links import Follower
from kiosk.web.words import REFUSALS
from schemas.ids import SlipNumber
from schemas.rules import Delivery
from tests.kiosk.web.hall.conftest import Venue, code_of, hall_of
from tests.kiosk.web.kiosk import ANSWERS, CONTRACTOR, ENOUGH, FORM_ID, HELPER, STAFF, Browser, Kiosk

BOARD = "/attendant/venue/board"


def choose(tablet: Browser, device: str) -> None:
    answer = tablet.client.post(
        "/attendant/venue/look", data={"csrf": token(tablet), "kiosk": device}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/attendant")


def token(tablet: Browser) -> str:
    """The same at every kiosk the tablet works at."""
    return str(tablet.state()["csrf"])


def act(tablet: Browser, path: str, **fields: Any) -> dict[str, Any]:
    return tablet.post(path, fields)


def test_both_kiosks_stand_on_the_board_without_the_internet(venue: Venue) -> None:
    page = venue.tablet().page(BOARD)
    with pytest.raises(UplinkUnreachable):
        venue.first.outbox.refresh_bundle()
    assert 'aria-label="A1 ' in page
    assert 'aria-label="A2 ' in page
    assert page.count("あいています") == 2
    assert "待っている方はいません" in page


def test_a_called_walk_in_sits_down_and_is_done(venue: Venue) -> None:
    tablet, second = venue.tablet(HELPER), venue.devices[1]
    assert act(tablet, "/attendant/venue/walk-in")["status"] == 200
    assert act(tablet, "/attendant/venue/call", kiosk=second)["status"] == 200
    venue.turn()
    for kiosk in (venue.first, venue.second):
        assert 'data-calls="W001:A2:1"' in kiosk.client.get("/display/numbers").text
    venue.second.applicant.come_to("form")
    venue.turn()
    slip = venue.second.applicant.state()["slip"]
    page = tablet.page(BOARD)
    assert slip in page
    assert "(W001)" in page
    venue.second.applicant.post("/abandon")
    venue.turn()
    assert slip not in tablet.page(BOARD)


def test_a_mistaken_no_show_is_undone(venue: Venue) -> None:
    tablet, first = venue.tablet(HELPER), venue.devices[0]
    for _ in range(2):
        act(tablet, "/attendant/venue/walk-in")
    act(tablet, "/attendant/venue/call", kiosk=first)
    act(tablet, "/attendant/venue/no-show", number="W001")
    assert "呼んでも来なかった方" in tablet.page(BOARD)
    act(tablet, "/attendant/venue/undo", number="W001")
    act(tablet, "/attendant/venue/call", kiosk=first)
    assert 'data-calls="W001:A1:2"' in venue.first.client.get("/display/numbers").text


def test_nobody_waits_is_refused_in_words(venue: Venue) -> None:
    tablet = venue.tablet()
    assert act(tablet, "/attendant/venue/call", kiosk=venue.devices[0])["code"] == "queue.empty"
    assert REFUSALS["queue.empty"] in tablet.page("/attendant/venue")


def test_called_out_to_a_fire_parks_and_resumes_within_five_seconds(venue: Venue) -> None:
    venue.second.applicant.come_to("home")
    slip = venue.second.applicant.state()["slip"]
    tablet = venue.tablet(HELPER)
    venue.turn()
    began = time.monotonic()
    assert act(tablet, "/attendant/venue/park", kiosk=venue.devices[1])["status"] == 200
    assert venue.second.applicant.state()["step"] == "idle"
    assert slip in venue.first.client.get("/display/numbers").text
    assert act(tablet, "/attendant/venue/resume", slip=str(int(slip.split("-")[1])))["status"] == 200
    assert time.monotonic() - began < 5
    assert (venue.second.applicant.state()["screen"], venue.second.applicant.state()["slip"]) == ("home", slip)


def test_who_must_not_be_found_is_on_no_display(venue: Venue) -> None:
    venue.second.applicant.come_to("attendant")
    slip = venue.second.applicant.state()["slip"]
    venue.second.attendant().post("/attendant/hidden", hidden="yes")
    for act_there in (lambda: None, venue.second.desk.park):
        act_there()
        venue.turn()  # hears of it
        venue.turn()  # tells the other
        for kiosk in (venue.first, venue.second):
            assert slip not in kiosk.client.get("/display/numbers").text
    assert slip in venue.tablet().page(BOARD)


def test_resuming_what_is_not_parked_is_refused(venue: Venue) -> None:
    answer = act(venue.tablet(), "/attendant/venue/resume", slip=SlipNumber.new("A2", 999))
    assert answer["code"] == "desk.not_parked"


def test_the_call_for_staff_at_the_other_kiosk_is_seen_and_answered(venue: Venue) -> None:
    venue.second.applicant.post("/help", wanted="yes")
    venue.turn()
    tablet = venue.tablet(HELPER)
    assert "A2 で職員を呼んでいます" in tablet.page(BOARD)
    act(tablet, "/attendant/venue/answer", kiosk=venue.devices[1])
    assert venue.second.applicant.state()["help"] is False


def test_documents_are_checked_at_the_other_kiosk_through_the_first(venue: Venue) -> None:
    venue.second.applicant.come_to("attendant")
    tablet = venue.tablet()
    choose(tablet, venue.devices[1])
    assert venue.second.applicant.state()["slip"] in tablet.page("/attendant")
    answer = act(tablet, "/attendant/finish", part="1", **ENOUGH, **ANSWERS)
    assert (answer["status"], answer["step"]) == (200, "review")
    attended = venue.second.desk.intake.attended  # type: ignore[union-attr]
    assert attended is not None
    assert (attended.staff, attended.decision.delivery) == (STAFF.staff, Delivery.RESTRICTED_DELIVERY_MAIL)
    assert venue.first.desk.intake is None


def test_rights_are_the_other_kiosks_own_judgement(venue: Venue) -> None:
    venue.second.applicant.come_to("attendant")
    tablet = venue.tablet(CONTRACTOR)
    choose(tablet, venue.devices[1])
    assert act(tablet, "/attendant/documents", **ENOUGH)["code"] == "attendant.not_municipal_staff"


def test_a_forged_token_goes_nowhere(venue: Venue) -> None:
    tablet = venue.tablet()
    choose(tablet, venue.devices[1])
    venue.second.applicant.come_to("form")
    for headers in ({}, {"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}):
        data = {"csrf": "wrong" if not headers else token(tablet)}
        answer = tablet.client.post("/attendant/park", data=data, headers={"accept": "application/json", **headers})
        assert answer.json()["code"] == "request.csrf"
    assert venue.second.applicant.state()["screen"] == "form"


@pytest.mark.parametrize("headers", [{"x-demado-link": "0" * 64}, {"x-demado-link": ""}])
def test_a_key_that_is_not_the_leads_opens_nothing(venue: Venue, headers: dict[str, str]) -> None:
    stranger = {**headers, "x-demado-staff": STAFF.staff}
    for path in ("/attendant", "/", "/api/state"):
        assert venue.second.client.get(path, headers=stranger).status_code == 403
    assert venue.second.client.post("/venue/beat", json={}, headers=stranger).status_code == 403


def test_a_used_code_and_anothers_visit_pair_nothing(venue: Venue) -> None:
    used, bundle = code_of(venue.second), venue.second.outbox.bundle
    assert bundle is not None
    word = {"token": "AAAAAAAA", "municipality": "072010", "visit": bundle.visit, "counter": "B1", "name": "x"}

    def refused(asked: dict[str, str]) -> str:
        answer = venue.second.client.post("/venue/join", json=asked, headers={"accept": "application/json"})
        assert answer.status_code == 403
        return str(answer.json()["code"])

    assert refused(word) == "pairing.unknown_code"
    right = {**word, "token": used.split()[1].replace("-", "")[:8], "municipality": "131016"}
    assert refused(right) == "pairing.other_visit"
    assert used.split()[1] not in venue.second.attendant().page("/attendant/venue/code")
    assert refused({**right, "municipality": "072010"}) == "pairing.unknown_code"


def test_a_kiosk_with_another_certificate_is_not_joined(venue: Venue) -> None:
    address, code = code_of(venue.second).split()
    other = f"{address} {code[:10]}AAAA-AAAA-AAAA-AAAA"
    assert act(venue.tablet(), "/attendant/venue/pair", code=other)["code"] == "pairing.other_certificate"


def test_a_silent_kiosk_stays_on_the_board_marked(venue: Venue, fresh_kiosk: Kiosk) -> None:
    """A kiosk whose pairing names nobody who answers."""
    bundle = fresh_kiosk.outbox.bundle
    assert bundle is not None
    gone = Follower(
        device=venue.devices[1], counter="A2", name="居ない端末", address="https://127.0.0.1:9", key="0" * 64
    )
    hall_of(fresh_kiosk).links.lead(bundle, gone)
    hall_of(fresh_kiosk).turn()
    tablet = fresh_kiosk.attendant()
    assert "通信できません" in tablet.page(BOARD)
    choose(tablet, venue.devices[1])
    page = tablet.page("/attendant")
    assert REFUSALS["pairing.no_answer"] in page
    assert tablet.client.get("/attendant/board", headers={"hx-request": "true"}).status_code == 204


# ── the screen in the hand ───────────────────────────────────────────────────────────────────────────────


def take(tablet: Browser) -> None:
    answer = tablet.client.post(
        "/attendant/hold/take", data={"csrf": token(tablet), "eye": "tablet"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("which", [0, 1])
def test_the_whole_intake_at_a_bed(venue: Venue, which: int) -> None:
    """At the tablet's own kiosk, and at the one behind the paired line."""
    kiosk = (venue.first, venue.second)[which]
    tablet = venue.tablet()
    if which:
        choose(tablet, venue.devices[1])
    take(tablet)
    assert "タブレットで受付中" in tablet.page("/")
    tablet.come_to("attendant")
    answer = act(tablet, "/attendant/finish", part="1", **ENOUGH, **ANSWERS)
    assert answer["status"] == 200, answer
    before = kiosk.outbox.balance().captured
    sealed = tablet.post("/review/confirm")
    assert (sealed["step"], sealed["sequence"]) == ("sealed", before + 1)
    assert kiosk.outbox.balance().captured == before + 1
    act(tablet, "/attendant/hold/give")
    assert "タブレットで受付中" not in kiosk.applicant.page("/")


def test_the_kiosks_own_screen_says_who_has_it_and_takes_nothing(venue: Venue) -> None:
    tablet = venue.tablet()
    venue.first.applicant.come_to("birth")
    take(tablet)
    page = venue.first.applicant.page("/")
    assert "職員のタブレットで受け付けています" in page
    assert "生年月日" not in page
    assert venue.first.applicant.post("/person", birth_date="1990-04-01")["code"] == "desk.held"
    assert tablet.post("/person", birth_date="1990-04-01")["status"] == 200


def test_a_page_with_the_tablets_camera_may_ask_for_it_and_no_other(venue: Venue) -> None:
    tablet = venue.tablet()
    assert "camera=()" in venue.first.client.get("/").headers["permissions-policy"]
    take(tablet)
    assert "camera=(self)" in tablet.client.get("/").headers["permissions-policy"]


def test_a_helper_takes_no_screen_and_frames_need_the_screen(venue: Venue) -> None:
    assert act(venue.tablet(HELPER), "/attendant/hold/take")["code"] == "attendant.helper"
    tablet = venue.tablet()
    headers = {"x-csrf-token": token(tablet), "content-type": "image/jpeg", "accept": "application/json"}
    answer = tablet.client.post("/attendant/hold/frame", content=b"\xff\xd8", headers=headers)
    assert answer.json()["code"] == "desk.not_held"


def test_a_tablet_that_signs_out_gives_the_screen_back(venue: Venue) -> None:
    tablet = venue.tablet()
    take(tablet)
    act(tablet, "/attendant/sign-out")
    assert not hall_of(venue.first).hold.taken


def test_the_tablets_camera_reads_the_form(venue: Venue) -> None:
    """The last one here: for two seconds the kiosk takes the tablet's picture for its own."""
    source = SimulatedSource(Scene.FORM, width=1280, height=960, form_text=FORM_ID)
    source.open()
    pixels = source.read()
    assert pixels is not None
    picture = bytes(cv2.imencode(".jpg", pixels)[1])
    tablet = venue.tablet()
    choose(tablet, venue.devices[1])
    take(tablet)
    tablet.come_to("form")
    headers = {"x-csrf-token": token(tablet), "content-type": "image/jpeg", "accept": "application/json"}
    end = time.monotonic() + 10
    while venue.second.desk.intake.form is None:  # type: ignore[union-attr]
        sent = tablet.client.post("/attendant/hold/frame", content=picture, headers=headers)
        assert sent.status_code in (200, 409), sent.text
        assert time.monotonic() < end
    assert venue.second.desk.intake.form.form_id == FORM_ID  # type: ignore[union-attr]
