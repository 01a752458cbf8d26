"""The posts of the questions few people meet: a booking, 本籍, who collects the card, express issue.

| route | fields |
|---|---|
| POST /booking  | number (as printed) · walk_in=yes |
| POST /card/printed | birth_date, or era, year, month, day: the last day printed on the present card |
| POST /domicile | domicile: here, elsewhere, unknown |
| POST /proxy    | reason: a code of the rules, empty when the applicant will collect |
| POST /delivery | delivery: a word of the rules, hidden, or empty; beside the other wishes |
| POST /express  | event: a code of the rules, empty takes the wish back; express_day, or era, year, month, day |

The answer to a later step passes all of them over.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from pydantic import Field
from starlette.responses import Response

from kiosk.flow import FlowRefused, Step, events
from kiosk.web.access import Acting, RoomOf, at_this_machine
from kiosk.web.answers import HIDDEN, WishesFields
from kiosk.web.forms import Fields, PersonFields
from kiosk.web.outcome import done
from schemas.answers import Wishes
from schemas.circumstances import Domicile, Express

router = APIRouter(dependencies=[Depends(at_this_machine)])


class BookingFields(Fields):
    number: str = Field(default="", max_length=20)
    walk_in: Literal["yes", ""] = ""

    @property
    def printed(self) -> str:
        """As booking slips have it: three figures at least."""
        plain = unicodedata.normalize("NFKC", self.number).strip().upper()
        return plain.zfill(3) if plain.isascii() and plain.isdigit() else plain


class DomicileFields(Fields):
    domicile: str = Field(default="", max_length=20)


class ProxyFields(Fields):
    reason: str = Field(default="", max_length=60)


class ExpressFields(PersonFields):
    event: str = Field(default="", max_length=60)
    express_day: str = Field(default="", max_length=40)

    @property
    def typed(self) -> dict[str, str]:
        return {**super().typed, "event": self.event}

    def express(self) -> Express | None:
        """Raises `IdentifierInvalid` for a day that is none."""
        return Express(event=self.event, day=self._day()) if self.event else None

    def _day(self) -> date | None:
        if not (self.express_day or self.year or self.month or self.day):
            return None
        return self.model_copy(update={"birth_date": self.express_day}).born()


@router.post("/booking")
def booking(request: Request, room: RoomOf, _: Acting, fields: Annotated[BookingFields, Form()]) -> Response:
    request.state.typed = {"number": fields.number}
    room.counter.desk.advance(events.BookingShown(None if fields.walk_in else fields.printed))
    return done(request)


@router.post("/card/printed")
def printed(request: Request, room: RoomOf, _: Acting, fields: Annotated[PersonFields, Form()]) -> Response:
    request.state.typed = fields.typed
    room.counter.desk.advance(events.PrintedRead(fields.born()))
    return done(request)


@router.post("/domicile")
def domicile(request: Request, room: RoomOf, _: Acting, fields: Annotated[DomicileFields, Form()]) -> Response:
    if fields.domicile not in set(Domicile) - {Domicile.NOT_ASKED}:
        raise FlowRefused("domicile.unknown")
    room.counter.desk.advance(events.DomicileTold(Domicile(fields.domicile)))
    return done(request)


@router.post("/proxy")
def proxy(request: Request, room: RoomOf, _: Acting, fields: Annotated[ProxyFields, Form()]) -> Response:
    room.counter.desk.advance(events.ProxyTold(fields.reason))
    return done(request)


@router.post("/delivery")
def delivery(request: Request, room: RoomOf, _: Acting, fields: Annotated[WishesFields, Form()]) -> Response:
    desk, wished = room.counter.desk, fields.wishes().delivery
    desk.advance(events.Reached(Step.WISHES))
    desk.advance(events.AddressHidden(fields.delivery == HIDDEN))
    intake = desk.intake
    wishes = (intake.wishes if intake else None) or Wishes()
    desk.advance(events.Wished(wishes.model_copy(update={"delivery": wished}), stay=True))
    return done(request)


@router.post("/express")
def express(request: Request, room: RoomOf, _: Acting, fields: Annotated[ExpressFields, Form()]) -> Response:
    request.state.typed = fields.typed
    room.counter.desk.advance(events.ExpressWished(fields.express()))
    return done(request)
