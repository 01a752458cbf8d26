"""Devices: enrolled by a one-time code, moved from visit to visit, ended when lost or retired."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backoffice.audit import service as audit
from backoffice.devices import vitals
from backoffice.devices.models import Device, DeviceState, EnrolmentCode, RequestNonce
from backoffice.devices.repository import DeviceRepository
from backoffice.devices.vitals import Vitals
from backoffice.kit.errors import NotFound, Refused, Unavailable
from backoffice.kit.hpke import key_id_of
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.enrolment import EnrolmentGrant, EnrolmentRequest, EnrolmentTicket
from schemas.ids import DeviceId, KeyId, MunicipalityCode, Uuid7, VisitId
from schemas.slip_code import SlipCode

__all__ = [
    "DeviceState",
    "EnrolledDevice",
    "Report",
    "Ticket",
    "assign",
    "claim_nonce",
    "devices",
    "end",
    "enrol",
    "find",
    "forget_nonces",
    "issue_ticket",
    "rename",
    "report",
    "seen",
]  # fmt: skip

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # I and O look like figures
_SEEN_EVERY = timedelta(seconds=30)


class CodeId(Uuid7):
    """One enrolment code."""


@dataclass(frozen=True)
class Report:
    """What a device said of itself: packets sealed in its life, and of them still to carry. `attends`: the visit it
    told the arrivals of."""

    sealed: int
    unsent: int
    at: datetime
    vitals: Vitals = field(default_factory=Vitals)
    attends: VisitId | None = None


@dataclass(frozen=True)
class EnrolledDevice:
    """A device as the other rooms see it. `public_key`: raw Ed25519, 32 bytes."""

    municipality: MunicipalityCode
    id: DeviceId
    name: str
    counter: str
    public_key: bytes
    state: DeviceState
    visit: VisitId | None
    enrolled_at: datetime
    last_seen_at: datetime | None
    ended_at: datetime | None
    report: Report | None = None
    told_at: datetime | None = None
    place: str | None = None
    asset: str = ""
    note: str = ""

    @property
    def active(self) -> bool:
        return self.state is DeviceState.ACTIVE


@dataclass(frozen=True)
class Ticket:
    """A fresh enrolment ticket. It is shown once: the office keeps only the code's hash."""

    ticket: EnrolmentTicket
    expires_at: datetime


def issue_ticket(
    work: UnitOfWork,
    municipality: MunicipalityCode,
    *,
    signing: SigningKeys,
    office_url: str,
    minutes: int,
    actor: str,
    visit: VisitId | None = None,
) -> Ticket:
    """A one-time code for one device, with the office's key to expect. `visit`: where the device will work."""
    code = base64.b32encode(work.randomness(10)).decode()
    key = signing.current(work.now).key
    expires_at = work.now + timedelta(minutes=minutes)
    row = EnrolmentCode(
        municipality_id=municipality, id=work.new_id(CodeId), code_sha256=_hashed(code), visit_id=visit,
        office_key=key, created_by=actor, created_at=work.now, expires_at=expires_at,
    )  # fmt: skip
    DeviceRepository(work.session).add_code(row)
    audit.write(work, municipality=municipality, actor=actor, action="device.ticket_issued", subject=f"code:{row.id}")
    return Ticket(EnrolmentTicket(office_url, code, key), expires_at)


def enrol(work: UnitOfWork, request: EnrolmentRequest, *, signing: SigningKeys) -> EnrolmentGrant:
    """Turn a one-time code into a device. The same device asking again (its answer got lost) gets the same device."""
    repository = DeviceRepository(work.session)
    code = repository.code(_hashed(request.code))
    if code is None:
        raise NotFound("enrolment.code_unknown", "この登録コードは知られていません。")
    if code.used_at is not None:
        return _granted_again(work, code, request, signing=signing)
    if code.expires_at < work.now:
        raise Refused("enrolment.code_expired", "登録コードの有効期限が切れています。", status=410)
    device = _new_device(work, repository, code, request)
    code.used_at, code.device_id = work.now, device.id
    audit.write(
        work, municipality=device.municipality_id, actor=code.created_by, action="device.enrolled",
        subject=f"device:{device.id}", detail=f"counter {device.counter}",
    )  # fmt: skip
    return _grant(device, KeyId(code.office_key), signing=signing, now=work.now)


