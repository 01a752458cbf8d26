"""The audit log on the console: search, check the chain, export."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from backoffice.audit import service
from backoffice.audit.models import AuditEntry
from backoffice.audit.wordings import AUDIT_ACTIONS, AUDIT_ACTORS, AUDIT_SUBJECTS
from backoffice.cases import finding
from backoffice.cases import service as cases
from backoffice.cases.repository import Filter
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff import service as staff
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.exports import FileKind, file_answer
from backoffice.web.names import who
from backoffice.web.pages import render

router = APIRouter(prefix="/audit")
Reader = Annotated[Signed, may(Action.AUDIT_READ)]
_JST: Final = ZoneInfo("Asia/Tokyo")
_PAGE: Final = 50
_HEADER: Final = ["sequence", "at", "actor", "action", "subject", "detail", "previous", "hash"]
_SLIPS: Final = 20  # as many cases of one slip number, at different visits, are looked for

Text = Annotated[str, Query(max_length=120)]
Place = Annotated[str, Query(max_length=160)]


def _search(
    work: UnitOfWork, signed: Signed, actor: str, action: str, subject: str, since: str, until: str, before: str = "",
    *, order: str, sort: str,
) -> service.Search:  # fmt: skip
    """What the form asks for; a date or number that is none does not narrow."""
    value, _, number = before.rpartition(" ")
    return service.Search(
        actor=actor.strip(),
        action=action.strip(),
        subjects=_subjects(work, signed, subject.strip()),
        since=_midnight(since, days=0),
        until=_midnight(until, days=1),
        beyond=int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None,
        beyond_value=value,
        oldest_first=order == "oldest",
        by=service.AuditSort(sort) if sort in list(service.AuditSort) else service.AuditSort.NUMBER,
    )


def _subjects(work: UnitOfWork, signed: Signed, typed: str) -> tuple[str, ...]:
    """What an entry may be about: `case:<id>` as it stands, an id of anything, or the cases of a slip number."""
    if not typed or ":" in typed:
        return (typed,) if typed else ()
    wanted = finding.search(typed, Filter()) if signed.may(Action.CASE_LIST) else None
    if wanted is not None and wanted.running is not None:
        found = cases.page(work, signed.municipality, wanted, oldest_first=False, after=None, size=_SLIPS).cases
        return tuple(f"case:{case.id}" for case in found) or (typed,)
    return tuple(f"{noun}:{typed}" for noun in AUDIT_SUBJECTS)


def _midnight(day: str, *, days: int) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), _JST)
    except (ValueError, OverflowError):
        return None


@router.get("")
def entries(
    request: Request, work: Uow, signed: Reader, verify: bool = False,
    actor: Text = "", action: Text = "", subject: Text = "", since: Text = "", until: Text = "", before: Place = "",
    order: Text = "", sort: Text = "",
) -> HTMLResponse:  # fmt: skip
    wanted = _search(work, signed, actor, action, subject, since, until, before, order=order, sort=sort)
    found = service.search(work, signed.municipality, wanted, limit=_PAGE + 1)
    return render(
        request,
        "audit/list.html",
        entries=found[:_PAGE],
        further=_place(wanted.after(found[_PAGE - 1])) if len(found) > _PAGE else None,
        actions=service.actions(work, signed.municipality),
        staff=staff.names(work, signed.municipality),
        people=who(work, signed.municipality),
        verification=service.verify(work, signed.municipality) if verify else None,
        given={
            "actor": actor,
            "action": action,
            "subject": subject,
            "since": since,
            "until": until,
            "order": order,
            "sort": wanted.by.value,
        },
        oldest_first=wanted.oldest_first,
        begun=wanted.beyond is not None,
        audit_actions=AUDIT_ACTIONS,
        audit_actors=AUDIT_ACTORS,
        audit_subjects=AUDIT_SUBJECTS,
        narrowed=any((actor, action, subject, since, until)),
    )


@router.get("/export.{kind}")
def export(
    request: Request, kind: FileKind, work: Uow, signed: Annotated[Signed, may(Action.AUDIT_EXPORT)],
    actor: Text = "", action: Text = "", subject: Text = "", since: Text = "", until: Text = "",
    order: Text = "", sort: Text = "",
) -> Response:  # fmt: skip
    """All entries found, in the order of the list, read in portions while they are sent; the export itself is one."""
    wanted = _search(work, signed, actor, action, subject, since, until, order=order, sort=sort)
    service.write(
        work, municipality=signed.municipality, actor=signed.staff, action="audit.exported",
        subject=f"municipality:{signed.municipality}", detail=f"from {since or '-'} to {until or '-'}",
    )  # fmt: skip
    found = service.everything(request.app.state.database, signed.municipality, wanted)
    return file_answer(kind, "audit", chain([_HEADER], (_row(entry) for entry in found)))


def _place(wanted: service.Search) -> str:
    """Where the next page begins, for its address."""
    return f"{wanted.beyond_value} {wanted.beyond}".strip()


def _row(entry: AuditEntry) -> list[str]:
    at = entry.at.astimezone(_JST).isoformat()
    return [
        str(entry.sequence), at, entry.actor, entry.action, entry.subject, entry.detail, entry.previous, entry.hash
    ]  # fmt: skip
