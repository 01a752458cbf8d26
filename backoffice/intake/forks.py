"""A person's way out for packets in quarantine: one under a number that is taken (a disk was copied, and both machines
served people), and those of a device that was ended too early or was found again.

Never by itself. Only a packet that the device's own key has signed, and that lies in quarantine for one of these two
reasons, can be accepted; it gets a receipt for its own id, so the kiosk's next try is answered and erases.
"""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.audit import service as audit
from backoffice.devices import service as devices
from backoffice.devices.service import EnrolledDevice
from backoffice.intake.repository import PacketRepository, QuarantineRepository
from backoffice.intake.service import ACCEPTABLE, Intake, checked
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.canonical import sha256_hex
from schemas.ids import DeviceId, MunicipalityCode, PacketId, contains_my_number
from schemas.receipt import Receipt

_REASON_LIMIT = 200


@dataclass(frozen=True)
class Accepted:
    """`new`: False when it had been accepted, or received, before."""

    receipt: Receipt
    new: bool


def accept(
    work: UnitOfWork,
    intake: Intake,
    municipality: MunicipalityCode,
    packet: PacketId,
    *,
    actor: str,
    reason: str,
    device: DeviceId | None = None,
) -> Accepted:
    """Receive a refused packet, beside the device's chain where its number is taken; audited with who and why.
    `device`: only one of this device. Accepting again gives the same receipt. Raises `NotFound`, `Refused`,
    `Unavailable`."""
    why = _reason(reason)
    quarantine = QuarantineRepository(work.session, municipality)
    rows = (quarantine.get(packet, refused, lock=True) for refused in ACCEPTABLE)
    held = next((row for row in rows if row is not None), None)
    if held is None or held.device_id is None or device not in (None, held.device_id):
        raise NotFound("quarantine.not_found", "受け入れられる隔離データが見つかりません。")
    sender = _sender(work, municipality, DeviceId(held.device_id))
    repository = PacketRepository(work.session, municipality)
    if known := repository.get(packet):
        return Accepted(Receipt.model_validate_json(known.receipt), new=False)
    frame = intake.blobs.get(held.blob)
    if sha256_hex(frame) != packet:
        raise Refused("quarantine.damaged", "隔離データの内容が届いたときと違います。", status=409)
    sealed = checked(frame, sender, intake.signing)
    number = sealed.header.sequence
    receipt = intake.sign_for(work, sealed, frame, fork=repository.at(sender.id, number) is not None)
    if receipt is None:
        raise Refused("quarantine.accepted_meanwhile", "同時に受け入れられました。確かめてください。", status=409)
    audit.write(
        work, municipality=municipality, actor=actor, action="packet.accepted", subject=f"packet:{packet[:16]}",
        detail=f"sequence {number}: {why}",
    )  # fmt: skip
    return Accepted(receipt, new=True)


def _reason(text: str) -> str:
    """On one line. Raises `Refused` when it is empty, too long or holds what may be a 個人番号."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not plain or len(plain) > _REASON_LIMIT or contains_my_number(plain):
        raise Refused(
            "quarantine.reason_invalid", "受け入れる理由を200字までで書いてください。個人番号は書けません。", status=422
        )
    return plain


def _sender(work: UnitOfWork, municipality: MunicipalityCode, device: DeviceId) -> EnrolledDevice:
    found = devices.find(work, device)
    if found is None or found.municipality != municipality:
        raise NotFound("quarantine.not_found", "受け入れられる隔離データが見つかりません。")
    return found
