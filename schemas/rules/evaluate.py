"""From what was shown and answered to a method with reasons. Pure: the same input always decides the same.

The application itself is never refused (facts 1.3): whatever fails is a reason, and leads to support at the venue and
collection at the counter, with what to bring.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from schemas.ids import MunicipalityCode
from schemas.rules.advice import notices
from schemas.rules.entries import Barrier, Condition
from schemas.rules.express import express_delivery
from schemas.rules.facts import Facts, Situation
from schemas.rules.identity import combinations, identify, named, papers, persons, proofs
from schemas.rules.model import RuleSet
from schemas.rules.shown import Decision, Item, Reason
from schemas.rules.spans import known
from schemas.rules.terms import Delivery, Method, Occasion, Person, Representative
from schemas.rules.when import Known, applies, matches
from schemas.rules.words import REASONS

Part = tuple[Reason, tuple[Item, ...]]
_NOWHERE = MunicipalityCode("000000")


def persons_to_check(rules: RuleSet, age: int, situation: Situation | None = None) -> tuple[Person, ...]:
    """Whose documents are needed at this age; `situation`, where given, knows more than the age."""
    return persons(rules, situation or _bare(rules, age))


def questions(rules: RuleSet, age: int, situation: Situation | None = None) -> tuple[Condition, ...]:
    """The delivery conditions that apply, in order: those of the usual delivery, and of a wished one."""
    seen = known(rules, situation or _bare(rules, age))
    facts = seen.situation.facts
    if facts.address_hidden or facts.delivery_wish is Delivery.COUNTER:
        return ()
    return _questions(rules, seen, _ways(rules, seen)[0])


def decide(rules: RuleSet, situation: Situation) -> Decision:
    """The method and delivery for this applicant, every reason, and what to bring. Always decides."""
    seen = known(rules, situation)
    parts = (*_groundwork(rules, seen), *_identity(rules, seen))
    identified = all(reason.satisfied for reason, _ in parts)
    delivery, hurdles = _delivery(rules, seen)
    received = identified and delivery is not None
    taken = delivery if received and delivery is not None else rules.fallback_delivery
    return Decision(
        rule_set=rules.id,
        effective_from=rules.effective_from,
        method=_method(rules, seen) if received else Method.APPLICATION_SUPPORT,
        delivery=taken,
        reasons=tuple(reason for reason, _ in (*parts, *hurdles)),
        bring=_once(item for _, items in (*parts, *hurdles) for item in items),
        collect=_collect(rules, seen) if taken is Delivery.COUNTER else (),
        notices=notices(rules, seen),
    )


def _bare(rules: RuleSet, age: int) -> Situation:
    return Situation(day=rules.effective_from, age=age, receiving=_NOWHERE, home=_NOWHERE, identity_checker=True,
                     facts=Facts())  # fmt: skip


def _method(rules: RuleSet, seen: Known) -> Method:
    at_application = seen.situation.facts.occasion is Occasion.AT_APPLICATION
    return Method.RECEPTION_AT_APPLICATION if at_application else rules.method


def _groundwork(rules: RuleSet, seen: Known) -> tuple[Part, ...]:
    """Home, presence, and somebody who may check: without these no identity check counts."""
    facts = seen.situation.facts
    where = seen.situation
    reasons = [living_in(rules, where.home, receiving=where.receiving, day=where.day)]
    if express_delivery(rules, seen) is not None:
        reasons.append(_said("express.eligible", satisfied=True))
    if not seen.situation.identity_checker:
        reasons.append(_said("identity.no_checker", satisfied=False))
    if facts.occasion in (Occasion.SUPPORT, Occasion.AT_ISSUE, Occasion.LOSS_REPORT, Occasion.PROXY_ISSUE):
        reasons.append(_said("presence.support_only", satisfied=False))
    if not facts.applicant_present and facts.occasion is not Occasion.PROXY_ISSUE:
        reasons.append(_said("presence.applicant_absent", satisfied=False))
    represented = Person.LEGAL_REPRESENTATIVE in persons(rules, seen.situation)
    if represented and (facts.representative_present is False or facts.representative is Representative.PROXY):
        reasons.append(_said("presence.representative_absent", satisfied=False))
    if facts.form not in rules.form.accepted:
        reasons.append(_said("form.not_accepted", satisfied=False))
    return tuple((reason, ()) for reason in reasons)


def living_in(rules: RuleSet, home: MunicipalityCode, *, receiving: MunicipalityCode, day: date) -> Reason:
    """What living there means for an application here: whether it is taken, and whether that municipality posts."""
    if home == receiving:
        return _said("residence.here", satisfied=True)
    if not rules.accepts_other_municipalities:
        return _said("residence.elsewhere", satisfied=False)
    listed = [each for each in rules.home_municipalities if each.code == home and each.holds_on(day)]
    # A table of home municipalities is the whole list of those that post: nothing is promised for the others.
    if rules.home_municipalities and not any(each.posts for each in listed):
        return _said("residence.elsewhere_no_post", satisfied=False)
    return _said("residence.elsewhere_accepted", satisfied=True)


def _identity(rules: RuleSet, seen: Known) -> tuple[Part, ...]:
    parts: list[Part] = []
    for person in persons(rules, seen.situation):
        parts += [identify(rules, seen, person), *proofs(rules, seen, person)]
    if seen.situation.facts.occasion is Occasion.PROXY_ISSUE:
        parts.append((_proxy_reason(rules, seen), ()))
    return tuple(parts)


def _proxy_reason(rules: RuleSet, seen: Known) -> Reason:
    given = seen.situation.facts.proxy_reason
    accepted = any(
        (entry.code == given or entry.by_itself)
        and applies(entry.when, (), seen)
        and entry.holds_on(seen.situation.day)
        for entry in rules.proxy_reasons
    )
    return _said("proxy.reason_accepted" if accepted else "proxy.reason_missing", satisfied=accepted)


def _delivery(rules: RuleSet, seen: Known) -> tuple[Delivery | None, tuple[Part, ...]]:
    """The first way nothing stands against, with what was asked for it and why an earlier one fell out; None when
    there is none. A question still open stops the search: the next way is for people who cannot have this one."""
    facts = seen.situation.facts
    if facts.address_hidden:
        return None, ((_said("delivery.ask_staff", satisfied=False), ()),)
    if facts.delivery_wish is Delivery.COUNTER:
        return None, ((_said("delivery.wish_counter", satisfied=True), ()),)
    parts: dict[str, Part] = {}
    for way in _ways(rules, seen):
        hurdles = _hurdles(rules, seen, way)
        parts = {reason.code: (reason, items) for reason, items in hurdles} | parts
        if all(reason.satisfied for reason, _ in hurdles):
            return way, tuple(parts.values())
        if any(not reason.satisfied and _open(reason, seen) for reason, _ in hurdles):
            break
    return None, tuple(parts.values())


def _ways(rules: RuleSet, seen: Known) -> tuple[Delivery, ...]:
    """The deliveries to try in order: express where this desk takes it, the wished one, then the set's."""
    wish, express = seen.situation.facts.delivery_wish, express_delivery(rules, seen)
    wished = tuple(way for way in rules.deliveries if way is wish)
    return tuple(dict.fromkeys((*(() if express is None else (express,)), *wished, *rules.deliveries)))


