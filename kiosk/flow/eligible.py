"""What a person may name: events that entitle to 特急発行 (facts 5.4), reasons for 代理交付 (facts 1.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.flow.facts import situation_of
from kiosk.flow.intake import Context, Intake
from schemas.rules import ExpressEvent, ProxyReason, Span, closes_on, express_state, known
from schemas.rules.when import matches


@dataclass(frozen=True)
class ExpressWord:
    """`state`: eligible, not_here, too_late. `until`: the last day to apply; None where days do not count."""

    state: str
    until: date | None


def express_events(intake: Intake, context: Context) -> tuple[ExpressEvent, ...]:
    """The events of the rules that can be this person's: age, purpose and residence do not rule them out."""
    situation = situation_of(intake, context)
    if situation is None or intake.address_hidden:
        return ()
    seen = known(context.rules, situation)
    return tuple(
        event
        for event in context.rules.express.events
        if event.holds_on(context.today) and (event.when is None or matches(event.when, seen))
    )


def express_word(intake: Intake, context: Context) -> ExpressWord | None:
    """What the rules say about the express issue that is wished; None where none is."""
    situation = situation_of(intake, context)
    if situation is None or intake.express is None:
        return None
    seen = known(context.rules, situation)
    window, day = context.rules.window(Span.EXPRESS_EVENT, context.today), intake.express.day
    until = closes_on(window, day) if window is not None and day is not None else None
    return ExpressWord(express_state(context.rules, seen) or "not_entitled", until)


def proxy_reasons(intake: Intake, context: Context) -> tuple[ProxyReason, ...]:
    """Why somebody else may collect the card: the rules' reasons that can hold for this person today."""
    situation = situation_of(intake, context)
    if situation is None:
        return ()
    seen = known(context.rules, situation)
    return tuple(
        reason
        for reason in context.rules.proxy_reasons
        if reason.holds_on(context.today) and (reason.when is None or matches(reason.when, seen))
    )
