"""所属 that change: renamed, moved without rings, made one with another, taken away and back, seen by two people."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from backoffice.organisations import service, units
from backoffice.organisations.service import OrganisationId, UnitId
from backoffice.rosters import service as rosters
from backoffice.rosters.repository import Whose
from backoffice.staff.authorisation import Role
from backoffice.visits import bookings
from backoffice.visits import service as visits
from tests.backoffice.conftest import MakeOffice
from tests.backoffice.console import Browser, Console, field_of
from tests.backoffice.office import Office
from tests.backoffice.rosters.test_import import bring, organisation
from tests.factories import FUKUSHIMA, KORIYAMA

ROSTER = "職員番号,氏名,フリガナ,所属,区分,誕生月\n1,甲（架空）,コウ,北署,,\n2,乙（架空）,オツ,南署,,\n"


@dataclass
class Brigade:
    """Units 本部 > 本署, beside it 北署, on the console."""

    browser: Browser
    at: str
    ids: dict[str, UnitId]

    def page(self, unit: str, then: str = "") -> str:
        return f"{self.at}/units/{self.ids[unit]}{then}"

    def post(self, unit: str, then: str = "", **form: str) -> int:
        seen = field_of(self.browser.get(self.page(unit)).text, "seen")
        return self.browser.post(self.page(unit, then), {"seen": seen, **form}).status_code


@pytest.fixture
def brigade(shared_console: Console) -> Brigade:
    with shared_console.office.work() as work:
        made = service.add_organisation(work, FUKUSHIMA, name="消防本部", actor="t")
        head = service.add_unit(work, FUKUSHIMA, made, name="本部")
        station = service.add_unit(work, FUKUSHIMA, made, name="本署", parent=head)
        north = service.add_unit(work, FUKUSHIMA, made, name="北署")
    ids = {"本部": head, "本署": station, "北署": north}
    return Brigade(shared_console.sign_in(Role.LEAD), f"/organisations/{made}", ids)


def tree(console: Console, brigade: Brigade) -> set[tuple[str, int]]:
    with console.office.work() as work:
        return {(line.name, line.depth) for line in service.tree(work, FUKUSHIMA, OrganisationId(brigade.at[15:]))}


def test_renamed_and_moved_but_never_below_itself(shared_console: Console, brigade: Brigade) -> None:
    assert brigade.post("北署", name="北分署", parent=brigade.ids["本署"]) == 303
    assert tree(shared_console, brigade) == {("本部", 0), ("本署", 1), ("北分署", 2)}
    for below in ("本部", "本署", "北署"):
        assert brigade.post("本部", name="本部", parent=brigade.ids[below]) == 422
    for name, parent in (("", ""), ("本署", brigade.ids["本部"])):
        assert brigade.post("北署", name=name, parent=parent) == 422


def test_slower_of_two_people_compares(brigade: Brigade) -> None:
    seen = field_of(brigade.browser.get(brigade.page("北署")).text, "seen")
    assert brigade.post("北署", name="北分署") == 303
    late = brigade.browser.post(brigade.page("北署"), {"seen": seen, "name": "北出張所"})
    shown = [words in late.text for words in ("ほかの人が先に保存", "<dd>北分署</dd>", 'value="北出張所"')]
    assert (late.status_code, shown) == (409, [True, True, True])
    assert brigade.browser.post(brigade.page("北署"), {"seen": seen, "name": "北分署"}).status_code == 303


def test_removed_unit_is_offered_no_more_and_comes_back(shared_console: Console, brigade: Brigade) -> None:
    assert brigade.post("本部", "/remove") == 409
    assert brigade.post("本署", "/remove") == 303
    assert tree(shared_console, brigade) == {("本部", 0), ("北署", 0)}
    assert brigade.page("本署", "/restore") in brigade.browser.get(brigade.at).text
    assert brigade.browser.get(brigade.page("本署")).status_code == 404
    assert brigade.browser.post(brigade.page("本署", "/restore")).status_code == 303
    assert tree(shared_console, brigade) == {("本部", 0), ("本署", 1), ("北署", 0)}


def test_who_may_not_and_who_is_elsewhere_changes_nothing(shared_console: Console, brigade: Brigade) -> None:
    staff = shared_console.sign_in(Role.STAFF)
    assert staff.post(brigade.page("北署", "/remove"), {"seen": "x"}).status_code == 403
    stranger = shared_console.sign_in(Role.LEAD, municipality=KORIYAMA)
    assert stranger.post(brigade.page("北署", "/remove"), {"seen": "x"}).status_code == 404
    assert brigade.post("北署", "/merge", into=brigade.ids["北署"]) == 422


def called(office: Office, whose: Whose) -> list[str]:
    """What each person's unit is called, by name."""
    with office.work() as work:
        names = service.unit_names(work, FUKUSHIMA, OrganisationId(whose.organisation))
        people = rosters.members(work, whose).members
        return [names[UnitId(each.unit_id)] for each in people if each.unit_id]


def test_merged_units_are_one_for_people_bookings_and_the_next_file(make_office: MakeOffice, database_url: str) -> None:
    office = make_office(role="all", embedded_worker=False, database_url=database_url)
    whose = organisation(office)
    brigade = OrganisationId(whose.organisation)
    bring(office, whose, ROSTER)
    visit = office.visit()
    with office.work() as work:
        ids = service.units_by_name(work, FUKUSHIMA, brigade)
        slot = visits.look(work, FUKUSHIMA, visit).places[0].slots[0].id
        bookings.book(work, FUKUSHIMA, slot, name="甲", unit=ids["北署"], actor="t")
        seen = units.unit(work, FUKUSHIMA, brigade, ids["北署"]).seal
        units.merge(work, FUKUSHIMA, brigade, ids["北署"], into=ids["南署"], seen=seen, actor="t")
    assert called(office, whose) == ["南署", "南署"]
    again = bring(office, whose, ROSTER + "3,丙（架空）,ヘイ,北署,,\n")
    assert (again.added, again.changed, again.same) == (1, 0, 2)
    with office.work() as work:
        use = units.use(work, FUKUSHIMA, brigade, ids["南署"])
        assert (use.members, use.bookings, use.removable) == (3, 1, False)
        units.restore(work, FUKUSHIMA, brigade, ids["北署"], actor="t")
    assert sorted(called(office, whose)) == ["北署", "南署", "南署"]
