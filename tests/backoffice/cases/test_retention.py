"""Retention on both databases: by fiscal year, provably gone, counts kept, nothing else touched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from backoffice.audit import service as audit
from backoffice.cases import notes, retention, service
from backoffice.cases.errors import CaseUnknown
from backoffice.cases.models import CaseTally
from backoffice.cases.nightly import Nightly
from backoffice.cases.retention import Erased, Periods
from backoffice.cases.service import Desk
from backoffice.kit.errors import NotFound
from backoffice.rosters.models import Member
from backoffice.rules import desk
from backoffice.rules import service as rules
from backoffice.staff.authorisation import Role
from backoffice.visits import service as visits
from backoffice.visits.models import Visit
from tests.backoffice.console import Console
from tests.backoffice.rules.files import rule_file
from tests.backoffice.visits.test_public import member
from tests.factories import FUKUSHIMA, KORIYAMA

PERIODS = Periods(photo=0, packet=0, record=1)
APRIL_2027, APRIL_2028 = datetime(2027, 3, 31, 15, tzinfo=UTC), datetime(2028, 3, 31, 15, tzinfo=UTC)


def closed(console: Console, note: str = "") -> str:
    """A case returned on 10 July 2026, fiscal year 2026."""
    case = console.case()
    with console.office.work() as work:
        service.return_to_applicant(
            work, Desk(FUKUSHIMA, case, 1, "somebody"), reasons=["photo.unclear"], note=note or "もう一度"
        )
    return case


def erase(console: Console, at: datetime) -> Erased:
    console.office.clock.at = at
    office = console.office
    return retention.run(office.database, office.app.state.blobs, FUKUSHIMA, PERIODS, now=office.clock, actor="command")


@pytest.mark.parametrize(
    ("at", "year"),
    [(datetime(2027, 3, 31, 14, 59, tzinfo=UTC), 2026), (APRIL_2027, 2027), (datetime(2027, 12, 31, tzinfo=UTC), 2027)],
)
def test_the_fiscal_year_begins_on_the_first_of_april_in_japan(at: datetime, year: int) -> None:
    assert retention.fiscal_year(at) == year
    assert retention.due_before(1, at).astimezone(UTC) == datetime(year - 1, 3, 31, 15, tzinfo=UTC)


def test_the_photo_goes_first_and_is_not_there_any_more(each_console: Console) -> None:
    case = closed(each_console)
    with each_console.office.work() as work:
        key = service.read(work, FUKUSHIMA, case).photo_key
    assert key is not None
    assert erase(each_console, datetime(2027, 3, 31, 14, 59, tzinfo=UTC)).parts == {
        "photo": 0,
        "packet": 0,
        "record": 0,
    }
    assert erase(each_console, APRIL_2027).parts == {"photo": 1, "packet": 1, "record": 0}
    with pytest.raises(NotFound):
        each_console.office.app.state.blobs.get(key)
    assert "写真は消去しました" in each_console.sign_in().get(f"/cases/{case}").text
    assert erase(each_console, APRIL_2027).parts == {"photo": 0, "packet": 0, "record": 0}, "once"


def test_the_record_goes_with_its_history_and_leaves_counts_and_a_whole_audit_log(each_console: Console) -> None:
    cases, waiting = [closed(each_console) for _ in range(2)], each_console.case()
    staff, other = each_console.sign_in(), each_console.case(municipality=KORIYAMA)
    assert staff.person is not None
    with each_console.office.work() as work:
        notes.add(work, FUKUSHIMA, cases[0], text="電話した", by=staff.person.id)
    assert erase(each_console, APRIL_2028).parts == {"photo": 2, "packet": 2, "record": 2}
    with each_console.office.work() as work:
        for case in cases:
            with pytest.raises(CaseUnknown):
                service.read(work, FUKUSHIMA, case)
            assert service.history(work, FUKUSHIMA, case) == []
            assert notes.of(work, FUKUSHIMA, case) == []
        assert service.read(work, FUKUSHIMA, waiting).photo_key is not None, "not closed"
        assert service.read(work, KORIYAMA, other).photo_key is not None
        tallies = {(row.fiscal_year, row.kind, row.name): row.cases for row in work.session.exec(select(CaseTally))}
        assert tallies[2026, "state", "returned"] == 2
        assert tallies[2026, "reason", "photo.unclear"] == 2
        found = audit.search(work, FUKUSHIMA, audit.Search(action="case.erased"))
        assert sorted(entry.detail for entry in found) == ["packet"] * 2 + ["photo"] * 2 + ["record"] * 2
        assert audit.verify(work, FUKUSHIMA).intact


def test_a_sealed_packet_is_erased_however_often_it_came(each_console: Console) -> None:
    office = each_console.office
    counter = office.counter(visit=office.visit())
    record = counter.record()
    for _ in range(2):
        assert counter.send(counter.seal(record)).status_code == 201
    office.worker.drain()
    with office.work() as work:
        [case] = service.oldest_waiting(work, FUKUSHIMA)
        service.approve(work, Desk(FUKUSHIMA, case.id, case.version, "somebody"))
    files = list((office.folder / "blobs" / "packets").rglob("*"))
    assert sum(file.is_file() for file in files) == 2
    erase(each_console, APRIL_2027)
    assert not any(file.is_file() for file in (office.folder / "blobs" / "packets").rglob("*"))


def test_nothing_of_the_record_stays_in_the_file(console: Console) -> None:
    case = closed(console, note="ただ一つの目印ABCXYZ")
    with console.office.work() as work:
        form = service.read(work, FUKUSHIMA, case).form_id
    assert form is not None
    file = Path(console.office.settings.database.removeprefix("sqlite:///"))
    assert form.encode() in file.read_bytes()
    erase(console, APRIL_2028)
    left = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    assert form.encode() not in left
    assert b"ABCXYZ" not in left


def test_a_dry_run_counts_and_erases_nothing(each_console: Console) -> None:
    case = closed(each_console)
    each_console.office.clock.at = APRIL_2027
    with each_console.office.work() as work:
        found = retention.count(work, FUKUSHIMA, PERIODS)
        assert found.parts == {"photo": 1, "packet": 1, "record": 0}
        assert service.read(work, FUKUSHIMA, case).photo_key is not None


def test_each_municipality_has_the_periods_its_rules_say(console: Console) -> None:
    """Fukushima keeps photos three years by its own rules; Koriyama, which says nothing, as the installation does."""
    today = rules.today(console.office.clock())
    with console.office.work() as work:
        text = rule_file() + "\n[office.retention]\nphoto_years = 3\n"
        desk.activate(
            work,
            FUKUSHIMA,
            desk.upload(work, FUKUSHIMA, text.encode(), file_name="own.toml", by="a"),
            day=today,
            by="a",
        )
        installed = Periods(photo=1, packet=1, record=3)
        assert retention.periods(work, FUKUSHIMA, installed) == Periods(photo=3, packet=1, record=3)
        assert retention.periods(work, KORIYAMA, installed) == installed
    assert "写真 3年" in console.sign_in(Role.ADMINISTRATOR).get("/rules").text


def test_names_of_bookings_and_of_who_left_a_roster_go_as_records_do(each_console: Console) -> None:
    visit = each_console.office.visit()
    with each_console.office.work() as work:
        slot = visits.look(work, FUKUSHIMA, visit).places[0].slots[0].id
        visits.book(work, FUKUSHIMA, slot, name="名前 残るか", actor="test")
        organisation = work.session.get_one(Visit, (FUKUSHIMA, visit)).organisation_id
        for number, left in (("1", work.now), ("2", None)):
            person = member(work, organisation, number, 4)
            person.left_at = left
            work.session.add(person)
    assert (done := erase(each_console, APRIL_2027)).names == 0
    done = erase(each_console, APRIL_2028)
    assert (done.names, done.members) == (1, 1)
    with each_console.office.work() as work:
        booking = visits.look(work, FUKUSHIMA, visit).places[0].slots[0].bookings[0]
        assert (booking.number, booking.name) == ("001", "")
        assert [person.number for person in work.session.exec(select(Member))] == ["2"]
        (entry,) = audit.search(work, FUKUSHIMA, audit.Search(action="names.erased"))
        assert entry.detail == "1 bookings, 1 members, before 2027-04-01"
    assert erase(each_console, APRIL_2028).names == 0


def test_the_worker_erases_once_a_night_from_the_hour_that_is_set(console: Console) -> None:
    case, office = closed(console), console.office
    nightly = Nightly(office.database, office.app.state.blobs, PERIODS, hour=3, now=office.clock)

    def photo() -> str | None:
        nightly()
        with office.work() as work:
            return service.read(work, FUKUSHIMA, case).photo_key

    office.clock.at = APRIL_2027 + timedelta(hours=2, minutes=59)
    assert photo() is not None
    office.clock.move(minutes=1)
    assert photo() is None
    second = closed(console)  # decided today; nothing of it is due, and the night is over
    nightly()
    with office.work() as work:
        assert service.read(work, FUKUSHIMA, second).photo_key is not None
        assert len(audit.search(work, FUKUSHIMA, audit.Search(action="case.erased", actor="system"))) == 2
