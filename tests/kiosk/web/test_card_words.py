"""The triage's words on screen and slip."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kiosk.desk import Farewell
from kiosk.web.card_words import CardWords, card_advice, card_headings
from schemas.card import CardCheck, CardVerdict
from schemas.ids import SlipNumber
from schemas.language import Language
from schemas.rules import Delivery, Method, default_rules

RULES, DAY = default_rules(), date(2027, 1, 10)
SOON, LATE = datetime(2027, 2, 16, 14, 59, 59, tzinfo=UTC), datetime(2030, 2, 16, 14, 59, 59, tzinfo=UTC)


def _check(
    verdict: CardVerdict = CardVerdict.VALID, ends: datetime = LATE, card: date = date(2033, 2, 16)
) -> CardCheck:
    return CardCheck(verdict=verdict, not_after=ends, card_expires=card)


def test_without_a_card_nothing_is_said() -> None:
    assert card_advice(None, RULES, DAY) == CardWords()
    assert card_headings(None, RULES, DAY) == ()


def test_what_the_verdict_has_said_stands_beneath_it_and_nowhere_else() -> None:
    words = card_advice(_check(CardVerdict.LOCKED), RULES, DAY)
    assert words.beneath is not None
    assert "暗証番号を設定しなおせます" in words.beneath.ja
    assert words.more == ()


def test_a_card_in_doubt_keeps_the_verdicts_own_words() -> None:
    assert card_advice(_check(CardVerdict.FORGED), RULES, DAY) == CardWords()


def test_a_renewal_has_its_own_heading() -> None:
    words = card_advice(_check(CardVerdict.LOCKED, ends=SOON), RULES, DAY)
    assert words.beneath is not None
    assert [each.title[Language.EN] for each in words.more] == ["The certificate on your card can be renewed"]


@pytest.mark.parametrize(
    ("check", "headings"),
    [
        (_check(), []),
        (_check(CardVerdict.FORGED), []),
        (_check(ends=SOON), ["電子証明書の更新ができます"]),
        (_check(ends=SOON, card=date(2027, 2, 16)), ["カードの更新ができます"]),
        (_check(CardVerdict.LOCKED), ["暗証番号がロックされています"]),
    ],
)
def test_the_slip_says_what_is_to_be_done(check: CardCheck, headings: list[str]) -> None:
    assert [each.ja for each in card_headings(check, RULES, DAY)] == headings


def test_a_farewell_without_a_card_says_nothing_about_one() -> None:
    farewell = Farewell(SlipNumber("A1-0001-4"), Language.JA, Method.ONSITE_RECEPTION, Delivery.COUNTER, (), sequence=1)
    assert farewell.card == ()
