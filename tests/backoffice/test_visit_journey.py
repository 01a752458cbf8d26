"""From a fire brigade's request to a reviewed case, everything over HTTP: the published 福島 example, and two
municipalities that share one installation, one venue and one day without seeing each other."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta

from backoffice.staff.authorisation import Role
from schemas.bundle import SignedBundle
from schemas.ids import MunicipalityCode, VisitId
from schemas.visit import VisitBundle
from tests.backoffice.console import Browser, Console, field_of
from tests.backoffice.counter import Counter
from tests.factories import FUKUSHIMA, KORIYAMA, jpeg_photo

# 福島市消防本部: three places, their days in July and hours, fifteen minutes each (the published example).
FUKUSHIMA_PLACES = (
    ("本部・A消防署", "15:00", "19:00", (10, 12, 13), 16),
    ("B消防署", "18:00", "19:00", (19, 20), 4),
    ("C消防署", "18:00", "19:00", (23, 24), 4),
)
SHARED_PLACES = (("県庁 1階ロビー", "10:00", "11:00", (10,), 4),)
ROSTER = (
    "職員番号,氏名,フリガナ,所属,誕生月\n{0}1,消防 一（架空）,ショウボウ ハジメ,総務課,4\n"
    "{0}2,消防 花（架空）,ショウボウ ハナ,警防課,5\n"
)
COLUMNS = {f"column_{name}": str(at) for at, name in enumerate(("number", "name", "kana", "unit", "birth_month"))}


@dataclass
class Section:
    """One municipality's card section at work."""

    console: Console
    municipality: MunicipalityCode
    prefix: str
    lead: Browser
    visit: VisitId | None = None
    organisation: str = ""

    def at(self, path: str = "") -> str:
        return f"/visits/{self.visit}{path}"

    def did(self, path: str, data: dict[str, str] | None = None, **more: object) -> str:
        """Post, and be sent on; returns where to."""
        answer = self.lead.post(path, data, **more)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return str(answer.headers["location"])

    def take_request(self, title: str, first: str, expected: str) -> None:
        self.organisation = self.did("/organisations", {"name": title, "kind": "fire_service"})
        table = {"file": ("名簿.csv", ROSTER.format(self.prefix).encode("cp932"), "text/csv")}
        roster = self.did(f"{self.organisation}/roster", files=table)
        self.did(f"{roster}/start", COLUMNS)
        self.console.office.app.state.worker.drain()
        form = {"organisation": self.organisation.rpartition("/")[2], "title": title, "starts_on": first}
        self.visit = VisitId(self.did("/visits/new", {**form, "expected": expected}).split("/")[2])

    def settle(self, places: tuple[tuple[str, str, str, tuple[int, ...], int], ...], month: str) -> None:
        """Meeting, places with their days and hours, confirmed, booking page open."""
        self.did(self.at("/state"), {"to": "talking"})
        self.did(self.at("/agenda"), {"version": "1", "minutes_scope": "市区外の方も受け付ける", "done_scope": "yes"})
        for name, begins, ends, days, slots in places:
            self.did(self.at("/places"), {"name": name})
            place = re.findall(rf"{self.at('/places')}/([0-9a-f-]{{36}})/hours", self.page("/plan"))[-1]
            hours = {"begins": begins, "ends": ends, "stations": "1", "minutes": "15", "minutes_each": "5"}
            for day in days:
                self.did(self.at(f"/places/{place}/hours"), {**hours, "day": f"{month}-{day:02d}"})
            assert self.page("/plan").count(f"{slots}枠") >= len(days)
        self.did(self.at("/state"), {"to": "confirmed"})
        frame = {"expected": "60", "minimum": "5", "cut_off_hours": "24", "booking_open": "yes", "version": "2"}
        self.did(self.at("/frame"), frame)

    def page(self, path: str = "") -> str:
        answer = self.lead.get(self.at(path))
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def booking_page(self) -> str:
        found = re.search(rf"/booking/{self.municipality}/[0-9a-f]+", self.page("/plan"))
        assert found
        return found[0]

    def book_by_themselves(self) -> str:
        """An employee with number and birth month; returns their booking number."""
        browser, at = self.console.stranger(), self.booking_page()
        assert browser.post(f"{at}/me", {"number": f"{self.prefix}1", "month": "4"}).status_code == 303
        slot = re.findall(r'<option value="([0-9a-f-]{36})"', browser.get(at).text)[0]
        for _ in range(2):  # a double click, and the back button's second post
            assert browser.post(f"{at}/slot", {"slot": slot}).status_code == 303
        number = re.search(r'<strong class="number">(\d{3})</strong>', browser.get(at).text)
        assert number
        return number[1]

    def begin_day(self) -> Counter:
        """A kiosk enrolled for the visit."""
        self.lead = self.console.sign_in(Role.LEAD, municipality=self.municipality)
        self.did(self.at("/state"), {"to": "day"})
        ticket = self.lead.post("/devices/tickets", {"visit": str(self.visit)}).text
        code = "".join(re.findall(r"<span>([0-9A-Z]{4})</span>", ticket))
        office = self.console.office
        counter = Counter(office.client, office.app.state.signing.recipient_keys(office.clock())[0], office.clock)
        assert self.visit is not None
        counter.visit = self.visit
        assert counter.enrol(code).status_code == 200
        return counter

    def bundle(self, counter: Counter) -> VisitBundle:
        return SignedBundle.model_validate_json(counter.get("/api/v1/bundle?have=0").content).bundle()

    def review(self, counter: Counter) -> str:
        """A packet arrives, is opened and approved; returns the case's page."""
        photo = jpeg_photo(int(self.prefix) + 20)
        record = counter.record(photo=photo, home_municipality=self.municipality)
        assert counter.send(counter.seal(record, photo=photo)).status_code == 201
        self.console.office.app.state.worker.drain()
        staff = self.console.sign_in(Role.STAFF, municipality=self.municipality)
        case = re.findall(r"/cases/[0-9a-f-]{36}", staff.get("/cases").text)[0]
        version = field_of(staff.get(case).text, "version")
        approved = [staff.post(f"{case}/approve", {"version": version}).status_code for _ in range(2)]
        assert approved[0] == 303
        assert approved[1] in (303, 409)
        assert "承認" in staff.get(case).text
        return case


