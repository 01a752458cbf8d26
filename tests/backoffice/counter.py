"""A counter as the office sees one: real keys, sealed packets, signed requests. Faults are put in by its callers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519
from httpx2 import Response
from starlette.testclient import TestClient

from schemas.enrolment import EnrolmentGrant, EnrolmentRequest
from schemas.ids import DeviceId, KeyId, MunicipalityCode, PacketId, RecordId, VisitId
from schemas.intake import IntakeRecord
from schemas.packet import MAGIC, MEDIA_TYPE, VERSION, Packet, PacketHeader, Suite, signed_part
from schemas.protocol import COVERED_COMPONENTS, ENROL_PATH, PACKETS_PATH, SIGNATURE_LABEL
from schemas.stamp import Stamp
from schemas.visit import RecipientKey
from tests.factories import FUKUSHIMA, intake_record, uuid7

_nonces = count(1)
_SUITES = {
    Suite.MLKEM768_X25519_AES256GCM: hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
    Suite.X25519_AES256GCM: hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
}


@dataclass
class Message:
    """What the signature library reads and writes headers of."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass
class Counter:
    """An enrolled device. `now` dates its requests; the chain goes on with every packet sealed."""

    client: TestClient
    recipient: RecipientKey
    now: Callable[[], datetime]
    device: DeviceId = field(default_factory=lambda: uuid7(DeviceId, next(_nonces) + 9000))
    municipality: MunicipalityCode = FUKUSHIMA
    visit: VisitId = field(default_factory=lambda: uuid7(VisitId, 1))
    name: str = "A1"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    sequence: int = 0
    previous: PacketId | None = None

    def enrol(self, code: str, **changes: Any) -> Response:
        """Send an enrolment request and become what the grant says."""
        asked = EnrolmentRequest(code=code, name=self.name, public_key=self.key.public_key().public_bytes_raw())
        answer = self.client.post(
            ENROL_PATH,
            content=asked.model_copy(update=changes).canonical(),
            headers={"content-type": "application/json"},
        )
        if answer.is_success:
            grant = EnrolmentGrant.model_validate_json(answer.content)
            self.device, self.municipality = grant.device, grant.municipality
        return answer

    def record(self, **changes: Any) -> IntakeRecord:
        own = {"device": self.device, "municipality": self.municipality, "visit": self.visit}
        return intake_record(**{**own, **changes})

    def seal(
        self, record: IntakeRecord | None = None, *, photo: bytes | None = None, payload: bytes | None = None
    ) -> bytes:
        """The next packet of the chain. `payload` replaces the ZIP."""
        record = record or self.record(photo=photo)
        frame = self.frame(self.header(record.record), payload if payload is not None else zipped(record, photo))
        self.sequence += 1
        self.previous = PacketId(sha256(frame).hexdigest())
        return frame

    def header(self, record: RecordId, **changes: Any) -> PacketHeader:
        header = PacketHeader(
            suite=self.recipient.suite,
            recipient_key=self.recipient.key,
            municipality=self.municipality,
            device=self.device,
            visit=self.visit,
            sequence=self.sequence + 1,
            previous=self.previous,
            record=record,
            sealed=Stamp(at=self.now()),
        )
        return header.model_copy(update=changes)

    def frame(self, header: PacketHeader, payload: bytes, *, key: Ed25519PrivateKey | None = None) -> bytes:
        """Seal and sign exactly this."""
        head = header.canonical()
        sealed = _SUITES[self.recipient.suite].encrypt(payload, _public(self.recipient), info=head)
        signature = (key or self.key).sign(signed_part(head, sealed))
        prefix = MAGIC + bytes([VERSION]) + len(head).to_bytes(4, "big")
        return prefix + head + sealed + signature

    def signed(self, method: str, path: str, body: bytes | None = None, **changes: Any) -> Message:
        """A signed request; `changes`: key, keyid, created, nonce, covered, expires, headers."""
        own = {} if body is None else {"content-type": MEDIA_TYPE}
        message = Message(method, f"https://office{path}", {**own, **changes.get("headers", {})})
        keyid = changes.get("keyid", str(self.device))
        signer = HTTPMessageSigner(
            signature_algorithm=ED25519,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={keyid: changes.get("key", self.key)}),
        )
        signer.sign(
            message,
            key_id=keyid,
            created=changes.get("created", self.now()),
            expires=changes.get("expires"),
            nonce=changes.get("nonce", f"nonce-{next(_nonces):08d}"),
            label=changes.get("label", SIGNATURE_LABEL),
            include_alg=False,
            covered_component_ids=changes.get("covered", COVERED_COMPONENTS),
            body=body,
        )
        return message

    def get(self, path: str, **changes: Any) -> Response:
        return self.client.get(path, headers=self.signed("GET", path, **changes).headers)

    def send(self, frame: bytes, **changes: Any) -> Response:
        """Post a frame, freshly signed."""
        message = self.signed("POST", PACKETS_PATH, frame, **changes)
        return self.client.post(PACKETS_PATH, content=frame, headers=message.headers)


def zipped(record: IntakeRecord, photo: bytes | None = None, **others: bytes) -> bytes:
    """The payload as a kiosk makes it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("record.json", record.canonical())
        for name, content in ({"photo.jpg": photo} if photo is not None else {}).items() | others.items():
            archive.writestr(name, content)
    return file.getvalue()


def packet_id(frame: bytes) -> PacketId:
    return Packet.parse(frame).packet_id


def foreign_key() -> KeyId:
    """A key id no office here has announced."""
    return KeyId("f" * 16)


def _public(recipient: RecipientKey) -> X25519PublicKey | hpke.MLKEM768X25519PublicKey:
    x25519 = X25519PublicKey.from_public_bytes(recipient.public[-32:])
    if recipient.suite is Suite.X25519_AES256GCM:
        return x25519
    return hpke.MLKEM768X25519PublicKey(MLKEM768PublicKey.from_public_bytes(recipient.public[:1184]), x25519)
