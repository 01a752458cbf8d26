"""Dates that decide: windows before an end or after an event, and until when a card is valid (facts 5.1–5.4)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from schemas.dates import age_on, nth_birthday_after
from schemas.rules.entries import Window
from schemas.rules.facts import Situation
from schemas.rules.model import RuleSet
from schemas.rules.terms import AgeLimit, CardLife, Lifetime, Residence, Span, Stay
from schemas.rules.when import Known


def known(rules: RuleSet, situation: Situation) -> Known:
    """The situation with what follows from its dates."""
    facts, day = situation.facts, situation.day
    taken = facts.photo_taken
    return Known(
        situation=situation,
        stay=_stay(rules, situation),
        card_life=life(rules, Span.CARD_RENEWAL, facts.card_expires, day),
        certificate_life=life(rules, Span.CERTIFICATE_RENEWAL, facts.certificate_expires, day),
        photo_too_old=None if taken is None else not within(rules, Span.PHOTO_AGE, event=taken, day=day),
    )


def counting_day(rules: RuleSet, *, visit: date, application: date) -> date:
    """The day ages are counted on: `age_counts_on`. `application`: the day the form says it was applied."""
    return application if rules.age_counts_on == "application" else visit


def opens_on(window: Window, end: date) -> date:
    """The first day of a window before an end."""
    far = _months_before(end, window.months) if window.months else end - timedelta(days=window.days or 0)
    return far if window.first_day else far + timedelta(days=1)


def closes_on(window: Window, event: date) -> date:
    """The last day of a window after an event; the day exactly that far away belongs to it."""
    return _months_before(event, -window.months) if window.months else event + timedelta(days=window.days or 0)


def within(rules: RuleSet, span: Span, *, event: date, day: date) -> bool:
    """True when the day is in the window after the event; without such a rule there is no limit."""
    window = rules.window(span, day)
    return window is None or event <= day <= closes_on(window, event)


def life(rules: RuleSet, span: Span, end: date | None, day: date) -> CardLife:
    """Where a day stands towards an end that may be renewed from some day on. The end itself is still valid."""
    if end is None:
        return CardLife.UNKNOWN
    if day > end:
        return CardLife.EXPIRED
    window = rules.window(span, day)
    return CardLife.RENEWABLE if window is not None and day >= opens_on(window, end) else CardLife.RUNNING


def card_valid_until(
    rules: RuleSet, *, born: date, issued: date, residence: Residence, stay_until: date | None = None
) -> date | None:
    """About until when a card issued that day will be valid; None when the rules do not say.

    Never a promise: sources disagree on the reference day (facts 5.1), so screens say "about".
    """
    adult = rules.years(AgeLimit.ADULT_FROM, issued)
    grown = adult is not None and age_on(born, issued) >= adult
    validity = rules.validity(Lifetime.ADULT_CARD if grown else Lifetime.MINOR_CARD, issued)
    if validity is None:
        return None
    end = nth_birthday_after(issued, born, validity.birthdays)
    return min(end, stay_until) if residence is Residence.LIMITED and stay_until else end


def certificate_valid_until(rules: RuleSet, *, born: date, issued: date, card_until: date) -> date | None:
    """About until when certificates issued that day will be valid: never longer than the card."""
    validity = rules.validity(Lifetime.CERTIFICATE, issued)
    return None if validity is None else min(card_until, nth_birthday_after(issued, born, validity.birthdays))


def _stay(rules: RuleSet, situation: Situation) -> Stay:
    facts = situation.facts
    if facts.residence is not Residence.LIMITED:
        return Stay.NONE
    state = life(rules, Span.STAY_ENDING, facts.stay_until, situation.day)
    return {
        CardLife.UNKNOWN: Stay.UNKNOWN, CardLife.RUNNING: Stay.RUNNING, CardLife.RENEWABLE: Stay.ENDING,
        CardLife.EXPIRED: Stay.ENDED,
    }[state]  # fmt: skip


def _months_before(day: date, months: int) -> date:
    """The same day of the month, `months` earlier (later when negative); the month's last day where it has fewer."""
    counted = day.year * 12 + day.month - 1 - months
    year, month = divmod(counted, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
