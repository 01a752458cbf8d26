"""Device enrolment: a one-time code from the console, keys made on the device, the office's key pinned by the QR."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import AwareDatetime, Field

from schemas.canonical import Octets, Wire
from schemas.errors import IdentifierInvalid
from schemas.ids import DeviceId, KeyId, MunicipalityCode

_TICKET = re.compile(r"DEMADO-ENROL\.1\.([A-Za-z0-9_-]+)\.([A-Z2-7]{16})\.([0-9a-f]{16})")


@dataclass(frozen=True)
class EnrolmentTicket:
    """What the console's QR says: where the office is, the one-time code, the office's signing key to expect."""

    office_url: str
    code: str
    office_key: KeyId

    def __str__(self) -> str:
        url = base64.urlsafe_b64encode(self.office_url.encode()).rstrip(b"=").decode()
        return f"DEMADO-ENROL.1.{url}.{self.code}.{self.office_key}"

    @classmethod
    def parse(cls, text: str) -> Self:
        found = _TICKET.fullmatch(text.strip())
        if not found:
            raise IdentifierInvalid("enrolment.ticket_invalid", "not an enrolment code of Demado")
        try:
            url = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise IdentifierInvalid("enrolment.ticket_invalid", "office address unreadable") from error
        if not url.startswith(("https://", "http://")):
            raise IdentifierInvalid("enrolment.ticket_invalid", "office address is not http(s)")
        return cls(url, found[2], KeyId.parse(found[3]))


class EnrolmentRequest(Wire):
    """Sent once by the device. `public_key`: raw Ed25519 public key, 32 bytes."""

    code: str = Field(pattern=r"^[A-Z2-7]{16}$")
    name: str = Field(min_length=1, max_length=80)
    public_key: Octets = Field(min_length=32, max_length=32)


class EnrolmentGrant(Wire):
    """The office's answer, signed by the key whose id stood in the ticket (Ed25519 over `signed_part`).

    `counter`: the two characters that begin this device's slip numbers.
    """

    version: Literal[1] = 1
    municipality: MunicipalityCode
    device: DeviceId
    counter: str = Field(pattern=r"^[A-Z0-9]{2}$")
    device_key: KeyId
    office_public_key: Octets = Field(min_length=32, max_length=32)
    issued_at: AwareDatetime
    signature: Octets = b""

    @property
    def signed_part(self) -> bytes:
        return b"demado enrolment v1\x00" + self.canonical(without=frozenset({"signature"}))
