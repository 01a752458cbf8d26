"""What concerns few people: a booking, 本籍, a proxy, express issue, a hidden address, the next member of a family."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.flow import events
from kiosk.flow.eligible import express_events, proxy_reasons
from kiosk.flow.errors import FlowRefused
from kiosk.flow.intake import Came, Context, Family, Intake
from kiosk.flow.steps import Step
from kiosk.flow.turn import arrived, onward, settled, take
from schemas.answers import Coming
from schemas.circumstances import Booking, Express
from schemas.ids import RecordId
from schemas.rules import Delivery, Person
from schemas.stamp import Stamp

LARGEST_FAMILY = 20
FIRST_CARDS, LONGEST_CARD = date(2016, 1, 1), 11


@take.register
def _booking(event: events.BookingShown, intake: Intake, context: Context) -> Intake:
    """At its own question, and still while the person says why they came. A booking of another visit never counts."""
    if event.accepted_by is None and intake.step not in (Step.BOOKING, Step.WHY, Step.FORM):
        raise FlowRefused("flow.out_of_step")
    if event.number is None:
        came = Came()
    else:
        _counts(event, event.number, intake, context)
        came = Came(Booking(number=event.number, accepted_by=event.accepted_by))
    changed = replace(intake, came=came)
    return onward(changed, context) if intake.step is Step.BOOKING else changed


def _counts(event: events.BookingShown, number: str, intake: Intake, context: Context) -> None:
    if intake.family is not None:
        raise FlowRefused("booking.family")
    if event.visit is not None and event.visit != context.visit:
        raise FlowRefused("booking.other_visit")
    known = context.bookings.get(number)
    if known is None:
        raise FlowRefused("booking.unknown")
    if event.accepted_by is None and known.day != context.today:
        raise FlowRefused("booking.other_day")
    if event.accepted_by is None and number in context.used:
        raise FlowRefused("booking.used")


@take.register
def _printed(event: events.PrintedRead, intake: Intake, context: Context) -> Intake:
    """Cards are valid for ten birthdays at most (facts 5.1); the first were issued in 2016."""
    at_card = arrived(intake, Step.CARD, context)
    if not FIRST_CARDS <= event.day <= context.today.replace(year=context.today.year + LONGEST_CARD, day=1):
        raise FlowRefused("printed.unlikely")
    coming = (at_card.coming or Coming()).model_copy(update={"printed_until": event.day})
    return settled(replace(at_card, coming=coming), context)


@take.register
def _position(event: events.PositionChosen, intake: Intake, _context: Context) -> Intake:
    _at(Step.PHOTO, intake)
    return replace(intake, position=event.position)


@take.register
def _domicile(event: events.DomicileTold, intake: Intake, context: Context) -> Intake:
    _at(Step.DOMICILE, intake)
    return onward(settled(replace(intake, domicile=event.domicile), context), context)


@take.register
def _proxy(event: events.ProxyTold, intake: Intake, context: Context) -> Intake:
    _at(Step.PROXY, intake)
    if event.reason and event.reason not in {reason.code for reason in proxy_reasons(intake, context)}:
        raise FlowRefused("proxy.reason_unknown")
    return onward(settled(replace(intake, proxy_reason=event.reason), context), context)


@take.register
def _express(event: events.ExpressWished, intake: Intake, context: Context) -> Intake:
    _at(Step.WISHES, intake)
    if event.express is not None:
        _possible(event.express, intake, context)
    return settled(replace(intake, express=event.express), context)


def _possible(wanted: Express, intake: Intake, context: Context) -> None:
    if intake.address_hidden:
        raise FlowRefused("express.hidden")
    found = next((each for each in express_events(intake, context) if each.code == wanted.event), None)
    if found is None:
        raise FlowRefused("express.unknown")
    if found.counted and wanted.day is None:
        raise FlowRefused("express.no_day")
    if wanted.day is not None and wanted.day > context.today:
        raise FlowRefused("express.in_future")


@take.register
def _hidden(event: events.AddressHidden, intake: Intake, context: Context) -> Intake:
    """A wish for a delivery by post goes with it: nothing is sent to an address nobody may know."""
    if intake.consent is None:
        raise FlowRefused("attendant.too_early")
    wishes = intake.wishes
    if event.hidden and wishes is not None and wishes.delivery not in (None, Delivery.COUNTER):
        wishes = wishes.model_copy(update={"delivery": None})
    express = None if event.hidden else intake.express
    changed = settled(
        replace(intake, address_hidden=event.hidden, wishes=wishes, express=express), context
    )  # fmt: skip
    reopened = intake.step is Step.REVIEW and changed.attended is None
    return replace(changed, step=Step.ATTENDANT) if reopened else changed


def shared_answers(sealed: Intake) -> Intake:
    """What the next member of a family need not say again, and nothing else of the person who has finished."""
    kept = Intake(record=sealed.record, slip=sealed.slip, language=sealed.language, started=sealed.started)
    return replace(
        kept, family=sealed.family, home=sealed.home, company=sealed.company, contact=sealed.contact,
        contact_wanted=sealed.contact_wanted, address_hidden=sealed.address_hidden,
        documents=tuple(check for check in sealed.documents if check.person is Person.LEGAL_REPRESENTATIVE),
    )  # fmt: skip


def next_member(shared: Intake, *, record: RecordId, started: Stamp) -> Intake:
    """The next of a family under the same number: home, contact and who represents the children are given already, and
    the representative's documents were looked at minutes ago. Everything else is the member's own."""
    former, company = shared.family, shared.company
    member = former.member + 1 if former else 2
    if member > LARGEST_FAMILY:
        raise FlowRefused("family.too_many")
    children = company if company and company.representative_present and company.applicant_present else None
    represents = (former.company if former else None) or children
    family = Family(former.first if former else shared.record, member, represents)
    return replace(shared, record=record, started=started, family=family, company=None)


def _at(step: Step, intake: Intake) -> None:
    if intake.step is not step:
        raise FlowRefused("flow.out_of_step")
