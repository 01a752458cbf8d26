"""Parked people on the tablet: back to where they were, warned of, prolonged, deleted; slips that are none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from schemas.ids import SlipNumber
from tests.kiosk.web.kiosk import HELPER, QUICK, Browser, Kiosk


@pytest.fixture
def tablet(kiosk: Kiosk) -> Browser:
    return kiosk.attendant()


def test_a_firefighter_called_out_comes_back_to_where_they_were(kiosk: Kiosk, tablet: Browser) -> None:
    slip = kiosk.applicant.come_to("home")["slip"]
    assert tablet.post("/attendant/park")["step"] == "idle"
    assert slip in tablet.page("/attendant")
    assert slip in kiosk.client.get("/display").text
    state = tablet.post("/attendant/resume", slip=slip)
    assert (state["step"], state["slip"]) == ("home", slip)


@pytest.mark.parametrize(("minutes", "warned"), [(29, True), (45, False)])
def test_the_boards_warn_of_the_last_half_hour_and_staff_prolong_it(
    make_kiosk: Callable[..., Kiosk], minutes: int, warned: bool
) -> None:
    kiosk = make_kiosk(timing=replace(QUICK, parked=minutes * 60.0 + 30))
    slip = kiosk.applicant.come_to("why")["slip"]
    helper = kiosk.attendant(HELPER)
    helper.post("/attendant/park")
    for board in ("/attendant", "/attendant/venue"):
        page = helper.page(board)
        assert (f"あと{minutes}分で消えます" in page) is warned
        assert ("延ばす" in page) is warned
    for door in ("/attendant/prolong", "/attendant/venue/prolong"):
        assert helper.post(door, slip=slip)["status"] == 200
        assert helper.post(door, slip=SlipNumber.new("A1", 9))["code"] == "desk.not_parked"


def test_a_parked_intake_may_be_deleted(kiosk: Kiosk, tablet: Browser) -> None:
    slip = kiosk.applicant.come_to("home")["slip"]
    tablet.post("/attendant/park")
    assert tablet.post("/attendant/discard", slip=slip)["parked"] == 0
    assert tablet.post("/attendant/resume", slip=slip)["code"] == "desk.not_parked"


@pytest.mark.parametrize("slip", ["nonsense", "A1-0042-9"])
def test_a_slip_number_that_is_none_is_refused(tablet: Browser, slip: str) -> None:
    for path in ("resume", "discard", "reprint"):
        assert tablet.post(f"/attendant/{path}", slip=slip)["status"] == 422


def test_an_unknown_slip_is_not_printed(kiosk: Kiosk, tablet: Browser) -> None:
    assert tablet.post("/attendant/reprint", slip=SlipNumber.new("A1", 999))["code"] == "slip.unknown"
    assert kiosk.simulated.printer.slips == []
