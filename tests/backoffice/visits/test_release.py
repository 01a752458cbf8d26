"""Places of people who did not come: released by the worker only while the office knows who came, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from sqlmodel import select

from backoffice.audit.models import AuditEntry
from backoffice.kit.errors import Refused
from backoffice.staff.authorisation import Role
from backoffice.visits import bookings, planning, release, service
from backoffice.visits.models import BookingState, VisitRules
from schemas.circumstances import Booking
from schemas.ids import VisitId
from schemas.protocol import BUNDLE_PATH
from tests.backoffice.console import Console
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, MORNING

GRACE = 10


class Day:
    """A visit with a kiosk; its first slot at 15:00 holds two and three want it: 001, 002, and 003 who waits."""

    def __init__(self, office: Office, *, minutes: int = GRACE) -> None:
        office.clock.at = MORNING
        self.office, self.visit = office, office.visit()
        self.kiosk = office.counter(visit=self.visit)
        with office.work() as work:
            rules = VisitRules(municipality_id=FUKUSHIMA, no_show_minutes=minutes)
            planning.change_rules(work, FUKUSHIMA, rules, actor="t")
            slot = service.look(work, FUKUSHIMA, self.visit).places[0].slots[0]
            for name in ("一", "二", "三"):
                bookings.book(work, FUKUSHIMA, slot.id, name=name, actor="t", wait=True)
        self.slot = slot.id

    def at(self, hour: int, minute: int) -> None:
        """On the clock of Japan."""
        self.office.clock.at = datetime(2026, 7, 10, hour - 9, minute, tzinfo=UTC)

    def contact(self, kiosk: Counter | None = None, *, unsent: int = 0, came: str = "") -> None:
        told = f"&visit={self.visit}&came={came}"
        answer = (kiosk or self.kiosk).get(f"{BUNDLE_PATH}?have=0&sealed={unsent}&unsent={unsent}{told}")
        assert answer.status_code == 200, answer.text

    def works(self) -> str:
        """The states of 001, 002 and 003 after the worker's round."""
        self.office.worker.drain()
        self.office.worker.release()
        return self.states()

    def states(self) -> str:
        with self.office.work() as work:
            return " ".join(row.state for row in bookings.listed(work, FUKUSHIMA, self.visit))

    def undo(self, at_ms: int) -> tuple[int, int]:
        with self.office.work() as work:
            return release.take_back_slot(work, FUKUSHIMA, self.visit, self.slot, at_ms=at_ms, actor="t")

    def release(self) -> int:
        with self.office.work() as work:
            release.release_slot(work, FUKUSHIMA, self.visit, self.slot, actor="t")
            return release.in_ms(work.now)


def test_worker_releases_who_did_not_come_and_the_waiting_one_gets_the_place_and_the_time(each_office: Office) -> None:
    day = Day(each_office)
    day.at(15, 9)
    day.contact(came="001")
    assert day.works() == "booked booked waiting"
    day.at(15, 11)
    assert day.works() == "booked booked waiting"  # not heard since 15:09
    day.contact(came="001")
    day.at(15, 12)
    assert day.works() == "booked no_show booked"
    for minute, states in ((21, "booked no_show booked"), (23, "booked no_show no_show")):  # has the place since 15:12
        day.at(15, minute)
        day.contact(came="001")
        assert day.works() == states
    with each_office.work() as work:
        made = work.session.exec(select(AuditEntry).where(AuditEntry.action == "booking.no_show")).all()
        assert [entry.actor for entry in made] == ["worker", "worker"]


def test_nothing_is_released_while_a_kiosk_of_the_visit_is_silent_or_has_to_carry(
    shared_console: Console,
) -> None:
    day = Day(shared_console.office)
    second = day.office.counter(visit=day.visit)
    day.at(15, 11)
    day.contact()
    assert day.works() == "booked booked waiting"
    day.contact(second, unsent=1)
    assert day.works() == "booked booked waiting"
    with day.office.work() as work:
        told = release.unknown(work, FUKUSHIMA, service.look(work, FUKUSHIMA, day.visit))
    assert told is not None
    assert [each.unsent for each in told.silent] == [1]
    day.at(15, 12)
    day.contact(second, came="002")
    day.contact()
    assert day.works() == "no_show booked booked"


