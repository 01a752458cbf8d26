"""A roster on the console: send a file, say what its columns mean, watch it being taken, read wrong lines, search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Annotated, Final

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from backoffice.audit import service as audit
from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.organisations import service as organisations
from backoffice.organisations.service import OrganisationId, UnitId
from backoffice.rosters import service
from backoffice.rosters.mapping import NAMES, REQUIRED, WRONG, Column
from backoffice.rosters.models import ImportState, Member, RosterImport
from backoffice.rosters.ordering import MemberSort, Order
from backoffice.rosters.reading import BYTES_LIMIT
from backoffice.rosters.service import ImportId, Wanted
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.exports import FileKind, file_answer
from backoffice.web.language import chosen, mark, texts
from backoffice.web.listing import Column as Listed
from backoffice.web.listing import show
from backoffice.web.names import who
from backoffice.web.pages import forward, render
from backoffice.web.wordings import words_of
from schemas.ids import contains_my_number

router = APIRouter(prefix="/organisations/{organisation}/roster")
Reader = Annotated[Signed, may(Action.ORGANISATION_READ)]
_EXPORTED: Final = (
    Column.NUMBER, Column.NAME, Column.KANA, Column.UNIT, Column.RELATION, Column.BIRTH_MONTH, Column.FORMER_NAME,
    Column.ALIAS,
)  # fmt: skip
_HEADS: Final = (
    (MemberSort.NUMBER, NAMES[Column.NUMBER]), (MemberSort.NAME, NAMES[Column.NAME]),
    (MemberSort.KANA, NAMES[Column.KANA]), (MemberSort.RELATION, NAMES[Column.RELATION]),
    (MemberSort.UNIT, NAMES[Column.UNIT]),
)  # fmt: skip
Keeper = Annotated[Signed, may(Action.ORGANISATION_MANAGE)]


@router.get("")
def members(
    request: Request,
    work: Uow,
    signed: Reader,
    organisation: OrganisationId,
    q: Annotated[str, Query(max_length=60)] = "",
    after: Annotated[str, Query(max_length=400)] = "",
    sort: Annotated[str, Query(max_length=10)] = "",
    down: Annotated[str, Query(max_length=3)] = "",
    unit: Annotated[str, Query(max_length=36)] = "",
) -> Response:
    """People by any column, found by pieces of names, readings, former names or numbers, or by their unit."""
    if contains_my_number(q):
        return forward(request, f"/organisations/{organisation}/roster", notice="refused.my_number")
    whose = service.whose(signed.municipality, organisation)
    wanted = _wanted(work, signed, organisation, q=q, sort=sort, down=down, unit=unit)
    return render(
        request,
        "rosters/members.html",
        organisation=organisations.organisation(work, signed.municipality, organisation),
        units=organisations.unit_names(work, signed.municipality, organisation),
        page=service.members(work, whose, wanted, after=wanted.order.read(after)),
        given={"q": q, "sort": wanted.order.by.value, "down": "yes" if wanted.order.down else "", "unit": unit},
        begun=bool(after),
        heads=_HEADS,
    )


@router.get("/export.{kind}")
def export(
    request: Request, work: Uow, signed: Keeper, organisation: OrganisationId, kind: FileKind,
    q: Annotated[str, Query(max_length=60)] = "", sort: Annotated[str, Query(max_length=10)] = "",
    down: Annotated[str, Query(max_length=3)] = "", unit: Annotated[str, Query(max_length=36)] = "",
) -> Response:  # fmt: skip
    """The whole roster, or all that was found, in the order of the list; the export is an audit entry."""
    organisations.organisation(work, signed.municipality, organisation)
    say = texts(chosen(request)).ugettext
    units = organisations.unit_names(work, signed.municipality, organisation)
    audit.write(
        work, municipality=signed.municipality, actor=signed.staff, action="list.exported",
        subject=f"organisation:{organisation}", detail="roster",
    )  # fmt: skip
    wanted = _wanted(work, signed, organisation, q=q, sort=sort, down=down, unit=unit)
    found = service.everybody(request.app.state.database, service.whose(signed.municipality, organisation), wanted)
    return file_answer(kind, "roster", chain([[say(NAMES[column]) for column in _EXPORTED]], _rows(found, units, say)))


def _wanted(
    work: Uow, signed: Signed, organisation: OrganisationId, *, q: str, sort: str, down: str, unit: str
) -> Wanted:
    """What an address asks for; what it cannot mean does not narrow."""
    by = MemberSort(sort) if sort in list(MemberSort) else MemberSort.NAME
    units = organisations.same_units(work, signed.municipality, organisation, unit) if unit else None
    return Wanted(q, Order(by, down == "yes"), units)


def _rows(members: Iterable[Member], units: Mapping[UnitId, str], say: Callable[[str], str]) -> Iterator[list[str]]:
    """In the columns the import understands."""
    for each in members:
        month = "" if each.birth_month is None else str(each.birth_month)
        unit = units[UnitId(each.unit_id)] if each.unit_id else ""
        yield [
            each.number, each.name, each.kana, unit, say(words_of(each.relation)), month, each.former_name, each.alias
        ]  # fmt: skip


@router.post("")
def receive(
    request: Request, work: Uow, signed: Keeper, organisation: OrganisationId, file: Annotated[UploadFile, File()]
) -> Response:
    """Look at a file; nothing is taken in yet."""
    data, name = file.file.read(BYTES_LIMIT + 1), file.filename or ""
    whose = service.whose(signed.municipality, organisation)
    try:
        made = service.receive(work, request.app.state.vault, whose, data, file_name=name, by=str(signed.staff))
    except Refused as error:
        return _refused(request, work, signed, organisation, name, error.title, status=error.status)
    work.after_commit(request.app.state.worker.wake)
    return forward(request, f"/organisations/{organisation}/roster/{made}")


@router.get("/imports")
def imports(request: Request, work: Uow, signed: Reader, organisation: OrganisationId) -> Response:
    """Every file that was sent, the newest first."""
    held = organisations.organisation(work, signed.municipality, organisation)
    people = who(work, signed.municipality)
    columns = (
        Listed[RosterImport]("at", mark("日時"), lambda row: row.created_at),
        Listed[RosterImport]("file", mark("ファイル"), lambda row: row.file_name),
        Listed[RosterImport]("state", mark("状態"), lambda row: row.state),
        Listed[RosterImport]("by", mark("行った人"), lambda row: people.get(row.by, row.by[-8:])),
        Listed[RosterImport]("rows", mark("行"), lambda row: row.rows, right=True),
        Listed[RosterImport]("added", mark("新しい人"), lambda row: row.added, right=True),
        Listed[RosterImport]("changed", mark("変わった人"), lambda row: row.changed, right=True),
        Listed[RosterImport]("left", mark("いなくなった人"), lambda row: row.left, right=True),
        Listed[RosterImport]("wrong", mark("取り込めなかった行"), lambda row: row.wrong, right=True),
    )
    found = service.imports(work, service.whose(signed.municipality, organisation))
    return show(
        request, work, signed, "rosters/imports.html", rows=found, columns=columns, name="roster-imports",
        organisation=held, people=people,
    )  # fmt: skip


@router.get("/{wanted}")
def one(request: Request, work: Uow, signed: Reader, organisation: OrganisationId, wanted: ImportId) -> Response:
    """The file's beginning with its columns, or how far the worker is, or what became of it with the wrong lines: line,
    column, what is wrong, to mend them in the file. Nothing of the cells is repeated."""
    return _one(request, work, signed, organisation, _look(work, signed, organisation, wanted))


@router.get("/{wanted}/progress")
def progress(
    request: Request, work: Uow, signed: Reader, organisation: OrganisationId, wanted: ImportId
) -> HTMLResponse:
    """The moving part of the page; htmx asks every second until it is done."""
    row = _look(work, signed, organisation, wanted)
    if row.state not in (ImportState.READING, ImportState.QUEUED, ImportState.RUNNING):
        return HTMLResponse(headers={"HX-Refresh": "true"})
    return render(request, "rosters/progress.html", row=row, organisation=organisation)


@router.post("/{wanted}/start")
async def start(
    request: Request, work: Uow, signed: Keeper, organisation: OrganisationId, wanted: ImportId,
    whole: Annotated[str, Form(max_length=4)] = "",
) -> Response:  # fmt: skip
    """`column_<meaning>`: the number of the column; empty: the file does not say it."""
    columns = _chosen(await request.form())
    row = _look(work, signed, organisation, wanted)
    try:
        service.start(work, row, columns=columns, whole=whole == "yes", by=str(signed.staff))
    except Refused as error:
        return _one(request, work, signed, organisation, row, columns=columns, error=error)
    worker = request.app.state.worker
    work.after_commit(worker.wake)
    return forward(request, f"/organisations/{organisation}/roster/{wanted}")


@router.post("/{wanted}/discard")
def discard(request: Request, work: Uow, signed: Keeper, organisation: OrganisationId, wanted: ImportId) -> Response:
    row = _look(work, signed, organisation, wanted)
    service.discard(work, request.app.state.vault, row, by=str(signed.staff))
    return forward(request, f"/organisations/{organisation}")


def _look(work: Uow, signed: Signed, organisation: OrganisationId, wanted: ImportId) -> RosterImport:
    return service.look(work, service.whose(signed.municipality, organisation), wanted)


def _one(
    request: Request, work: Uow, signed: Signed, organisation: OrganisationId, row: RosterImport,
    *, columns: Mapping[Column, int] | None = None, error: Refused | None = None,
) -> Response:  # fmt: skip
    if row.state is ImportState.REFUSED:
        return _refused(request, work, signed, organisation, row.file_name, row.refusal)
    look = row.state is ImportState.PREVIEW
    say = texts(chosen(request)).ugettext
    return show(
        request,
        work,
        signed,
        "rosters/import.html",
        rows=row.errors,
        columns=(
            Listed[list[str | int]]("line", mark("行"), lambda wrong: wrong[0], right=True),
            Listed[list[str | int]]("column", mark("項目"), lambda wrong: say(NAMES[Column(str(wrong[1]))])),
            Listed[list[str | int]]("reason", mark("理由"), lambda wrong: say(WRONG[str(wrong[2])])),
        ),
        name="wrong-lines",
        path=f"/organisations/{organisation}/roster/{row.id}",
        status=error.status if error else 200,
        organisation=organisations.organisation(work, signed.municipality, organisation),
        row=row,
        preview=service.preview(row, request.app.state.vault, columns) if look else None,
        names=NAMES,
        required=REQUIRED,
        wrong=WRONG,
        error=error,
    )


def _refused(
    request: Request, work: Uow, signed: Signed, organisation: OrganisationId, name: str, why: str, *, status: int = 200
) -> HTMLResponse:
    """What was wrong with a file, beside the field for the next one."""
    held = organisations.organisation(work, signed.municipality, organisation)
    return render(
        request, "rosters/refused.html", status=status, organisation=held, file_name=name[-120:], file_error=why
    )


def _chosen(form: Mapping[str, object]) -> dict[Column, int]:
    given = {column: str(form.get(f"column_{column}", "")) for column in Column}
    return {column: int(at) for column, at in given.items() if at.isascii() and at.isdigit() and len(at) <= 2}
