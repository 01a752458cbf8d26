"""What another set would change is found case by case and entry by entry."""

from __future__ import annotations

from datetime import date

import pytest

from backoffice.rules.preview import compare, entries, examples
from schemas.rules import default_rules, example_rules, load
from schemas.rules import examples as sets
from tests.backoffice.rules.files import COUNTER_ONLY, rule_file
from tests.factories import FUKUSHIMA

DAY = date(2026, 7, 10)


def changed(before: str, after: str) -> set[str]:
    found = compare(load(before, name="before"), load(after, name="after"), day=DAY, here=FUKUSHIMA)
    return {line.example.code for line in found if line.changed}


def test_the_same_rules_change_nothing() -> None:
    assert not [line for line in compare(default_rules(), default_rules(), day=DAY, here=FUKUSHIMA) if line.differs]
    assert entries(default_rules(), default_rules()) == []


def test_the_cases_reach_every_end() -> None:
    """Each method, and both being posted and being collected; every document is one the shipped set knows."""
    found = [line.before for line in compare(default_rules(), default_rules(), day=DAY, here=FUKUSHIMA)]
    assert len(found) == len(examples()) > 25
    assert {each.decision.method.value for each in found} == {
        "onsite_reception", "reception_at_application", "application_support"
    }  # fmt: skip
    assert not [each.unknown for each in found if each.unknown]
    assert len({code for each in found for code in each.decision.unmet}) > 12


@pytest.mark.parametrize(
    ("old", "new", "case"),
    [
        ("accepts_other_municipalities = false", "accepts_other_municipalities = true", "elsewhere"),
        ('when = { number_paper = ["kept"] }', 'when = { number_paper = ["lost"] }', "notice_kept"),
        ('when = { stay = ["ended"] }', 'when = { stay = ["ending"] }', "stay_ended"),
    ],
)
def test_a_changed_rule_changes_its_case(old: str, new: str, case: str) -> None:
    assert changed(rule_file(), rule_file((old, new))) == {case}


def test_entries_name_what_came_went_and_reads_otherwise() -> None:
    renamed = ('code = "gun_permit"', 'code = "rifle_permit"')
    found = entries(load(rule_file(), name="a"), load(rule_file(COUNTER_ONLY, renamed), name="b"))
    assert [(one.table, one.added, one.removed, one.changed) for one in found] == [
        ("", (), (), ("delivery",)), ("documents", ("rifle_permit",), ("gun_permit",), ())
    ]  # fmt: skip


@pytest.mark.parametrize("name", sets())
def test_every_published_citys_set_can_be_compared(name: str) -> None:
    found = compare(default_rules(), example_rules(name), day=DAY, here=FUKUSHIMA)
    assert any(line.changed for line in found)
    assert [line.changed for line in found] == sorted((line.changed for line in found), reverse=True)
