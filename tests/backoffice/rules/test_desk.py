"""Rule sets of a municipality: kept as they came, holding from a day, never backwards, by two where they ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backoffice.audit import service as audit
from backoffice.database import Database
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.rules import desk, service
from backoffice.rules.errors import RulesUnfit
from backoffice.rules.models import RuleFile
from tests.backoffice.office import Clock, add_municipalities
from tests.backoffice.rules.files import COUNTER_ONLY, TWO_FOR_RULES, rule_file
from tests.factories import FUKUSHIMA, KORIYAMA

TODAY = service.today(Clock().at)


def sent(work: UnitOfWork, text: str, *, municipality: str = FUKUSHIMA, by: str = "a") -> RuleFile:
    return desk.upload(work, municipality, text.encode(), file_name="C:\\rules\\own.toml", by=by)


def held(work: UnitOfWork, days: int = 0, municipality: str = FUKUSHIMA) -> str:
    return service.in_force(work, municipality, TODAY + timedelta(days=days)).rules.id


def test_each_day_has_the_set_that_was_put_into_force_for_it(database: Database) -> None:
    """On both databases: the example before, one from today, another from next month, an old one for good again."""
    with transaction(database, now=Clock()) as work:
        add_municipalities(work)
        assert service.in_force(work, FUKUSHIMA, TODAY).example
        first, second = sent(work, rule_file(code="one")), sent(work, rule_file(COUNTER_ONLY, code="two"))
        desk.activate(work, FUKUSHIMA, first, day=TODAY, by="a")
        later = desk.activate(work, FUKUSHIMA, second, day=TODAY + timedelta(days=30), by="a")
        assert [held(work, days) for days in (-1, 0, 29, 30, 400)] == ["example-a-b-t", "one", "one", "two", "two"]
        assert held(work, 40, KORIYAMA) == "example-a-b-t"
        again = desk.activate(work, FUKUSHIMA, second, day=TODAY + timedelta(days=30), by="b")
        assert again.id == later.id
        desk.withdraw(work, FUKUSHIMA, later.id, by="b")
        assert held(work, 40) == "one"
        standings = [(line.file.code, line.standing) for line in desk.lines(work, FUKUSHIMA)]
        assert standings == [("two", desk.Standing.WITHDRAWN), ("one", desk.Standing.IN_FORCE)]
        actions = [entry.action for entry in audit.search(work, FUKUSHIMA, audit.Search(), limit=5)]
        assert actions == ["rules.withdrawn", "rules.activated", "rules.activated", "rules.uploaded", "rules.uploaded"]


@pytest.fixture
def work(sqlite_database: Database) -> UnitOfWork:
    with transaction(sqlite_database, now=Clock()) as work:
        add_municipalities(work)
        yield work


def test_a_set_that_has_ended_gives_way_to_the_one_before(work: UnitOfWork) -> None:
    ended = ("effective_from = 2025-12-02", f"effective_from = 2025-12-02\neffective_until = {TODAY.isoformat()}")
    desk.activate(work, FUKUSHIMA, sent(work, rule_file(code="always")), day=TODAY, by="a")
    desk.activate(work, FUKUSHIMA, sent(work, rule_file(ended, code="short")), day=TODAY, by="a")
    assert (held(work), held(work, 1)) == ("short", "always")


def test_two_people_where_the_set_that_holds_asks_for_them(work: UnitOfWork) -> None:
    desk.activate(work, FUKUSHIMA, sent(work, rule_file(TWO_FOR_RULES, code="strict")), day=TODAY, by="a")
    asked = desk.activate(work, FUKUSHIMA, sent(work, rule_file(code="lax")), day=TODAY, by="a")
    assert asked.confirmed_at is None
    assert held(work) == "strict"
    with pytest.raises(Refused, match=r"rules\.same_person"):
        desk.confirm(work, FUKUSHIMA, asked.id, by="a")
    desk.confirm(work, FUKUSHIMA, asked.id, by="b")
    assert desk.confirm(work, FUKUSHIMA, asked.id, by="c").confirmed_by == "b"
    assert held(work) == "lax"


def test_what_holds_cannot_be_withdrawn_and_no_set_holds_from_the_past(work: UnitOfWork) -> None:
    file = sent(work, rule_file())
    made = desk.activate(work, FUKUSHIMA, file, day=TODAY, by="a")
    with pytest.raises(Refused, match=r"rules\.begun"):
        desk.withdraw(work, FUKUSHIMA, made.id, by="a")
    with pytest.raises(Refused, match=r"rules\.day_past"):
        desk.activate(work, FUKUSHIMA, file, day=TODAY - timedelta(days=1), by="a")


def test_an_example_cannot_be_put_into_force(work: UnitOfWork) -> None:
    with pytest.raises(Refused, match=r"rules\.example"):
        desk.activate(work, FUKUSHIMA, sent(work, rule_file(example=True)), day=TODAY, by="a")


def test_another_municipality_sees_no_file(work: UnitOfWork) -> None:
    file = sent(work, rule_file())
    made = desk.activate(work, FUKUSHIMA, file, day=TODAY + timedelta(days=3), by="a")
    for reach in (desk.read, desk.confirm, desk.withdraw):
        with pytest.raises(NotFound):
            reach(
                work,
                KORIYAMA,
                made.id if reach is not desk.read else file.id,
                **({} if reach is desk.read else {"by": "k"}),
            )


def test_the_same_bytes_are_one_file_and_keep_their_text(work: UnitOfWork) -> None:
    text = rule_file()
    first = sent(work, text)
    assert sent(work, "\ufeff" + text, by="b").id == first.id
    assert (first.text, first.file_name, first.uploaded_by) == (text, "own.toml", "a")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (rule_file().replace("photo_from_age = 1", "photo_from_age = -1").encode(), 15),
        (rule_file().replace("example = false", "example = false\nexample = false").encode(), 8),
        (b"id = 'x'\n# \xe3\n", 2),
        (b"\x00" * 100, 1),
        (b"", 1),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_line_and_not_kept(work: UnitOfWork, data: bytes, line: int) -> None:
    with pytest.raises(RulesUnfit) as refused:
        desk.upload(work, FUKUSHIMA, data, file_name="own.toml", by="a")
    assert line in {problem.line for problem in refused.value.problems}
    assert desk.files(work, FUKUSHIMA) == []
