"""The state machine: `advance(intake, event, context)` gives the next intake or refuses with a stable code.

A step's answer is taken only while the intake stands at that step: a QR read that arrives late, a double tap or a
second browser cannot overwrite anything. The attendant's part runs beside the applicant's steps.
"""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch

from kiosk.flow import events
from kiosk.flow.checklist import age, before, done, missing, next_open, photo_needed
from kiosk.flow.errors import FlowRefused
from kiosk.flow.intake import Attended, Context, Intake
from kiosk.flow.steps import CHANGEABLE, CLOSED, Step
from schemas.ids import contains_my_number
from schemas.intake import ApprovedReason
from schemas.rules import Decision, Situation, decide, persons_to_check, questions
from schemas.visit import AttendantRole

OLDEST_YEARS = 130


def advance(intake: Intake, event: events.Event, context: Context) -> Intake:
    """The intake after the event. Raises `FlowRefused`; the given intake is never changed."""
    if intake.step in CLOSED and not isinstance(event, events.SealFailed | events.Kept):
        raise FlowRefused("flow.closed")
    return _take(event, intake, context)


def decision_now(intake: Intake, context: Context, *, identity_checker: bool) -> Decision | None:
    """What the rules say on what is known so far; None before birth date and home are known."""
    years = age(intake, context)
    if years is None or intake.home is None:
        return None
    asked = {condition.code for condition in questions(context.rules, years)}
    situation = Situation(
        day=context.today,
        age=years,
        receiving=context.receiving,
        home=intake.home,
        identity_checker=identity_checker,
        documents=intake.documents if identity_checker else (),
        answers=tuple((answer.condition, answer.yes) for answer in intake.answers if answer.condition in asked),
    )
    return decide(context.rules, situation)


def _at(step: Step, intake: Intake) -> None:
    if intake.step is not step:
        raise FlowRefused("flow.out_of_step")


def _onward(intake: Intake, context: Context) -> Intake:
    return replace(intake, step=next_open(intake, context))


@singledispatch
def _take(_event: object, _intake: Intake, _context: Context) -> Intake:
    raise FlowRefused("flow.unknown_event")


@_take.register
def _language(event: events.LanguageChosen, intake: Intake, _context: Context) -> Intake:
    return replace(intake, language=event.language)


@_take.register
def _consent(event: events.Consented, intake: Intake, context: Context) -> Intake:
    _at(Step.CONSENT, intake)
    if event.consent.notice != context.notice:
        raise FlowRefused("consent.notice_changed")
    return _onward(replace(intake, consent=event.consent), context)


@_take.register
def _form(event: events.FormGiven, intake: Intake, context: Context) -> Intake:
    _at(Step.FORM, intake)
    return _onward(replace(intake, form=event.reading), context)


@_take.register
def _card(event: events.CardAnswered, intake: Intake, context: Context) -> Intake:
    _at(Step.CARD, intake)
    return _onward(replace(intake, card=event.answer), context)


@_take.register
def _birth(event: events.BirthGiven, intake: Intake, context: Context) -> Intake:
    _at(Step.BIRTH, intake)
    if event.birth_date > context.today:
        raise FlowRefused("birth.in_future")
    if context.today.year - event.birth_date.year > OLDEST_YEARS:
        raise FlowRefused("birth.too_long_ago")
    changed = replace(intake, birth_date=event.birth_date)
    if intake.birth_date != event.birth_date:
        # The documents were compared with the other birth date: a person must look again.
        changed = replace(changed, documents=(), attended=None)
    if not photo_needed(changed, context):
        changed = replace(changed, photo=None, special=None)
    return _onward(changed, context)


@_take.register
def _home(event: events.HomeGiven, intake: Intake, context: Context) -> Intake:
    _at(Step.HOME, intake)
    if event.home != context.receiving and event.home not in context.municipalities:
        raise FlowRefused("home.unknown")
    attended = intake.attended if intake.home == event.home else None
    return _onward(replace(intake, home=event.home, attended=attended), context)


@_take.register
def _photo(event: events.PhotoKept, intake: Intake, context: Context) -> Intake:
    _at(Step.PHOTO, intake)
    evidence = event.photo.evidence
    if not evidence.accepted and evidence.accepted_by is None:
        raise FlowRefused("photo.not_accepted")
    return _onward(replace(intake, photo=event.photo), context)