def section(console: Console, municipality: MunicipalityCode, prefix: str) -> Section:
    return Section(console, municipality, prefix, console.sign_in(Role.LEAD, municipality=municipality))


def test_fukushima_from_the_first_call_to_the_reviewed_case(console: Console) -> None:
    desk = section(console, FUKUSHIMA, "1")
    desk.take_request("福島市消防本部", "2027-07-10", "60")
    desk.settle(FUKUSHIMA_PLACES, "2027-07")
    page = desk.page()
    assert (page.count('class="table slot-table"'), len(re.findall(r"/slots/[0-9a-f-]{36}", page))) == (7, 64)
    assert desk.lead.get(desk.at("/papers/poster-a3.pdf?language=ja")).content.startswith(b"%PDF")
    assert desk.lead.get(desk.at("/visit.ics")).text.count("BEGIN:VEVENT") == 7
    assert desk.book_by_themselves() == "001"
    booking = desk.booking_page()
    console.office.clock.move(days=365)
    counter = desk.begin_day()
    bundle = desk.bundle(counter)
    assert ([place.name.ja for place in bundle.places], sum(len(place.slots) for place in bundle.places)) == (
        [name for name, *_ in FUKUSHIMA_PLACES], 64,
    )  # fmt: skip
    assert [slot.booked for place in bundle.places for slot in place.slots if slot.booked] == [("001",)]
    desk.review(counter)
    desk.did(desk.at("/state"), {"to": "closed"})
    assert console.stranger().get(booking).status_code == 404


def test_two_municipalities_at_one_venue_see_nothing_of_each_other(console: Console) -> None:
    sections = section(console, FUKUSHIMA, "1"), section(console, KORIYAMA, "2")
    for desk in sections:
        desk.take_request(f"県庁合同 {desk.municipality}", "2027-07-10", "20")
        desk.settle(SHARED_PLACES, "2027-07")
        assert desk.book_by_themselves() == "001"
    console.office.clock.move(days=365)
    counters = [desk.begin_day() for desk in sections]
    cases = [desk.review(counter) for desk, counter in zip(sections, counters, strict=True)]
    for own, other, counter, foreign in zip(sections, sections[::-1], counters, cases[::-1], strict=True):
        assert own.bundle(counter).municipality.code == own.municipality
        for path in ("/visits?as=csv", "/organisations?as=csv", "/cases?state=all", "/devices", "/audit/export.csv"):
            seen = own.console.sign_in(Role.ADMINISTRATOR, municipality=own.municipality).get(path).text
            assert not [mark for mark in (str(other.visit), other.municipality, foreign) if mark in seen], path
        hidden = ("", "/plan", "/bookings", "/papers", "/mails", "/visit.ics", "/equipment")
        assert {own.lead.get(other.at(path)).status_code for path in hidden} == {404}
        assert own.lead.get(other.organisation).status_code == 404
        assert own.lead.get(foreign).status_code == 404
        assert own.lead.post(f"/devices/{counter.device}/visit", {"visit": str(other.visit)}).status_code == 404
        stranger = console.stranger()
        wrong = other.booking_page().replace(other.municipality, own.municipality)
        assert stranger.get(wrong).status_code == 404
    a_record = counters[0].record(municipality=KORIYAMA)
    assert counters[0].send(counters[0].seal(a_record)).status_code == 201
    console.office.app.state.worker.drain()
    koriyama = console.sign_in(Role.STAFF, municipality=KORIYAMA)
    assert len(set(re.findall(r"/cases/[0-9a-f-]{36}", koriyama.get("/cases?state=all").text))) == 1


def test_posts_without_their_fields_are_told_and_change_nothing(shared_console: Console) -> None:
    desk = section(shared_console, FUKUSHIMA, "9")
    first = (shared_console.office.clock.at.date() + timedelta(days=40)).isoformat()
    desk.take_request("空の入力", first, "20")
    for path in ("/move", "/undo", "/frame", "/state", "/agenda", "/equipment", "/places"):
        assert desk.lead.post(desk.at(path), {}).status_code == 422, path
