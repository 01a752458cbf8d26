"""The office's signed word about a device: is it still ours, and which of its packets does the office hold.

A kiosk erases itself on this word alone, never on an unsigned refusal, and only what the office says it holds: a packet
that lies nowhere else outlives even the revocation. A device once revoked or lost never becomes active again, so an old
statement played again says nothing untrue.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from schemas.canonical import Octets, Wire
from schemas.ids import DeviceId, KeyId, MunicipalityCode, PacketId

ASKED_LIMIT = 1000


class DeviceStanding(StrEnum):
    """`lost` and `revoked` mean the same for the device; the word tells people why."""

    ACTIVE = "active"
    REVOKED = "revoked"
    LOST = "lost"


class StatementRequest(Wire):
    """Signed like every request. `packets`: what the device has not been given a receipt for."""

    packets: tuple[PacketId, ...] = Field(default=(), max_length=ASKED_LIMIT)


class DeviceStatement(Wire):
    """Ed25519 by `office_key` over `signed_part`. `held`: of the packets asked about those the office keeps, received
    or in quarantine. `device_key`: the fingerprint of the key the device is known by."""

    version: Literal[1] = 1
    municipality: MunicipalityCode
    device: DeviceId
    device_key: KeyId
    standing: DeviceStanding
    at: AwareDatetime
    held: tuple[PacketId, ...] = Field(default=(), max_length=ASKED_LIMIT)
    office_key: KeyId
    signature: Octets = b""

    @property
    def signed_part(self) -> bytes:
        return b"demado device statement v1\x00" + self.canonical(without=frozenset({"signature"}))

    @property
    def ended(self) -> bool:
        return self.standing is not DeviceStanding.ACTIVE
