"""Checks an ID token (OpenID Connect Core 1.0, section 3.1.3.7): signature by the provider's keys, issuer, audience,
times, nonce. Algorithms come from our list, never from the token alone; `none` and shared secrets are not on it
(RFC 8725, sections 3.1 and 3.2).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from backoffice.staff.errors import ProviderAnswerWrong
from backoffice.staff.openid import Identity

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
_KINDS: Final = ("RSA", "EC", "OKP")
SKEW: Final = timedelta(seconds=60)
OLDEST: Final = timedelta(minutes=10)


class SignatureUnknown(ProviderAnswerWrong):
    """No key we know made this signature: perhaps the provider has changed its keys."""


@dataclass(frozen=True)
class Expected:
    """What the token must say."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime


def key_set(published: Any) -> KeySet:
    """The keys of a JWKS document (RFC 7517) that may verify a signature; what is unknown to us is passed over."""
    found: list[Key] = []
    entries = published.get("keys") if isinstance(published, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("kty") in _KINDS and entry.get("use", "sig") == "sig":
            try:
                found.append(JWKRegistry.import_key(entry))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return KeySet(found)


def verified(token: str, keys: KeySet, expected: Expected) -> Identity:
    """Who signed in. `SignatureUnknown` or `ProviderAnswerWrong`, each with a reason for the log."""
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise SignatureUnknown(type(error).__name__) from None
    reason = _wrong(claims, expected)
    if reason:
        raise ProviderAnswerWrong(reason)
    amr, acr = claims.get("amr"), claims.get("acr")
    methods = tuple(each for each in amr if isinstance(each, str)) if isinstance(amr, list) else ()
    return Identity(expected.issuer, claims["sub"], amr=methods, acr=acr if isinstance(acr, str) else "")


def _wrong(claims: dict[str, Any], expected: Expected) -> str:
    """The first claim that does not fit; empty when all do."""
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    subject, nonce = claims.get("sub"), claims.get("nonce")
    if claims.get("iss") != expected.issuer:
        return "iss"
    if not isinstance(audiences, list) or expected.client_id not in audiences:
        return "aud"
    if claims.get("azp", expected.client_id) != expected.client_id or (len(audiences) > 1 and "azp" not in claims):
        return "azp"
    if (
        not isinstance(nonce, str)
        or not nonce.isascii()
        or not hmac.compare_digest(nonce.encode(), expected.nonce.encode())
    ):
        return "nonce"
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255 or not subject.isascii():
        return "sub"
    return _wrong_time(claims, expected.now)


def _wrong_time(claims: dict[str, Any], now: datetime) -> str:
    at, skew = now.timestamp(), SKEW.total_seconds()
    times = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in times.values()):
        return "times"
    if "exp" not in times or at >= times["exp"] + skew:
        return "exp"
    if "iat" not in times or not at - OLDEST.total_seconds() <= times["iat"] <= at + skew:
        return "iat"
    return "nbf" if times.get("nbf", at) > at + skew else ""