def _open(reason: Reason, seen: Known) -> bool:
    return reason.code.removeprefix("delivery.") not in dict(seen.situation.answers) and reason.code.startswith(
        "delivery."
    )


def _hurdles(rules: RuleSet, seen: Known, way: Delivery) -> tuple[Part, ...]:
    return (
        *(_barred(barrier, rules) for barrier in rules.barriers if _bars(barrier, seen, way)),
        *(_condition(condition, rules, seen) for condition in _questions(rules, seen, way)),
    )


def _questions(rules: RuleSet, seen: Known, way: Delivery) -> tuple[Condition, ...]:
    return tuple(
        condition
        for condition in rules.conditions
        if seen.situation.age >= condition.minimum_age
        and condition.holds_on(seen.situation.day)
        and (not condition.deliveries or way in condition.deliveries)
        and applies(condition.when, condition.unless, seen)
    )


def _bars(barrier: Barrier, seen: Known, way: Delivery) -> bool:
    return (
        barrier.holds_on(seen.situation.day)
        and (not barrier.deliveries or way in barrier.deliveries)
        and applies(barrier.when, barrier.unless, seen)
    )


def _barred(barrier: Barrier, rules: RuleSet) -> Part:
    return Reason(code=f"barrier.{barrier.code}", satisfied=False, text=barrier.text), _items(rules, barrier.bring)


def _condition(condition: Condition, rules: RuleSet, seen: Known) -> Part:
    """A question nobody has answered is not satisfied, and says no more than the question."""
    given = dict(seen.situation.answers).get(condition.code)
    satisfied = given is not None and given == condition.wanted
    text = condition.unmet if given is not None and not satisfied else condition.question
    reason = Reason(code=f"delivery.{condition.code}", satisfied=satisfied, text=text)
    return reason, () if satisfied else _items(rules, condition.bring)


def _collect(rules: RuleSet, seen: Known) -> tuple[Item, ...]:
    """What is needed at the counter: one of the combinations for it, papers of a representative, and the items that
    apply. Nothing where staff settle it with the person: even a postcard to a hidden address would be too much."""
    if seen.situation.facts.address_hidden:
        return ()
    at, people = _handing_over(seen), persons(rules, seen.situation)
    things = (thing for thing in rules.things if thing.collect and thing.holds_on(seen.situation.day))
    return _once(
        (
            *(
                named(choice.code, choice.name, one_of=person)
                for person in people
                for choice in combinations(rules, seen, person, at=at)
            ),
            *(named(proof.code, proof.name) for person in people for proof in papers(rules, seen, person, at=at)),
            *(named(thing.code, thing.name) for thing in things if thing.when is None or matches(thing.when, seen)),
        )
    )


def _handing_over(seen: Known) -> Occasion:
    proxy = seen.situation.facts.occasion is Occasion.PROXY_ISSUE
    return Occasion.PROXY_ISSUE if proxy else Occasion.AT_ISSUE


def _items(rules: RuleSet, codes: Iterable[str]) -> tuple[Item, ...]:
    things = (rules.item(code) for code in codes)
    return tuple(named(thing.code, thing.name) for thing in things if thing is not None)


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple({item.code: item for item in items}.values())


def _said(code: str, *, satisfied: bool) -> Reason:
    return Reason(code=code, satisfied=satisfied, text=REASONS[code])
