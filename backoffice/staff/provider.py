"""Talks to the OpenID provider: discovery (OpenID Connect Discovery 1.0), keys, the code exchanged for an ID token.

Its answers are bounded, never followed elsewhere and believed only after `id_token` has checked them. The description
is kept an hour; keys are asked for again when a signature fits none of them, at most twice a minute.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx2
from joserfc.jwk import KeySet

from backoffice.staff.errors import ProviderAnswerWrong, ProviderAway
from backoffice.staff.id_token import Expected, SignatureUnknown, key_set, verified
from backoffice.staff.openid import Asked, Identity, OpenIdClient, safe_address

_PATIENCE: Final = httpx2.Timeout(8.0, connect=4.0)
_MOST: Final = 256 * 1024
_DESCRIPTION_HOLDS: Final = timedelta(hours=1)
_REFUSAL: Final = re.compile("[a-z_]{1,40}")
_KEYS_AT_MOST_EVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class _Description:
    """What we use of the provider's own description."""

    authorization: str
    token: str
    keys: str
    sign_out: str
    secret_in_body: bool
    names_itself: bool
    at: datetime


class OpenIdProvider:
    """One provider, many sign-ins. Used from several threads: what is kept is replaced, never changed."""

    def __init__(self, client: OpenIdClient, *, now: Callable[[], datetime]) -> None:
        self.client = client
        self._now = now
        self._described: _Description | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def address(self, asked: Asked) -> str:
        sent = {
            "response_type": "code", "client_id": self.client.client_id, "redirect_uri": asked.back,
            "scope": "openid", "state": asked.state, "nonce": asked.nonce,
            "code_challenge": asked.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        if self.client.acr:
            sent["acr_values"] = " ".join(self.client.acr)
        return _with(self.described().authorization, sent)

    def identify(self, code: str, *, verifier: str, nonce: str, back: str) -> Identity:
        token = self._exchange(code, verifier=verifier, back=back)
        expected = Expected(self.client.issuer, self.client.client_id, nonce, self._now())
        try:
            return verified(token, self._key_set(), expected)
        except SignatureUnknown:
            if self._keys is not None and self._now() - self._keys[0] < _KEYS_AT_MOST_EVERY:
                raise
            self._keys = None
            return verified(token, self._key_set(), expected)

    def speaks_for(self, issuer: str | None) -> bool:
        return issuer == self.client.issuer or (issuer is None and not self.described().names_itself)

    def sign_out_address(self, back: str) -> str:
        if self._described is None or not self._described.sign_out:
            return ""
        return _with(self._described.sign_out, {"client_id": self.client.client_id, "post_logout_redirect_uri": back})

    def examine(self, back: str) -> str:
        """Asks for all that a sign-in asks for, with an invented code: only a wrong client is refused as one."""
        try:
            self.described()
            self._keys = None
            if not self._key_set().keys:
                return "none of the published keys can check a signature (RS256, ES256 …)"
            self._exchange("0" * 32, verifier="0" * 43, back=back)
        except ProviderAway as error:
            return f"{self.client.issuer}: {error.reason}"
        except ProviderAnswerWrong as error:
            unknown = any(word in error.reason for word in ("401", "invalid_client", "unauthorized_client"))
            return f"client_id or secret is refused: {error.reason}" if unknown else ""
        return ""

    def ready(self) -> None:
        self.described()

    def described(self) -> _Description:
        held = self._described
        if held is None or self._now() - held.at >= _DESCRIPTION_HOLDS:
            held = self._described = self._describe()
        return held

    def _describe(self) -> _Description:
        found = self._json("GET", self.client.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self.client.issuer:
            raise ProviderAway("issuer of the description")
        addresses = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        authorization, token, keys = (_address(each) for each in addresses)
        if not (authorization and token and keys):
            raise ProviderAway("addresses of the description")
        methods = found.get("token_endpoint_auth_methods_supported")
        return _Description(
            authorization, token, keys, sign_out=_address(found.get("end_session_endpoint")),
            secret_in_body=isinstance(methods, list) and "client_secret_basic" not in methods,
            names_itself=found.get("authorization_response_iss_parameter_supported") is True, at=self._now(),
        )  # fmt: skip

    def _key_set(self) -> KeySet:
        if self._keys is None:
            self._keys = (self._now(), key_set(self._json("GET", self.described().keys)))
        return self._keys[1]

    def _exchange(self, code: str, *, verifier: str, back: str) -> str:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        described, client, basic = self.described(), self.client, None
        if client.secret and not described.secret_in_body:
            basic = httpx2.BasicAuth(_escaped(client.client_id), _escaped(client.secret))
        else:
            form |= {"client_id": client.client_id} | ({"client_secret": client.secret} if client.secret else {})
        token = self._json("POST", described.token, data=form, auth=basic).get("id_token")
        if not isinstance(token, str):
            raise ProviderAnswerWrong("no ID token")
        return token

    def _json(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        try:
            with (
                httpx2.Client(timeout=_PATIENCE, follow_redirects=False) as line,
                line.stream(method, address, headers={"Accept": "application/json"}, **more) as answer,
            ):
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _MOST:
                        raise ProviderAway("answer too long")
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ProviderAway(type(error).__name__) from None
        if method == "POST" and 400 <= status < 500:
            raise ProviderAnswerWrong(f"the provider answered {status}{_refusal(body)}")
        if status != 200:
            raise ProviderAway(f"the provider answered {status}")
        return _object(body)


def _refusal(body: bytes) -> str:
    """The code of RFC 6749, section 5.2, with a space before it; empty when there is none."""
    try:
        said = _object(body).get("error")
    except ProviderAway:
        return ""
    return f" {said}" if isinstance(said, str) and _REFUSAL.fullmatch(said) else ""


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise ProviderAway("answer is no JSON") from None
    if not isinstance(found, dict):
        raise ProviderAway("answer is no object")
    return found


def _address(said: Any) -> str:
    """An address we may call; empty when it is none."""
    return said if isinstance(said, str) and safe_address(said) else ""


def _with(address: str, parameters: dict[str, str]) -> str:
    return address + ("&" if urlsplit(address).query else "?") + urlencode(parameters)


def _escaped(text: str) -> str:
    """RFC 6749, section 2.3.1: form-encoded before it becomes a user name or password."""
    return urlencode({"": text})[1:]
