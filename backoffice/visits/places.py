"""A place of a visit under another name, or taken away while it has no hours: its name stands on posters and kiosks."""

from __future__ import annotations

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits.models import Place
from backoffice.visits.repository import VisitRepository
from backoffice.visits.views import PlaceId
from schemas.ids import MunicipalityCode, VisitId


def rename(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, place: PlaceId,
    *, name: str, name_en: str, actor: str,
) -> None:  # fmt: skip
    row = _place(work, municipality, visit, place)
    row.name, row.name_en = name, name_en
    _write(work, municipality, visit, "visit.place_renamed", actor)


def remove(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, place: PlaceId, *, actor: str) -> None:
    """`Refused` while it has hours: they are taken away first, and nobody's booking with them."""
    row = _place(work, municipality, visit, place)
    repository = VisitRepository(work.session, municipality)
    if any(slot.place_id == place for slot in repository.slots(visit)):
        raise Refused("visit.place_has_hours", "先に、この会場の受付時間を削除してください。", status=409)
    repository.remove([row])
    _write(work, municipality, visit, "visit.place_removed", actor)


def _place(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, place: PlaceId) -> Place:
    repository = VisitRepository(work.session, municipality)
    repository.visit(visit, lock=True)
    row = repository.place(place)
    if row is None or row.visit_id != visit:
        raise NotFound("place.not_found", "会場が見つかりません。")
    return row


def _write(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, action: str, actor: str) -> None:
    audit.write(work, municipality=municipality, actor=actor, action=action, subject=f"visit:{visit}")
