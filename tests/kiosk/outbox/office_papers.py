"""What the office of the tests writes and signs: tickets, bundles, receipts, its time and its word on a device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kiosk.outbox.keys import key_id
from schemas.balance import Balance
from schemas.bundle import SignedBundle
from schemas.device_life import DeviceStanding, DeviceStatement
from schemas.enrolment import EnrolmentTicket
from schemas.ids import DeviceId, PacketId, VisitId
from schemas.language import Wording
from schemas.office_time import OfficeTime
from schemas.packet import Packet
from schemas.receipt import Receipt
from schemas.rules import default_rules
from schemas.stamp import Stamp
from schemas.usb import UsbReceipts
from schemas.visit import Municipality, Place, VisitBundle
from tests.factories import FUKUSHIMA, uuid7
from tests.kiosk.outbox.office_keys import CODE, SealKey, SigningKey


@dataclass
class Device:
    """An enrolled device and what came from it."""

    id: DeviceId
    public: bytes
    bundle: VisitBundle | None = None
    packets: dict[int, bytes] = field(default_factory=dict)
    receipts: dict[int, Receipt] = field(default_factory=dict)
    standing: DeviceStanding = DeviceStanding.ACTIVE


class OfficePapers:
    """What an office writes and signs. `now` may be set."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.signing = SigningKey()
        self.sealing = SealKey()
        self.visit = uuid7(VisitId, 1)

    def ticket(self, url: str, code: str = CODE) -> EnrolmentTicket:
        return EnrolmentTicket(url, code, self.signing.public.key)

    def bundle(self, device: DeviceId, *, version: int = 1, **changes: Any) -> VisitBundle:
        fukushima = Municipality(code=FUKUSHIMA, name=Wording(ja="福島市"))
        values: dict[str, Any] = {
            "version": version, "issued_at": self.now(), "device": device, "municipality": fukushima,
            "visit": self.visit, "title": Wording(ja="消防本部での出張申請受付"), "organisation": "見本消防本部",
            "places": (Place(name=Wording(ja="会議室")),), "contact": "024-000-0000", "rules": default_rules(),
            "municipalities": (fukushima,), "attendants": (), "recipient_keys": (self.sealing.public,),
            "office_keys": (self.signing.public,),
        }  # fmt: skip
        return VisitBundle.model_validate({**values, **changes})

    def sign_bundle(self, bundle: VisitBundle, *, by: SigningKey | None = None) -> SignedBundle:
        key = by or self.signing
        unsigned = SignedBundle.unsigned(bundle, key.public.key)
        return unsigned.model_copy(update={"signature": key.private.sign(unsigned.signed_part())})

    def sign_receipts(self, answer: UsbReceipts) -> UsbReceipts:
        """A receipts file as the office gives it back."""
        answer = answer.model_copy(update={"office_key": self.signing.public.key})
        return answer.model_copy(update={"signature": self.signing.private.sign(answer.signed_part)})

    def receipt(self, packet: Packet, /, **changes: Any) -> Receipt:
        header = packet.header
        unsigned = Receipt(
            municipality=header.municipality, device=header.device, record=header.record, packet=packet.packet_id,
            sequence=header.sequence, received_at=self.now(), office_key=self.signing.public.key,
        ).model_copy(update=changes)  # fmt: skip
        return unsigned.model_copy(update={"signature": self.signing.private.sign(unsigned.signed_part)})

    def time(self, nonce: str, *, by: SigningKey | None = None) -> OfficeTime:
        key = by or self.signing
        unsigned = OfficeTime(at=self.now(), nonce=nonce, office_key=key.public.key)
        return unsigned.model_copy(update={"signature": key.private.sign(unsigned.signed_part)})

    def balance(self, device: Device) -> Balance:
        received = sorted(device.packets)
        last = received[-1] if received else 0
        return Balance(
            side="office", device=device.id, visit=None, captured=last, received=len(received), erased=None, refused=0,
            head=PacketId(Packet.parse(device.packets[last]).packet_id) if last else None,
            gaps=tuple(sorted(set(range(1, last)) - set(received))), at=Stamp(at=self.now(), uncertainty_ms=0),
        )  # fmt: skip

    def statement(self, device: Device, *, by: SigningKey | None = None, **changes: Any) -> DeviceStatement:
        key = by or self.signing
        unsigned = DeviceStatement(
            municipality=FUKUSHIMA, device=device.id, device_key=key_id(device.public), standing=device.standing,
            at=self.now(), office_key=key.public.key,
        ).model_copy(update=changes)  # fmt: skip
        return unsigned.model_copy(update={"signature": key.private.sign(unsigned.signed_part)})
