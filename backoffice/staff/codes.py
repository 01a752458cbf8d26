"""Six digits from an authenticator app (TOTP, RFC 6238, SHA-1, 30 s) and the recovery codes that stand in for it."""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
# No I, L, O, U: nothing that is misread (Crockford's base 32).
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_secret(randomness: Callable[[int], bytes]) -> bytes:
    """20 random bytes, the length RFC 4226 recommends."""
    return randomness(20)


def base32(secret: bytes) -> str:
    """The secret as people type it into an app."""
    return b32encode(secret).decode().rstrip("=")


def enrolment_uri(secret: bytes, *, account: str, issuer: str) -> str:
    """The `otpauth://` address an app reads from the QR code."""
    return pyotp.TOTP(base32(secret)).provisioning_uri(name=account, issuer_name=issuer)


def matching_step(secret: bytes, code: str, *, now: datetime, after: int | None) -> int | None:
    """The time step whose code this is: now, one before or one after, and later than `after` (no code twice)."""
    given = "".join(code.split())
    generator = pyotp.TOTP(base32(secret))
    current = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in (current - 1, current, current + 1):
        fits = hmac.compare_digest(generator.at(step * STEP_SECONDS).encode(), given.encode())
        if fits and (after is None or step > after):
            found = step
    return found


def new_recovery_codes(randomness: Callable[[int], bytes]) -> tuple[str, ...]:
    """Ten codes of 50 bits: `7K2M9-QXR4T`."""
    return tuple(_recovery_code(randomness(10)) for _ in range(RECOVERY_CODES))


def _recovery_code(random: bytes) -> str:
    letters = "".join(_ALPHABET[byte % 32] for byte in random)
    return f"{letters[:5]}-{letters[5:]}"


def hash_recovery_code(code: str) -> str:
    """The hash of a code as people write it: case, spaces and hyphens do not count. 50 random bits need no salt."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(plain.encode()).hexdigest()
