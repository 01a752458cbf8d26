"""The example rule set and its evaluation: every published combination, and each thing that breaks it."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import RulesInvalid
from schemas.ids import MunicipalityCode
from schemas.rules import (
    Decision,
    Delivery,
    DocumentCheck,
    Method,
    Person,
    RuleSet,
    Situation,
    decide,
    default_rules,
    load,
    questions,
)

FUKUSHIMA, KORIYAMA = MunicipalityCode.parse("072010"), MunicipalityCode.parse("072036")
DAY = date(2026, 7, 10)
RULES = default_rules()
ALL_YES = tuple((condition.code, True) for condition in RULES.conditions)


def shown(*documents: str, person: Person = Person.APPLICANT, **broken: bool) -> tuple[DocumentCheck, ...]:
    checks = {"original": True, "in_date": True, "name_matches": True, "birth_or_address_matches": True} | broken
    return tuple(DocumentCheck(document=document, person=person, **checks) for document in documents)


def decided(*documents: DocumentCheck, age: int = 30, **changes: object) -> Decision:
    known: dict[str, object] = {
        "day": DAY,
        "age": age,
        "receiving": FUKUSHIMA,
        "home": FUKUSHIMA,
        "identity_checker": True,
        "answers": ALL_YES,
        "documents": documents,
    }
    return decide(RULES, Situation(**(known | changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "documents",
    [
        ("driving_licence", "passport"),
        ("driving_licence", "staff_id"),
        ("notification_card", "driving_licence"),
        ("notification_card", "staff_id", "pension_book"),
    ],
)
def test_published_combinations_are_enough_in_any_order(documents: tuple[str, ...]) -> None:
    for order in permutations(documents):
        decision = decided(*shown(*order))
        assert decision.method is Method.ONSITE_RECEPTION
        assert decision.delivery is Delivery.RESTRICTED_DELIVERY_MAIL
        assert all(reason.satisfied for reason in decision.reasons)


@pytest.mark.parametrize(
    "documents",
    [
        (),
        ("driving_licence",),
        ("staff_id", "pension_book"),
        ("notification_card", "staff_id"),
        ("driving_licence", "driving_licence"),
        ("driving_licence", "health_insurance_card"),
        ("driving_licence", "unknown_paper"),
    ],
)
def test_anything_less_leads_to_support_and_says_what_to_bring(documents: tuple[str, ...]) -> None:
    decision = decided(*shown(*documents))
    assert decision.method is Method.APPLICATION_SUPPORT
    assert decision.delivery is Delivery.COUNTER
    assert len(decision.bring) == 4
    assert "identity.applicant.incomplete" in [reason.code for reason in decision.reasons if not reason.satisfied]


def test_old_insurance_card_counted_until_its_last_day() -> None:
    assert decided(*shown("driving_licence", "health_insurance_card"), day=date(2025, 12, 1)).method is (
        Method.ONSITE_RECEPTION
    )


@pytest.mark.parametrize("broken", ["original", "in_date", "name_matches", "birth_or_address_matches", "photo_matches"])
def test_a_document_with_one_failed_check_does_not_count(broken: str) -> None:
    documents = (*shown("driving_licence", **{broken: False}), *shown("staff_id"))
    assert decided(*documents).method is Method.APPLICATION_SUPPORT


@pytest.mark.parametrize("condition", [condition.code for condition in RULES.conditions])
@pytest.mark.parametrize("given_answer", [False, None])
def test_an_unmet_or_unasked_condition_stops_the_post_but_not_the_application(
    condition: str, given_answer: bool | None
) -> None:
    answers = tuple(
        (code, yes if code != condition else given_answer)
        for code, yes in ALL_YES
        if code != condition or given_answer is not None
    )
    decision = decided(*shown("driving_licence", "passport"), answers=answers)
    assert decision.method is Method.APPLICATION_SUPPORT
    assert [reason.code for reason in decision.reasons if not reason.satisfied] == [f"delivery.{condition}"]


def test_a_child_needs_its_own_and_its_representatives_documents() -> None:
    child = shown("passport", "medical_certificate", person=Person.APPLICANT_UNDER_15)
    parent = shown("driving_licence", "staff_id", person=Person.LEGAL_REPRESENTATIVE)
    assert decided(*child, *parent, age=14).method is Method.ONSITE_RECEPTION
    assert decided(*child, age=14).method is Method.APPLICATION_SUPPORT
    assert decided(*parent, age=14).method is Method.APPLICATION_SUPPORT
    assert decided(*child, *parent, age=15).method is Method.APPLICATION_SUPPORT


def test_people_from_elsewhere_are_helped_but_collect_at_home() -> None:
    decision = decided(*shown("driving_licence", "passport"), home=KORIYAMA)
    assert decision.method is Method.APPLICATION_SUPPORT
    accepting = RULES.model_copy(update={"accepts_other_municipalities": True})
    situation = Situation(DAY, 30, FUKUSHIMA, KORIYAMA, True, shown("driving_licence", "passport"), ALL_YES)
    assert decide(accepting, situation).method is Method.ONSITE_RECEPTION


def test_a_contractor_alone_cannot_reach_onsite_reception() -> None:
    decision = decided(*shown("driving_licence", "passport"), identity_checker=False)
    assert decision.method is Method.APPLICATION_SUPPORT
    assert "identity.no_checker" in [reason.code for reason in decision.reasons]


@settings(deadline=None)
@given(st.lists(st.sampled_from([document.code for document in RULES.documents]), max_size=5), st.integers(0, 110))
def test_one_more_document_never_makes_it_worse(documents: list[str], age: int) -> None:
    person = Person.APPLICANT if age >= 15 else Person.LEGAL_REPRESENTATIVE
    before = decided(*shown(*documents, person=person), age=age)
    after = decided(*shown(*documents, "passport", person=person), age=age)
    assert not (before.method is Method.ONSITE_RECEPTION and after.method is not Method.ONSITE_RECEPTION)


def test_the_example_set_says_that_it_is_one() -> None:
    assert RULES.example
    assert questions(RULES, 30) == RULES.conditions
    assert RuleSet.model_validate_json(RULES.model_dump_json()) == RULES


@pytest.mark.parametrize(
    ("text", "place"),
    [("id = \n", "line 1"), ("id = 'x'", "title"), ("[[document]]\ncode='A b'", "document.0.code")],
)
def test_a_broken_rule_set_names_file_and_place(text: str, place: str) -> None:
    with pytest.raises(RulesInvalid) as refused:
        load(text, name="fukushima.toml")
    assert "fukushima.toml" in str(refused.value)
    assert place in str(refused.value)
