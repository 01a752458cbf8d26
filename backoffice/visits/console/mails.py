"""Letters of a visit: what was sent, what failed, and a person's word to send again."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from backoffice.kit.request_work import Uow
from backoffice.mail import service as mail
from backoffice.mail.models import Mail, MailFailure
from backoffice.mail.service import MailId, masked
from backoffice.staff.authorisation import Action
from backoffice.visits import service
from backoffice.web.access import Signed, may
from backoffice.web.language import mark
from backoffice.web.listing import Column, show
from backoffice.web.pages import forward
from schemas.ids import VisitId

router = APIRouter(prefix="/visits/{visit}/mails")
Planner = Annotated[Signed, may(Action.VISIT_MANAGE)]
COLUMNS: Final = (
    Column[Mail]("title", mark("件名"), lambda row: row.title),
    Column[Mail]("to", mark("宛先"), lambda row: _shown(row.address)),
    Column[Mail]("kind", mark("種類"), lambda row: row.kind),
    Column[Mail]("state", mark("状態"), lambda row: row.state),
    Column[Mail]("due_at", mark("送る日時"), lambda row: row.due_at),
    Column[Mail]("sent_at", mark("送った日時"), lambda row: row.sent_at),
    Column[Mail]("attempts", mark("回数"), lambda row: row.attempts, right=True),
    Column[Mail]("failure", mark("理由"), lambda row: _why(row)),
    Column[Mail]("answer", mark("サーバーの答え"), lambda row: row.failure.partition(" ")[2], right=True),
)


@router.get("")
def listed(request: Request, work: Uow, signed: Planner, visit: VisitId) -> Response:
    found = service.look(work, signed.municipality, visit)
    return show(
        request, work, signed, "visits/mails.html", rows=mail.listed(work, signed.municipality, f"visit:{visit}"),
        columns=COLUMNS, name="mails", visit=found, shown=_shown, why=_why,
        configured=request.app.state.postman is not None,
    )  # fmt: skip


@router.post("/{letter}/again")
def again(request: Request, work: Uow, signed: Planner, visit: VisitId, letter: MailId) -> Response:
    mail.send_again(work, signed.municipality, letter, actor=str(signed.staff))
    return forward(request, f"/visits/{visit}/mails", notice="mail.again")


def _why(row: Mail) -> MailFailure | None:
    name = row.failure.partition(" ")[0]
    return MailFailure(name) if name in list(MailFailure) else None


def _shown(address: str) -> str:
    """Never whole: the office has no need of it."""
    return address if "•" in address else masked(address)
