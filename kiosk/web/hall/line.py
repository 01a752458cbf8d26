"""The line from the lead to one other kiosk: HTTPS over the local network, pinned to the certificate of the pairing.

The clock is not asked about certificates (a kiosk's own may be dead), the name is not either: the anchor is this one
kiosk's. Nothing goes through a proxy of the environment, no redirect is followed.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from hashlib import sha256
from types import TracebackType
from typing import Self

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import ValidationError

from kiosk.web.hall.links import KEY_HEADER, Follower
from kiosk.web.hall.pairing import Offer, PairingRefused, pin_of
from kiosk.web.hall.wire import JoinAnswer, JoinWord, KioskState, VenueWord

ANCHOR_PATH = "/trust/anchor.pem"
JOIN_PATH = "/venue/join"
BEAT_PATH = "/venue/beat"
_BEAT = httpx2.Timeout(2.0, connect=1.0)
_FORWARD = httpx2.Timeout(20.0, connect=2.0)
_ANSWER_LIMIT = 24 * 1024 * 1024
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, openssl/x509_vfy.h


class Line:
    """A line to a paired kiosk, kept open. Safe to use from several threads."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self._client = _client(follower.address, follower.anchor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def beat(self, word: VenueWord) -> KioskState:
        """Tell it the venue's numbers, hear its state. Raises `PairingRefused`."""
        headers = {KEY_HEADER: self.follower.key, "content-type": "application/json"}
        answer = _ask(self._client, "POST", BEAT_PATH, headers, word.model_dump_json().encode(), _BEAT)
        if answer.status_code != 200:
            raise PairingRefused("pairing.refused")
        try:
            return KioskState.model_validate_json(answer.content)
        except ValidationError:
            raise PairingRefused("pairing.no_answer") from None

    def forward(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> httpx2.Response:
        """A tablet's request as it came. Raises `PairingRefused` when nothing answers."""
        return _ask(self._client, method, target, {**headers, KEY_HEADER: self.follower.key}, body, _FORWARD)

    def close(self) -> None:
        self._client.close()


def join(offer: Offer, word: JoinWord) -> Follower:
    """Become the lead of the kiosk that shows this offer. Raises `PairingRefused`."""
    anchor = _anchor(offer) if offer.pin else ""
    with _client(offer.address, anchor) as client:
        headers = {"content-type": "application/json", "accept": "application/json"}
        answer = _ask(client, "POST", JOIN_PATH, headers, word.model_dump_json().encode(), _BEAT)
    if answer.status_code != 200:
        raise PairingRefused(_code_of(answer))
    try:
        said = JoinAnswer.model_validate_json(answer.content)
    except ValidationError:
        raise PairingRefused("pairing.no_answer") from None
    return Follower(
        device=said.device, counter=said.counter, name=said.name, address=offer.address, anchor=anchor, key=said.key
    )


def _anchor(offer: Offer) -> str:
    """The certificate the offer's pin names; whoever answers with another one is not believed."""
    with _client(offer.address, None) as client:
        answer = _ask(client, "GET", ANCHOR_PATH, {}, b"", _BEAT)
    try:
        certificate = x509.load_pem_x509_certificate(answer.content)
    except ValueError:
        raise PairingRefused("pairing.no_answer") from None
    if pin_of(sha256(certificate.public_bytes(Encoding.DER)).hexdigest()) != offer.pin:
        raise PairingRefused("pairing.other_certificate")
    return certificate.public_bytes(Encoding.PEM).decode()


def _client(address: str, anchor: str | None) -> httpx2.Client:
    """`anchor`: PEM; empty for plain HTTP; None: whoever answers, for fetching what the pin is compared with."""
    verify: ssl.SSLContext | bool = _context(anchor) if anchor else False
    return httpx2.Client(base_url=address, verify=verify, trust_env=False, follow_redirects=False)


def _context(anchor: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    try:
        context.load_verify_locations(cadata=anchor)
    except (ssl.SSLError, ValueError):
        raise PairingRefused("pairing.other_certificate") from None
    return context


def _ask(
    client: httpx2.Client, method: str, target: str, headers: Mapping[str, str], body: bytes, timeout: httpx2.Timeout
) -> httpx2.Response:
    try:
        with client.stream(method, target, headers=dict(headers), content=body, timeout=timeout) as answer:
            read = bytearray()
            for piece in answer.iter_bytes():
                read += piece
                if len(read) > _ANSWER_LIMIT:
                    raise PairingRefused("pairing.no_answer")
            return httpx2.Response(answer.status_code, headers=answer.headers, content=bytes(read))
    except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError):
        raise PairingRefused("pairing.no_answer") from None


def _code_of(answer: httpx2.Response) -> str:
    """The other kiosk's own reason, when it gives one of ours."""
    try:
        code = answer.json().get("code")
    except (ValueError, AttributeError):
        return "pairing.no_answer"
    return code if isinstance(code, str) and code.startswith("pairing.") else "pairing.refused"
