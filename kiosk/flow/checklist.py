"""What is done and what is open. The next step is always the first open one: a change from the review returns there."""

from __future__ import annotations

from kiosk.flow.intake import Context, Intake
from kiosk.flow.steps import ASKED, Step
from schemas.dates import age_on
from schemas.rules import AgeLimit


def age(intake: Intake, context: Context) -> int | None:
    """Full years today; None while the birth date is unknown."""
    return None if intake.birth_date is None else age_on(intake.birth_date, context.today)


def photo_needed(intake: Intake, context: Context) -> bool:
    """No photo on the card below the rule set's age (facts: under one year since 2024-12-02)."""
    years = age(intake, context)
    return years is None or years >= (context.rules.years(AgeLimit.PHOTO_FROM, context.today) or 0)


def steps_for(intake: Intake, context: Context) -> tuple[Step, ...]:
    """The steps that apply to this applicant, in order, ending with the review."""
    asked = tuple(step for step in ASKED if step is not Step.PHOTO or photo_needed(intake, context))
    return (*asked, Step.REVIEW)


def done(step: Step, intake: Intake) -> bool:
    """True when the step has its answer."""
    answers = {
        Step.CONSENT: intake.consent,
        Step.FORM: intake.form,
        Step.CARD: intake.card,
        Step.BIRTH: intake.birth_date,
        Step.HOME: intake.home,
        Step.PHOTO: intake.photo,
        Step.ATTENDANT: intake.attended,
        Step.REVIEW: intake.confirmed,
    }
    return answers.get(step) is not None


def missing(intake: Intake, context: Context) -> tuple[Step, ...]:
    """The open steps before the review."""
    return tuple(step for step in steps_for(intake, context)[:-1] if not done(step, intake))


def next_open(intake: Intake, context: Context) -> Step:
    """The first open step; the review when nothing is open."""
    return next(iter(missing(intake, context)), Step.REVIEW)


def before(step: Step, intake: Intake, context: Context) -> Step | None:
    """The step one goes back to; None at the first. A finished attendant's part is passed over."""
    steps = [
        each
        for each in steps_for(intake, context)
        if each in (step, Step.REVIEW) or not _behind_the_person(each, intake)
    ]
    at = steps.index(step) if step in steps else 0
    return steps[at - 1] if at else None


def _behind_the_person(step: Step, intake: Intake) -> bool:
    return step is Step.ATTENDANT and intake.attended is not None
