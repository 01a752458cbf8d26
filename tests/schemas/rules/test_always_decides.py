"""Whatever is known of a person, there is a decision, and it is one the rules can stand behind."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.ids import MunicipalityCode
from schemas.rules import Decision, Delivery, DocumentCheck, Facts, Method, Person, RuleSet, Situation, decide
from tests.schemas.rules.table import SETS, Case, cases

HOMES = [MunicipalityCode.parse(code) for code in ("072010", "011002", "131016")]
CODES = sorted({kind.code for rules in SETS.values() for kind in rules.documents})
QUESTIONS = sorted({each.code for rules in SETS.values() for each in rules.conditions})
EVENTS = sorted({each.code for rules in SETS.values() for each in rules.express.events})
DAYS = st.dates(date(2019, 1, 1), date(2031, 12, 31))
CHECKS = st.builds(
    DocumentCheck, document=st.sampled_from(CODES), person=st.sampled_from(Person), original=st.just(True),
    in_date=st.booleans(), name_matches=st.booleans(), birth_or_address_matches=st.just(True),
    photo_matches=st.sampled_from([None, True, False]), name_explained=st.booleans(),
)  # fmt: skip
_LIKELY = {
    "stay_until": st.none() | DAYS, "card_expires": st.none() | DAYS, "certificate_expires": st.none() | DAYS,
    "photo_taken": st.none() | DAYS, "express_event_day": st.none() | DAYS,
    "express_event": st.none() | st.sampled_from(EVENTS), "proxy_reason": st.sampled_from([None, "hospital", "busy"]),
}  # fmt: skip
# Every other field takes any value of its type.
FACTS = st.builds(Facts, **{field.name: _LIKELY.get(field.name, ...) for field in fields(Facts)})
SITUATIONS = st.builds(
    Situation, day=DAYS, age=st.integers(0, 120), receiving=st.just(HOMES[0]), home=st.sampled_from(HOMES),
    identity_checker=st.booleans(), documents=st.lists(CHECKS, max_size=6).map(tuple),
    answers=st.lists(st.tuples(st.sampled_from(QUESTIONS), st.booleans()), max_size=6).map(tuple), facts=FACTS,
)  # fmt: skip
CASES = st.sampled_from(cases())


def changed(case: Case, facts: Facts, names: set[str]) -> tuple[RuleSet, Situation]:
    """A case of the table with some facts of somebody else: most of them stay near a card by post."""
    other = {name: getattr(facts, name) for name in names}
    return case.rules, replace(case.situation, facts=replace(case.situation.facts, **other))


NEAR = st.builds(changed, CASES, FACTS, st.sets(st.sampled_from([field.name for field in fields(Facts)]), max_size=2))
ANY = st.tuples(st.sampled_from(list(SETS.values())), SITUATIONS) | NEAR


def received(decision: Decision) -> bool:
    return decision.method is not Method.APPLICATION_SUPPORT


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY)
def test_there_is_always_a_method_and_it_fits_the_delivery(known: tuple[RuleSet, Situation]) -> None:
    decision = decide(*known)
    assert received(decision) == (decision.delivery is not Delivery.COUNTER)
    assert not decision.collect or decision.delivery is Delivery.COUNTER
    assert len({reason.code for reason in decision.reasons}) == len(decision.reasons)
    assert Decision.model_validate_json(decision.model_dump_json()) == decision


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NEAR)
def test_identity_is_checked_here_only_by_those_who_may_on_people_who_are_here(
    known: tuple[RuleSet, Situation],
) -> None:
    decision = decide(*known)
    if received(decision):
        assert known[1].identity_checker
        assert known[1].facts.applicant_present
        assert not [code for code in decision.unmet if not code.startswith(("delivery.", "barrier."))]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NEAR)
def test_taking_the_checker_away_always_ends_in_support(known: tuple[RuleSet, Situation]) -> None:
    rules, situation = known
    assert not received(decide(rules, replace(situation, identity_checker=False)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY)
def test_a_hidden_address_is_never_written_to(known: tuple[RuleSet, Situation]) -> None:
    rules, situation = known
    decision = decide(rules, replace(situation, facts=replace(situation.facts, address_hidden=True)))
    assert decision.delivery is rules.fallback_delivery
    assert decision.collect == ()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY, CHECKS)
def test_one_more_document_never_makes_it_worse(known: tuple[RuleSet, Situation], check: DocumentCheck) -> None:
    rules, situation = known
    after = decide(rules, replace(situation, documents=(*situation.documents, check)))
    assert received(after) or not received(decide(rules, situation))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY)
def test_something_to_bring_is_named_only_for_something_that_is_missing(known: tuple[RuleSet, Situation]) -> None:
    decision = decide(*known)
    assert decision.unmet or not decision.bring
