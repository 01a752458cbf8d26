"""From an opened record to its case: once for one record, with what asks for a second pair of eyes under the rules of
the day it was taken."""

from __future__ import annotations

from datetime import datetime

from backoffice.audit import service as audit
from backoffice.cases import another_photo
from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.models import Case
from backoffice.cases.repository import CaseRepository
from backoffice.cases.standing import event
from backoffice.cases.workflow import Override, Step
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.rules import service as rules
from schemas.ids import CaseId, PacketId
from schemas.intake import IntakeRecord
from schemas.rules import SecondPerson


def open_case(
    work: UnitOfWork,
    record: IntakeRecord,
    *,
    photo_blob: str | None,
    packet: PacketId,
    received_at: datetime,
    fork: bool = False,
) -> CaseId:
    """The case of an opened record. The same record again gives the same case and changes nothing. `fork`: its packet
    came beside the device's chain; somebody must look whether it is a double."""
    repository = CaseRepository(work.session, record.municipality)
    if known := repository.by_record(record.record):
        if known.packet_id != packet:
            audit.write(
                work, municipality=record.municipality, actor=f"device:{record.device}", action="case.received_again",
                subject=f"case:{known.id}", detail=f"packet {packet[:16]}",
            )  # fmt: skip
        return CaseId(known.id)
    found = overridden(record, asked(work, record))
    if replacing := _another_photo(work, record, photo_blob, packet, fork=fork, overrides=found):
        return replacing
    overrides = [*found, *([Override.FORK] if fork else [])]
    case = _row(work.new_id(CaseId), record, photo_blob=photo_blob, packet=packet, received_at=received_at)
    case.overrides = " ".join(overrides)
    repository.add(case)
    repository.add(event(case, Step.RECEIVED, actor=str(record.device), at=received_at))
    device = f"device:{record.device}"
    audit.write(work, municipality=record.municipality, actor=device, action="case.received", subject=f"case:{case.id}")
    return CaseId(case.id)


def _another_photo(
    work: UnitOfWork, record: IntakeRecord, photo_blob: str | None, packet: PacketId, *, fork: bool,
    overrides: list[Override],
) -> CaseId | None:  # fmt: skip
    """The case this record only brought another photo for, now or when it came before."""
    if known := DeskRepository(work.session, record.municipality).photo_of_record(record.record):
        return CaseId(known.case_id)
    case = None if fork or photo_blob is None else another_photo.waiting_for(work, record)
    if case is None or photo_blob is None:
        return None
    another_photo.replace(work, case, record, photo_blob=photo_blob, packet=packet, overrides=overrides)
    return CaseId(case.id)


def asked(work: UnitOfWork, record: IntakeRecord) -> frozenset[SecondPerson]:
    """For what the rules of the day the record was taken want two people."""
    day = rules.today(record.confirmed.corrected())
    return frozenset(rules.in_force(work, record.municipality, day).rules.office.second_person)


def overridden(record: IntakeRecord, wanted: frozenset[SecondPerson]) -> list[Override]:
    """What staff at the counter set aside, as far as the rules want two people for it."""
    photo = record.photo
    found = (
        (SecondPerson.PHOTO_CONFIRMED, Override.PHOTO_CONFIRMED, photo is not None and photo.accepted_by is not None),
        (SecondPerson.PHOTO_EXCUSED, Override.PHOTO_EXCUSED, photo is not None and photo.special is not None),
        (SecondPerson.DECISION, Override.DECISION, record.override is not None),
    )
    return [override for kind, override, given in found if given and kind in wanted]


def _row(
    identity: CaseId, record: IntakeRecord, *, photo_blob: str | None, packet: PacketId, received_at: datetime
) -> Case:
    return Case(
        municipality_id=record.municipality, id=identity, record_id=record.record, packet_id=packet,
        visit_id=record.visit, device_id=record.device, slip=record.slip, slip_running=int(record.slip[3:7]),
        form_id=record.form.form_id, birth_date=record.birth_date, method=record.decision.method,
        delivery=record.decision.delivery, card_verdict=record.card.verdict if record.card else None,
        photo_key=photo_blob, record=record.canonical().decode(), taken_at=record.confirmed.corrected(),
        received_at=received_at,
    )  # fmt: skip
