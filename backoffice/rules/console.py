"""The rule sets of a municipality: what holds, uploading another, seeing what it would change, putting it into force.

GET  /rules                              what holds today, what comes; the marked example is said to be one
GET  /rules/files                        every file that was sent
POST /rules                              csrf, file → 303 to the file; 422 with every wrong line
GET  /rules/{file}?day=2026-08-01        the difference to what would hold on that day, per example case
GET  /rules/{file}/rules.toml            the file as it was uploaded; /rules/example/rules.toml the shipped example
POST /rules/{file}/activate              csrf, day → 303
POST /rules/activations/{activation}/confirm | withdraw      csrf → 303
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.rules import desk, preview, service
from backoffice.rules.desk import Line
from backoffice.rules.errors import RulesUnfit
from backoffice.rules.messages import told
from backoffice.rules.models import RuleFile
from backoffice.rules.wordings import SETTINGS, TABLES
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.days import day_of
from backoffice.web.language import chosen, mark, texts
from backoffice.web.listing import Column, show
from backoffice.web.names import who
from backoffice.web.pages import forward, render
from schemas.rules import load

router = APIRouter(prefix="/rules")
Keeper = Annotated[Signed, may(Action.RULES_MANAGE)]
_TOML = "application/toml; charset=utf-8"
_MOST_PROBLEMS = 100


@router.get("")
def page(request: Request, work: Uow, signed: Keeper) -> Response:
    return _page(request, work, signed)


def _page(request: Request, work: UnitOfWork, signed: Signed, *, error: Refused | None = None) -> Response:
    today = service.today(work.now)
    say = texts(chosen(request)).ugettext
    found = error.problems if isinstance(error, RulesUnfit) else ()
    people = who(work, signed.municipality)
    return show(
        request,
        work,
        signed,
        "rules/list.html",
        rows=desk.lines(work, signed.municipality),
        columns=_line_columns(people),
        name="rules",
        path="/rules",
        status=error.status if error else 200,
        error=error,
        problems=[(problem, told(problem.message, say)) for problem in found[:_MOST_PROBLEMS]],
        further=max(0, len(found) - _MOST_PROBLEMS),
        held=service.in_force(work, signed.municipality, today),
        people=people,
        settings=request.app.state.settings,
        today=today,
    )


def _line_columns(people: Mapping[str, str]) -> tuple[Column[Line], ...]:
    return (
        Column("from", mark("有効になる日"), lambda line: line.activation.valid_from),
        Column("title", mark("決まり"), lambda line: line.file.title),
        Column("file", mark("ファイル"), lambda line: line.file.file_name),
        Column("standing", mark("状態"), lambda line: line.standing),
        Column("asked_by", mark("決めた人"), lambda line: _named(people, line.activation.asked_by)),
        Column("at", mark("日時"), lambda line: line.activation.asked_at),
        Column("confirmed_by", mark("確認した人"), lambda line: _named(people, line.activation.confirmed_by)),
        Column("confirmed_at", mark("確認した日時"), lambda line: line.activation.confirmed_at),
    )


@router.get("/files")
def sent(request: Request, work: Uow, signed: Keeper) -> Response:
    """Every file that was sent, in force or not."""
    people = who(work, signed.municipality)
    columns = (
        Column[RuleFile]("title", mark("決まり"), lambda file: file.title),
        Column[RuleFile]("file", mark("ファイル"), lambda file: file.file_name),
        Column[RuleFile]("from", mark("期間"), lambda file: file.effective_from),
        Column[RuleFile]("until", mark("期間の終わり"), lambda file: file.effective_until),
        Column[RuleFile]("at", mark("送った日時"), lambda file: file.uploaded_at),
        Column[RuleFile]("by", mark("送った人"), lambda file: _named(people, file.uploaded_by)),
    )
    rows = desk.files(work, signed.municipality)
    return show(request, work, signed, "rules/files.html", rows=rows, columns=columns, name="rule-files", people=people)


def _named(people: Mapping[str, str], id: str | None) -> str | None:
    return people.get(id, id[-8:]) if id else None


@router.post("")
def upload(request: Request, work: Uow, signed: Keeper, file: Annotated[UploadFile, File()]) -> Response:
    """Keep a file; nothing holds yet."""
    data = file.file.read(desk.BYTES_LIMIT + 1)
    try:
        made = desk.upload(work, signed.municipality, data, file_name=file.filename or "", by=signed.staff)
    except Refused as error:
        return _page(request, work, signed, error=error)
    return forward(request, f"/rules/{made.id}")


@router.get("/example/rules.toml")
def example(_signed: Keeper) -> Response:
    """The shipped example, to begin one's own with."""
    return _download(files("schemas.rules").joinpath("default.toml").read_text("utf-8"), "example.toml")


@router.get("/{file}")
def one(request: Request, work: Uow, signed: Keeper, file: str, day: str = "") -> HTMLResponse:
    """The file against what would hold without it."""
    row = desk.read(work, signed.municipality, file)
    return _one(request, work, signed, row, day=day_of(day))


def _one(
    request: Request, work: UnitOfWork, signed: Signed, row: RuleFile, *, day: date | None, error: Refused | None = None
) -> HTMLResponse:
    looked = day or max(service.today(work.now), row.effective_from)
    held, rules = service.in_force(work, signed.municipality, looked), load(row.text, name=row.file_name)
    cases = preview.compare(held.rules, rules, day=looked, here=signed.municipality)
    return render(
        request,
        "rules/one.html",
        status=error.status if error else 200,
        error=error,
        file=row,
        rules=rules,
        day=looked,
        earliest=max(service.today(work.now), row.effective_from),
        held=held,
        cases=cases,
        entries=preview.entries(held.rules, rules),
        lines=[line for line in desk.lines(work, signed.municipality) if line.file.id == row.id],
        two_people=desk.two_people(work, signed.municipality),
        people=who(work, signed.municipality),
        tables=TABLES,
        settings=SETTINGS,
    )


@router.get("/{file}/rules.toml")
def download(work: Uow, signed: Keeper, file: str) -> Response:
    row = desk.read(work, signed.municipality, file)
    return _download(row.text, f"rules-{row.sha256[:8]}.toml")


@router.post("/{file}/activate")
def activate(
    request: Request, work: Uow, signed: Keeper, file: str, day: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    row = desk.read(work, signed.municipality, file)
    wanted = day_of(day)
    try:
        if wanted is None:
            raise Refused("rules.no_day", "有効にする日を入れてください。", status=422)
        made = desk.activate(work, signed.municipality, row, day=wanted, by=signed.staff)
    except Refused as error:
        return _one(request, work, signed, row, day=wanted, error=error)
    return forward(request, "/rules", notice="rules.activated" if made.confirmed_at else "rules.asked")


@router.post("/activations/{activation}/confirm")
def confirm(request: Request, work: Uow, signed: Keeper, activation: str) -> Response:
    try:
        desk.confirm(work, signed.municipality, activation, by=signed.staff)
    except Refused as error:
        return _page(request, work, signed, error=error)
    return forward(request, "/rules", notice="rules.activated")


@router.post("/activations/{activation}/withdraw")
def withdraw(request: Request, work: Uow, signed: Keeper, activation: str) -> Response:
    try:
        desk.withdraw(work, signed.municipality, activation, by=signed.staff)
    except Refused as error:
        return _page(request, work, signed, error=error)
    return forward(request, "/rules", notice="rules.withdrawn")


def _download(text: str, name: str) -> Response:
    return Response(text.encode(), media_type=_TOML, headers={"Content-Disposition": f'attachment; filename="{name}"'})
