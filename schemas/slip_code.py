"""The code on a slip (受付票): its number under the signature of the kiosk that gave it out (Ed25519, RFC 8032).

`DEMADO-SLIP.2.A1-0042-7.<key>.<signature>`: the device key's id and the signature in base 32 without padding, so that
the whole is in QR's alphanumeric set. It tells nothing else: no name, no day, no place. Who verifies it (the office, by
the key it enrolled) knows that the paper is one of the municipality's own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from schemas.errors import IdentifierInvalid
from schemas.ids import KeyId, SlipNumber

LONGEST: Final = 160
SIGNATURE_BYTES: Final = 64
_CODE = re.compile(r"(DEMADO-SLIP\.2\.([A-Z0-9]{2}-\d{4}-\d)\.([0-9A-F]{16}))\.([A-Z2-7]{103})", re.ASCII)


@dataclass(frozen=True)
class SlipCode:
    """A signed slip's code as it was scanned; nothing is known of the signature yet. `key`: whose it says it is."""

    slip: SlipNumber
    key: KeyId
    signature: bytes

    @classmethod
    def sign(cls, slip: SlipNumber, key: KeyId, sign: Callable[[bytes], bytes]) -> Self:
        return cls(slip, key, sign(_signed_part(slip, key)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `IdentifierInvalid`."""
        found = _CODE.fullmatch(text.strip().upper()) if len(text) <= LONGEST else None
        if found is None:
            raise IdentifierInvalid("slip_code.unreadable", "not the code of a slip")
        signature = base64.b32decode(found[4] + "=")
        code = cls(SlipNumber.parse(found[2]), KeyId.parse(found[3].lower()), signature)
        if code.text != found[0]:  # bits after the last byte
            raise IdentifierInvalid("slip_code.unreadable", "not the code of a slip")
        return code

    @property
    def signed_part(self) -> bytes:
        return _signed_part(self.slip, self.key)

    @property
    def text(self) -> str:
        written = base64.b32encode(self.signature).decode().rstrip("=")
        return f"DEMADO-SLIP.2.{self.slip}.{self.key.upper()}.{written}"


def _signed_part(slip: SlipNumber, key: KeyId) -> bytes:
    return f"demado slip v2\x00{slip}\x00{key}".encode()
