"""A booking used at one kiosk is known at the others of the venue, without the office, and after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import time
from functools import partial
from pathlib import Path

import pytest

from kiosk.outbox.vitals import arrivals
from kiosk.web.formats import JST
from kiosk.web.hall.bookings import VenueBook, mark_of
from schemas.ids import VisitId
from schemas.language import Wording
from schemas.visit import Place, Slot
from tests.factories import uuid7
from tests.kiosk.outbox.office_keys import CODE
from tests.kiosk.web.conftest import _kiosk, _office, _port
from tests.kiosk.web.hall.conftest import Venue, pair
from tests.kiosk.web.kiosk import ANSWERS, ENOUGH, Kiosk

VISIT = uuid7(VisitId, 1)


@pytest.fixture(scope="module")
def booked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    """Two kiosks and today's bookings, the internet cut."""
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        today = office.office.now().astimezone(JST).date()
        slot = Slot(day=today, begins=time(0), ends=time(23, 59), capacity=9, booked=("001", "002"))
        places = (Place(name=Wording(ja="会議室"), slots=(slot,)),)
        office.office.bundle = partial(office.office.bundle, places=places)  # type: ignore[method-assign]
        first = _kiosk(stack, tmp_path_factory.mktemp("first"), office)
        office.office.codes.add(CODE)
        second = _kiosk(stack, tmp_path_factory.mktemp("second"), office, lan_port=_port())
        office.down(at_once=False)
        pair(first, second)
        yield Venue(first, second, office)


def comes_with(kiosk: Kiosk, number: str) -> str:
    """What is said to somebody with this booking: the next screen, or the code of a refusal."""
    kiosk.applicant.post("/start", language="ja")
    kiosk.applicant.post("/consent")
    said = kiosk.applicant.post("/booking", number=number)
    return str(said.get("code") or said["screen"])


def leaves(kiosk: Kiosk) -> None:
    kiosk.desk.reset()


def told(kiosk: Kiosk) -> str:
    """What the office is told with the next question: who of the booked has come."""
    bundle = kiosk.outbox.bundle
    assert bundle is not None
    return arrivals(bundle.visit, kiosk.outbox.came(bundle) or ())["came"]


def test_a_booking_sealed_at_one_kiosk_is_used_at_the_other(booked: Venue) -> None:
    second = booked.second
    assert comes_with(second, "001") == "why"
    second.applicant.come_to("attendant")
    second.attendant().post("/attendant/finish", {**ENOUGH, **ANSWERS, "part": "1"})
    assert second.applicant.post("/review/confirm")["step"] == "sealed"
    second.applicant.post("/done")
    booked.turn()
    assert comes_with(booked.first, "001") == "booking.used"
    leaves(booked.first)
    assert told(booked.first) == "001"


def test_a_booking_in_somebodys_hand_is_known_at_the_other_until_they_leave(booked: Venue) -> None:
    assert comes_with(booked.first, "002") == "why"
    for happening in (lambda: None, booked.first.desk.park):
        happening()
        booked.turn()
        assert comes_with(booked.second, "002") == "booking.used"
        leaves(booked.second)
        assert told(booked.second) == "001.002"
    booked.first.desk.discard(booked.first.desk.parked()[0].slip)
    booked.turn()
    assert comes_with(booked.second, "002") == "why"
    booked.turn()
    assert comes_with(booked.first, "002") == "booking.used"
    leaves(booked.first)
    leaves(booked.second)


def test_a_restart_forgets_no_booking_and_the_file_tells_no_number(tmp_path: Path) -> None:
    file = tmp_path / "bookings.json"
    VenueBook(file).note(VISIT, "001")
    VenueBook(file).learn(VISIT, [mark_of(VISIT, "002")])
    again = VenueBook(file)
    assert again.used(VISIT, ("001", "002", "003")) == {"001", "002"}
    assert again.used(uuid7(VisitId, 2), ("001",)) == frozenset()
    assert mark_of(VISIT, "001") != mark_of(uuid7(VisitId, 2), "001")
    assert b'"001"' not in file.read_bytes()


def test_a_disk_that_refuses_forgets_only_at_the_end_of_the_service(tmp_path: Path) -> None:
    book = VenueBook(tmp_path / "absent" / "bookings.json")
    book.note(VISIT, "001")
    assert book.used(VISIT, ("001",)) == {"001"}
