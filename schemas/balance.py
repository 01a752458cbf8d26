"""The closing balance of a device: both sides sign it, and captured = received = erased must hold."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.canonical import Octets, Wire, sha256_hex
from schemas.ids import DeviceId, KeyId, MunicipalityCode, PacketId, SlipNumber, VisitId
from schemas.stamp import Stamp


class Balance(Wire):
    """Counts of one device, for one visit or over its life (`visit` None).

    captured: sealed and committed on the kiosk; received: the office has signed for it; erased: ciphertext gone
    from the kiosk – the office repeats what the kiosk has last stated under its signature, None before that; refused:
    in quarantine, still kept by the kiosk. `gaps`: sequence numbers the office misses.
    """

    side: Literal["kiosk", "office"]
    device: DeviceId
    visit: VisitId | None
    captured: int = Field(ge=0)
    received: int = Field(ge=0)
    erased: int | None = Field(ge=0)
    refused: int = Field(ge=0)
    head: PacketId | None = None
    gaps: tuple[int, ...] = ()
    at: Stamp

    @property
    def closed(self) -> bool:
        """True when nothing is left to carry: captured = received = erased, no refusal, no gap."""
        return self.captured == self.received == self.erased and not self.refused and not self.gaps

    @property
    def counts(self) -> tuple[int, int, int | None, int]:
        """What a later balance of the same visit is compared by."""
        return self.captured, self.received, self.erased, self.refused


class Gifts(Wire):
    """The gifts of one visit at one kiosk. `handed`: the slips in order, one entry a gift, each a sealed record (a
    family has several under one number); `counted`: how many the attendants counted at the end, for all kiosks of the
    venue; None: not counted here."""

    handed: tuple[SlipNumber, ...] = Field(default=(), max_length=9999)
    counted: int | None = Field(default=None, ge=0, le=9999)


class BalanceStatement(Wire):
    """One side's word under its signature: Ed25519 by the device's or the office's key `signer` over `signed_part`.

    `answers`: SHA-256 of the kiosk's signed statement which the office answers; None in the kiosk's own. `gifts`: the
    kiosk's, of one visit; None before the first.
    """

    version: Literal[1] = 1
    municipality: MunicipalityCode
    balance: Balance
    answers: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    gifts: Gifts | None = None
    signer: KeyId
    signature: Octets = b""

    @property
    def signed_part(self) -> bytes:
        return b"demado balance v1\x00" + self.canonical(without=frozenset({"signature"}))

    @property
    def digest(self) -> str:
        """What the other side's answer names."""
        return sha256_hex(self.canonical())


class ClosingBalance(Wire):
    """Both sides' words about one device and visit. The office's was made on reading the kiosk's."""

    kiosk: BalanceStatement
    office: BalanceStatement

    @property
    def closed(self) -> bool:
        """Both say the same, and nothing is left to carry."""
        kiosk, office = self.kiosk.balance, self.office.balance
        same = (office.received, office.erased) == (kiosk.captured, kiosk.erased)
        return kiosk.closed and same and not office.refused and not office.gaps
