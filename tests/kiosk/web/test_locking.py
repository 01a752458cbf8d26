"""The tablet's own privacy: after a silence the PIN is asked again, and until then nothing personal is to be had."""

from __future__ import annotations

import pytest

from kiosk.web.session import LOCKED_AFTER, SIGNED_IN_FOR, Session, Sessions
from tests.kiosk.desk.counter import HandClock
from tests.kiosk.web.kiosk import CONTRACTOR, ENOUGH, HELPER, PIN, STAFF, Browser, Kiosk


def signed_in(clock: HandClock, who: object = STAFF) -> tuple[Sessions, Session]:
    sessions = Sessions(monotonic=clock)
    session, _new = sessions.of(None)
    session.attendant = who  # type: ignore[assignment]
    sessions.acted(session)
    return sessions, session


@pytest.mark.parametrize(("who", "locks"), [(STAFF, True), (CONTRACTOR, True), (HELPER, False)])
def test_silence_locks_who_sees_more_than_numbers(who: object, locks: bool) -> None:
    clock = HandClock()
    sessions, session = signed_in(clock, who)
    clock.now += LOCKED_AFTER
    assert not sessions.of(session.key)[0].locked
    assert session.quiet == LOCKED_AFTER  # so a page that draws itself anew stays covered
    clock.now += 1
    assert sessions.of(session.key)[0].locked is locks


def test_a_lock_lasts_until_the_pin_or_until_signed_out() -> None:
    clock = HandClock()
    sessions, session = signed_in(clock)
    session.lock()
    sessions.acted(session)  # a touch alone opens nothing
    assert sessions.of(session.key)[0].locked
    clock.now += SIGNED_IN_FOR + 1
    assert (sessions.of(session.key)[0].attendant, session.locked) == (None, False)


@pytest.fixture
def locked(kiosk: Kiosk) -> Browser:
    """Somebody's data is on the board when the tablet is locked."""
    kiosk.applicant.come_to("attendant")
    tablet = kiosk.attendant()
    assert "1990" in tablet.page("/attendant")
    tablet.submit("/attendant/lock")
    return tablet


def test_a_locked_tablet_shows_numbers_and_calls_and_nothing_else(kiosk: Kiosk, locked: Browser) -> None:
    kiosk.applicant.post("/help", wanted="yes")
    page, part = locked.page("/attendant"), locked.page("/attendant/numbers")
    for shown in (page, part):
        assert str(kiosk.desk.intake.slip) in shown  # type: ignore[union-attr]
        assert "で職員を呼んでいます" in shown
        assert "1990" not in shown
        assert "福島市</dd>" not in shown
    for path in ("/attendant/photo.jpg", "/attendant/machine", "/attendant/venue", "/attendant/venue/papers"):
        assert locked.client.get(path).status_code == 403
    refused = locked.post("/attendant/finish", {**ENOUGH, "part": "1"})
    assert (refused["status"], refused["code"]) == (403, "attendant.locked")
    polled = locked.client.get("/attendant/board", headers={"hx-request": "true"})
    assert polled.headers["hx-redirect"] == "/attendant"
    led = locked.client.get("/attendant/machine", headers={"accept": "text/html"}, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, "/attendant")


def test_the_pin_opens_it_where_it_was(kiosk: Kiosk, locked: Browser) -> None:
    assert locked.post("/attendant/unlock", pin="0000")["code"] == "sign_in.wrong"
    assert "画面をロックしています" in locked.page("/attendant")
    assert locked.post("/attendant/here")["status"] == 204
    assert "画面をロックしています" in locked.page("/attendant")
    assert "1990" in locked.submit("/attendant/unlock", pin=PIN)
    stranger = kiosk.browser()
    assert stranger.post("/attendant/unlock", pin=PIN)["code"] == "attendant.not_signed_in"
    assert stranger.client.get("/attendant/numbers").status_code == 403


def test_what_is_personal_on_the_board_is_marked_to_be_covered(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("attendant")
    page = kiosk.attendant().page("/attendant")
    assert 'data-cover="60" data-lock="300" data-quiet="0"' in page
    assert page.count("data-personal") >= 3
    assert "data-cover" not in kiosk.attendant(HELPER).page("/attendant")
