"""The development dock: what a hand does to the machines, done by a click. Served only when the settings switch it on,
which they refuse outside development and before real devices (`kiosk.settings`).

| route | fields |
|---|---|
| GET /dock | the page; JSON to scripts |
| POST /dock/card | action: put + state (+ tries, torn=on, slow=on), take |
| POST /dock/camera | which: face, form · scene: a word of `Scene`, other, unplugged |
| POST /dock/form | sheet: a word of `SHEETS` |
| POST /dock/printer | trouble: a code of the printer, or nothing |
| POST /dock/network | line: cut, whole |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from hardware.camera.simulated import DEMO_FORM_TEXT, Scene, SimulatedSource
from hardware.card.errors import ReaderTrouble
from hardware.card.virtual.dock import CardDock, Laid
from hardware.card.virtual.states import CardState
from hardware.devices import Devices
from hardware.printer.simulated import SimulatedPrinter
from kiosk.desk import DeskRefused
from kiosk.errors import SettingsRefused
from kiosk.outbox import Outbox
from kiosk.outbox.cuttable import CuttableOutbox, Line
from kiosk.web.access import Acting, RoomOf, SessionOf, at_this_machine
from kiosk.web.forms import Fields
from kiosk.web.room import Room
from schemas.language import Language

router = APIRouter(prefix="/dock", dependencies=[Depends(at_this_machine)])

SHEETS: Final[Mapping[str, str]] = {
    "form": DEMO_FORM_TEXT,
    "another": "20260710000000000000024",
    "short": DEMO_FORM_TEXT[:22],
    "link": "https://net.kojinbango-card.go.jp/SS_SERVICE_OUT/",
    "stranger": "https://example.com/?id=20260710000000000000017",
    "my_number": "123456789018",
}
"""Sheets to hold before the form's camera. The 12 digits are a made-up 個人番号 with its check digit."""
PAPER_TROUBLES: Final = ("printer.jam", "printer.out_of_paper")


@dataclass(frozen=True)
class Dock:
    """The simulated things of one counter."""

    card: CardDock
    face: SimulatedSource
    form: SimulatedSource
    printer: SimulatedPrinter
    line: Line


class DockState(BaseModel):
    """What stands and lies where."""

    model_config = ConfigDict(frozen=True)

    card: str | None
    torn: bool
    slow: bool
    tries: int
    face: str
    form: str
    printer: str | None
    slips: int
    line: Literal["cut", "whole"]


def dock_of(devices: Devices, outbox: Outbox) -> Dock:
    """Raises `SettingsRefused` when anything of it is not simulated."""
    stage = devices.stage
    face, form, card, printer = stage.camera, stage.form_camera, stage.card, stage.printer
    if face is None or form is None or card is None or printer is None or not isinstance(outbox, CuttableOutbox):
        raise SettingsRefused("settings.refused", "dock=true needs simulated devices throughout: set dock=false")
    return Dock(card, face, form, printer, outbox.line)


class CardAct(Fields):
    action: Literal["put", "take"]
    state: CardState = CardState.VALID
    tries: int = Field(default=3, ge=0, le=3)
    torn: Literal["on", ""] = ""
    slow: Literal["on", ""] = ""


class CameraAct(Fields):
    which: Literal["face", "form"]
    scene: Scene | Literal["other", "unplugged"]


class SheetAct(Fields):
    sheet: Literal["form", "another", "short", "link", "stranger", "my_number"]


class PrinterAct(Fields):
    trouble: Literal["printer.jam", "printer.out_of_paper", ""] = ""


class NetworkAct(Fields):
    line: Literal["cut", "whole"]


@router.get("")
def page(request: Request, room: RoomOf, session: SessionOf) -> Response:
    state = _state(_dock(room))
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(state.model_dump(mode="json"))
    values = {"state": state, "cards": tuple(CardState), "scenes": tuple(Scene), "sheets": tuple(SHEETS)}
    return room.pages.page("dock.html", session, Language.JA, values)


@router.post("/card")
def card(request: Request, room: RoomOf, _: Acting, fields: Annotated[CardAct, Form()]) -> Response:
    lying = _dock(room).card
    try:
        if fields.action == "take":
            lying.take()
        else:
            lying.put(Laid(fields.state, torn=bool(fields.torn), slow=bool(fields.slow), tries=fields.tries))
    except ReaderTrouble as trouble:
        raise DeskRefused("dock.card") from trouble
    return _done(request, room)


@router.post("/camera")
def camera(request: Request, room: RoomOf, _: Acting, fields: Annotated[CameraAct, Form()]) -> Response:
    dock = _dock(room)
    source = dock.face if fields.which == "face" else dock.form
    if fields.scene == "unplugged":
        source.unplug()
        return _done(request, room)
    source.plug_in()
    if fields.scene == "other":
        source.show(Scene.PERSON, person=source.person + 1)
    else:
        source.show(Scene(fields.scene))
    return _done(request, room)


@router.post("/form")
def sheet(request: Request, room: RoomOf, _: Acting, fields: Annotated[SheetAct, Form()]) -> Response:
    source = _dock(room).form
    source.plug_in()
    source.show(Scene.FORM, form_text=SHEETS[fields.sheet])
    return _done(request, room)


@router.post("/printer")
def printer(request: Request, room: RoomOf, _: Acting, fields: Annotated[PrinterAct, Form()]) -> Response:
    _dock(room).printer.fail(fields.trouble or None)
    return _done(request, room)


@router.post("/network")
def network(request: Request, room: RoomOf, _: Acting, fields: Annotated[NetworkAct, Form()]) -> Response:
    line = _dock(room).line
    if fields.line == "cut":
        line.cut()
    else:
        line.mend()
    return _done(request, room)


def _dock(room: Room) -> Dock:
    return dock_of(room.counter.desk.devices, room.counter.outbox)


def _state(dock: Dock) -> DockState:
    laid = dock.card.laid
    return DockState(
        card=laid.state if laid else None,
        torn=bool(laid and laid.torn),
        slow=bool(laid and laid.slow),
        tries=laid.tries if laid else 3,
        face=_seen(dock.face),
        form=_seen(dock.form),
        printer=dock.printer.trouble,
        slips=len(dock.printer.slips),
        line="cut" if dock.line.is_cut else "whole",
    )


def _seen(source: SimulatedSource) -> str:
    return (source.scene or "in turn") if source.plugged_in else "unplugged"


def _done(request: Request, room: Room) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(_state(_dock(room)).model_dump(mode="json"))
    return RedirectResponse("/dock", status_code=303)
