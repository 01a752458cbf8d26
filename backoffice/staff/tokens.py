"""Secrets handed to a browser or printed in a link: random, scoped to a municipality, kept as a hash only.

A token reads `072010.<43 characters>`: the municipality leads, so that every look-up stays within one tenant.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

_FORM = re.compile(r"(\d{6})\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True)
class Token:
    """A parsed or fresh token."""

    municipality: str
    secret: str

    @classmethod
    def new(cls, municipality: str, randomness: Callable[[int], bytes]) -> Token:
        return cls(municipality, base64.urlsafe_b64encode(randomness(32)).decode().rstrip("="))

    @classmethod
    def parse(cls, text: str) -> Token | None:
        found = _FORM.fullmatch(text)
        return cls(found[1], found[2]) if found else None

    def __str__(self) -> str:
        return f"{self.municipality}.{self.secret}"

    def __repr__(self) -> str:
        return f"Token({self.municipality!r})"

    @property
    def hash(self) -> str:
        return sha256(str(self).encode()).hexdigest()


def derived(secret: str, purpose: str) -> str:
    """A value that proves knowledge of a secret without showing it (HMAC-SHA-256, RFC 2104)."""
    return hmac.new(secret.encode(), purpose.encode(), sha256).hexdigest()
