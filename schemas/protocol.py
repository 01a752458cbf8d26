"""The machine interface between kiosk and office: paths, limits, and what a signed request covers (RFC 9421)."""

from __future__ import annotations

from typing import Final

ENROL_PATH: Final = "/api/v1/devices/enrol"
PACKETS_PATH: Final = "/api/v1/packets"
BUNDLE_PATH: Final = "/api/v1/bundle"
STATEMENT_PATH: Final = "/api/v1/devices/statement"
BALANCE_PATH: Final = "/api/v1/balance"
HEALTH_PATH: Final = "/healthz"

# Every device request is signed with Ed25519; `keyid` is the DeviceId, `created` the kiosk's best estimate of the
# office's time, `nonce` fresh for each attempt. Bodies are covered by Content-Digest (RFC 9530).
SIGNATURE_LABEL: Final = "demado"
COVERED_COMPONENTS: Final = ("@method", "@path", "@query")
SIGNATURE_AGE_SECONDS: Final = 300
NONCE_BYTES: Final = 16

JSON_BODY_LIMIT: Final = 256 * 1024

# With the question for a bundle a kiosk tells which booked people have come: numbers with this between them. A question
# stays below the 8 KB that servers take by default.
CAME_BETWEEN: Final = "."
CAME_LIMIT: Final = 4000

# Packets over RESUMABLE_OVER bytes travel in parts and go on where the line broke: tus 1.0.0 (tus.io/protocols), the
# resource is UPLOADS_PATH/<packet id>. Every part is a signed request of its own, so that nothing unsigned is kept;
# `UPLOADS_PATH/<packet id>/receipt` then answers like PACKETS_PATH.
UPLOADS_PATH: Final = "/api/v1/uploads"
RESUMABLE_OVER: Final = 512 * 1024
PART_BYTES: Final = 128 * 1024
PART_MEDIA_TYPE: Final = "application/offset+octet-stream"
TUS_VERSION: Final = "1.0.0"
TUS_HEADER: Final = "tus-resumable"
OFFSET_HEADER: Final = "upload-offset"
LENGTH_HEADER: Final = "upload-length"
METADATA_HEADER: Final = "upload-metadata"
