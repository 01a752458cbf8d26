"""What a chip and its dates mean: every outcome, on its first and its last day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from schemas.card import CardCheck, CardVerdict
from schemas.errors import RulesInvalid
from schemas.language import Language
from schemas.rules import RuleSet, default_rules
from schemas.triage import Triage, TriageWords, default_words, last_day, triage

RULES = default_rules()
CARD_END, CERTIFICATE_END = date(2033, 2, 17), date(2030, 2, 17)
QUIET = date(2027, 1, 1)


def _check(
    verdict: CardVerdict = CardVerdict.VALID, card: date | None = CARD_END, ends: date = CERTIFICATE_END
) -> CardCheck:
    """A certificate that ends at 23:59:59 JST, which is 14:59:59 UTC."""
    return CardCheck(
        verdict=verdict, not_after=datetime(ends.year, ends.month, ends.day, 14, 59, 59, tzinfo=UTC), card_expires=card
    )


def test_a_card_in_the_middle_of_its_life_needs_nothing() -> None:
    assert triage(_check(), RULES, QUIET) == (Triage.NOTHING,)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2029, 11, 17), Triage.NOTHING),
        (date(2029, 11, 18), Triage.CERTIFICATE_RENEWAL),
        (date(2030, 2, 17), Triage.CERTIFICATE_RENEWAL),
    ],
)
def test_certificate_renewal_opens_when_less_than_three_months_are_left(day: date, found: Triage) -> None:
    assert triage(_check(), RULES, day) == (found,)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2032, 11, 17), Triage.CERTIFICATE_EXPIRED),
        (date(2032, 11, 18), Triage.CARD_RENEWAL),
        (date(2033, 2, 17), Triage.CARD_RENEWAL),
        (date(2033, 2, 18), Triage.CARD_EXPIRED),
    ],
)
def test_the_card_comes_before_its_certificate(day: date, found: Triage) -> None:
    assert triage(_check(CardVerdict.EXPIRED), RULES, day) == (found,)


def test_card_and_certificate_that_end_together_are_one_renewal() -> None:
    assert triage(_check(card=CERTIFICATE_END), RULES, date(2030, 1, 5)) == (Triage.CARD_RENEWAL,)


def test_months_of_different_length_open_the_window_on_a_real_day() -> None:
    check = _check(ends=date(2029, 5, 31))
    assert triage(check, RULES, date(2029, 2, 28)) == (Triage.NOTHING,)
    assert triage(check, RULES, date(2029, 3, 1)) == (Triage.CERTIFICATE_RENEWAL,)


@pytest.mark.parametrize("verdict", [CardVerdict.VALID, CardVerdict.EXPIRED])
def test_a_card_whose_own_date_was_not_read_is_looked_at(verdict: CardVerdict) -> None:
    day = date(2030, 2, 1) if verdict is CardVerdict.VALID else date(2030, 3, 1)
    assert triage(_check(verdict, card=None), RULES, day)[-1] is Triage.CARD_DATE_UNREAD
    assert triage(_check(card=None), RULES, QUIET) == (Triage.NOTHING,)


@pytest.mark.parametrize(
    ("verdict", "found"),
    [
        (CardVerdict.LOCKED, (Triage.LOCKED,)),
        (CardVerdict.NOT_ISSUED, (Triage.NOT_ISSUED,)),
        (CardVerdict.REVOKED, (Triage.REVOKED,)),
        (CardVerdict.NOT_YET_VALID, (Triage.NOT_YET_VALID,)),
        (CardVerdict.FORGED, (Triage.ASK_STAFF,)),
        (CardVerdict.UNTRUSTED, (Triage.ASK_STAFF,)),
        (CardVerdict.WRONG_PIN, ()),
        (CardVerdict.REMOVED, ()),
        (CardVerdict.NO_CARD, ()),
        (CardVerdict.NOT_MY_NUMBER_CARD, ()),
    ],
)
def test_each_verdict_has_its_outcome(verdict: CardVerdict, found: tuple[Triage, ...]) -> None:
    assert triage(_check(verdict), RULES, QUIET) == found


@pytest.mark.parametrize(
    ("check", "printed", "found"),
    [
        (None, None, ()),
        (None, QUIET + timedelta(days=400), (Triage.CARD_RUNNING,)),
        (None, QUIET + timedelta(days=40), (Triage.CARD_RENEWAL,)),
        (None, QUIET - timedelta(days=1), (Triage.CARD_EXPIRED,)),
        (_check(CardVerdict.NO_CARD), QUIET - timedelta(days=1), (Triage.CARD_EXPIRED,)),
        (_check(card=None), QUIET + timedelta(days=40), (Triage.CARD_RENEWAL,)),
        (_check(), QUIET + timedelta(days=40), (Triage.NOTHING,)),  # the chip's own date goes before
        (_check(CardVerdict.UNTRUSTED), QUIET + timedelta(days=40), (Triage.ASK_STAFF, Triage.CARD_RENEWAL)),
        (_check(CardVerdict.UNTRUSTED), QUIET + timedelta(days=400), (Triage.ASK_STAFF,)),
    ],
)
def test_the_date_on_the_face_says_what_the_chip_did_not(
    check: CardCheck | None, printed: date | None, found: tuple[Triage, ...]
) -> None:
    assert triage(check, RULES, QUIET, printed=printed) == found


def test_nothing_is_concluded_from_the_dates_of_a_card_that_is_not_trusted() -> None:
    assert triage(_check(CardVerdict.FORGED), RULES, date(2034, 1, 1)) == (Triage.ASK_STAFF,)


def test_a_locked_card_near_its_certificates_end_hears_both() -> None:
    assert triage(_check(CardVerdict.LOCKED), RULES, date(2030, 2, 1)) == (Triage.CERTIFICATE_RENEWAL, Triage.LOCKED)


def test_a_not_issued_card_that_ends_is_renewed() -> None:
    check = CardCheck(verdict=CardVerdict.NOT_ISSUED, card_expires=CARD_END)
    assert triage(check, RULES, date(2033, 2, 1)) == (Triage.CARD_RENEWAL,)


def test_the_windows_are_the_rule_sets_and_change_with_the_day() -> None:
    """From 2030 on one year before the end, as a change of law would say it."""
    values = RULES.model_dump(mode="json", by_alias=True)
    dated = [
        {"code": "certificate_renewal", "months": 3, "valid_until": "2028-12-31"},
        {"code": "certificate_renewal", "months": 12, "valid_from": "2029-01-01"},
    ]
    rules = RuleSet.model_validate({**values, "window": dated})
    check = _check(ends=date(2029, 12, 1))
    assert triage(check, rules, date(2028, 12, 31)) == (Triage.NOTHING,)
    assert triage(check, rules, date(2029, 1, 1)) == (Triage.CERTIFICATE_RENEWAL,)


def test_the_day_of_an_end_is_japanese() -> None:
    midnight = datetime(2030, 2, 17, 15, 0, tzinfo=UTC)
    assert last_day(midnight) == date(2030, 2, 18)
    assert last_day(midnight - timedelta(seconds=1)) == date(2030, 2, 17)
    assert last_day(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)) is None


def test_a_certificate_without_end_needs_nothing() -> None:
    check = CardCheck(verdict=CardVerdict.VALID, not_after=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert triage(check, RULES, QUIET) == (Triage.NOTHING,)


def test_every_outcome_has_words_in_japanese_and_english() -> None:
    words = default_words()
    assert words.example
    told = words.advice(Triage, QUIET)
    assert [advice.code for advice in told] == list(Triage)
    assert all(advice.text[Language.JA] != advice.text[Language.EN] for advice in told)


_TEXT = '{ code = "%s", title = { ja = "%s" }, text = { ja = "x" }%s }'


def test_the_words_that_began_last_are_used() -> None:
    others = [_TEXT % (code, "-", "") for code in Triage]
    words = TriageWords.load(
        "example = false\nadvice = ["
        + ",".join([_TEXT % ("locked", "new", ", valid_from = 2027-04-01"), *others])
        + "]",
        name="x",
    )
    assert words.advice([Triage.LOCKED], date(2027, 3, 31))[0].title.ja == "-"
    assert words.advice([Triage.LOCKED], date(2027, 4, 1))[0].title.ja == "new"


@pytest.mark.parametrize("text", ["", "advice = 1", "example = true\nadvice = []", "not toml =", "a = " + "[" * 5000])
def test_words_that_cannot_be_used_are_refused_by_name(text: str) -> None:
    with pytest.raises(RulesInvalid, match=r"mine\.toml"):
        TriageWords.load(text, name="mine.toml")
