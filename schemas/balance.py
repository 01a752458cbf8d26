"""The closing balance of a device: both sides print it, and captured = received = erased must hold."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.canonical import Wire
from schemas.ids import DeviceId, PacketId, VisitId
from schemas.stamp import Stamp


class Balance(Wire):
    """Counts of one device, for one visit or over its life (`visit` None).

    captured: sealed and committed on the kiosk; received: the office has signed for it; erased: ciphertext gone
    from the kiosk; refused: in quarantine, still kept by the kiosk. `gaps`: sequence numbers the office misses.
    """

    side: Literal["kiosk", "office"]
    device: DeviceId
    visit: VisitId | None
    captured: int = Field(ge=0)
    received: int = Field(ge=0)
    erased: int = Field(ge=0)
    refused: int = Field(ge=0)
    head: PacketId | None = None
    gaps: tuple[int, ...] = ()
    at: Stamp

    @property
    def closed(self) -> bool:
        """True when nothing is left to carry: captured = received = erased, no refusal, no gap."""
        return self.captured == self.received == self.erased and not self.refused and not self.gaps
