"""The optional questions: why, licence, residence, who is here, wishes, contact. Each has a usual answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.flow import events
from kiosk.flow.checklist import age, done, next_open
from kiosk.flow.errors import FlowRefused
from kiosk.flow.intake import CardAnswer, Context, Intake
from kiosk.flow.steps import OPTIONAL, Step
from kiosk.flow.turn import arrived, onward, settled, take, usual_answer
from schemas.answers import Wishes
from schemas.rules import AgeLimit, Delivery, Guardianship, Purpose

_BESIDE: Final = (Step.BIRTH, Step.HOME)


@take.register
def _why(event: events.WhyTold, intake: Intake, context: Context) -> Intake:
    """At the card one may still say that more is wanted than to know whether it is valid."""
    printed = intake.coming.printed_until if intake.coming else None
    coming = event.coming.model_copy(update={"printed_until": printed})
    changed = replace(intake, coming=coming, card=_card_by_reason(event, intake))
    if intake.step is Step.CARD and intake.coming is not None and intake.coming.purpose is Purpose.CERTIFICATE_ONLY:
        return changed
    _at(Step.WHY, intake)
    return onward(settled(changed, context), context)


@take.register
def _licence(event: events.LicenceTold, intake: Intake, context: Context) -> Intake:
    _at(Step.LICENCE, intake)
    return onward(settled(replace(intake, licence=event.licence), context), context)


@take.register
def _residence(event: events.ResidenceTold, intake: Intake, context: Context) -> Intake:
    changed = replace(intake, residing=event.residing)
    if intake.step in _BESIDE:
        return changed
    _at(Step.RESIDENCE, intake)
    return onward(settled(changed, context), context)


@take.register
def _company(event: events.CompanyTold, intake: Intake, context: Context) -> Intake:
    changed = replace(intake, company=event.company)
    if intake.step in _BESIDE:
        return changed
    _at(Step.WHO, intake)
    return onward(settled(changed, context), context)


@take.register
def _wished(event: events.Wished, intake: Intake, context: Context) -> Intake:
    _at(Step.WISHES, intake)
    if event.wishes.delivery not in (None, Delivery.COUNTER, *context.rules.deliveries):
        raise FlowRefused("wishes.delivery_unknown")
    changed = settled(replace(intake, wishes=event.wishes), context)
    if event.stay:
        return changed
    if event.contact:
        return replace(changed, contact_wanted=True, step=Step.CONTACT)
    return onward(changed, context)


@take.register
def _contact(event: events.ContactGiven, intake: Intake, context: Context) -> Intake:
    _at(Step.CONTACT, intake)
    empty = event.contact is None or not (event.contact.phone or event.contact.mail)
    given = None if empty else event.contact
    return onward(replace(intake, contact=given, contact_wanted=given is not None), context)


@take.register
def _reached(event: events.Reached, intake: Intake, context: Context) -> Intake:
    return arrived(intake, event.step, context)


@take.register
def _skip(_event: events.Onward, intake: Intake, context: Context) -> Intake:
    if not done(intake.step, intake):
        if intake.step not in OPTIONAL:
            raise FlowRefused("flow.step_open")
        intake = usual_answer(intake.step, intake)
    return replace(intake, step=next_open(intake, context))


def possible(wishes: Wishes, intake: Intake, context: Context) -> Wishes:
    """Wishes without a signature certificate where none is issued: below the age, for adult wards, without a PIN."""
    years, limit = age(intake, context), context.rules.years(AgeLimit.SIGNATURE_FROM, context.today)
    young = years is not None and limit is not None and years < limit
    ward = intake.company is not None and intake.company.guardianship is Guardianship.ADULT_WARD
    none = young or ward or wishes.face_authentication
    return wishes.model_copy(update={"signature": False}) if none else wishes


def _card_by_reason(event: events.WhyTold, intake: Intake) -> CardAnswer | None:
    """No question about a card that the reason itself says is not there; another reason asks it after all."""
    if event.without_card:
        return intake.card or CardAnswer(None, implied=True)
    return None if intake.card and intake.card.implied else intake.card


def _at(step: Step, intake: Intake) -> None:
    if intake.step is not step:
        raise FlowRefused("flow.out_of_step")
