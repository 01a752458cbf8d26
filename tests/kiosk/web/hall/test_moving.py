"""Parked at one kiosk, resumed at another: every answer goes along, nothing stays, and a lost answer loses nobody."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kiosk.desk import DeskRefused
from kiosk.flow import Intake
from kiosk.web.hall.moving import HAND_OVER, Moves, Stand
from kiosk.web.hall.pairing import PairingRefused
from kiosk.web.hall.wire import KioskState
from schemas.ids import DeviceId, SlipNumber
from tests.factories import uuid7
from tests.kiosk.desk.counter import TestCounter
from tests.kiosk.flow import makes
from tests.kiosk.web.hall.conftest import Venue, hall_of
from tests.kiosk.web.kiosk import ANSWERS, ENOUGH, HELPER, Kiosk

FIRST, SECOND = (uuid7(DeviceId, number) for number in (1, 2))


def parked_at(kiosk: Kiosk) -> Intake:
    kiosk.applicant.come_to("attendant")
    intake = kiosk.desk.intake
    assert intake is not None
    kiosk.desk.park()
    return intake


@pytest.mark.parametrize("begins", ["first", "second"])
def test_a_parked_person_goes_on_at_the_other_kiosk_and_is_sealed_there(venue: Venue, begins: str) -> None:
    source, target = (venue.first, venue.second) if begins == "first" else (venue.second, venue.first)
    device = venue.devices[0 if target is venue.first else 1]
    intake = parked_at(source)
    venue.turn()
    tablet = venue.tablet(HELPER)
    board = tablet.page("/attendant/venue")
    assert "A1で再開" in board
    assert "A2で再開" in board
    assert tablet.post("/attendant/venue/resume", slip=intake.slip, kiosk=device)["status"] == 200
    assert target.desk.intake == intake
    assert source.desk.parked() == ()
    target.attendant().post("/attendant/finish", {**ENOUGH, **ANSWERS, "part": "1"})
    assert target.applicant.post("/review/confirm")["slip"] == intake.slip
    target.applicant.post("/done")


def test_nobody_is_moved_onto_a_screen_that_is_taken(venue: Venue) -> None:
    intake = parked_at(venue.first)
    venue.second.applicant.come_to("consent")
    venue.turn()
    answer = venue.tablet().post("/attendant/venue/resume", slip=intake.slip, kiosk=venue.devices[1])
    assert answer["code"] == "desk.busy"
    assert [bay.slip for bay in venue.first.desk.parked()] == [intake.slip]


def test_the_called_number_goes_along(venue: Venue) -> None:
    tablet = venue.tablet()
    tablet.post("/attendant/venue/walk-in")
    tablet.post("/attendant/venue/call", kiosk=venue.devices[0])
    venue.first.applicant.come_to("form")
    venue.turn()
    venue.first.applicant.come_to("birth")
    slip = venue.first.desk.park()
    venue.turn()
    tablet.post("/attendant/venue/resume", slip=slip, kiosk=venue.devices[1])
    venue.turn()
    ticket = hall_of(venue.first).waiting.queue(venue.first.outbox.bundle).tickets[0]  # type: ignore[arg-type]
    assert (ticket.standing, ticket.counter, ticket.slip) == ("at_kiosk", "A2", slip)


def test_only_a_paired_lead_with_an_attendant_is_given_anybody(venue: Venue) -> None:
    intake = parked_at(venue.second)
    stranger, staff = venue.second.browser(), venue.second.attendant()
    json = {"accept": "application/json"}
    for browser in (stranger, staff):
        for headers in (json, {**json, "x-demado-link": "0" * 64}):
            answer = browser.client.post(HAND_OVER, content=str(intake.slip), headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "pairing.refused")
    line = venue.hall.line(DeviceId(venue.devices[1]))
    assert line.forward("POST", HAND_OVER, json, str(intake.slip).encode()).status_code == 403
    assert venue.tablet().post(HAND_OVER, slip=intake.slip)["status"] == 403


class LostAnswer(Stand):
    """A kiosk that takes somebody over, or does not, and whose answer is lost."""

    arrives = True

    def take_over(self, content: bytes, who: Mapping[str, str]) -> None:
        if self.arrives:
            super().take_over(content, who)
        raise PairingRefused("pairing.no_answer")


def state(desk: TestCounter) -> KioskState:
    intake = desk.desk.intake
    return KioskState(device=SECOND, counter="A2", name="", slip=intake.slip if intake else None)


@pytest.mark.parametrize("arrives", [True, False])
def test_a_lost_answer_loses_nobody_and_doubles_nobody(arrives: bool) -> None:
    here, there, moves = TestCounter(), TestCounter(), Moves()
    slip = here.stand_at(makes.at(makes.Step.REVIEW)).slip
    here.desk.park()
    target = LostAnswer(SECOND, desk=there.desk)
    object.__setattr__(target, "arrives", arrives)
    with pytest.raises(PairingRefused):
        moves.move(slip, Stand(FIRST, desk=here.desk), target, {})
    moves.settle({})
    assert [bay.slip for bay in here.desk.parked()] == [slip]
    moves.settle({SECOND: state(there)})
    assert (len(here.desk.parked()), there.desk.intake is None) == ((0, False) if arrives else (1, True))


@pytest.mark.parametrize("content", [b"", b"{}", b"\x00\xff"])
def test_what_is_no_parked_intake_is_refused(content: bytes) -> None:
    counter = TestCounter()
    with pytest.raises(DeskRefused, match="not_parked"):
        counter.desk.take_over(content)
    with pytest.raises(DeskRefused, match="not_parked"):
        counter.desk.hand_over(SlipNumber.new("A1", 1))
