"""特急発行 (facts 5.4): who is entitled, until when, and whether this desk may take it."""

from __future__ import annotations

from schemas.rules.entries import ExpressEvent
from schemas.rules.model import RuleSet
from schemas.rules.spans import within
from schemas.rules.terms import Delivery, Span
from schemas.rules.when import Known, matches


def express_state(rules: RuleSet, seen: Known) -> str | None:
    """`eligible`, `not_here`, `too_late` or `not_entitled` for somebody who asked; None for everybody else."""
    wanted = seen.situation.facts.express_event
    if wanted is None:
        return None
    event = next((each for each in rules.express.events if each.code == wanted), None)
    if event is None or not _entitled(event, seen):
        return "not_entitled"
    if not _in_time(rules, event, seen):
        return "too_late"
    return "eligible" if rules.express.here else "not_here"


def express_delivery(rules: RuleSet, seen: Known) -> Delivery | None:
    """How an express card comes, when this desk may take it; None otherwise."""
    return rules.express.delivery if express_state(rules, seen) == "eligible" else None


def _entitled(event: ExpressEvent, seen: Known) -> bool:
    return event.holds_on(seen.situation.day) and (event.when is None or matches(event.when, seen))


def _in_time(rules: RuleSet, event: ExpressEvent, seen: Known) -> bool:
    happened = seen.situation.facts.express_event_day
    if not event.counted or happened is None:
        return not event.counted
    return within(rules, Span.EXPRESS_EVENT, event=happened, day=seen.situation.day)