@_take.register
def _special(event: events.SpecialReasonSet, intake: Intake, context: Context) -> Intake:
    """The checks of a photo depend on it: a picture judged without it, or with another, is taken again."""
    _attendant_may(intake, context)
    if event.role is not AttendantRole.STAFF:
        raise FlowRefused("attendant.not_municipal_staff")
    if not photo_needed(intake, context):
        raise FlowRefused("photo.not_needed")
    if event.code == (intake.special.code if intake.special else None):
        return intake
    reason = context.photo.reason(event.code)
    if event.code is not None and reason is None:
        raise FlowRefused("photo.reason_unknown")
    special = ApprovedReason(code=reason.code, excuses=reason.excuses, approved_by=event.staff) if reason else None
    changed = replace(intake, special=special, photo=None)
    return _onward(changed, context) if intake.step in (Step.ATTENDANT, Step.REVIEW) else changed


def _attendant_may(intake: Intake, context: Context) -> int:
    years = age(intake, context)
    if intake.consent is None or years is None:
        raise FlowRefused("attendant.too_early")
    return years


@_take.register
def _documents(event: events.DocumentsShown, intake: Intake, context: Context) -> Intake:
    years = _attendant_may(intake, context)
    if event.role is not AttendantRole.STAFF:
        raise FlowRefused("attendant.not_municipal_staff")
    persons = persons_to_check(context.rules, years)
    for check in event.documents:
        if context.rules.document(check.document) is None:
            raise FlowRefused("document.unknown")
        if check.person not in persons:
            raise FlowRefused("document.other_person")
    seen = [(check.person, check.document) for check in event.documents]
    if len(set(seen)) != len(seen):
        raise FlowRefused("document.twice")
    return _reopened(replace(intake, documents=event.documents))


@_take.register
def _conditions(event: events.ConditionsAnswered, intake: Intake, context: Context) -> Intake:
    years = _attendant_may(intake, context)
    asked = {condition.code for condition in questions(context.rules, years)}
    given = [answer.condition for answer in event.answers]
    if not asked.issuperset(given) or len(set(given)) != len(given):
        raise FlowRefused("answer.unknown")
    return _reopened(replace(intake, answers=event.answers))


def _reopened(intake: Intake) -> Intake:
    """A change by the attendant after finishing opens their part again."""
    if intake.attended is None:
        return intake
    step = Step.ATTENDANT if intake.step is Step.REVIEW else intake.step
    return replace(intake, attended=None, step=step)


@_take.register
def _finished(event: events.AttendantFinished, intake: Intake, context: Context) -> Intake:
    _attendant_may(intake, context)
    if event.role is AttendantRole.HELPER:
        raise FlowRefused("attendant.helper")
    if contains_my_number(event.note):
        raise FlowRefused("text.my_number")
    staff = event.role is AttendantRole.STAFF
    if intake.documents and not staff:
        # Documents were recorded by municipal staff; their identity check is theirs to conclude.
        raise FlowRefused("attendant.not_municipal_staff")
    decision = decision_now(intake, context, identity_checker=staff)
    if decision is None:
        raise FlowRefused("attendant.too_early")
    attended = Attended(event.staff, event.name, event.role, event.at, decision, event.note)
    kept = replace(intake, attended=attended)
    return _onward(kept, context) if intake.step is Step.ATTENDANT else kept


@_take.register
def _back(_event: events.Back, intake: Intake, context: Context) -> Intake:
    previous = before(intake.step, intake, context)
    if previous is None:
        raise FlowRefused("flow.nothing_before")
    return replace(intake, step=previous)


@_take.register
def _skip_done(_event: events.Onward, intake: Intake, context: Context) -> Intake:
    if not done(intake.step, intake):
        raise FlowRefused("flow.step_open")
    return _onward(intake, context)


@_take.register
def _change(event: events.ChangeRequested, intake: Intake, context: Context) -> Intake:
    _at(Step.REVIEW, intake)
    if event.step not in CHANGEABLE or (event.step is Step.PHOTO and not photo_needed(intake, context)):
        raise FlowRefused("review.not_changeable")
    return replace(intake, step=event.step)


@_take.register
def _confirm(event: events.Confirmed, intake: Intake, context: Context) -> Intake:
    _at(Step.REVIEW, intake)
    if missing(intake, context):
        raise FlowRefused("review.incomplete")
    return replace(intake, confirmed=event.at, step=Step.SEALING)


@_take.register
def _seal_failed(_event: events.SealFailed, intake: Intake, _context: Context) -> Intake:
    _at(Step.SEALING, intake)
    return replace(intake, confirmed=None, step=Step.REVIEW)


@_take.register
def _kept(_event: events.Kept, intake: Intake, _context: Context) -> Intake:
    _at(Step.SEALING, intake)
    return replace(intake, step=Step.SEALED)
