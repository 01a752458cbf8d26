"""The photo report's page and its table as CSV: what came back against what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, StreamingResponse

from backoffice.audit import service as audit
from backoffice.cases.photo_cases import lines, long_photo_report, photo_report
from backoffice.cases.photo_report import COST, LEAST_ACCEPTED, LEAST_RETURNED, CheckLine
from backoffice.cases.reasons import return_reasons
from backoffice.database import Database
from backoffice.kit.unit_of_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.days import day_of
from backoffice.web.pages import render
from backoffice.web.spreadsheet import MEDIA_TYPE, csv_lines
from backoffice.web.wordings import PHOTO_CHECKS

router = APIRouter(prefix="/cases")
_JST = ZoneInfo("Asia/Tokyo")
DAYS = 90
Day = Annotated[str, Query(max_length=10)]
KINDS = ("place", "lamp", "camera", "device", "source", "engine")


@router.get("/photos")
def page(
    request: Request, work: Uow, signed: Annotated[Signed, may(Action.CASE_LIST)], since: Day = "", until: Day = ""
) -> HTMLResponse:
    first, last = _days(since, until, work.now)
    found = photo_report(work, signed.municipality, **_period(first, last))
    whole = [line for line in found.checks if line.kind == "all"]
    return render(
        request,
        "cases/photos.html",
        found=found,
        checks=sorted(whole, key=_worth, reverse=True),
        groups=[(kind, [group for group in found.groups if group.kind == kind]) for kind in KINDS],
        whole=next((group for group in found.groups if group.kind == "all"), None),
        since=first,
        until=last,
        reasons=return_reasons(),
        photo_checks=PHOTO_CHECKS,
        least=(LEAST_ACCEPTED, LEAST_RETURNED),
        cost=round(COST * 100),
    )


@router.get("/photos.csv")
def table(
    request: Request, work: Uow, signed: Annotated[Signed, may(Action.CASE_EXPORT)], since: Day = "", until: Day = ""
) -> StreamingResponse:
    """No personal data: values of checks by place, lamp, camera."""
    first, last = _days(since, until, work.now)
    audit.write(
        work, municipality=signed.municipality, actor=signed.staff, action="case.exported",
        subject=f"municipality:{signed.municipality}", detail=f"photo report {first} to {last}",
    )  # fmt: skip
    disposition = {"Content-Disposition": 'attachment; filename="photo-report.csv"'}
    rows = _rows(request.app.state.database, signed.municipality, first, last)
    return StreamingResponse(csv_lines(rows), media_type=MEDIA_TYPE, headers=disposition)


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
