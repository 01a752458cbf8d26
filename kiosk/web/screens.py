"""Which screen the applicant sees now, and what stands on it. All live at `/`; `by` opens a side door of a step."""

from __future__ import annotations

from typing import Any  # values of a template

from starlette.responses import Response

from kiosk.desk import BoothPhase, CardPhase
from kiosk.flow import Context, Intake, Step, steps_for
from kiosk.flow.checklist import age
from kiosk.web import places, words
from kiosk.web.card_words import card_advice
from kiosk.web.counter import context_of
from kiosk.web.photo import points_of
from kiosk.web.room import Room
from kiosk.web.session import Session
from kiosk.web.state import place_of
from schemas.language import Language
from schemas.rules import persons_to_check
from schemas.visit import VisitBundle

ANYWHERE = ("leave", "language")
SIDE_DOORS = {Step.FORM: ("typing", "other"), Step.CARD: ("pin",), Step.HOME: ("elsewhere",)}


def current_screen(room: Room, session: Session, *, by: str = "") -> Response:
    """The page for the state the desk is in."""
    session.is_at(place_of(room))
    desk = room.counter.desk
    intake, farewell, bundle = desk.intake, desk.farewell, room.counter.outbox.bundle
    context = context_of(room.counter.outbox)
    if bundle is not None and context is not None and intake is not None:
        return _step_screen(room, session, intake, bundle, context, by)
    if bundle is not None and farewell is not None:
        values = {
            "farewell": farewell,
            "sent": room.counter.sent(farewell),
            "returned": room.counter.refused(farewell),
            "printed": room.counter.printed(farewell.slip),
            "stays": room.counter.desk.timing.farewell,
        }
        return _page(room, session, farewell.language, "done.html", bundle, values)
    return _nobody(room, session, bundle)


def _nobody(room: Room, session: Session, bundle: VisitBundle | None) -> Response:
    if session.record:
        session.record, session.large, session.contrast = "", False, False
    code = room.counter.trouble()
    if code is not None or bundle is None:
        trouble = words.trouble(code or "visit.none")
        values = {"trouble": trouble, "version": room.counter.desk.version, "bundle": bundle, "name": "out_of_order"}
        return room.pages.page("out_of_order.html", session, Language.JA, values)
    return _page(room, session, Language.JA, "idle.html", bundle, {})


def _step_screen(
    room: Room, session: Session, intake: Intake, bundle: VisitBundle, context: Context, by: str
) -> Response:
    session.record = intake.record
    door = by if by in ANYWHERE or by in SIDE_DOORS.get(intake.step, ()) else ""
    steps = steps_for(intake, context)
    values: dict[str, Any] = {
        "intake": intake,
        "steps": steps,
        "at": steps.index(intake.step) if intake.step in steps else len(steps),
        "door": door,
    }
    values["double"] = intake.form is not None and room.counter.outbox.form_known(intake.form.form_id)
    if door in ANYWHERE:
        return _page(room, session, intake.language, f"{door}.html", bundle, values)
    values |= _values_of(room, intake, bundle, context)
    name = f"{intake.step}_{door}" if door else str(intake.step)
    return _page(room, session, intake.language, f"{name}.html", bundle, values)


def _values_of(room: Room, intake: Intake, bundle: VisitBundle, context: Context) -> dict[str, Any]:
    desk = room.counter.desk
    match intake.step:
        case Step.FORM:
            return {"scan": desk.scan.view(), "camera": desk.devices.form_camera.status()}
        case Step.CARD:
            return {
                "card": desk.card.view(),
                "advice": card_advice(desk.card.view().word, context.rules, context.today),
                "reader": desk.devices.card.status(),
                "CardPhase": CardPhase,
            }
        case Step.BIRTH:
            return {"eras": tuple(words.ERAS)}
        case Step.HOME:
            return {"own": bundle.municipality, "q": "", "found": (), "others": places.everywhere(bundle)[1:]}
        case Step.PHOTO:
            return {
                "booth": desk.booth.view(),
                "camera": desk.devices.camera.status(),
                "judge": desk.devices.photo.status(),
                "BoothPhase": BoothPhase,
                "tablet_sends": desk.booth.cameras.tablet_sends,
                "points": points_of(context.photo, intake),
                "automatic": desk.timing.automatic,
            }
        case Step.ATTENDANT:
            return {"needed": _needed(intake, bundle, context)}
        case Step.REVIEW:
            return {"home": _home_name(intake, bundle)}
        case _:
            return {}


def _needed(intake: Intake, bundle: VisitBundle, context: Context) -> list[tuple[str, list[Any]]]:
    """Per person, the combinations of documents that would do."""
    years = age(intake, context)
    if years is None:
        return []
    return [
        (words.PERSONS[person], [each.name for each in bundle.rules.combinations if each.person is person])
        for person in persons_to_check(bundle.rules, years)
    ]


def _home_name(intake: Intake, bundle: VisitBundle) -> str:
    found = places.find(bundle, intake.home) if intake.home else None
    return found.name[intake.language] if found else str(intake.home or "")


def _page(
    room: Room, session: Session, language: Language, template: str, bundle: VisitBundle, values: dict[str, Any]
) -> Response:
    shared = {
        "bundle": bundle,
        "version": room.counter.desk.version,
        "help": room.counter.desk.help_wanted,
        "name": template.removesuffix(".html"),
    }
    return room.pages.page(template, session, language, shared | values)
