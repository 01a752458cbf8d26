"""A roster from the file to the list: portions, the same file again, whole rosters, families, wrong lines."""

from __future__ import annotations

from backoffice.kit.models import Job
from backoffice.organisations import service as organisations
from backoffice.rosters import service
from backoffice.rosters.mapping import Column
from backoffice.rosters.models import ImportState, RosterImport
from backoffice.rosters.ordering import MemberSort, Order
from backoffice.rosters.repository import Whose
from backoffice.rosters.service import Importer, Wanted
from tests.backoffice.conftest import MakeOffice
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, KORIYAMA

COLUMNS = {
    Column.NUMBER: 0, Column.NAME: 1, Column.KANA: 2, Column.UNIT: 3, Column.RELATION: 4, Column.BIRTH_MONTH: 5,
}  # fmt: skip
HEADER = "職員番号,氏名,フリガナ,所属,区分,誕生月\n"
TWO = "101,消防 一郎（架空）,ショウボウ イチロウ,A消防署,組合員,4\n101,消防 花子（架空）,ショウボウ ハナコ,,妻,\n"


def organisation(office: Office) -> Whose:
    with office.work() as work:
        made = organisations.add_organisation(work, FUKUSHIMA, name="福島市消防本部", actor="test")
    return service.whose(FUKUSHIMA, made)


def bring(office: Office, whose: Whose, text: str, *, whole: bool = False, portion: int = 5_000) -> RosterImport:
    """A file through the whole way, in portions."""
    vault = office.app.state.vault
    with office.work() as work:
        made = service.receive(work, vault, whose, text.encode(), file_name="roster.csv", by="test")
        service.start(work, service.look(work, whose, made), columns=COLUMNS, whole=whole, by="test")
    importer = Importer(vault, portion=portion)
    for _ in range(1_000):
        with office.work() as work:
            importer(
                work,
                Job(municipality_id=FUKUSHIMA, id="x", kind="", subject=made, run_after=work.now, created_at=work.now),
            )
            row = service.look(work, whose, made)
        if row.state is ImportState.DONE:
            return row
    raise AssertionError("the import does not end")


def names(office: Office, whose: Whose, q: str = "") -> list[str]:
    with office.work() as work:
        return [member.name for member in service.members(work, whose, Wanted(q)).members]


ORDERED = HEADER + "".join(
    f"{number},{name}（架空）,{kana},{unit},{relation},\n"
    for number, name, kana, unit, relation in (
        ("3", "乙", "ア", "南署", "その他"), ("1", "丙", "ウ", "北署", "組合員"), ("2", "甲", "イ", "", "妻")
    )
)  # fmt: skip


def test_roster_is_paged_by_every_column_both_ways(make_office: MakeOffice, database_url: str) -> None:
    office = make_office(role="all", embedded_worker=False, database_url=database_url)
    whose = organisation(office)
    bring(office, whose, ORDERED)
    orders = {"number": "123", "kana": "321", "relation": "213"}  # the others are the database's collation's
    for by in MemberSort:
        for down in (False, True):
            found, after = [], None
            while True:
                with office.work() as work:
                    page = service.members(work, whose, Wanted(order=Order(by, down)), after=after, size=1)
                found += [member.number for member in page.members]
                if (after := page.further) is None:
                    break
            assert len(found) == len(set(found)) == 3
            if order := orders.get(by):
                assert found == list(order[::-1] if down else order), (by, down)


def test_people_are_added_with_their_units_and_families(make_office: MakeOffice, database_url: str) -> None:
    office = make_office(role="all", embedded_worker=False, database_url=database_url)
    whose = organisation(office)
    row = bring(office, whose, HEADER + TWO)
    assert (row.added, row.changed, row.same, row.wrong) == (2, 0, 0, 0)
    assert names(office, whose, "しょうぼう") == ["消防 一郎（架空）", "消防 花子（架空）"]
    with office.work() as work:
        assert [
            unit.name for unit in organisations.tree(work, FUKUSHIMA, organisations.OrganisationId(whose.organisation))
        ] == ["A消防署"]
        assert service.counts(work, whose) == {"member": 1, "dependant": 1}


def test_the_same_file_again_changes_nothing(make_office: MakeOffice, database_url: str) -> None:
    office = make_office(role="all", embedded_worker=False, database_url=database_url)
    whose = organisation(office)
    bring(office, whose, HEADER + TWO)
    again = bring(office, whose, HEADER + TWO, whole=True)
    assert (again.added, again.changed, again.same, again.left) == (0, 0, 2, 0)


def test_a_whole_roster_says_who_has_left_and_a_wrong_line_stops_that(make_office: MakeOffice) -> None:
    office = make_office(role="all", embedded_worker=False)
    whose = organisation(office)
    bring(office, whose, HEADER + TWO)
    one = HEADER + TWO.split("\n")[0] + "\n"
    assert bring(office, whose, one + "102,,,,,\n", whole=True).left == 0
    assert len(names(office, whose)) == 2
    assert bring(office, whose, one, whole=True).left == 1
    assert names(office, whose) == ["消防 一郎（架空）"]


def test_what_changed_is_taken_over(make_office: MakeOffice) -> None:
    office = make_office(role="all", embedded_worker=False)
    whose = organisation(office)
    bring(office, whose, HEADER + TWO)
    row = bring(office, whose, HEADER + "101,消防 一郎（架空）,ショウボウ イチロウ,B消防署,組合員,5\n")
    assert (row.added, row.changed) == (0, 1)


def test_wrong_lines_are_told_by_their_number_and_keep_nobody_else_out(make_office: MakeOffice) -> None:
    office = make_office(role="all", embedded_worker=False)
    whose = organisation(office)
    text = (
        HEADER
        + "1,甲（架空）,,,,\n,乙（架空）,,,,\n3,丙（架空）,,,友,\n1,甲（架空）,,,,\n123456789018,丁（架空）,,,,\n"
    )
    row = bring(office, whose, text)
    assert row.added == 1
    assert row.errors == [
        [3, "number", "missing"], [4, "relation", "relation_unknown"], [6, "number", "my_number"],
        [5, "name", "twice"],
    ]  # fmt: skip


def test_portions_meet_without_a_gap_whatever_their_size(make_office: MakeOffice) -> None:
    office = make_office(role="all", embedded_worker=False)
    whose = organisation(office)
    lines = "".join(f'{number},"氏, ""{number}""\n二行目（架空）",,,,\n' for number in range(1, 24))
    row = bring(office, whose, HEADER + lines, portion=5)
    assert (row.rows, row.read, row.added, row.wrong) == (23, 23, 23, 0)


def test_the_file_is_gone_from_the_vault_when_it_is_in(make_office: MakeOffice) -> None:
    office = make_office(role="all", embedded_worker=False)
    whose = organisation(office)
    row = bring(office, whose, HEADER + TWO)
    assert not [
        path
        for path in office.settings.data_dir.rglob("*")
        if path.is_file() and row.blob.rsplit("/", 1)[-1] in path.name
    ]


def test_another_municipality_sees_neither_people_nor_imports(make_office: MakeOffice) -> None:
    office = make_office(role="all", embedded_worker=False)
    whose = organisation(office)
    bring(office, whose, HEADER + TWO)
    theirs = Whose(KORIYAMA, whose.organisation)
    assert names(office, theirs) == []
    with office.work() as work:
        assert service.imports(work, theirs) == []
