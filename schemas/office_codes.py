"""Every code with which the office refuses what an enrolled device asks or brings, by HTTP or stick: a closed list.

A code is stable for ever; a test compares the list with what the office's rooms can say. Screens have a sentence for
each. Codes of enrolment are not here: they are answered to somebody who holds a ticket, not to a device.
"""

from __future__ import annotations

from enum import StrEnum


class OfficeCode(StrEnum):
    """By what is wrong: the packet, the device, the request, a transfer in parts, the office itself, the visit."""

    PACKET_TRUNCATED = "packet.truncated"
    PACKET_TOO_LARGE = "packet.too_large"
    PACKET_NOT_A_PACKET = "packet.not_a_packet"
    PACKET_VERSION_UNKNOWN = "packet.version_unknown"
    PACKET_HEADER_INVALID = "packet.header_invalid"
    PACKET_HEADER_NOT_CANONICAL = "packet.header_not_canonical"
    PACKET_HEADER_TOO_LARGE = "packet.header_too_large"
    PACKET_SIGNATURE_INVALID = "packet.signature_invalid"
    PACKET_WRONG_DEVICE = "packet.wrong_device"
    PACKET_WRONG_MUNICIPALITY = "packet.wrong_municipality"
    PACKET_UNKNOWN_RECIPIENT_KEY = "packet.unknown_recipient_key"
    PACKET_SEQUENCE_CONFLICT = "packet.sequence_conflict"
    DEVICE_UNKNOWN = "device.unknown"
    DEVICE_REVOKED = "device.revoked"
    REQUEST_SIGNATURE_MISSING = "request.signature_missing"
    REQUEST_SIGNATURE_INVALID = "request.signature_invalid"
    REQUEST_SIGNATURE_EXPIRED = "request.signature_expired"
    REQUEST_REPLAYED = "request.replayed"
    REQUEST_DIGEST_MISMATCH = "request.digest_mismatch"
    REQUEST_TOO_LARGE = "request.too_large"
    REQUEST_MALFORMED = "request.malformed"
    REQUEST_FORBIDDEN = "request.forbidden"
    REQUEST_NOT_FOUND = "request.not_found"
    REQUEST_METHOD_NOT_ALLOWED = "request.method_not_allowed"
    UPLOAD_UNKNOWN = "upload.unknown"
    UPLOAD_BUSY = "upload.busy"
    UPLOAD_INCOMPLETE = "upload.incomplete"
    UPLOAD_OFFSET_CONFLICT = "upload.offset_conflict"
    UPLOAD_LENGTH_EXCEEDED = "upload.length_exceeded"
    UPLOAD_DAMAGED = "upload.damaged"
    UPLOAD_MEDIA_TYPE = "upload.media_type"
    UPLOAD_METADATA = "upload.metadata"
    UPLOAD_VERSION = "upload.version"
    OFFICE_UNAVAILABLE = "office.unavailable"
    OFFICE_FAULT = "office.fault"
    VISIT_NONE_ASSIGNED = "visit.none_assigned"
    BALANCE_MALFORMED = "balance.malformed"
    BALANCE_MISDIRECTED = "balance.misdirected"
    BALANCE_SIGNATURE_INVALID = "balance.signature_invalid"
