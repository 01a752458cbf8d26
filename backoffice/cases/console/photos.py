"""The photo report's pages and its table as a file: what came back against what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from backoffice.audit import service as audit
from backoffice.cases.photo_cases import lines, long_photo_report, photo_report
from backoffice.cases.photo_report import COST, LEAST_ACCEPTED, LEAST_RETURNED, CheckLine, GroupLine
from backoffice.cases.reasons import return_reasons
from backoffice.database import Database
from backoffice.kit.errors import NotAllowed
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.days import day_of
from backoffice.web.exports import FileKind, file_answer, kind_asked
from backoffice.web.language import chosen, mark, texts
from backoffice.web.listing import Column, show
from backoffice.web.names import who
from backoffice.web.wordings import PHOTO_CHECKS

router = APIRouter(prefix="/cases")
_JST = ZoneInfo("Asia/Tokyo")
DAYS = 90
Day = Annotated[str, Query(max_length=10)]
Reader = Annotated[Signed, may(Action.CASE_LIST)]
KINDS = {
    "place": mark("場所"), "lamp": mark("照明"), "camera": mark("カメラ"), "device": mark("受付端末"),
    "source": mark("撮り方"), "engine": mark("判定エンジン"),
}  # fmt: skip


@router.get("/photos")
def page(request: Request, work: Uow, signed: Reader, since: Day = "", until: Day = "") -> Response:
    """The checks over all pictures; those with something to say first, until somebody sorts."""
    first, last = _days(since, until, work.now)
    found = photo_report(work, signed.municipality, **_period(first, last))
    return _listed(
        request, work, signed, "cases/photos.html", first=first, last=last, name="photo-checks",
        rows=sorted((line for line in found.checks if line.kind == "all"), key=_worth, reverse=True),
        columns=_check_columns(texts(chosen(request)).ugettext),
        found=found,
        whole=next((group for group in found.groups if group.kind == "all"), None),
        reasons=return_reasons(),
        photo_checks=PHOTO_CHECKS,
        least=(LEAST_ACCEPTED, LEAST_RETURNED),
        cost=round(COST * 100),
    )  # fmt: skip


@router.get("/photos/groups")
def groups(request: Request, work: Uow, signed: Reader, since: Day = "", until: Day = "") -> Response:
    """How often pictures of a place, a lamp, a camera came back."""
    first, last = _days(since, until, work.now)
    found, people = photo_report(work, signed.municipality, **_period(first, last)), who(work, signed.municipality)
    return _listed(
        request, work, signed, "cases/photo_groups.html", first=first, last=last, name="photo-groups",
        rows=[group for kind in KINDS for group in found.groups if group.kind == kind],
        columns=_group_columns(texts(chosen(request)).ugettext, people),
        kinds=KINDS,
        people=people,
    )  # fmt: skip


def _listed(
    request: Request, work: UnitOfWork, signed: Signed, template: str, *, first: date, last: date, **given: Any
) -> Response:
    if kind_asked(request) and not signed.may(Action.CASE_EXPORT):
        raise NotAllowed("staff.not_allowed", "この操作をする権限がありません。")
    keep = {"since": first.isoformat(), "until": last.isoformat()}
    return show(request, work, signed, template, keep=keep, since=first, until=last, **given)


def _check_columns(say: Callable[[str], str]) -> tuple[Column[CheckLine], ...]:
    return (
        Column("check", mark("検査"), lambda line: say(PHOTO_CHECKS.get(line.check, line.check))),
        Column("bound", mark("いまの基準"), lambda line: line.minimum if line.minimum is not None else line.maximum),
        Column("unit", mark("単位"), lambda line: line.unit),
        Column("minimum", mark("下限"), lambda line: line.minimum),
        Column("maximum", mark("上限"), lambda line: line.maximum),
        Column("accepted_count", mark("承認の件数"), lambda line: line.accepted and line.accepted.count),
        Column("accepted", mark("承認(中央値、5–95%)"), lambda line: line.accepted and line.accepted.median),
        Column("returned_count", mark("差し戻しの件数"), lambda line: line.returned and line.returned.count),
        Column("returned", mark("差し戻し(中央値、5–95%)"), lambda line: line.returned and line.returned.median),
        Column("separation", mark("見分ける力"), lambda line: line.separation and line.separation.value),
        Column("candidate", mark("基準の候補"), lambda line: line.candidate and line.candidate.bound),
        Column("stopped", mark("止められた差し戻し"), lambda line: line.candidate and line.candidate.stopped.value),
    )


def _group_columns(say: Callable[[str], str], people: Mapping[str, str]) -> tuple[Column[GroupLine], ...]:
    return (
        Column("kind", mark("種類"), lambda group: say(KINDS[group.kind])),
        Column("group", mark("名前"), lambda group: people.get(group.group, group.group)),
        Column("of", mark("件数"), lambda group: group.returned.of, right=True),
        Column("returned", mark("差し戻し"), lambda group: group.returned.count, right=True),
        Column(
            "share", mark("差し戻しの割合"), lambda group: group.returned.value if group.enough else None, right=True
        ),
        Column("low", mark("割合の下限(95%)"), lambda group: group.returned.interval[0]),
        Column("high", mark("割合の上限(95%)"), lambda group: group.returned.interval[1]),
    )


@router.get("/photos.{kind}")
def table(
    request: Request, work: Uow, signed: Annotated[Signed, may(Action.CASE_EXPORT)], kind: FileKind,
    since: Day = "", until: Day = "",
) -> StreamingResponse:  # fmt: skip
    """No personal data: values of checks by place, lamp, camera."""
    first, last = _days(since, until, work.now)
    audit.write(
        work, municipality=signed.municipality, actor=signed.staff, action="case.exported",
        subject=f"municipality:{signed.municipality}", detail=f"photo report {first} to {last}",
    )  # fmt: skip
    return file_answer(kind, "photo-report", _rows(request.app.state.database, signed.municipality, first, last))


def _rows(database: Database, municipality: str, first: date, last: date) -> Iterator[list[str]]:
    """Read while it is sent, when this request's own transaction has ended."""
    yield from lines(long_photo_report(database, municipality, **_period(first, last)))


def _worth(line: CheckLine) -> tuple[bool, float]:
    """Checks with something to say first, the sharpest on top."""
    return line.candidate is not None, line.separation.value if line.separation else 0.0


def _days(since: str, until: str, now: datetime) -> tuple[date, date]:
    """The period asked for; a day that cannot be read is left to the default."""
    last = day_of(until) or now.astimezone(_JST).date()
    return day_of(since) or last - timedelta(days=DAYS), last


def _period(first: date, last: date) -> dict[str, datetime]:
    return {
        "since": datetime.combine(first, time(), _JST),
        "until": datetime.combine(last + timedelta(days=1), time(), _JST),
    }