def find(work: UnitOfWork, device: DeviceId) -> EnrolledDevice | None:
    """The device of a signed request, active or not."""
    found = DeviceRepository(work.session).by_id(device)
    return _seen_from_outside(found) if found else None


def gave_out(work: UnitOfWork, municipality: MunicipalityCode, code: SlipCode) -> EnrolledDevice | None:
    """The device that gave out this slip, ended ones too; None when no device of the municipality signed it."""
    for row in DeviceRepository(work.session).all(municipality):
        if key_id_of(row.public_key) == code.key and code.slip.startswith(row.counter):
            try:
                Ed25519PublicKey.from_public_bytes(row.public_key).verify(code.signature, code.signed_part)
            except InvalidSignature:
                return None
            return _seen_from_outside(row)
    return None


def claim_nonce(work: UnitOfWork, device: EnrolledDevice, nonce: str, *, keep: timedelta) -> bool:
    """Remember a nonce for a while; False when it was used before."""
    return DeviceRepository(work.session).add_nonce(
        RequestNonce(municipality_id=device.municipality, device_id=device.id, nonce=nonce, expires_at=work.now + keep)
    )


def forget_nonces(work: UnitOfWork) -> None:
    """Drop nonces whose requests would be too old anyway."""
    DeviceRepository(work.session).forget_nonces(work.now)


def seen(work: UnitOfWork, device: EnrolledDevice) -> None:
    """Note that a device was heard, at most twice a minute."""
    if device.last_seen_at is None or device.last_seen_at + _SEEN_EVERY < work.now:
        _row(work, device.municipality, device.id).last_seen_at = work.now


def report(
    work: UnitOfWork, device: EnrolledDevice, *, sealed: int, unsent: int, machine: Vitals | None = None,
    attends: VisitId | None = None,
) -> None:  # fmt: skip
    """Note how many packets a device says it has sealed in its life and has still to carry, how its machine is, and of
    which visit it told who has come."""
    row = _row(work, device.municipality, device.id)
    told = (row.reported_sealed, row.reported_unsent, row.attends)
    if machine is not None:
        vitals.note(row, machine)
    row.attends = attends
    if told != (sealed, unsent, attends) or row.reported_at is None or row.reported_at + _SEEN_EVERY < work.now:
        row.reported_sealed, row.reported_unsent, row.reported_at = sealed, unsent, work.now


def devices(work: UnitOfWork, municipality: MunicipalityCode) -> list[EnrolledDevice]:
    return [_seen_from_outside(row) for row in DeviceRepository(work.session).all(municipality)]


def rename(work: UnitOfWork, municipality: MunicipalityCode, device: DeviceId, *, name: str, actor: str) -> None:
    _row(work, municipality, device).name = _printable(name)[:80]
    audit.write(work, municipality=municipality, actor=actor, action="device.renamed", subject=f"device:{device}")


def assign(
    work: UnitOfWork, municipality: MunicipalityCode, device: DeviceId, *, visit: VisitId | None, actor: str
) -> None:
    """Send a device to a visit, or take it from one. It learns so with its next bundle."""
    row = _row(work, municipality, device)
    if row.visit_id != visit:
        row.place_id = None
    row.visit_id = visit
    audit.write(
        work, municipality=municipality, actor=actor, action="device.assigned", subject=f"device:{device}",
        detail=f"visit {visit or '-'}",
    )  # fmt: skip


