"""How long applicants took at the counter, from the records themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import BaseModel, ValidationError

from backoffice.cases.repository import CaseRepository
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import MunicipalityCode
from schemas.stamp import Stamp


class _Stamps(BaseModel):
    """Of a record nothing but its beginning and its end."""

    started: Stamp
    confirmed: Stamp


def lengths(work: UnitOfWork, municipality: MunicipalityCode, *, since: datetime, limit: int) -> list[timedelta]:
    """First touch to confirmation, the youngest first; erased records say nothing."""
    found = []
    for record in CaseRepository(work.session, municipality).records(since=since, limit=limit):
        try:
            stamps = _Stamps.model_validate_json(record)
        except ValidationError:
            continue
        found.append(stamps.confirmed.corrected() - stamps.started.corrected())
    return found
