"""Closing balances: the device states what it captured and erased, the office answers, both under their signatures.

Only the kiosk knows what it has erased, and only its statement tells of packets captured after the last one received.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from backoffice.audit import service as audit
from backoffice.devices.service import EnrolledDevice
from backoffice.intake.models import ClosingBalance as Row
from backoffice.intake.repository import ClosingRepository
from backoffice.kit.errors import Refused
from backoffice.kit.hpke import key_id_of
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.balance import Balance, BalanceStatement, ClosingBalance
from schemas.canonical import places
from schemas.ids import DeviceId, VisitId

_WHOLE_LIFE = ""


def read_statement(body: bytes, device: EnrolledDevice, *, visit: VisitId | None) -> BalanceStatement:
    """The device's own statement about that visit, signed by its key. Raises `Refused`."""
    try:
        stated = BalanceStatement.model_validate_json(body)
    except ValidationError as error:
        raise Refused("balance.malformed", f"収支の形式が正しくありません（{places(error)}）。", status=422) from None
    own = (stated.municipality, stated.balance.side, stated.balance.device, stated.balance.visit)
    if own != (device.municipality, "kiosk", device.id, visit) or stated.signer != key_id_of(device.public_key):
        raise Refused("balance.misdirected", "ほかの端末または訪問の収支です。", status=422)
    try:
        Ed25519PublicKey.from_public_bytes(device.public_key).verify(stated.signature, stated.signed_part)
    except InvalidSignature:
        raise Refused("balance.signature_invalid", "収支の署名を確認できません。", status=422) from None
    return stated


def answer(work: UnitOfWork, stated: BalanceStatement, own: Balance, *, signing: SigningKeys) -> ClosingBalance:
    """Sign the office's side and keep both. A balance that closes, or opens again, stands in the audit log."""
    key = signing.current(work.now).key
    said = BalanceStatement(municipality=stated.municipality, balance=own, answers=stated.digest, signer=key)
    said = said.model_copy(update={"signature": signing.sign(said.signed_part, key=key)})
    closing = ClosingBalance(kiosk=stated, office=said)
    repository = ClosingRepository(work.session, stated.municipality)
    device, visit = stated.balance.device, stated.balance.visit or _WHOLE_LIFE
    known = repository.get(device, visit, lock=True)
    if closing.closed != (known.closed if known else False):
        audit.write(
            work, municipality=stated.municipality, actor=f"device:{device}", subject=f"device:{device}",
            action="balance.closed" if closing.closed else "balance.reopened",
            detail=f"visit {visit or '-'}: {stated.balance.captured}",
        )  # fmt: skip
    row = Row(
        municipality_id=stated.municipality, device_id=device, visit_id=visit, signed_at=work.now,
        closing=closing.canonical().decode(), closed=closing.closed,
    )  # fmt: skip
    repository.put(row)
    return closing


def of(work: UnitOfWork, municipality: str, device: DeviceId, *, visit: VisitId | None = None) -> ClosingBalance | None:
    """The newest one about a visit, or about the device's whole life."""
    row = ClosingRepository(work.session, municipality).get(device, visit or _WHOLE_LIFE)
    return ClosingBalance.model_validate_json(row.closing) if row else None


def of_device(work: UnitOfWork, municipality: str, device: DeviceId) -> dict[VisitId | None, ClosingBalance]:
    """The newest one of every visit, None for the device's whole life."""
    rows = ClosingRepository(work.session, municipality).of_device(device)
    return {
        VisitId(row.visit_id) if row.visit_id else None: ClosingBalance.model_validate_json(row.closing) for row in rows
    }
