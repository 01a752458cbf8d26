"""Another photo from the applicant: a new packet for an application that went back for its photo.

It takes the old photo's place, in the same case, which goes back into the queue; the old photo stays. Only where
nothing else can be meant: the same form id and date of birth, one case, returned for the photo and nothing else, and
the new record leads to the same method and delivery. Anything else is a case of its own, shown beside its twin.
"""

from __future__ import annotations

from backoffice.audit import service as audit
from backoffice.cases import photo_rows, workflow
from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.models import Case
from backoffice.cases.repository import CaseRepository
from backoffice.cases.standing import columns, event, standing
from backoffice.cases.workflow import Override
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import PacketId
from schemas.intake import IntakeRecord

PHOTO = "photo."


def waiting_for(work: UnitOfWork, record: IntakeRecord) -> Case | None:
    """The case this record brings another photo for."""
    if record.photo is None or record.form.form_id is None:
        return None
    found = DeskRepository(work.session, record.municipality).returned(record.form.form_id)
    if len(found) != 1:
        return None
    case, decision = found[0], record.decision
    same = (case.birth_date, case.method, case.delivery) == (record.birth_date, decision.method, decision.delivery)
    for_photo = all(reason.startswith(PHOTO) for reason in case.return_reasons.split())
    return case if same and for_photo else None


def replace(
    work: UnitOfWork, case: Case, record: IntakeRecord, *, photo_blob: str, packet: PacketId, overrides: list[Override]
) -> None:
    """Let the record's photo stand, with what the kiosk measured of it."""
    photo_rows.begin(work, case)
    photo_rows.add(work, photo_rows.from_packet(case, record, blob=photo_blob, packet=packet))
    old = IntakeRecord.model_validate_json(case.record)
    after, done = workflow.replace_photo(standing(case), overrides=frozenset(overrides))
    repository = CaseRepository(work.session, case.municipality_id)
    values = {
        **columns(after), "photo_key": photo_blob,
        "record": old.model_copy(update={"photo": record.photo}).canonical().decode(),
    }  # fmt: skip
    changed = repository.change(case, values, version=case.version)
    assert changed, "the row was read in this transaction"
    fresh = repository.get(case.id)
    assert fresh is not None
    repository.add(event(fresh, done, actor=record.device, at=work.now, note=record.slip))
    audit.write(
        work, municipality=case.municipality_id, actor=f"device:{record.device}", action=f"case.{done}",
        subject=f"case:{case.id}", detail=f"packet {packet[:16]}",
    )  # fmt: skip
