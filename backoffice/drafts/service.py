"""Keeping, giving back and ending drafts; everybody sees their own only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlmodel import col, delete

from backoffice.drafts.models import FormDraft
from backoffice.kit.errors import Refused
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import MunicipalityCode, StaffId, contains_my_number

LASTS: Final = timedelta(days=7)
_FORM: Final = re.compile(r"(/[A-Za-z0-9-]+){1,8}", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
_FIELDS, _LENGTH = 200, 4_000


def keep(
    work: UnitOfWork, municipality: MunicipalityCode, staff: StaffId, form: str, values: Mapping[str, str]
) -> None:
    """What stands in the form now; nothing typed ends the draft. A 個人番号 is never kept."""
    if not _FORM.fullmatch(form) or len(form) > 160 or len(values) > _FIELDS:
        raise Refused("draft.malformed", "送られた内容を読み取れませんでした。", status=422)
    if any(not _NAME.fullmatch(name) or len(value) > _LENGTH for name, value in values.items()):
        raise Refused("draft.malformed", "送られた内容を読み取れませんでした。", status=422)
    if any(contains_my_number(value) for value in values.values()):
        raise Refused("draft.my_number", "マイナンバー(12桁)は保存できません。", status=422)
    if not values:
        end(work, municipality, staff, form)
        return
    work.session.merge(
        FormDraft(
            municipality_id=municipality, staff_id=staff, form=form, values=dict(values), saved_at=work.now
        )
    )  # fmt: skip


def kept(work: UnitOfWork, municipality: MunicipalityCode, staff: StaffId, form: str) -> dict[str, str]:
    """Empty when there is none, or it is too old."""
    row = work.session.get(FormDraft, (municipality, staff, form))
    return row.values if row is not None and work.now - row.saved_at < LASTS else {}


def end(work: UnitOfWork, municipality: MunicipalityCode, staff: StaffId, form: str) -> None:
    own = delete(FormDraft).where(
        col(FormDraft.municipality_id) == municipality, col(FormDraft.staff_id) == staff, col(FormDraft.form) == form
    )
    work.session.exec(own)


def forget(work: UnitOfWork) -> None:
    """Drafts nobody came back for, of every municipality."""
    work.session.exec(delete(FormDraft).where(col(FormDraft.saved_at) < work.now - LASTS))
