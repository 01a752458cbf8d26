"""The visit pages: slots and bookings, who sees names, and the people who may sign in on the tablet."""

from __future__ import annotations

import pytest

from backoffice.staff.authorisation import Role
from backoffice.visits import service
from backoffice.visits.service import VisitView
from schemas.visit import AttendantRole
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA, KORIYAMA


def look(console: Console) -> VisitView:
    with console.office.work() as work:
        return service.look(work, FUKUSHIMA, service.visits(work, FUKUSHIMA)[0].id)


def test_booking_made_on_the_page_takes_a_place_of_its_slot(console: Console) -> None:
    visit = console.office.visit()
    browser = console.sign_in(Role.LEAD)
    slot = look(console).places[0].slots[0].id
    assert browser.post(f"/visits/{visit}/slots/{slot}", {"name": "予約 太郎（架空）"}).status_code == 303
    assert look(console).places[0].slots[0].free == 1
    booking = look(console).places[0].slots[0].bookings[0].id
    assert browser.post(f"/visits/{visit}/bookings/{booking}/cancel").status_code == 303
    assert look(console).places[0].slots[0].free == 2


def test_full_slot_is_refused_on_the_page_itself(console: Console) -> None:
    visit = console.office.visit()
    browser = console.sign_in(Role.LEAD)
    slot = look(console).places[0].slots[0].id
    answers = [browser.post(f"/visits/{visit}/slots/{slot}", {"name": "（架空）"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 409]
    assert "この予約枠は満員です。" in answers[-1].text


@pytest.mark.parametrize(("role", "sees"), [(Role.STAFF, True), (Role.HELPER, False), (Role.CONTRACTOR, False)])
def test_helpers_and_contractors_see_numbers_but_no_names(console: Console, role: Role, sees: bool) -> None:
    visit = console.office.visit()
    with console.office.work() as work:
        slot = service.look(work, FUKUSHIMA, visit).places[0].slots[0].id
        service.book(work, FUKUSHIMA, slot, name="予約 太郎（架空）", actor="test")
    page = console.sign_in(role).get(f"/visits/{visit}").text
    assert ("予約 太郎" in page, "001" in page) == (sees, True)


def test_attendant_is_added_and_removed_on_the_page(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    form = {"name": "会場 花子（架空）", "role": "helper", "pin": "135790"}
    assert browser.post("/visits/attendants", form).status_code == 303
    with console.office.work() as work:
        (person,) = service.attendants(work, FUKUSHIMA)
    assert (person.name, person.role) == ("会場 花子（架空）", AttendantRole.HELPER)
    page = browser.get("/visits/attendants").text
    assert "会場 花子" in page
    assert "135790" not in page
    assert browser.post(f"/visits/attendants/{person.staff}/remove").status_code == 303
    assert "会場 花子" not in browser.get("/visits/attendants").text


def test_pin_of_the_wrong_form_is_refused_beside_the_form(console: Console) -> None:
    answer = console.sign_in(Role.LEAD).post("/visits/attendants", {"name": "x", "role": "staff", "pin": "12"})
    assert (answer.status_code, "暗証番号は6桁から12桁" in answer.text) == (422, True)


@pytest.mark.parametrize(("role", "books"), [(Role.STAFF, 303), (Role.HELPER, 303), (Role.CONTRACTOR, 403)])
def test_staff_and_helpers_enter_bookings_and_plan_nothing(console: Console, role: Role, books: int) -> None:
    visit = console.office.visit()
    slot = look(console).places[0].slots[0].id
    browser = console.sign_in(role)
    assert browser.post(f"/visits/{visit}/slots/{slot}", {"name": "x"}).status_code == books
    assert browser.post(f"/visits/{visit}/state", {"to": "closed"}).status_code == 403
    assert browser.post("/visits/attendants", {"name": "x", "role": "staff", "pin": "135790"}).status_code == 403


def test_visit_of_another_municipality_does_not_exist_here(console: Console) -> None:
    visit = console.office.visit(municipality=KORIYAMA)
    browser = console.sign_in(Role.LEAD)
    assert str(visit) not in browser.get("/visits").text
    assert browser.get(f"/visits/{visit}").status_code == 404


def test_empty_lists_say_so(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    assert "訪問がありません" in browser.get("/visits").text
    assert "まだいません" in browser.get("/visits/attendants").text


def test_pages_speak_english(console: Console) -> None:
    visit = console.office.visit()
    page = console.sign_in(Role.LEAD).get(f"/visits/{visit}", headers={"Accept-Language": "en"}).text
    assert "Book this time" in page
