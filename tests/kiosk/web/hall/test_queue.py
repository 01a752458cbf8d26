"""The waiting room's order, calls, no-shows and what the kiosks say of them."""

from __future__ import annotations

from datetime import date, time

import pytest

from kiosk.web.hall.queue import Queue, QueueRefused, Standing
from kiosk.web.hall.wire import DoneSlip, KioskState, ParkedSlip
from schemas.ids import DeviceId, SlipNumber, VisitId
from schemas.language import Wording
from schemas.visit import Place, Slot
from tests.factories import uuid7

DAY = date(2026, 11, 21)
NOON = time(12)
PLACES = (
    Place(
        name=Wording(ja="本部"),
        slots=(
            Slot(day=DAY, begins=time(10), ends=time(10, 30), capacity=4, booked=("002", "001")),
            Slot(day=DAY, begins=time(15), ends=time(15, 30), capacity=4, booked=("003",)),
            Slot(day=date(2026, 11, 22), begins=time(10), ends=time(11), capacity=4, booked=("009",)),
        ),
    ),
)
A1, A2 = SlipNumber.new("A1", 1), SlipNumber.new("A1", 2)


def queue() -> Queue:
    return Queue(visit=uuid7(VisitId, 1), day=DAY).with_bookings(PLACES)


def kiosk(
    slip: SlipNumber | None = None, *, parked: tuple[SlipNumber, ...] = (), done: tuple[SlipNumber, ...] = ()
) -> KioskState:
    return KioskState(
        device=uuid7(DeviceId, 1), counter="A1", name="本部", slip=slip,
        parked=tuple(ParkedSlip(slip=each, step="form", minutes=0) for each in parked),
        done=tuple(DoneSlip(slip=each, sent=False) for each in done),
    )  # fmt: skip


def standing(of: Queue, number: str) -> Standing:
    return next(ticket.standing for ticket in of.tickets if ticket.number == number)


def test_todays_bookings_are_expected_by_time_and_number() -> None:
    assert [ticket.number for ticket in queue().of(Standing.EXPECTED)] == ["001", "002", "003"]


def test_a_booking_given_back_disappears_and_one_who_came_stays() -> None:
    arrived = queue().arrive("001")
    fewer = (Place(name=Wording(ja="本部"), slots=(PLACES[0].slots[1],)),)
    assert [ticket.number for ticket in arrived.with_bookings(fewer).tickets] == ["001", "003"]


def test_booked_people_whose_time_has_come_go_before_walk_ins() -> None:
    waiting, _ = queue().walk_in()
    waiting = waiting.arrive("003").arrive("002")
    assert [ticket.number for ticket in waiting.waiting(NOON)] == ["002", "W001", "003"]
    assert [ticket.number for ticket in waiting.waiting(time(16))] == ["003", "002", "W001"]


def test_the_next_one_is_called_and_called_again() -> None:
    waiting, ticket = queue().walk_in()
    called = waiting.call_next("A1", NOON)
    assert [(call.number, call.counter, call.times) for call in called.calls()] == [(ticket.number, "A1", 1)]
    assert called.call(ticket.number, "A1").calls()[0].times == 2


def test_nobody_waits_is_said() -> None:
    with pytest.raises(QueueRefused, match=r"queue\.empty"):
        queue().call_next("A1", NOON)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda q: q.arrive("999"), "queue.unknown"),
        (lambda q: q.arrive("001").arrive("001"), "queue.not_waiting"),
        (lambda q: q.undo_no_show("001"), "queue.not_waiting"),
    ],
)
def test_what_does_not_fit_is_refused(act: object, code: str) -> None:
    with pytest.raises(QueueRefused, match=code):
        act(queue())  # type: ignore[operator]


def test_a_mistaken_no_show_gets_the_old_place_back() -> None:
    waiting = queue().arrive("001").arrive("002")
    called = waiting.call_next("A1", NOON)
    assert standing(called, "001") is Standing.CALLED
    back = called.no_show("001").undo_no_show("001")
    assert [ticket.number for ticket in back.waiting(NOON)] == ["001", "002"]


def test_who_never_came_is_expected_again_after_the_undo() -> None:
    assert standing(queue().no_show("003").undo_no_show("003"), "003") is Standing.EXPECTED


def test_an_intake_at_the_kiosk_is_the_called_numbers_until_it_is_sealed() -> None:
    called = queue().arrive("001").call_next("A1", NOON)
    there = called.observe([kiosk(A1)])
    assert (standing(there, "001"), there.calls()) == (Standing.AT_KIOSK, ())
    assert standing(there.observe([kiosk(parked=(A1,))]), "001") is Standing.AT_KIOSK
    assert standing(there.observe([kiosk(done=(A1,))]), "001") is Standing.DONE
    assert standing(there.observe([kiosk()]), "001") is Standing.LEFT


def test_a_second_call_does_not_take_the_first_ones_intake() -> None:
    first = queue().arrive("001").arrive("002").call_next("A1", NOON).observe([kiosk(A1)])
    second = first.call_next("A1", NOON).observe([kiosk(A1)])
    assert standing(second, "002") is Standing.CALLED
    assert standing(second.observe([kiosk(A2, done=(A1,))]), "002") is Standing.AT_KIOSK


def test_who_comes_with_a_booking_is_that_number_called_or_not() -> None:
    walk_in_called = queue().walk_in()[0].call_next("A1", NOON)
    there = walk_in_called.observe([kiosk(A1).model_copy(update={"booking": "002"})])
    assert (standing(there, "002"), standing(there, "W001")) == (Standing.AT_KIOSK, Standing.CALLED)
    assert standing(there.observe([kiosk(done=(A1,))]), "002") is Standing.DONE


def test_another_kiosks_intake_answers_no_call_here() -> None:
    called = queue().arrive("001").call("001", "B2")
    assert standing(called.observe([kiosk(A1)]), "001") is Standing.CALLED
