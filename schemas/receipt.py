"""The office's signed answer for one packet. The kiosk erases only against a verified receipt."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from schemas.canonical import Octets, Wire
from schemas.ids import DeviceId, KeyId, MunicipalityCode, PacketId, RecordId

_CONTEXT = b"demado receipt v1\x00"


class Receipt(Wire):
    """Given after the office's commit; the same packet gets the same receipt again. Ed25519 over `signed_part`."""

    version: Literal[1] = 1
    municipality: MunicipalityCode
    device: DeviceId
    record: RecordId
    packet: PacketId
    sequence: int = Field(ge=1)
    received_at: AwareDatetime
    office_key: KeyId
    signature: Octets = b""

    @property
    def signed_part(self) -> bytes:
        return _CONTEXT + self.canonical(without=frozenset({"signature"}))
