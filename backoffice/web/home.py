"""The console's frame: start page, language switch, own files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from backoffice.cases import service as cases
from backoffice.cases.reasons import return_reasons
from backoffice.cases.today import live_visits, returned_for
from backoffice.kit.key_backup import not_backed_up
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.rules import service as rules
from backoffice.staff.authorisation import Action
from backoffice.web import assets
from backoffice.web.access import Signed, may
from backoffice.web.pages import is_fragment, remember_language, render
from schemas.language import Language

router = APIRouter()
files = APIRouter()


@router.get("/")
def home(request: Request, work: Uow, signed: Annotated[Signed, may(Action.HOME_SEE)]) -> HTMLResponse:
    """Today's numbers. htmx asks for the figures alone every few seconds."""
    today = cases.day_of_work(work, signed.municipality)
    waiting = cases.oldest_waiting(work, signed.municipality) if signed.may(Action.CASE_LIST) else []
    desk = signed.may(Action.CASE_LIST)
    template = "home/figures.html" if is_fragment(request) else "home/page.html"
    return render(
        request, template, today=today, waiting=waiting, now=work.now, keys_at_risk=_keys_at_risk(request, signed),
        live=live_visits(work, signed.municipality) if desk else [], return_reasons=return_reasons(),
        rules_example=signed.may(Action.RULES_MANAGE) and not is_fragment(request) and _on_example(work, signed),
        returned_for=returned_for(work, signed.municipality) if desk else [],
    )  # fmt: skip


def _on_example(work: UnitOfWork, signed: Signed) -> bool:
    """Nobody has decided the rules that hold today; said to those who can."""
    return rules.in_force(work, signed.municipality, rules.today(work.now)).example


def _keys_at_risk(request: Request, signed: Signed) -> int:
    """How many keys that open records stand in no backup; said to those who can see to it."""
    state = request.app.state
    return len(not_backed_up(state.settings.keys, state.keyring)) if signed.may(Action.STAFF_MANAGE) else 0


@router.get("/session")
def session(_signed: Annotated[Signed, may(Action.ACCOUNT_OWN)]) -> Response:
    """Every signed-in page asks once a minute; when the session has ended the answer leads it to the sign-in."""
    return Response(status_code=204)


@router.post("/language")
def language(request: Request, language: Annotated[Language, Form()], next: Annotated[str, Form()] = "/") -> Response:
    """Switch the language and go back to the page."""
    answer = RedirectResponse(local(next), status_code=303)
    remember_language(answer, language, request)
    return answer


@files.get("/static/{name:path}", include_in_schema=False)
def static(name: str) -> Response:
    return assets.serve(name)


def local(address: str) -> str:
    """A path on this service, or the start page: never a way to another site."""
    fits = address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address
    return address if fits else "/"
