"""Canonical JSON: the one byte form of a model that is hashed and signed.

Keys sorted, no white space, UTF-8, no NaN – for our value set (no floats) the same bytes as RFC 8785 gives.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError, WithJsonSchema


def _octets(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


# Bytes in Python, standard base64 text in JSON (pydantic's own Base64Bytes decodes raw bytes given in Python too).
Octets = Annotated[
    bytes,
    BeforeValidator(_octets),
    PlainSerializer(lambda value: base64.b64encode(value).decode(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]


class Wire(BaseModel):
    """A model that travels: frozen, no unknown fields, canonical bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def canonical(self, *, without: frozenset[str] = frozenset()) -> bytes:
        """Canonical bytes, leaving out the named top-level fields (a signature leaves itself out)."""
        return canonical_json(self.model_dump(mode="json", exclude=set(without)))


def places(error: ValidationError) -> str:
    """What was wrong, for a message: field names and kinds of fault only, never what stood there."""
    return "; ".join(
        f"{'.'.join(str(part) for part in entry['loc'])[:120] or 'whole'}: {entry['type']}"
        for entry in error.errors(include_url=False, include_context=False, include_input=False)[:3]
    )


def canonical_json(values: object) -> bytes:
    """Canonical bytes of plain JSON values."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
