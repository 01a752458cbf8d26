"""The office's signed time: what lets a kiosk know the hour without believing its own clock.

An office may add it to any answer to a signed request, in the header `TIME_HEADER`, as base64url of the canonical JSON.
The nonce is that of the request's signature (RFC 9421), so an old answer cannot be played again.
"""

from __future__ import annotations

import base64
import binascii
from typing import Literal, Self

from pydantic import AwareDatetime, Field, ValidationError

from schemas.canonical import Octets, Wire
from schemas.errors import IdentifierInvalid
from schemas.ids import KeyId

TIME_HEADER = "demado-time"
_LIMIT = 2048


class OfficeTime(Wire):
    """The office's clock at the moment of answering. Ed25519 by `office_key` over `signed_part`."""

    version: Literal[1] = 1
    at: AwareDatetime
    nonce: str = Field(min_length=8, max_length=64)
    office_key: KeyId
    signature: Octets = b""

    @property
    def signed_part(self) -> bytes:
        return b"demado office time v1\x00" + self.canonical(without=frozenset({"signature"}))

    def header(self) -> str:
        """The header's value."""
        return base64.urlsafe_b64encode(self.canonical()).decode()

    @classmethod
    def parse(cls, header: str) -> Self:
        """Raises `IdentifierInvalid` for anything that is not such a value."""
        try:
            if len(header) > _LIMIT:
                raise IdentifierInvalid("office_time.invalid", "too long")
            return cls.model_validate_json(base64.b64decode(header.encode("ascii"), altchars=b"-_", validate=True))
        except (UnicodeEncodeError, binascii.Error, ValidationError) as error:
            raise IdentifierInvalid("office_time.invalid", "not the office's time") from error
