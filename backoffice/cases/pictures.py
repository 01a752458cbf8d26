"""A case's photo over time: as it came, cut anew by staff, or another one the applicant brought. Earlier ones stay."""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.cases import photo_rows, recrop, service, workflow
from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.models import Case, CasePhoto, PhotoOrigin
from backoffice.cases.photo_file import OnlinePhoto, PhotoUnfit, opened
from backoffice.cases.recrop import Frame
from backoffice.cases.service import Desk
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.kit.vault import Vault
from backoffice.rules import service as rules
from schemas.canonical import sha256_hex
from schemas.rules import SecondPerson


@dataclass(frozen=True)
class Source:
    """The packet's picture a crop is made of, and the frame of the photo that stands."""

    jpeg: bytes
    width: int
    height: int
    frame: Frame
    cropped: bool


def of(work: UnitOfWork, municipality: str, case: str) -> list[CasePhoto]:
    """Every photo of a case that has had more than one, oldest first."""
    return DeskRepository(work.session, municipality).photos(case)


def blob(work: UnitOfWork, case: Case, number: int | None) -> str:
    """The blob of the photo that stands, or of an earlier one. `NotFound` when there is none, or none any more."""
    kept = case.photo_key
    if number is not None:
        kept = next((row.blob for row in of(work, case.municipality_id, case.id) if row.number == number), "")
    if not kept:
        raise NotFound("case.no_photo", "この申請には写真がありません。")
    return kept


def source(work: UnitOfWork, vault: Vault, case: Case) -> Source:
    """What may be cut anew."""
    rows = of(work, case.municipality_id, case.id)
    packet = next((row for row in reversed(rows) if row.origin is PhotoOrigin.PACKET), None)
    jpeg = vault.get(packet.blob if packet and packet.blob else blob(work, case, None))
    try:
        picture = opened(jpeg)
    except PhotoUnfit as error:
        raise Refused(error.code, "この写真は切り直せません。", status=422) from None
    usual = recrop.whole(*picture.size)
    stands = next((row for row in rows if row.blob == case.photo_key and row.origin is PhotoOrigin.CROP), None)
    frame = Frame.parse(stands.frame) if stands else None
    return Source(jpeg, *picture.size, frame or usual, cropped=frame is not None)


def cut(work: UnitOfWork, vault: Vault, case: Case, frame: Frame) -> OnlinePhoto:
    """The photo in a frame, not yet kept."""
    try:
        return recrop.cut(source(work, vault, case).jpeg, frame)
    except PhotoUnfit as error:
        raise recrop.FrameUnfit(error.code, "この枠では、決まりに合う写真になりません。") from None


def crop(work: UnitOfWork, vault: Vault, desk: Desk, frame: Frame) -> Case:
    """Let the photo in this frame stand. Whoever approved the earlier one has to look again."""
    case = service.read(work, desk.municipality, desk.case)
    made = cut(work, vault, case, frame)
    two = SecondPerson.PHOTO_CONFIRMED in _asked(work, case)
    changed = service.change(
        work, desk, lambda now: workflow.recrop(now, two_people=two, lead=desk.lead), detail=f"frame {frame}"
    )
    photo_rows.begin(work, changed)
    key = vault.put(made.jpeg, municipality=case.municipality_id, of=f"{case.id} {frame} {sha256_hex(made.jpeg)}")
    photo_rows.add(work, CasePhoto(
        municipality_id=case.municipality_id, case_id=case.id, number=0, origin=PhotoOrigin.CROP, blob=key,
        width=made.width, height=made.height, frame=str(frame), made_at=work.now, made_by=desk.by,
    ))  # fmt: skip
    changed.photo_key = key
    return changed


def restore(work: UnitOfWork, desk: Desk) -> Case:
    """Let the packet's own picture stand again."""
    rows = of(work, desk.municipality, desk.case)
    packet = next((row for row in reversed(rows) if row.origin is PhotoOrigin.PACKET and row.blob), None)
    if packet is None:
        raise NotFound("case.no_photo", "この申請には写真がありません。")
    changed = service.change(work, desk, lambda now: workflow.restore_photo(now, lead=desk.lead))
    changed.photo_key = packet.blob
    return changed


def _asked(work: UnitOfWork, case: Case) -> tuple[SecondPerson, ...]:
    return rules.in_force(work, case.municipality_id, rules.today(case.taken_at)).rules.office.second_person
