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