def test_late_record_of_a_released_booking_books_it_again(shared_console: Console) -> None:
    day = Day(shared_console.office)
    day.at(15, 11)
    day.contact()
    assert day.works() == "no_show no_show booked"
    record = day.kiosk.record(booking=Booking(number="002"))
    day.kiosk.send(day.kiosk.seal(record))
    day.contact(unsent=1)
    assert day.works() == "no_show booked booked"
    with day.office.work() as work:
        came = {row.number: row.came_at for row in bookings.listed(work, FUKUSHIMA, day.visit)}
    assert came == {"001": None, "002": record.confirmed.corrected(), "003": None}


def test_released_by_hand_and_taken_back_while_the_place_is_free(shared_console: Console) -> None:
    day = Day(shared_console.office, minutes=0)
    day.at(15, 1)
    assert day.works() == "booked booked waiting"
    first = day.release()
    assert day.states() == "no_show no_show booked"
    assert day.undo(first) == (1, 1)
    assert day.states() == "booked no_show booked"


def test_worker_leaves_alone_what_a_person_took_back(shared_console: Console) -> None:
    day = Day(shared_console.office)
    day.at(15, 11)
    day.contact()
    assert day.works() == "no_show no_show booked"
    day.undo(release.in_ms(day.office.clock.at))
    day.at(15, 50)
    day.contact()
    assert day.works() == "booked no_show no_show"


def test_slot_before_midnight_is_released_after_it(shared_console: Console) -> None:
    day = Day(shared_console.office)
    with day.office.work() as work:
        place = service.look(work, FUKUSHIMA, day.visit).places[0].id
        today, hours = day.office.clock.at.date(), (time(23, 50), time(23, 59))
        service.open_slots(work, FUKUSHIMA, place, day=today, hours=hours, minutes=9, capacity=1)
        late = service.look(work, FUKUSHIMA, day.visit).places[0].slots[-1]
        bookings.book(work, FUKUSHIMA, late.id, name="四", actor="t")
    day.office.clock.at = datetime(2026, 7, 10, 14, 59, tzinfo=UTC)  # a minute before midnight in Japan
    day.contact(came="001.002")
    assert day.works() == "booked booked waiting booked"
    day.office.clock.move(minutes=2)
    day.contact(came="001.002")
    assert day.works() == "booked booked waiting no_show"


def test_page_says_why_and_releases_a_slot_with_one_click_and_back(shared_console: Console) -> None:
    day = Day(shared_console.office)
    day.at(15, 11)
    browser = shared_console.sign_in(Role.HELPER)
    page = browser.get(f"/visits/{day.visit}").text
    assert ("機器と連絡がないため自動で空けていません" in page, "来ていない2人" in page) == (True, True)
    answer = browser.post(f"/visits/{day.visit}/slots/{day.slot}/release")
    assert (answer.status_code, day.states()) == (303, "no_show no_show booked")
    undo = browser.get(answer.headers["location"]).text.split(f'action="/visits/{day.visit}/slots/')[1].split('"')[0]
    assert browser.post(f"/visits/{day.visit}/slots/{undo}").status_code == 303
    assert day.states() == "booked no_show booked"
    twice = browser.post(f"/visits/{day.visit}/slots/{day.slot}/released/0/undo")
    assert (twice.status_code, day.states()) == (303, "booked no_show booked")
    stranger = VisitId(shared_console.office.visit())
    assert browser.post(f"/visits/{stranger}/slots/{day.slot}/release").status_code == 404


def test_who_came_is_not_recorded_as_absent(shared_console: Console) -> None:
    day = Day(shared_console.office)
    day.at(15, 5)
    day.contact(came="001.002")
    with day.office.work() as work:
        first = service.look(work, FUKUSHIMA, day.visit).places[0].slots[0].bookings[0]
        assert (first.state, first.came, first.open) == (BookingState.BOOKED, True, False)
        with pytest.raises(Refused, match=r"booking\.came"):
            bookings.no_show(work, FUKUSHIMA, first.id, actor="t")
        with pytest.raises(Refused, match=r"booking\.nobody_missing"):
            release.release_slot(work, FUKUSHIMA, day.visit, day.slot, actor="t")
