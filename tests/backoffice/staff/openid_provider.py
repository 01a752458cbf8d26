"""A real OpenID provider on a loopback port: discovery, PKCE, one-time codes, RS256 or ES256 keys – and told to lie."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from backoffice.audit import service as audit
from backoffice.staff.models import Staff
from schemas.ids import MunicipalityCode
from tests.backoffice.console import SITE, Browser, Console, field_of
from tests.backoffice.serving import serving
from tests.backoffice.staff.test_invitation import link_for
from tests.factories import FUKUSHIMA

CLIENT, SECRET = "demado", "a secret: with %&+ signs"


def rsa_key(kid: str) -> Key:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def ec_key(kid: str) -> Key:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@dataclass
class OpenIdServer:
    """`claims` are put over the right ones (None takes one away), `signs` makes the token in another way."""

    now: Callable[[], datetime]
    keys: list[Key]
    port: int = 0
    subject: str = "alice"
    claims: dict[str, Any] = field(default_factory=dict)
    description: dict[str, Any] = field(default_factory=dict)
    signs: Callable[[dict[str, Any]], str] | None = None
    down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def authorize(self, address: str) -> str:
        """What the browser is led back to after the person signed in at the provider."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.asked)}-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        if self.down:
            return 502, "out of order"
        if path == "/.well-known/openid-configuration":
            return 200, self._described()
        if path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys] + [{"kty": "new", "use": "sig"}]}
        return self._token(form, authorization) if path == "/token" else (404, "")

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/leave",
            "authorization_response_iss_parameter_supported": True,
        } | self.description  # fmt: skip

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        basic = base64.b64encode(f"{CLIENT}:{urlencode({'': SECRET})[1:]}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if asked is None:
            return 400, {"error": "invalid_grant"}
        hashed = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if hashed != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        at = int(self.now().timestamp())
        right = {
            "iss": self.issuer, "aud": CLIENT, "sub": self.subject, "exp": at + 300, "iat": at,
            "nonce": asked["nonce"], "amr": ["pwd", "mfa"],
        }  # fmt: skip
        said = {name: value for name, value in (right | self.claims).items() if value is not None}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": (self.signs or self.signed)(said)}

    def signed(self, claims: dict[str, Any], key: Key | None = None) -> str:
        key = key or self.keys[-1]
        algorithm = "RS256" if key.key_type == "RSA" else "ES256"
        return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, algorithms=[algorithm])


@dataclass
class Place:
    """An office, its provider, and what a browser does between them."""

    console: Console
    provider: OpenIdServer
    municipality: MunicipalityCode = FUKUSHIMA

    def onward(self, browser: Browser, path: str = "/sign-in/provider", page: str = "/sign-in") -> Response:
        token = field_of(browser.get(page).text, "csrf")
        return browser.post(path, {"municipality": self.municipality, "next": "/cases"}, csrf=token)

    def go(self, browser: Browser, **begun: str) -> str:
        """Sign in at the provider; where it leads back to."""
        page = self.onward(browser, **begun)
        found = re.search(r'id="onward" href="([^"]+)"', page.text)
        assert found, page.text
        return self.provider.authorize(unescape(found[1])).removeprefix(SITE)

    def sign_in(self, browser: Browser | None = None) -> Response:
        browser = browser or self.console.stranger()
        return browser.get(self.go(browser))

    def link(self, person: Staff, subject: str) -> tuple[Browser, Response]:
        browser, invitation = self.console.stranger(), link_for(self.console, person)
        self.provider.subject = subject
        back = self.go(browser, path=f"/invitation/{invitation}/provider", page=f"/invitation/{invitation}")
        return browser, browser.get(back)

    def noted(self) -> list[tuple[str, str]]:
        with self.console.office.work() as work:
            found = audit.search(work, self.municipality, audit.Search())
        return [(entry.action, entry.detail) for entry in found]


class _Talk(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer({name: values[0] for name, values in parse_qs(body).items()})

    def _answer(self, form: dict[str, str]) -> None:
        provider: OpenIdServer = self.server.provider  # type: ignore[attr-defined]
        status, said = provider.answer(self.path, form, self.headers.get("Authorization", ""))
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests look at `asked` instead."""


@contextmanager
def openid_server(now: Callable[[], datetime], key: Key | None = None) -> Iterator[OpenIdServer]:
    provider = OpenIdServer(now, [key or rsa_key("first")])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Talk)
    server.provider = provider  # type: ignore[attr-defined]
    with serving(server) as provider.port:
        yield provider
