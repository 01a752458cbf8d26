"""Every line of the case table decides as it says: method, delivery, reasons, what to bring, what is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.rules import Person, decide
from tests.schemas.rules.table import SETS, Case, cases

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_case(case: Case) -> None:
    decision = decide(case.rules, case.situation)
    assert (decision.method, decision.delivery) == (case.method, case.delivery), decision.unmet
    assert case.found(decision) == case.codes


def test_the_table_is_wide_enough_and_says_each_thing_once() -> None:
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({(case.rules.id, repr(case.situation)) for case in CASES}) == len(CASES)
    assert all(case.source for case in CASES)


@pytest.mark.parametrize("name", SETS)
def test_every_situation_decides_under_every_set(name: str) -> None:
    """The application itself is never refused (facts 1.3): a method always, words in Japanese and English always."""
    for case in CASES:
        decision = decide(SETS[name], case.situation)
        told = (*decision.reasons, *decision.notices)
        assert decision.reasons
        assert all(each.text.ja and each.text.en for each in told)
        assert all(item.ja and item.en for item in (*decision.bring, *decision.collect))


def test_deciding_looks_at_nothing_but_the_situation() -> None:
    for case in CASES:
        turned = replace(case.situation, documents=case.situation.documents[::-1])
        assert decide(case.rules, case.situation) == decide(case.rules, case.situation)
        assert decide(case.rules, turned).unmet == decide(case.rules, case.situation).unmet


@pytest.mark.parametrize("name", SETS)
def test_every_combination_and_question_for_an_adult_is_decisive_in_some_case(name: str) -> None:
    rules = SETS[name]
    decisions = [decide(rules, case.situation) for case in CASES]
    met = {reason.code for decision in decisions for reason in decision.reasons if reason.satisfied}
    unmet = {code for decision in decisions for code in decision.unmet}
    adults = [each for each in rules.combinations if each.person is Person.APPLICANT]
    assert {f"identity.{each.code}" for each in adults} <= met
    assert {f"delivery.{each.code}" for each in rules.conditions} <= met & unmet
    assert {f"barrier.{each.code}" for each in rules.barriers} <= unmet
