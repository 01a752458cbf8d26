"""Which screen the applicant sees now, and what stands on it. All live at `/`; `by` opens a side door of a step."""

from __future__ import annotations

from typing import Any  # values of a template

from starlette.responses import Response

from kiosk.desk import BoothPhase, CardPhase, Desk
from kiosk.flow import OPTIONAL, Context, Intake, Step, awaited, needed_now, possible, steps_for
from kiosk.web import places, words
from kiosk.web.answers import company_word
from kiosk.web.card_words import card_advice
from kiosk.web.collecting import groups
from kiosk.web.consequences import ends_here, question_values, who_tiles
from kiosk.web.counter import context_of
from kiosk.web.photo import points_of
from kiosk.web.room import Room
from kiosk.web.security import OWN_CAMERA
from kiosk.web.session import Session
from kiosk.web.state import place_of
from kiosk.web.told import FREE
from kiosk.web.warnings import warnings
from schemas.answers import Wishes
from schemas.language import Language, Wording
from schemas.rules import ExpressEvent, Purpose
from schemas.visit import VisitBundle

HOLDERS = frozenset({Purpose.RENEWAL, Purpose.SPACE_FULL, Purpose.DAMAGED, Purpose.CERTIFICATE_ONLY})
"""Reasons of people who have a card: they are told to lay it down, not asked whether they have one."""
ANYWHERE = ("leave", "language")
SIDE_DOORS = {
    Step.BOOKING: ("number",),
    Step.LICENCE: ("used",),
    Step.WISHES: ("options", "delivery", "express"),
    Step.FORM: ("typing", "other"),
    Step.CONTACT: ("look",),
    Step.CARD: ("pin", "unsure", "printed"),
    Step.HOME: ("elsewhere", "residence", "who"),
}


def current_screen(room: Room, session: Session, *, by: str = "") -> Response:
    """The page for the state the desk is in; while a tablet holds the screen, the tablet's."""
    # Before all that is shown: what changes while the page is drawn must make it be drawn again.
    version = room.counter.desk.version
    if room.hall.hold.taken and not session.holds:
        return _held(room, session, version)
    page = _screen(room, session, by, version)
    if session.holds:
        page.headers["Permissions-Policy"] = OWN_CAMERA
    return page


def _held(room: Room, session: Session, version: int) -> Response:
    intake, farewell = room.counter.desk.intake, room.counter.desk.farewell
    about = intake or farewell
    values = {
        "bundle": room.counter.outbox.bundle,
        "version": version,
        "slip": about.slip if about and not (intake and intake.address_hidden) else None,
        "name": "held",
    }
    return room.pages.page("held.html", session, about.language if about else Language.JA, values)


def _screen(room: Room, session: Session, by: str, version: int) -> Response:
    session.is_at(place_of(room))
    desk = room.counter.desk
    intake, farewell, bundle = desk.intake, desk.farewell, room.counter.outbox.bundle
    context = context_of(room.counter.outbox)
    if bundle is not None and context is not None and intake is not None:
        return _step_screen(room, session, intake, bundle, context, by, version)
    if bundle is not None and farewell is not None:
        values = {
            "farewell": farewell,
            "collect": groups(farewell.collect),
            "sent": room.counter.sent(farewell),
            "returned": room.counter.refused(farewell),
            "printed": room.counter.printed(farewell.slip),
            "stays": room.counter.desk.timing.farewell,
            "family": room.counter.desk.family is not None,
            "phones": bundle.rules.phones_for(farewell.language, room.counter.outbox.today()),
        }
        return _page(room, session, farewell.language, "done.html", bundle, values, version)
    return _nobody(room, session, bundle, version)


def _nobody(room: Room, session: Session, bundle: VisitBundle | None, version: int) -> Response:
    if session.record:
        session.record, session.large, session.contrast, session.sound = "", False, False, True
    code = room.counter.trouble()
    if code is not None or bundle is None:
        trouble = words.trouble(code or "visit.none")
        values = {"trouble": trouble, "version": version, "bundle": bundle, "name": "out_of_order"}
        return room.pages.page("out_of_order.html", session, Language.JA, values)
    values = {"own_picture": room.idle_picture is not None, "warnings": warnings(room)}
    return _page(room, session, Language.JA, "idle.html", bundle, values, version)


def _step_screen(
    room: Room, session: Session, intake: Intake, bundle: VisitBundle, context: Context, by: str, version: int
) -> Response:
    session.record = intake.record
    step, door = _door(intake, context, by)
    steps = steps_for(intake, context)
    values: dict[str, Any] = {
        "intake": intake,
        "steps": steps,
        "at": steps.index(intake.step) if intake.step in steps else len(steps),
        "door": door,
        "free": context.rules.text(FREE, context.today),
    }
    values["double"] = intake.form is not None and room.counter.outbox.form_known(intake.form.form_id)
    if door in ANYWHERE:
        values["phones"] = context.rules.phones_for(intake.language, context.today)
        return _page(room, session, intake.language, f"{door}.html", bundle, values, version)
    if (step, door) == (Step.CONTACT, "look") and not session.typed.get("mail"):
        door = ""  # nothing was typed that could be looked at
    values |= _values_of(room, intake, bundle, context, step)
    name = f"{step}_{door}" if door else str(step)
    return _page(room, session, intake.language, f"{name}.html", bundle, values, version)


