"""The audit log on the console: search, check the chain, export."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from backoffice.audit import service
from backoffice.audit.models import AuditEntry
from backoffice.kit.request_work import Uow
from backoffice.staff import service as staff
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.exports import FileKind, file_answer
from backoffice.web.names import who
from backoffice.web.pages import render
from backoffice.web.wordings import AUDIT_ACTIONS, AUDIT_ACTORS, AUDIT_SUBJECTS

router = APIRouter(prefix="/audit")
Reader = Annotated[Signed, may(Action.AUDIT_READ)]
_JST: Final = ZoneInfo("Asia/Tokyo")
_PAGE: Final = 50
_EXPORT_LIMIT: Final = 50_000

Text = Annotated[str, Query(max_length=120)]


def _search(
    actor: Text = "", action: Text = "", subject: Text = "", since: str = "", until: str = "", before: str = "",
    order: str = "",
) -> service.Search:  # fmt: skip
    """What the form asks for; a date or number that is none does not narrow."""
    return service.Search(
        actor=actor.strip(),
        action=action.strip(),
        subject=subject.strip(),
        since=_midnight(since, days=0),
        until=_midnight(until, days=1),
        beyond=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
        oldest_first=order == "oldest",
    )


def _midnight(day: str, *, days: int) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), _JST)
    except (ValueError, OverflowError):
        return None


@router.get("")
def entries(
    request: Request, work: Uow, signed: Reader, verify: bool = False,
    actor: Text = "", action: Text = "", subject: Text = "", since: Text = "", until: Text = "", before: Text = "",
    order: Text = "",
) -> HTMLResponse:  # fmt: skip
    wanted = _search(actor, action, subject, since, until, before, order)
    found = service.search(work, signed.municipality, wanted, limit=_PAGE + 1)
    return render(
        request,
        "audit/list.html",
        entries=found[:_PAGE],
        further=found[_PAGE - 1].sequence if len(found) > _PAGE else None,
        actions=service.actions(work, signed.municipality),
        staff=staff.names(work, signed.municipality),
        people=who(work, signed.municipality),
        verification=service.verify(work, signed.municipality) if verify else None,
        given={"actor": actor, "action": action, "subject": subject, "since": since, "until": until, "order": order},
        oldest_first=wanted.oldest_first,
        begun=wanted.beyond is not None,
        audit_actions=AUDIT_ACTIONS,
        audit_actors=AUDIT_ACTORS,
        audit_subjects=AUDIT_SUBJECTS,
        narrowed=any((actor, action, subject, since, until)),
    )


@router.get("/export.{kind}")
def export(
    kind: FileKind, work: Uow, signed: Annotated[Signed, may(Action.AUDIT_EXPORT)],
    actor: Text = "", action: Text = "", subject: Text = "", since: Text = "", until: Text = "",
    order: Text = "",
) -> Response:  # fmt: skip
    """The entries found, in the order of the list; the export itself is an entry."""
    wanted = _search(actor, action, subject, since, until, order=order)
    found = service.search(work, signed.municipality, wanted, limit=_EXPORT_LIMIT)
    service.write(
        work, municipality=signed.municipality, actor=signed.staff, action="audit.exported",
        subject=f"municipality:{signed.municipality}", detail=f"{len(found)} entries",
    )  # fmt: skip
    header = ["sequence", "at", "actor", "action", "subject", "detail", "previous", "hash"]
    return file_answer(kind, "audit", [header, *(_row(entry) for entry in found)])


def _row(entry: AuditEntry) -> list[str]:
    at = entry.at.astimezone(_JST).isoformat()
    return [
        str(entry.sequence), at, entry.actor, entry.action, entry.subject, entry.detail, entry.previous, entry.hash
    ]  # fmt: skip
