"""Triage: what an existing card's chip and dates mean for its holder, in the words of screens and slip. Pure.

Windows ("renewable from") are the rule set's dated entries; the words are `triage.toml`, dated too. A card renewal
brings new certificates, so it is said alone. Nothing is concluded from a card whose certificate is not to be trusted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.card import CardCheck, CardVerdict
from schemas.errors import RulesInvalid
from schemas.language import Wording
from schemas.rules import CardLife, RuleSet, Span, life
from schemas.rules.entries import Dated

_JST: Final = timezone(timedelta(hours=9))


class Triage(StrEnum):
    """What is to be done, most important first."""

    ASK_STAFF = "ask_staff"
    CARD_EXPIRED = "card_expired"
    CARD_RENEWAL = "card_renewal"
    REVOKED = "revoked"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_RENEWAL = "certificate_renewal"
    NOT_ISSUED = "not_issued"
    NOT_YET_VALID = "not_yet_valid"
    LOCKED = "locked"
    CARD_DATE_UNREAD = "card_date_unread"
    CARD_RUNNING = "card_running"
    NOTHING = "nothing"


_BY_VERDICT: Final = {
    CardVerdict.EXPIRED: Triage.CERTIFICATE_EXPIRED,
    CardVerdict.NOT_YET_VALID: Triage.NOT_YET_VALID,
    CardVerdict.REVOKED: Triage.REVOKED,
    CardVerdict.NOT_ISSUED: Triage.NOT_ISSUED,
    CardVerdict.LOCKED: Triage.LOCKED,
}
_DOUBTFUL: Final = frozenset({CardVerdict.FORGED, CardVerdict.UNTRUSTED})
_BELIEVED: Final = frozenset({CardVerdict.VALID, *_BY_VERDICT})
_BY_CARD: Final = {CardLife.EXPIRED: Triage.CARD_EXPIRED, CardLife.RENEWABLE: Triage.CARD_RENEWAL}
_HANGS_ON_THE_CARD: Final = frozenset({Triage.CERTIFICATE_EXPIRED, Triage.CERTIFICATE_RENEWAL})


def triage(check: CardCheck | None, rules: RuleSet, day: date, *, printed: date | None = None) -> tuple[Triage, ...]:
    """What holds on `day` (JST), most important first. Empty when no card was understood (none, removed, another
    kind, a wrong PIN) and no date was read from its face. `printed`: that date; the chip's own goes before it. The last
    day of card or certificate still counts as valid."""
    if check is None or check.verdict not in _BELIEVED:
        doubtful = check is not None and check.verdict in _DOUBTFUL
        return (*((Triage.ASK_STAFF,) if doubtful else ()), *_by_print(rules, printed, day, doubtful=doubtful))
    card = life(rules, Span.CARD_RENEWAL, check.card_expires or printed, day)
    if card in _BY_CARD:
        return (_BY_CARD[card],)
    found = [_BY_VERDICT[check.verdict]] if check.verdict in _BY_VERDICT else []
    if check.verdict in (CardVerdict.VALID, CardVerdict.LOCKED) and _renewable(check, rules, day):
        found.insert(0, Triage.CERTIFICATE_RENEWAL)
    if card is CardLife.UNKNOWN and _HANGS_ON_THE_CARD & set(found):
        found.append(Triage.CARD_DATE_UNREAD)
    return tuple(found) or (Triage.NOTHING,)


def _by_print(rules: RuleSet, printed: date | None, day: date, *, doubtful: bool) -> tuple[Triage, ...]:
    """What the face alone says; nothing of certificates."""
    card = life(rules, Span.CARD_RENEWAL, printed, day)
    if card in _BY_CARD:
        return (_BY_CARD[card],)
    return (Triage.CARD_RUNNING,) if card is CardLife.RUNNING and not doubtful else ()


def _renewable(check: CardCheck, rules: RuleSet, day: date) -> bool:
    ends = last_day(check.not_after)
    return life(rules, Span.CERTIFICATE_RENEWAL, ends, day) in (CardLife.RENEWABLE, CardLife.EXPIRED)


def last_day(not_after: datetime | None) -> date | None:
    """The Japanese day of an end of validity; None without one, or for "no end" (99991231235959Z, RFC 5280 4.1.2.5)."""
    if not_after is None:
        return None
    try:
        return not_after.astimezone(_JST).date()
    except OverflowError:
        return None


class _Entry(Dated):
    """Words for one outcome."""

    code: Triage
    title: Wording
    text: Wording
    source: str = ""


@dataclass(frozen=True)
class Advice:
    """One outcome in words: a heading and what to do."""

    code: Triage
    title: Wording
    text: Wording


class TriageWords(BaseModel):
    """The words of all outcomes. `example`: nobody has decided them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    example: bool
    entries: tuple[_Entry, ...] = Field(alias="advice")

    @classmethod
    def load(cls, text: str, *, name: str) -> TriageWords:
        """From TOML. Raises `RulesInvalid` naming the file; every outcome must have words on every day from now on."""
        try:
            words = cls.model_validate(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, ValidationError, RecursionError) as error:
            raise RulesInvalid("triage.invalid", f"{name}: {error}") from error
        mute = [code for code in Triage if not any(e.code is code and e.valid_until is None for e in words.entries)]
        if mute:
            raise RulesInvalid("triage.words_missing", f"{name}: no words without an end for {', '.join(mute)}")
        return words

    def advice(self, found: Iterable[Triage], day: date) -> tuple[Advice, ...]:
        """The words that hold on a day: of several entries the one that began last; an outcome without words that day
        is left out."""
        chosen = (self._entry(code, day) for code in found)
        return tuple(Advice(entry.code, entry.title, entry.text) for entry in chosen if entry is not None)

    def _entry(self, code: Triage, day: date) -> _Entry | None:
        held = [entry for entry in self.entries if entry.code is code and entry.holds_on(day)]
        return max(held, key=lambda entry: entry.valid_from or date.min, default=None)


@cache
def default_words() -> TriageWords:
    """The example words shipped with Demado."""
    return TriageWords.load(files(__package__).joinpath("triage.toml").read_text("utf-8"), name="triage.toml")