def _door(intake: Intake, context: Context, by: str) -> tuple[Step, str]:
    """The step to draw and its side door; the doors of a step open at optional questions before it too."""
    if by in ANYWHERE:
        return intake.step, by
    for step in (intake.step, awaited(intake, context)):
        if by in SIDE_DOORS.get(step, ()):
            return step, by
    return intake.step, ""


def _values_of(room: Room, intake: Intake, bundle: VisitBundle, context: Context, step: Step) -> dict[str, Any]:
    desk = room.counter.desk
    if step is Step.HOLDER:
        asked = context.rules.chip_attributes_on(context.today)
        return {"chip": desk.holder.view(), "CardPhase": CardPhase, "purpose": asked.purpose if asked else None}
    if step in OPTIONAL:
        said, wrong = words.scan_words(desk.scan.view(), step)
        return {
            "scan_said": said, "scan_wrong": wrong, "camera": desk.devices.form_camera.status(),
            "own": bundle.municipality, **question_values(step, intake, context),
        }  # fmt: skip
    match step:
        case Step.FORM:
            return {"scan": desk.scan.view(), "camera": desk.devices.form_camera.status()}
        case Step.CARD:
            return _card_values(desk, intake, context)
        case Step.BIRTH:
            return {"eras": tuple(words.ERAS), "own": bundle.municipality}
        case Step.HOME:
            return {
                "own": bundle.municipality, "q": "", "found": (), "abroad": places.abroad((), context),
                "others": places.everywhere(bundle)[1:],
                "eras": tuple(words.ERAS), "tiles": who_tiles(intake, context), "company": company_word(intake.company),
            }  # fmt: skip
        case Step.PHOTO:
            return _photo_values(desk, intake, context)
        case Step.ATTENDANT:
            return {"needed": needed_now(intake, context)}
        case Step.REVIEW:
            return {
                "home": _home_name(intake, bundle),
                "company": company_word(intake.company),
                "proxy_reason": _proxy_reason(intake, context),
                "express": next((each for each in context.rules.express.events if _is_wished(each, intake)), None),
                "wishes": possible(intake.wishes or Wishes(), intake, context),
            }
        case _:
            return {}


def _card_values(desk: Desk, intake: Intake, context: Context) -> dict[str, Any]:
    view, printed = desk.card.view(), intake.coming.printed_until if intake.coming else None
    return {
        "card": view,
        "printed": printed,
        "eras": tuple(words.ERAS),
        "advice": card_advice(view.word, context.rules, context.today, printed=printed),
        "reader": desk.devices.card.status(),
        "ends_here": ends_here(intake, view.word, context),
        "holds": intake.coming is not None and intake.coming.asked and intake.coming.purpose in HOLDERS,
        "only_asks": intake.coming is not None and intake.coming.purpose is Purpose.CERTIFICATE_ONLY,
        "CardPhase": CardPhase,
        "phones": context.rules.phones_for(intake.language, context.today),
    }


def _photo_values(desk: Desk, intake: Intake, context: Context) -> dict[str, Any]:
    return {
        "booth": desk.booth.view(),
        "camera": desk.devices.camera.status(),
        "judge": desk.devices.photo.status(),
        "BoothPhase": BoothPhase,
        "tablet_sends": desk.booth.cameras.tablet_sends,
        "points": points_of(context.photo, intake),
        "automatic": desk.timing.automatic,
    }


def _proxy_reason(intake: Intake, context: Context) -> Wording | None:
    found = (reason for reason in context.rules.proxy_reasons if reason.code == intake.proxy_reason)
    return next((reason.name for reason in found), None)


def _is_wished(event: ExpressEvent, intake: Intake) -> bool:
    return intake.express is not None and event.code == intake.express.event


def _home_name(intake: Intake, bundle: VisitBundle) -> Wording:
    found = places.find(bundle, intake.home) if intake.home else None
    return found.name if found else Wording(ja=str(intake.home or ""))


def _page(
    room: Room,
    session: Session,
    language: Language,
    template: str,
    bundle: VisitBundle,
    values: dict[str, Any],
    version: int,
) -> Response:
    shared = {
        "bundle": bundle,
        "version": version,
        "help": room.counter.desk.help_wanted,
        "name": template.removesuffix(".html"),
    }
    return room.pages.page(template, session, language, shared | values)