def end(work: UnitOfWork, municipality: MunicipalityCode, device: DeviceId, *, lost: bool = False, actor: str) -> None:
    """Revoke a device, or report it lost: from now on its requests are refused and its packets go to quarantine."""
    row = _row(work, municipality, device)
    if row.state is not DeviceState.ACTIVE:
        raise Refused("device.ended_already", "この端末はすでに失効しています。", status=409)
    row.state = DeviceState.LOST if lost else DeviceState.REVOKED
    row.ended_at = work.now
    audit.write(
        work, municipality=municipality, actor=actor, action=f"device.{row.state.value}", subject=f"device:{device}"
    )


def _new_device(
    work: UnitOfWork, repository: DeviceRepository, code: EnrolmentCode, request: EnrolmentRequest
) -> Device:
    taken = repository.counters(code.municipality_id)
    counter = next((counter for counter in _counters() if counter not in taken), None)
    if counter is None:
        raise Refused("enrolment.counters_exhausted", "端末の窓口番号が足りません。", status=409)
    device = Device(
        municipality_id=code.municipality_id, id=work.new_id(DeviceId), name=_printable(request.name), counter=counter,
        public_key=request.public_key, visit_id=code.visit_id, enrolled_at=work.now,
    )  # fmt: skip
    if not repository.add(device):
        raise Unavailable("office.unavailable", "同時に登録が行われました。もう一度お試しください。")
    return device


def _granted_again(
    work: UnitOfWork, code: EnrolmentCode, request: EnrolmentRequest, *, signing: SigningKeys
) -> EnrolmentGrant:
    device = DeviceRepository(work.session).get(code.municipality_id, code.device_id or "")
    if device is None or device.public_key != request.public_key:
        raise Refused("enrolment.code_used", "この登録コードはすでに使われています。", status=409)
    return _grant(device, KeyId(code.office_key), signing=signing, now=work.now)


def _grant(device: Device, key: KeyId, *, signing: SigningKeys, now: datetime) -> EnrolmentGrant:
    public = next(known.public for known in signing.office_keys() if known.key == key)
    grant = EnrolmentGrant(
        municipality=MunicipalityCode(device.municipality_id), device=DeviceId(device.id), counter=device.counter,
        device_key=key_id_of(device.public_key), office_public_key=public, issued_at=now,
    )  # fmt: skip
    return grant.model_copy(update={"signature": signing.sign(grant.signed_part, key=key)})


def _counters() -> Iterator[str]:
    """A1 … A9, B1 … Z9, then AA … ZZ: the two characters that begin slip numbers."""
    yield from (f"{letter}{figure}" for letter in _LETTERS for figure in range(1, 10))
    yield from (first + second for first in _LETTERS for second in _LETTERS)


def _printable(name: str) -> str:
    """Without control characters: PostgreSQL refuses NUL, and a name stands on one line."""
    return "".join(letter for letter in name if letter.isprintable()) or "-"


def _hashed(code: str) -> str:
    return sha256(b"demado enrolment code\x00" + code.encode()).hexdigest()


def _row(work: UnitOfWork, municipality: str, device: str) -> Device:
    row = DeviceRepository(work.session).get(municipality, device)
    if row is None:
        raise NotFound("device.not_found", "端末が見つかりません。")
    return row


def _report_of(row: Device) -> Report | None:
    if row.reported_at is None:
        return None
    return Report(
        row.reported_sealed or 0, row.reported_unsent or 0, row.reported_at, vitals.of(row),
        VisitId(row.attends) if row.attends else None,
    )  # fmt: skip


def _seen_from_outside(row: Device) -> EnrolledDevice:
    return EnrolledDevice(
        MunicipalityCode(row.municipality_id), DeviceId(row.id), row.name, row.counter, row.public_key, row.state,
        VisitId(row.visit_id) if row.visit_id else None, row.enrolled_at, row.last_seen_at, row.ended_at,
        _report_of(row), row.told_at, row.place_id, row.asset, row.note,
    )  # fmt: skip
