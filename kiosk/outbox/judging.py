"""What a refusal of the office is about: this device, the way the request came, or the packet in it."""

from __future__ import annotations

from kiosk.errors import UplinkRefused

REVOKED = "device.revoked"


def concerns_device(refusal: UplinkRefused) -> bool:
    """The office does not know us (restored from a backup, another installation): no packet is to blame."""
    return refusal.code in ("device.unknown", "request.signature_invalid", "request.signature_missing")


def concerns_transport(refusal: UplinkRefused) -> bool:
    """The request was spoilt on the way or dated wrongly; the packet in it was not judged."""
    return refusal.code.startswith(("request.", "upload.")) and refusal.code != "request.too_large"
