"""The attendant's part, which runs beside the applicant's steps: documents, papers, answers, override, finished."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events
from kiosk.flow.checklist import age, photo_needed
from kiosk.flow.errors import FlowRefused
from kiosk.flow.facts import decision_now, persons_now, questions_now, ruled_now
from kiosk.flow.intake import Attended, Context, Intake
from kiosk.flow.steps import Step
from kiosk.flow.turn import onward, settled, take
from schemas.answers import Override
from schemas.ids import contains_my_number
from schemas.intake import ApprovedReason
from schemas.rules import Delivery
from schemas.visit import AttendantRole

_STAFFS = (
    events.DocumentsShown, events.ConditionsAnswered, events.PapersTaken, events.Overridden, events.AttendantFinished,
)  # fmt: skip


def beside_the_screen(event: events.Event, before: Intake, after: Intake) -> bool:
    """Staff's part, which the applicant's screen shows at its own step and at the review only: drawn anew elsewhere it
    would take what a person is typing."""
    return isinstance(event, _STAFFS) and not {before.step, after.step} & {Step.ATTENDANT, Step.REVIEW}


@take.register
def _special(event: events.SpecialReasonSet, intake: Intake, context: Context) -> Intake:
    """The checks of a photo depend on it: a picture judged without it, or with another, is taken again."""
    _attendant_may(intake, context)
    _staff_only(event.role)
    if not photo_needed(intake, context):
        raise FlowRefused("photo.not_needed")
    if event.code == (intake.special.code if intake.special else None):
        return intake
    reason = context.photo.reason(event.code)
    if event.code is not None and reason is None:
        raise FlowRefused("photo.reason_unknown")
    special = ApprovedReason(code=reason.code, excuses=reason.excuses, approved_by=event.staff) if reason else None
    changed = replace(intake, special=special, photo=None)
    return onward(changed, context) if intake.step in (Step.ATTENDANT, Step.REVIEW) else changed


@take.register
def _documents(event: events.DocumentsShown, intake: Intake, context: Context) -> Intake:
    _attendant_may(intake, context)
    _staff_only(event.role)
    persons = persons_now(intake, context)
    for check in event.documents:
        if context.rules.document(check.document) is None:
            raise FlowRefused("document.unknown")
        if check.person not in persons:
            raise FlowRefused("document.other_person")
    seen = [(check.person, check.document) for check in event.documents]
    if len(set(seen)) != len(seen):
        raise FlowRefused("document.twice")
    return _reopened(replace(intake, documents=event.documents), context)


@take.register
def _conditions(event: events.ConditionsAnswered, intake: Intake, context: Context) -> Intake:
    _attendant_may(intake, context)
    asked = {condition.code for condition in questions_now(intake, context)}
    given = [answer.condition for answer in event.answers]
    if not asked.issuperset(given) or len(set(given)) != len(given):
        raise FlowRefused("answer.unknown")
    return _reopened(replace(intake, answers=event.answers), context)


@take.register
def _papers(event: events.PapersTaken, intake: Intake, context: Context) -> Intake:
    _attendant_may(intake, context)
    if event.role is AttendantRole.HELPER:
        raise FlowRefused("attendant.helper")
    if event.papers.pin_request and intake.wishes is not None and intake.wishes.face_authentication:
        raise FlowRefused("papers.no_pin_request")  # a card without a PIN: nothing is to be set (facts 6.3)
    return _reopened(replace(intake, papers=event.papers), context)


@take.register
def _overridden(event: events.Overridden, intake: Intake, context: Context) -> Intake:
    """Never without documents: who somebody is is never decided by two people's word."""
    _attendant_may(intake, context)
    _staff_only(event.role)
    if event.delivery is None:
        return _reopened(replace(intake, override=None), context)
    ruled = ruled_now(intake, context, identity_checker=True)
    if ruled is None:
        raise FlowRefused("attendant.too_early")
    if event.seconded_by in (None, event.staff) or event.second_role is not AttendantRole.STAFF:
        raise FlowRefused("override.second_person")
    if event.delivery not in (Delivery.COUNTER, *context.rules.deliveries) or event.delivery is ruled.delivery:
        raise FlowRefused("override.same")
    if event.delivery is not Delivery.COUNTER and not intake.documents:
        raise FlowRefused("override.no_documents")
    if contains_my_number(event.reason):
        raise FlowRefused("text.my_number")
    if not event.reason.strip():
        raise FlowRefused("override.no_reason")
    assert event.seconded_by is not None
    made = Override(
        reason=event.reason.strip(), decided_by=event.staff, seconded_by=event.seconded_by, delivery=event.delivery,
        was_method=ruled.method, was_delivery=ruled.delivery,
    )  # fmt: skip
    return _reopened(replace(intake, override=made), context)


@take.register
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
    return onward(kept, context) if intake.step is Step.ATTENDANT else kept


def _attendant_may(intake: Intake, context: Context) -> None:
    if intake.consent is None or age(intake, context) is None:
        raise FlowRefused("attendant.too_early")


def _staff_only(role: AttendantRole) -> None:
    if role is not AttendantRole.STAFF:
        raise FlowRefused("attendant.not_municipal_staff")


def _reopened(intake: Intake, context: Context) -> Intake:
    """A change by the attendant after finishing opens their part again."""
    kept = settled(replace(intake, attended=None), context)
    step = Step.ATTENDANT if intake.attended is not None and intake.step is Step.REVIEW else intake.step
    return replace(kept, step=step)
