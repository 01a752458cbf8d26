"""The USB courier's file: packets carried by hand, and the receipts that go back the same way.

`<anything>.demado-usb` is an uncompressed tar (POSIX ustar): first `manifest.json` (canonical JSON of a UsbManifest,
signed by the device's key), then one `packets/<packet id>.demado` an entry, oldest first. Manifest first: a file cut
short can still name what is missing. The answer `<the same>.receipts.json` is a UsbReceipts, signed by the office.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.canonical import Octets, Wire
from schemas.ids import DeviceId, KeyId, MunicipalityCode, PacketId
from schemas.receipt import Receipt
from schemas.stamp import Stamp

MANIFEST_NAME = "manifest.json"
MANIFEST_LIMIT = 16 * 1024 * 1024
ENTRIES_LIMIT = 100_000
SUFFIX = ".demado-usb"
RECEIPTS_SUFFIX = ".receipts.json"


def entry_name(packet: PacketId) -> str:
    """The name of a packet's frame in the tar."""
    return f"packets/{packet}.demado"


class UsbEntry(Wire):
    """One packet in the file; `size`: bytes of its frame."""

    packet: PacketId
    sequence: int = Field(ge=1, lt=2**53)
    size: int = Field(ge=1, le=16 * 1024 * 1024)


class UsbManifest(Wire):
    """What the file holds. Ed25519 by the device's key over `signed_part`."""

    format: Literal[1] = 1
    municipality: MunicipalityCode
    device: DeviceId
    created: Stamp
    entries: tuple[UsbEntry, ...] = Field(max_length=ENTRIES_LIMIT)
    signature: Octets = b""

    @model_validator(mode="after")
    def _no_packet_twice(self) -> Self:
        if len({entry.packet for entry in self.entries}) != len(self.entries):
            raise ValueError("a packet stands in the manifest twice")
        return self

    @property
    def signed_part(self) -> bytes:
        return b"demado usb manifest v1\x00" + self.canonical(without=frozenset({"signature"}))


class UsbRefusal(Wire):
    """A packet of the file that the office refused and keeps in quarantine."""

    packet: PacketId
    code: str = Field(pattern=r"^[a-z0-9_.]+$", max_length=80)


class UsbReceipts(Wire):
    """The office's answer to a file. Each receipt carries its own signature, and `signature` – Ed25519 by the office's
    key `office_key` over `signed_part` – covers the refusals with them: without it nothing of the file is believed."""

    format: Literal[1] = 1
    device: DeviceId
    receipts: tuple[Receipt, ...]
    refused: tuple[UsbRefusal, ...] = ()
    office_key: KeyId | None = None
    signature: Octets = b""

    @property
    def signed_part(self) -> bytes:
        return b"demado usb receipts v1\x00" + self.canonical(without=frozenset({"signature"}))
