"""Who may ask what: the browser's session, posts that are our own, the kiosk's own screen, the signed-in attendant.

CSRF: a token a session, and the origin the browser names must be ours (OWASP cheat sheet: both, not either).
Every text a person can type is searched for a 個人番号 before anything else looks at it.
"""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from kiosk.flow import FlowRefused
from kiosk.web.hall.relay import same_origin
from kiosk.web.room import Room
from kiosk.web.session import Session
from schemas.ids import contains_my_number, digits_only, is_my_number
from schemas.visit import Attendant

# Ids and tokens of our own making; everything else a person may have typed.
_OURS = frozenset({"csrf", "staff", "slip"})
# 23 digits in groups contain runs of 12; the form id's own parser refuses a 個人番号 there.
_WHOLE_ONLY = frozenset({"form_id", "form_id_again"})
BY_ITSELF = frozenset({"/alive", "/attendant/here"})
"""Posts a page makes at any touch: when one is refused, there is nothing to tell the person."""


class Forbidden(Exception):
    """`code`: request.csrf, request.elsewhere, desk.held, attendant.not_signed_in, attendant.locked."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def room(request: Request) -> Room:
    return cast(Room, request.app.state.room)


def session(request: Request) -> Session:
    return cast(Session, request.state.session)


RoomOf = Annotated[Room, Depends(room)]
SessionOf = Annotated[Session, Depends(session)]


async def acting(request: Request, here: RoomOf, who: SessionOf) -> Session:
    """The session of a post that is our own page's."""
    form = await request.form()
    token = request.headers.get("x-csrf-token") or form.get("csrf")
    if not same_origin(request.headers) or not isinstance(token, str) or not who.knows(token):
        raise Forbidden("request.csrf")
    for name, value in form.multi_items():
        if name not in _OURS and isinstance(value, str) and _holds_my_number(name, value):
            raise FlowRefused("form_id.my_number" if name in _WHOLE_ONLY else "text.my_number")
    here.sessions.acted(who)
    who.refuse(None, "")
    return who


def at_this_machine(request: Request, here: RoomOf, who: SessionOf) -> None:
    """The applicant's pages are for the kiosk's own browser, or the one tablet that holds its screen; others on the
    network see none of them."""
    hold = here.hall.hold
    if hold.is_by(who):
        return
    if who.linked or not (here.development or who.here):
        raise Forbidden("request.elsewhere")
    if hold.taken and request.method == "POST":
        raise Forbidden("desk.held")


def signed_in(who: SessionOf) -> Attendant:
    if who.attendant is None:
        raise Forbidden("attendant.not_signed_in")
    if who.locked:
        raise Forbidden("attendant.locked")
    return who.attendant


async def plain_body(request: Request) -> bytes:
    """A body that is a picture's bytes. Raises `FlowRefused` for a form, which was read as one already."""
    if request.headers.get("content-type", "").startswith(("application/x-www-form-urlencoded", "multipart/")):
        raise FlowRefused("request.malformed")
    return await request.body()


Acting = Annotated[Session, Depends(acting)]
AttendantOf = Annotated[Attendant, Depends(signed_in)]


def _holds_my_number(name: str, value: str) -> bool:
    return is_my_number(digits_only(value)) if name in _WHOLE_ONLY else contains_my_number(value)
