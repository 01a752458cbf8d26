"""What the attendant's tablet shows: who is here, what is open, how the decision stands, how the machine does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import groupby
from typing import Any  # values of a template

from hardware.status import DeviceStatus
from kiosk.desk import BoothPhase
from kiosk.flow import Context, Intake, Step, decision_now, persons_now, photo_needed, questions_now
from kiosk.flow.checklist import age
from kiosk.web import places, words
from kiosk.web.answers import company_word
from kiosk.web.counter import context_of
from kiosk.web.photo import points_of
from kiosk.web.room import Room
from kiosk.web.warnings import gauge_warnings
from kiosk.web.whose_turn import waiting_for
from schemas.answers import Coming, Company, Papers, Wishes
from schemas.rules import Delivery, DocumentType, Person, Purpose
from schemas.rules.entries import Phone
from schemas.visit import Attendant, AttendantRole


def board_of(room: Room, attendant: Attendant) -> dict[str, Any]:
    """Everything on the board. Form ids and the card's verdict are not shown: they are not the attendant's business."""
    counter, desk = room.counter, room.counter.desk
    intake, bundle = desk.intake, counter.outbox.bundle
    return {
        "bundle": bundle,
        "attendant": attendant,
        "records_identity": attendant.role is AttendantRole.STAFF,
        "may_finish": attendant.role is not AttendantRole.HELPER,
        "intake": intake,
        "double": bool(intake and intake.form and counter.outbox.form_known(intake.form.form_id)),
        "key": key_of(intake),
        "waiting_for": waiting_for(desk),
        "help": desk.help_wanted,
        "booth": desk.booth.view(),
        "shot": desk.booth.view().shot,
        **_photo(room, attendant, intake),
        "parked": desk.parked(),
        "parked_until": desk.timing.parked,
        "now": desk.now(),
        "slips": [
            (farewell, counter.printed(farewell.slip), counter.sent(farewell), counter.refused(farewell))
            for farewell in counter.slips()
        ],
        "gauges": counter.outbox.gauges(),
        "warnings": gauge_warnings(room),
        "day": counter.outbox.today(),
        "devices": _devices(desk.devices.statuses()),
        "trouble": counter.trouble(),
        "desk_phones": _desk_phones(room),
        "held": room.hall.hold.taken,
        **_part(room, attendant, intake),
    }


def _desk_phones(room: Room) -> tuple[Phone, ...]:
    """Numbers for staff, such as the help desk that is told of a special photo."""
    context = context_of(room.counter.outbox)
    return tuple(phone for phone in context.rules.phones_on(context.today) if phone.staff) if context else ()


def key_of(intake: Intake | None) -> str:
    """For whom and on what data the form of the board was drawn; another key means: draw it anew."""
    if intake is None:
        return ""
    wishes, coming = intake.wishes or Wishes(), intake.coming or Coming()
    company = intake.company or Company()
    said = (intake.birth_date, intake.home, coming.purpose, company, wishes.face_authentication, wishes.delivery)
    return sha256(f"{intake.record} {said}".encode()).hexdigest()[:16]


def part_open(intake: Intake, context: Context, role: AttendantRole) -> bool:
    """No document was looked at, or one was and a question of the delivery is unanswered."""
    asked = questions_now(intake, context)
    answered = {answer.condition for answer in intake.answers}
    unanswered = any(question.code not in answered for question in asked)
    return unanswered if intake.documents or role is not AttendantRole.STAFF else True


def _part(room: Room, attendant: Attendant, intake: Intake | None) -> Mapping[str, Any]:
    """Documents to check, questions to ask and the decision so far; empty until the birth date is known, and for
    helpers, who see numbers only."""
    context, bundle = context_of(room.counter.outbox), room.counter.outbox.bundle
    helper = attendant.role is AttendantRole.HELPER  # numbers only
    years = age(intake, context) if intake and context and not helper else None
    if intake is None or context is None or bundle is None or years is None:
        return {"years": None, "persons": [], "questions": [], "decision": None, "home": None}
    staff = attendant.role is AttendantRole.STAFF
    home = places.find(bundle, intake.home) if intake.home else None
    return {
        "years": years,
        "persons": [
            (person, _by_class(context.rules.documents_for(person, context.today)))
            for person in persons_now(intake, context)
        ],
        "questions": questions_now(intake, context),
        "papers": intake.papers or Papers(),
        "why": intake.coming.purpose if intake.coming else Purpose.FIRST,
        "company": company_word(intake.company),
        "deliveries": tuple(dict.fromkeys((*context.rules.deliveries, Delivery.COUNTER))),
        "seconds": [
            each for each in bundle.attendants if each.role is AttendantRole.STAFF and each.staff != attendant.staff
        ],
        "decision": decision_now(intake, context, identity_checker=staff),
        "home": home.name if home and not intake.address_hidden else None,
        "checks": {(check.person, check.document): check for check in intake.documents},
        "answers": {answer.condition: answer.yes for answer in intake.answers},
        "today": context.today,
        "Person": Person,
    }


def _photo(room: Room, attendant: Attendant, intake: Intake | None) -> Mapping[str, Any]:
    """The photo's part: what a person must confirm, the special reasons, whether a picture may be brought now."""
    context = context_of(room.counter.outbox)
    if intake is None or context is None or attendant.role is AttendantRole.HELPER:
        return {"points": (), "reasons": (), "photo_now": False, "photo_reason": None, "photo_key": "", "declare": None}
    reasons = context.photo.reasons if photo_needed(intake, context) and intake.birth_date else ()
    return {
        "points": points_of(context.photo, intake),
        "reasons": reasons if attendant.role is AttendantRole.STAFF else (),
        "photo_now": intake.step is Step.PHOTO,
        "photo_reason": context.photo.reason(intake.special.code) if intake.special else None,
        "declare": context.rules.photo.declare if intake.special else None,
        "photo_months": context.photo.max_age_months,
        "photo_today": context.today,
        "photo_key": photo_key_of(room),
    }


def photo_key_of(room: Room) -> str:
    """What the photo's part was drawn for; another key means: draw it anew."""
    desk = room.counter.desk
    intake, view = desk.intake, desk.booth.view()
    if intake is None:
        return ""
    kept = intake.photo.evidence.sha256 if intake.photo else ""
    reason = intake.special.code if intake.special else ""
    taken = f"{view.phase is BoothPhase.JUDGED} {view.chosen} {[shot.taken.at.isoformat() for shot in view.shots]}"
    told = f"{key_of(intake)} {intake.step} {intake.position} {kept} {reason} {taken}"
    return sha256(told.encode()).hexdigest()[:16]


def _by_class(documents: Iterable[DocumentType]) -> list[tuple[str, list[DocumentType]]]:
    ordered = sorted(documents, key=lambda document: document.rank)
    return [(rank, list(group)) for rank, group in groupby(ordered, key=lambda document: document.rank)]


def _devices(statuses: Iterable[DeviceStatus]) -> list[tuple[DeviceStatus, str, str | None]]:
    """Status, name in words and what to do."""
    return [(status, name, words.device_action(status)) for status, name in words.named_devices(statuses)]
