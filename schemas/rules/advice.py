"""What to tell a person that decides nothing: fees, dates, consequences, the state of their form."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.rules.express import express_state
from schemas.rules.model import RuleSet
from schemas.rules.shown import Notice
from schemas.rules.terms import AfterMove, AgeLimit, Delivery, FormState, Guardianship
from schemas.rules.when import Known, applies
from schemas.rules.words import NOTICES

_AFTER_MOVE = {
    AfterMove.ALLOW: "form.may_be_used",
    AfterMove.CORRECT: "form.correct_by_hand",
    AfterMove.REISSUE: "form.reissue",
}


def notices(rules: RuleSet, seen: Known) -> tuple[Notice, ...]:
    """Everything to tell, in a fixed order: what every set has, then the file's notices, then fees."""
    return (
        *(Notice(code=code, text=NOTICES[code]) for code in _common(rules, seen)),
        *_own(rules, seen),
        *_fees(rules, seen),
    )


def _common(rules: RuleSet, seen: Known) -> Iterator[str]:
    facts, day = seen.situation.facts, seen.situation.day
    if not rules.in_force_on(day):
        yield "rules.not_in_force"
    if facts.delivery_wish not in (None, Delivery.COUNTER, *rules.deliveries):
        yield "delivery.wish_not_offered"
    express = express_state(rules, seen)
    if express not in (None, "eligible"):
        yield f"express.{express}"
    if facts.form is FormState.BEFORE_MOVE:
        yield _AFTER_MOVE[rules.form.after_move]
    if facts.form is FormState.NONE:
        yield "form.none"
    if seen.situation.age < (rules.years(AgeLimit.PHOTO_FROM, day) or 0):
        yield "photo.none_needed"
    signature = rules.years(AgeLimit.SIGNATURE_FROM, day)
    if (signature is not None and seen.situation.age < signature) or facts.guardianship is Guardianship.ADULT_WARD:
        yield "certificate.no_signature"


def _own(rules: RuleSet, seen: Known) -> Iterator[Notice]:
    for entry in rules.advices:
        if entry.holds_on(seen.situation.day) and applies(entry.when, entry.unless, seen):
            yield Notice(code=f"notice.{entry.code}", text=entry.text)


def _fees(rules: RuleSet, seen: Known) -> Iterator[Notice]:
    for fee in rules.fees:
        if fee.holds_on(seen.situation.day) and applies(fee.when, fee.unless, seen):
            yield Notice(code=f"fee.{fee.code}", text=fee.name)
