"""From what was shown and answered to a method with reasons. Pure: the same input always decides the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schemas.ids import MunicipalityCode
from schemas.language import Wording
from schemas.rules.model import (
    Combination,
    Condition,
    Decision,
    Delivery,
    DocumentCheck,
    Method,
    Person,
    Reason,
    RuleSet,
)


@dataclass(frozen=True)
class Situation:
    """What is known of one applicant at the counter. `answers`: (condition code, yes) pairs already given."""

    day: date
    age: int
    receiving: MunicipalityCode
    home: MunicipalityCode
    identity_checker: bool
    documents: tuple[DocumentCheck, ...] = ()
    answers: tuple[tuple[str, bool], ...] = ()


def persons_to_check(rules: RuleSet, age: int) -> tuple[Person, ...]:
    """Whose documents are needed at this age."""
    if age < rules.representative_below_age:
        return (Person.APPLICANT_UNDER_15, Person.LEGAL_REPRESENTATIVE)
    return (Person.APPLICANT,)


def questions(rules: RuleSet, age: int) -> tuple[Condition, ...]:
    """The delivery conditions that apply at this age, in order."""
    return tuple(condition for condition in rules.conditions if age >= condition.minimum_age)


def decide(rules: RuleSet, situation: Situation) -> Decision:
    """The method and delivery for this applicant. Application itself is never refused: what fails leads to
    support at the venue and collection at the counter (facts section 1.3)."""
    resident = _residence(rules, situation)
    identity = [_identity(rules, situation, person) for person in persons_to_check(rules, situation.age)]
    checker = () if situation.identity_checker else (_NO_CHECKER,)
    delivery = [_condition(condition, situation) for condition in questions(rules, situation.age)]
    identified = resident.satisfied and not checker and all(reason.satisfied for reason, _ in identity)
    postal = identified and all(reason.satisfied for reason in delivery)
    return Decision(
        rule_set=rules.id,
        effective_from=rules.effective_from,
        method=rules.method if postal else Method.APPLICATION_SUPPORT,
        delivery=rules.delivery if postal else _fallback(rules),
        reasons=(resident, *checker, *(reason for reason, _ in identity), *delivery),
        bring=tuple(wording for _, missing in identity for wording in missing),
    )


def _fallback(rules: RuleSet) -> Delivery:
    return rules.fallback_delivery


def _residence(rules: RuleSet, situation: Situation) -> Reason:
    if situation.home == situation.receiving:
        return Reason(code="residence.here", satisfied=True, text=_HERE)
    if rules.accepts_other_municipalities:
        return Reason(code="residence.elsewhere_accepted", satisfied=True, text=_ELSEWHERE)
    return Reason(code="residence.elsewhere", satisfied=False, text=_ELSEWHERE_NOT)


def _identity(rules: RuleSet, situation: Situation, person: Person) -> tuple[Reason, tuple[Wording, ...]]:
    shown = [check for check in situation.documents if check.person == person and check.sound]
    choices = [combination for combination in rules.combinations if combination.person == person]
    for combination in choices:
        if _fulfils(rules, combination, shown, situation.day):
            return Reason(code=f"identity.{combination.code}", satisfied=True, text=combination.name), ()
    missing = Reason(code=f"identity.{person}.incomplete", satisfied=False, text=_INCOMPLETE[person])
    return missing, tuple(combination.name for combination in choices)


def _fulfils(rules: RuleSet, combination: Combination, shown: Iterable[DocumentCheck], day: date) -> bool:
    types = {check.document: rules.document(check.document) for check in shown}
    usable = [kind for kind in types.values() if kind is not None and kind.accepted_on(day)]
    if combination.photo_needed and not any(kind.photo for kind in usable):
        return False
    ranks = [kind.rank for kind in usable]
    # Narrow needs take first, so that a wide one does not use up what a narrow one depends on.
    for need in sorted(combination.needs, key=lambda need: len(need.classes)):
        fitting = [rank for rank in ranks if rank in need.classes][: need.count]
        if len(fitting) < need.count:
            return False
        for rank in fitting:
            ranks.remove(rank)
    return True


def _condition(condition: Condition, situation: Situation) -> Reason:
    """A question nobody has answered is not satisfied, and says no more than the question."""
    given = dict(situation.answers).get(condition.code)
    satisfied = given is not None and given == condition.wanted
    text = condition.unmet if given is not None and not satisfied else condition.question
    return Reason(code=f"delivery.{condition.code}", satisfied=satisfied, text=text)


_HERE = Wording(ja="この市区町村にお住まいです", en="Lives in this municipality")
_ELSEWHERE = Wording(
    ja="ほかの市区町村にお住まいです(受け付けできます)", en="Lives in another municipality (accepted here)"
)
_ELSEWHERE_NOT = Wording(
    ja="ほかの市区町村にお住まいのため、申請のお手伝いをします。受け取りはお住まいの市区町村の窓口です",
    en="Lives in another municipality: we help with the application; the card is collected there",
)
_NO_CHECKER = Reason(
    code="identity.no_checker",
    satisfied=False,
    text=Wording(ja="本人確認ができる市区町村の職員がいません", en="No municipal staff here who may check identity"),
)
_INCOMPLETE = {
    Person.APPLICANT: Wording(ja="本人確認書類が足りません", en="Identity documents are incomplete"),
    Person.APPLICANT_UNDER_15: Wording(
        ja="お子さまの本人確認書類が足りません", en="The child's identity documents are incomplete"
    ),
    Person.LEGAL_REPRESENTATIVE: Wording(
        ja="法定代理人の本人確認書類が足りません",
        en="The legal representative's identity documents are incomplete",
    ),
}
