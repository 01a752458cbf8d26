"""A form that is sent twice makes one thing: by a double click, a reload, or the back button's second post.

Every form of a page carries its own mark. What was done under a mark stands in a row of the same transaction; whoever
comes with it again, at the same moment or within a day, is led to where the first one was led.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from sqlmodel import col, delete

from backoffice.drafts.models import SentForm
from backoffice.kit.rows import insert_if_absent
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import MunicipalityCode, StaffId

LASTS: Final = timedelta(days=1)
_MARK: Final = re.compile(r"[A-Za-z0-9_-]{16,40}", re.ASCII)


def is_mark(text: str) -> bool:
    return _MARK.fullmatch(text) is not None


def begin(work: UnitOfWork, municipality: MunicipalityCode, staff: StaffId, mark: str) -> str | None:
    """None when this is the first time; else where it led. Waits for another transaction with the same mark."""
    row = SentForm(municipality_id=municipality, staff_id=staff, mark=mark, led_to="", sent_at=work.now)
    if insert_if_absent(work.session, row):
        return None
    known = work.session.get_one(SentForm, (municipality, staff, mark), populate_existing=True)
    return known.led_to or "/"


def end(work: UnitOfWork, municipality: MunicipalityCode, staff: StaffId, mark: str, *, led_to: str | None) -> None:
    """What was sent led somewhere; None: it was refused, and may be sent again."""
    row = work.session.get(SentForm, (municipality, staff, mark))
    if row is not None and led_to is None:
        work.session.delete(row)
    elif row is not None and led_to is not None:
        row.led_to = led_to[:500]


def forget(work: UnitOfWork) -> None:
    """Marks of yesterday's pages, of every municipality."""
    work.session.exec(delete(SentForm).where(col(SentForm.sent_at) < work.now - LASTS))
