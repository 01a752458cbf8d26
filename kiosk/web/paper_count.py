"""The end of a visit: the paper counted against the records of all kiosks, the sealed envelopes' dispatch note, the
numbers for which the office makes a form, gifts.

| route | fields |
|---|---|
| GET /attendant/venue/papers  | the sheet, for reading and printing |
| POST /attendant/venue/papers | n_<paper>: how many were counted; bag: number of the sealed bag (not helpers) |
| POST /attendant/venue/gift   | kiosk ("": the slip's), slip: whole or running number, handed: yes, no, number: of a
                                 family's members who got one ("": all) (not helpers) |
| POST /attendant/gift         | slip, handed, number – the same at this kiosk |
| POST /attendant/lost         | – at this kiosk: the numbers a restart has lost were dealt with |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from kiosk.flow import FlowRefused
from kiosk.web.access import Acting, AttendantOf, RoomOf, SessionOf
from kiosk.web.attendant import not_a_helper
from kiosk.web.formats import JST
from kiosk.web.forms import Fields
from kiosk.web.hall.hall import Seen
from kiosk.web.hall.pairing import PairingRefused
from kiosk.web.hall.papers import COUNTED, Count, Paper
from kiosk.web.hall.relay import tell
from kiosk.web.hall.wire import KioskState
from kiosk.web.outcome import done
from kiosk.web.room import Room
from schemas.ids import SlipNumber, contains_my_number
from schemas.visit import VisitBundle

router = APIRouter(prefix="/attendant")
MOST = 9999


class GiftFields(Fields):
    slip: str = Field(max_length=20)
    kiosk: str = Field(default="", max_length=60)
    handed: Literal["yes", "no"] = "yes"
    number: str = Field(default="", max_length=4)

    @property
    def how_many(self) -> int | None:
        """None: as many as there are people. Raises `FlowRefused`."""
        text = self.number.strip()
        if text and not (text.isascii() and text.isdecimal() and 0 < int(text) <= MOST):
            raise FlowRefused("papers.not_a_number")
        return int(text) if text else None


@dataclass(frozen=True)
class Line:
    """One kind of paper: what the records say, what was counted (None: not yet)."""

    paper: Paper
    slips: tuple[SlipNumber, ...]
    counted: int | None

    @property
    def agrees(self) -> bool | None:
        return None if self.counted is None else self.counted == len(self.slips)

    @property
    def settled(self) -> bool:
        """Nothing to look for: of what no record tells nothing need be counted."""
        return self.agrees if self.agrees is not None else not self.slips


@router.get("/venue/papers")
def sheet(room: RoomOf, session: SessionOf, attendant: AttendantOf) -> Response:
    bundle = room.counter.visit()[1]
    lines, counted = _lines(room, bundle), room.hall.tally.sheet(bundle.visit).count
    states = [kiosk.state for kiosk in room.hall.kiosks() if kiosk.state is not None]
    values = {
        "bundle": bundle,
        "attendant": attendant,
        "lines": lines,
        "envelopes": next(line for line in lines if line.paper is Paper.ENVELOPE),
        "count": counted,
        "counted_at": datetime.fromisoformat(counted.at) if counted.at else None,
        "states": states,
        "reissue": _slips(states, Paper.REISSUE),
        "absent": [kiosk for kiosk in room.hall.kiosks() if not kiosk.answers],
        "agrees": bool(counted.by) and all(line.settled for line in lines),
        "today": room.counter.outbox.today(),
    }
    return room.pages.page("attendant_papers.html", session, session.language, values)


@router.post("/venue/papers")
async def count(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    bundle, form = room.counter.visit()[1], await request.form()
    counted: dict[Paper, int] = {}
    for paper in COUNTED:
        written = form.get(f"n_{paper}")
        text = written.strip() if isinstance(written, str) else ""
        if not text:
            continue
        if not (text.isascii() and text.isdecimal() and int(text) <= MOST):
            raise FlowRefused("papers.not_a_number")
        counted[paper] = int(text)
    bag = form.get("bag")
    bag = bag.strip()[:40] if isinstance(bag, str) else ""
    if contains_my_number(bag):
        raise FlowRefused("text.my_number")
    at = room.counter.outbox.stamp().corrected().astimezone(JST)
    room.hall.tally.counted(
        bundle.visit, Count(counted=counted, bag=bag, by=attendant.name, at=at.isoformat(timespec="minutes"))
    )
    return _to_sheet(request)


@router.post("/venue/gift")
def gift(
    request: Request, room: RoomOf, session: Acting, attendant: AttendantOf, fields: Annotated[GiftFields, Form()]
) -> Response:
    not_a_helper(attendant)
    kiosk, slip = _handed_at(room, fields)
    if kiosk.own:
        _note_gift(room, slip, fields)
    else:
        told = {"slip": slip, "handed": fields.handed, "number": fields.number}
        tell(room.hall, session, kiosk.device, "/attendant/gift", told)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"ok": True})
    return RedirectResponse("/attendant/venue" if fields.kiosk else "/attendant/venue/papers", 303)


@router.post("/gift")
def own_gift(
    request: Request, room: RoomOf, _: Acting, attendant: AttendantOf, fields: Annotated[GiftFields, Form()]
) -> Response:
    not_a_helper(attendant)
    _note_gift(room, SlipNumber.parse(fields.slip), fields)
    return done(request)


@router.post("/lost")
def own_lost(request: Request, room: RoomOf, _: Acting, __: AttendantOf) -> Response:
    room.hall.forget_lost(room.counter.visit()[1])
    return done(request)


def _handed_at(room: Room, fields: GiftFields) -> tuple[Seen, SlipNumber]:
    """Which slip, and the kiosk whose it is. A running number will do while one sealed slip has it."""
    seen, written = room.hall.kiosks(), fields.slip.strip().upper()
    if fields.kiosk:
        chosen = next((each for each in seen if each.device == fields.kiosk), None)
        if chosen is None:
            raise PairingRefused("pairing.unknown_kiosk")
        return chosen, SlipNumber.parse(written)
    known = {(each.device, slip) for each in seen if each.state for slip in each.state.people}
    found = [
        at for at in known if at[1] == written or (written.isdecimal() and int(at[1].split("-")[1]) == int(written))
    ]
    if len(found) != 1:
        raise FlowRefused("slip.several" if found else "slip.unknown")
    return next(each for each in seen if each.device == found[0][0]), found[0][1]


def _note_gift(room: Room, slip: SlipNumber, fields: GiftFields) -> None:
    bundle = room.counter.visit()[1]
    if slip not in room.hall.tally.sheet(bundle.visit).people:
        raise FlowRefused("slip.unknown")
    room.hall.tally.gift(bundle.visit, slip, handed=fields.handed == "yes", number=fields.how_many)


def _lines(room: Room, bundle: VisitBundle) -> tuple[Line, ...]:
    states = [kiosk.state for kiosk in room.hall.kiosks() if kiosk.state is not None]
    counted = room.hall.tally.sheet(bundle.visit).count.counted
    return tuple(
        Line(
            paper,
            _slips(states, paper),
            counted.get(paper),
        )
        for paper in COUNTED
    )


def _slips(states: Iterable[KioskState], paper: Paper) -> tuple[SlipNumber, ...]:
    return tuple(slip for state in states for slip in state.papers.get(paper.value, ()))


def _to_sheet(request: Request) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"ok": True})
    return RedirectResponse("/attendant/venue/papers", 303)
