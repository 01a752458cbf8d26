"""What is done and what is open. The next step is always the first open one: a change from the review returns there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kiosk.flow.intake import Context, Intake
from kiosk.flow.steps import ASKED, OPTIONAL, Step
from schemas.answers import Company, Residing
from schemas.card import GENUINE
from schemas.dates import age_on
from schemas.language import Language
from schemas.rules import AgeLimit, Purpose, Representative, Residence, asked_facts

OF_A_CARD_HOLDER = frozenset({Purpose.RENEWAL, Purpose.SPACE_FULL, Purpose.LOST, Purpose.DAMAGED})


def age(intake: Intake, context: Context) -> int | None:
    """Full years today; None while the birth date is unknown."""
    return None if intake.birth_date is None else age_on(intake.birth_date, context.today)


def photo_needed(intake: Intake, context: Context) -> bool:
    """No photo on the card below the rule set's age (facts: under one year since 2024-12-02)."""
    years = age(intake, context)
    return years is None or years >= (context.rules.years(AgeLimit.PHOTO_FROM, context.today) or 0)


def represented_by_age(intake: Intake, context: Context) -> bool:
    """True when the applicant is too young to apply alone."""
    years = age(intake, context)
    return years is not None and years < (context.rules.years(AgeLimit.REPRESENTATIVE_BELOW, context.today) or 0)


def steps_for(intake: Intake, context: Context) -> tuple[Step, ...]:
    """The steps that apply to this applicant, in order, ending with the review. Who only wants to know whether a
    certificate is valid is asked for the card before any form."""
    asked = tuple(step for step in ASKED if _applies(step, intake, context))
    certificate = intake.coming is not None and intake.coming.purpose is Purpose.CERTIFICATE_ONLY
    if certificate and Step.CARD in asked:
        rest = [step for step in asked if step is not Step.FORM]
        at = rest.index(Step.CARD) + 1
        asked = (*rest[:at], Step.FORM, *rest[at:])
    return (*asked, Step.REVIEW)


def card_asked(intake: Intake, _context: Context) -> bool:
    """Not of people whose reason says that they have none; from the review they may still lay one down."""
    return intake.card is None or not intake.card.implied or intake.step is Step.CARD


def holder_asked(intake: Intake, context: Context) -> bool:
    """True where the rules ask for name and birth date from the chip, of a card whose certificate was in order once."""
    check = intake.card.check if intake.card else None
    asked = context.rules.chip_attributes_on(context.today) is not None
    return asked and check is not None and check.verdict in GENUINE


def domicile_asked(intake: Intake, context: Context) -> bool:
    """Only where the rules ask, of a child whose parent or guardian is not of its household; foreigners have none."""
    company, residing = intake.company or Company(), intake.residing or Residing()
    parents = (Representative.PARENT, Representative.MINOR_GUARDIAN)
    return (
        company.same_household is False
        and company.representative in parents
        and residing.residence is Residence.JAPANESE
        and represented_by_age(intake, context)
        and "domicile_here" in asked_facts(context.rules)
    )


def proxy_asked(intake: Intake, context: Context) -> bool:
    """Where somebody came for the applicant and the rules have reasons for that."""
    proxy = intake.company is not None and intake.company.representative is Representative.PROXY
    return proxy and bool(context.rules.proxy_reasons)


_WHERE: Final[Mapping[Step, Callable[[Intake, Context], bool]]] = {
    Step.CARD: card_asked, Step.HOLDER: holder_asked, Step.DOMICILE: domicile_asked, Step.PROXY: proxy_asked,
    Step.PHOTO: photo_needed,
}  # fmt: skip


def _applies(step: Step, intake: Intake, context: Context) -> bool:
    if step in _WHERE:
        return _WHERE[step](intake, context)
    match step:
        case Step.BOOKING:
            return intake.family is None and (context.booked_today or intake.came is not None)
        case Step.LICENCE:
            return intake.coming is not None and intake.coming.purpose in OF_A_CARD_HOLDER
        case Step.RESIDENCE:
            return intake.language is not Language.JA or intake.residing not in (None, Residing())
        case Step.WHO:
            return represented_by_age(intake, context) or intake.company not in (None, Company())
        case Step.CONTACT:
            return intake.contact_wanted
    return True


def done(step: Step, intake: Intake) -> bool:
    """True when the step has its answer."""
    answers = {
        Step.CONSENT: intake.consent,
        Step.BOOKING: intake.came,
        Step.WHY: intake.coming,
        Step.FORM: intake.form,
        Step.CARD: intake.card,
        Step.HOLDER: intake.holder,
        Step.LICENCE: intake.licence,
        Step.BIRTH: intake.birth_date,
        Step.HOME: intake.home,
        Step.RESIDENCE: intake.residing,
        Step.WHO: intake.company,
        Step.DOMICILE: intake.domicile,
        Step.PROXY: intake.proxy_reason,
        Step.WISHES: intake.wishes,
        Step.CONTACT: intake.contact,
        Step.PHOTO: intake.photo,
        Step.ATTENDANT: intake.attended,
        Step.REVIEW: intake.confirmed,
    }
    return answers.get(step) is not None


def missing(intake: Intake, context: Context) -> tuple[Step, ...]:
    """The open steps before the review that nobody can answer for the person."""
    return tuple(step for step in _open(intake, context) if step not in OPTIONAL)


def next_open(intake: Intake, context: Context) -> Step:
    """The first open step; the review when nothing is open."""
    return next(iter(_open(intake, context)), Step.REVIEW)


def awaited(intake: Intake, context: Context) -> Step:
    """The step whose answer leads on: where the person stands, or behind optional questions the next that has no
    usual answer."""
    if intake.step not in OPTIONAL:
        return intake.step
    return next(iter(missing(intake, context)), Step.REVIEW)


def awaits_form(intake: Intake) -> bool:
    """A form may be held up while its person still says why they came; one that lies there is read once."""
    return intake.step is Step.FORM or (intake.step in (Step.BOOKING, Step.WHY) and intake.form is None)


def awaits_code(intake: Intake) -> bool:
    """The camera looks for a form, or for a booking slip."""
    return awaits_form(intake) or intake.step is Step.BOOKING


def before(step: Step, intake: Intake, context: Context) -> Step | None:
    """The step one goes back to; None at the first. A finished attendant's part is passed over."""
    steps = [
        each
        for each in steps_for(intake, context)
        if each in (step, Step.REVIEW) or not _behind_the_person(each, intake)
    ]
    at = steps.index(step) if step in steps else 0
    return steps[at - 1] if at else None


def _open(intake: Intake, context: Context) -> tuple[Step, ...]:
    return tuple(step for step in steps_for(intake, context)[:-1] if not done(step, intake))


def _behind_the_person(step: Step, intake: Intake) -> bool:
    return step is Step.ATTENDANT and intake.attended is not None
