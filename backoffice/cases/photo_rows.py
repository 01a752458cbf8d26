"""The rows of a case's photos: the one it came with first, each later one behind it."""

from __future__ import annotations

from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.models import Case, CasePhoto, PhotoOrigin
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.intake import IntakeRecord


def begin(work: UnitOfWork, case: Case) -> None:
    """Before the first change: the photo as it came is the first of the rows. Nothing to keep where none came."""
    if DeskRepository(work.session, case.municipality_id).photos(case.id) or case.photo_key is None:
        return
    record = IntakeRecord.model_validate_json(case.record)
    add(work, from_packet(case, record, blob=case.photo_key, packet=case.packet_id))


def from_packet(case: Case, record: IntakeRecord, *, blob: str, packet: str) -> CasePhoto:
    """The photo a record came with."""
    assert record.photo is not None
    return CasePhoto(
        municipality_id=case.municipality_id, case_id=case.id, number=0, origin=PhotoOrigin.PACKET, blob=blob,
        width=record.photo.width, height=record.photo.height, evidence=record.photo.canonical().decode(),
        record_id=record.record, packet_id=packet, slip=record.slip, made_at=record.photo.taken.corrected(),
        made_by=record.device,
    )  # fmt: skip


def add(work: UnitOfWork, photo: CasePhoto) -> None:
    """Behind those that are there."""
    repository = DeskRepository(work.session, photo.municipality_id)
    photo.number = len(repository.photos(photo.case_id)) + 1
    repository.add(photo)
