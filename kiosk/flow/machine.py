"""The state machine: `advance(intake, event, context)` gives the next intake or refuses with a stable code.

A step's answer is taken only while the intake stands at that step, or at an optional question before it: a QR read
that arrives late, a double tap or a second browser cannot overwrite anything. The attendant's part (`attending`) runs
beside the applicant's steps; the optional questions are in `asking`, those for few people in `rare`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.flow import asking, attending, events, rare
from kiosk.flow.checklist import before, holder_asked, missing, photo_needed, represented_by_age
from kiosk.flow.errors import FlowRefused
from kiosk.flow.facts import purpose_by_chip
from kiosk.flow.intake import Context, Intake
from kiosk.flow.steps import CHANGEABLE, CLOSED, Step
from kiosk.flow.turn import arrived, onward, settled, take
from schemas.answers import Wishes
from schemas.rules import Purpose

OLDEST_YEARS = 130
PARTS = (asking, attending, rare)
"""Their handlers are registered by being imported."""


def advance(intake: Intake, event: events.Event, context: Context) -> Intake:
    """The intake after the event. Raises `FlowRefused`; the given intake is never changed."""
    if intake.step in CLOSED and not isinstance(event, events.SealFailed | events.Kept):
        raise FlowRefused("flow.closed")
    return take(event, intake, context)


@take.register
def _language(event: events.LanguageChosen, intake: Intake, _context: Context) -> Intake:
    return replace(intake, language=event.language)


@take.register
def _consent(event: events.Consented, intake: Intake, context: Context) -> Intake:
    _at(Step.CONSENT, intake)
    if event.consent.notice != context.notice:
        raise FlowRefused("consent.notice_changed")
    return onward(replace(intake, consent=event.consent), context)


@take.register
def _form(event: events.FormGiven, intake: Intake, context: Context) -> Intake:
    if intake.step in (Step.BOOKING, Step.WHY) and intake.form is None:
        return replace(intake, form=event.reading)
    intake = arrived(intake, Step.FORM, context)
    return onward(settled(replace(intake, form=event.reading), context), context)


@take.register
def _card(event: events.CardAnswered, intake: Intake, context: Context) -> Intake:
    """Where nobody has said why they came, the card's own date may say it."""
    given = replace(arrived(intake, Step.CARD, context), card=event.answer, holder=None)
    if given.coming is not None and not given.coming.asked:
        renewal = purpose_by_chip(given, context) is Purpose.RENEWAL
        purpose = Purpose.RENEWAL if renewal else Purpose.FIRST
        given = replace(given, coming=given.coming.model_copy(update={"purpose": purpose}))
    return onward(settled(given, context), context)


@take.register
def _holder(event: events.HolderRead, intake: Intake, context: Context) -> Intake:
    """The chip's birth date is the person's answer to that question too."""
    _at(Step.HOLDER, intake)
    given, born = replace(intake, holder=event.holder), event.holder.birth_date
    return onward(settled(given if born is None else _born(given, born, context), context), context)


@take.register
def _birth(event: events.BirthGiven, intake: Intake, context: Context) -> Intake:
    return onward(_born(arrived(intake, Step.BIRTH, context), event.birth_date, context), context)


def _born(intake: Intake, birth_date: date, context: Context) -> Intake:
    if birth_date > context.today:
        raise FlowRefused("birth.in_future")
    if context.today.year - birth_date.year > OLDEST_YEARS:
        raise FlowRefused("birth.too_long_ago")
    changed = replace(intake, birth_date=birth_date)
    if intake.birth_date != birth_date:
        # The documents were compared with the other birth date: a person must look again.
        kept = intake.documents if intake.birth_date is None else ()
        changed = replace(changed, documents=kept, attended=None)
    if intake.birth_date is not None and represented_by_age(changed, context) != represented_by_age(intake, context):
        changed = replace(changed, company=None)
    if changed.company is None and changed.family is not None and represented_by_age(changed, context):
        changed = replace(changed, company=changed.family.company)
    if not photo_needed(changed, context):
        changed = replace(changed, photo=None, special=None)
    return changed


@take.register
def _home(event: events.HomeGiven, intake: Intake, context: Context) -> Intake:
    intake = arrived(intake, Step.HOME, context)
    if event.home != context.receiving and event.home not in context.municipalities:
        raise FlowRefused("home.unknown")
    attended = intake.attended if intake.home == event.home else None
    return onward(replace(intake, home=event.home, attended=attended), context)


@take.register
def _photo(event: events.PhotoKept, intake: Intake, context: Context) -> Intake:
    intake = arrived(intake, Step.PHOTO, context)
    evidence = event.photo.evidence
    if not evidence.accepted and evidence.accepted_by is None:
        raise FlowRefused("photo.not_accepted")
    return onward(settled(replace(intake, photo=event.photo), context), context)


@take.register
def _back(_event: events.Back, intake: Intake, context: Context) -> Intake:
    previous = before(intake.step, intake, context)
    if previous is None:
        raise FlowRefused("flow.nothing_before")
    return replace(intake, step=previous)


@take.register
def _change(event: events.ChangeRequested, intake: Intake, context: Context) -> Intake:
    _at(Step.REVIEW, intake)
    unfit = event.step is Step.PHOTO and not photo_needed(intake, context)
    unasked = event.step is Step.HOLDER and not holder_asked(intake, context)
    if event.step not in CHANGEABLE or unfit or unasked:
        raise FlowRefused("review.not_changeable")
    return replace(intake, step=event.step)


@take.register
def _confirm(event: events.Confirmed, intake: Intake, context: Context) -> Intake:
    intake = arrived(intake, Step.REVIEW, context)
    if missing(intake, context):
        raise FlowRefused("review.incomplete")
    wishes = asking.possible(intake.wishes or Wishes(), intake, context)
    return replace(intake, wishes=wishes, confirmed=event.at, step=Step.SEALING)


@take.register
def _seal_failed(_event: events.SealFailed, intake: Intake, _context: Context) -> Intake:
    _at(Step.SEALING, intake)
    return replace(intake, confirmed=None, step=Step.REVIEW)


@take.register
def _kept(_event: events.Kept, intake: Intake, _context: Context) -> Intake:
    _at(Step.SEALING, intake)
    return replace(intake, step=Step.SEALED)


def _at(step: Step, intake: Intake) -> None:
    if intake.step is not step:
        raise FlowRefused("flow.out_of_step")
