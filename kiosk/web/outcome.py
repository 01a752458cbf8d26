"""How a post ends: back to its page for browsers, JSON for scripts, and a refusal that every reader understands."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from kiosk.desk import DeskRefused
from kiosk.errors import KioskError
from kiosk.flow import FlowRefused
from kiosk.web.access import BY_ITSELF, Forbidden, room, session
from kiosk.web.hall.pairing import PairingRefused
from kiosk.web.hall.queue import QueueRefused
from kiosk.web.sign_in import SignInRefused
from kiosk.web.state import place_of, state_of
from kiosk.web.words import refusal
from schemas.errors import ContractError
from schemas.language import Language
from schemas.problem import PROBLEM_JSON, Problem

_STATUS: Mapping[str, int] = {
    "sign_in.wrong": 403,
    "sign_in.locked": 429,
    "attendant.not_signed_in": 403,
    "attendant.locked": 403,
    "attendant.not_municipal_staff": 403,
    "attendant.helper": 403,
    "request.csrf": 403,
    "request.elsewhere": 403,
    "desk.busy": 409,
    "desk.held": 409,
    "pairing.refused": 403,
    "pairing.unknown_code": 403,
    "pairing.other_visit": 403,
}


_BOARDS = ("/attendant/venue/pair", "/attendant/venue/papers", "/attendant/venue")
# Where a refusal is put right when that is not the step's first page.
_DOORS: Mapping[str, str] = {
    "booking.unknown": "?by=number", "pin.form": "?by=pin", "pin.last_try": "?by=pin",
    "printed.unlikely": "?by=printed",
    "express.unknown": "?by=express", "express.no_day": "?by=express", "express.in_future": "?by=express",
}  # fmt: skip


def done(request: Request, door: str = "") -> Response:
    """After a post: scripts get the state, browsers their page again (303, so that nothing is posted twice), or a side
    door of it."""
    if _wants_json(request):
        return JSONResponse(state_of(room(request), session(request)).model_dump(mode="json"))
    return RedirectResponse(f"/?by={door}", status_code=303) if door else _back_to_page(request)


def install(app: FastAPI) -> None:
    """Every refusal of the rooms below becomes an answer here; nothing else is caught."""
    refusals = (
        FlowRefused, DeskRefused, KioskError, SignInRefused, ContractError, Forbidden, PairingRefused, QueueRefused,
    )  # fmt: skip
    for kind in refusals:
        app.add_exception_handler(kind, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)


async def _refused(request: Request, error: Exception) -> Response:
    code = str(getattr(error, "code", "request.malformed"))
    return _refuse(request, code, _STATUS.get(code, 503 if isinstance(error, KioskError) else 422))


async def _malformed(request: Request, _error: Exception) -> Response:
    """What was typed is not repeated in the answer."""
    return _refuse(request, "request.malformed", 422)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _problem(request, f"http.{status}", status)


def _refuse(request: Request, code: str, status: int) -> Response:
    posted = request.method == "POST" and code != "request.elsewhere" and request.url.path not in BY_ITSELF
    if posted:
        session(request).refuse(code, place_of(room(request)), getattr(request.state, "typed", None))
    if code in ("attendant.not_signed_in", "attendant.locked") and request.headers.get("hx-request"):
        return Response(headers={"HX-Redirect": "/attendant"})  # a board that polls after its time goes off the screen
    if code == "attendant.locked" and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/attendant", 303)
    if _wants_json(request) or not posted:
        return _problem(request, code, status)
    return _back_to_page(request, door=_DOORS.get(code, ""))


def _back_to_page(request: Request, *, door: str = "") -> Response:
    roots = (*_BOARDS, "/attendant", "/dock")
    page = next((root for root in roots if request.url.path.startswith(root)), f"/{door}")
    if request.headers.get("hx-request"):
        return Response(headers={"HX-Redirect": page})
    return RedirectResponse(page, status_code=303)


def _problem(request: Request, code: str, status: int) -> Response:
    """A page for a person, RFC 9457 for a script; the sentence in the language of whoever is asking."""
    here, text = room(request), refusal(code)
    if "text/html" in request.headers.get("accept", ""):
        page = here.pages.page("problem.html", session(request), _language(request), {"text": text, "code": code})
        page.status_code = status
        return page
    problem = Problem.of(code, status, here.pages.say(_language(request), text), transient=status == 503)
    return JSONResponse(problem.model_dump(exclude_none=True), status_code=status, media_type=PROBLEM_JSON)


def _language(request: Request) -> Language:
    intake = room(request).counter.desk.intake
    at_tablet = request.url.path.startswith("/attendant")
    return session(request).language if at_tablet or intake is None else intake.language


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
