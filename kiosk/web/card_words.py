"""What the present card means for its holder, as screen and slip say it: the triage's words, without saying twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.card import CardCheck
from schemas.language import Wording
from schemas.rules import RuleSet
from schemas.triage import Advice, Triage, default_words, triage

# The verdict's own heading has said these already: their text stands beneath it.
_BENEATH_THE_VERDICT = frozenset(
    {Triage.CERTIFICATE_EXPIRED, Triage.LOCKED, Triage.NOT_ISSUED, Triage.NOT_YET_VALID, Triage.REVOKED}
)
# No paper calls a card doubtful, or says that there is nothing to say.
_NOT_ON_PAPER = frozenset({Triage.ASK_STAFF, Triage.NOTHING})


@dataclass(frozen=True)
class CardWords:
    """`beneath`: under the verdict's heading, None where the verdict has its own words. `more`: what else is to be
    known, each with its heading."""

    beneath: Wording | None = None
    more: tuple[Advice, ...] = ()


def card_advice(check: CardCheck | None, rules: RuleSet, day: date, *, printed: date | None = None) -> CardWords:
    """For the card's screen; empty without a card that was understood and without the date on its face."""
    said = default_words().advice(triage(check, rules, day, printed=printed), day)
    beneath = [each.text for each in said if each.code in _BENEATH_THE_VERDICT]
    more = (each for each in said if each.code not in _BENEATH_THE_VERDICT | {Triage.ASK_STAFF})
    return CardWords(beneath[0] if beneath else None, tuple(more))


def card_headings(
    check: CardCheck | None, rules: RuleSet, day: date, *, printed: date | None = None
) -> tuple[Wording, ...]:
    """For the slip: what is to be done, in a line each."""
    found = [each for each in triage(check, rules, day, printed=printed) if each not in _NOT_ON_PAPER]
    return tuple(each.title for each in default_words().advice(found, day))
