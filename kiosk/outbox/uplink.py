"""The line to the office: signed HTTP requests (RFC 9421, Ed25519), Content-Digest (RFC 9530), strict answers.

Three outcomes and no fourth: the answer's bytes; `UplinkRefused` with the office's own problem (RFC 9457); or
`UplinkUnreachable` for everything that is not the office – no line, a captive portal, a redirect, a proxy's page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from types import TracebackType
from typing import Self

import httpx2
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519
from http_message_signatures.httpx2 import adapt_message
from pydantic import BaseModel, ValidationError

from kiosk.errors import UplinkRefused, UplinkUnreachable
from kiosk.outbox.clock import OfficeClock
from kiosk.outbox.keys import DeviceKey
from schemas.bundle import BUNDLE_LIMIT
from schemas.ids import DeviceId
from schemas.office_time import TIME_HEADER
from schemas.packet import MEDIA_TYPE
from schemas.problem import PROBLEM_JSON, Problem
from schemas.protocol import (
    BALANCE_PATH,
    BUNDLE_PATH,
    COVERED_COMPONENTS,
    ENROL_PATH,
    HEALTH_PATH,
    JSON_BODY_LIMIT,
    NONCE_BYTES,
    PACKETS_PATH,
    SIGNATURE_LABEL,
    STATEMENT_PATH,
)

_TIMEOUT = httpx2.Timeout(30.0, connect=5.0)
_PROBE_TIMEOUT = httpx2.Timeout(5.0)
_PROBLEM_TYPE = "urn:demado:problem:"
_EXPIRED = "request.signature_expired"


@dataclass(frozen=True)
class Answer:
    """The office's answer, and between which monotonic moments it was given. `time`: its signed time, unchecked;
    `nonce`: what that must repeat."""

    status: int
    body: bytes
    asked: float
    answered: float
    nonce: str = ""
    time: str = ""


@dataclass(frozen=True)
class Signer:
    """Who signs requests."""

    device: DeviceId
    key: DeviceKey


class _Health(BaseModel):
    status: str


class Uplink:
    """One office. Used by one thread at a time; close it, or use it as a context manager."""

    def __init__(
        self,
        office_url: str,
        *,
        clock: OfficeClock,
        randomness: Callable[[int], bytes],
        signer: Signer | None = None,
    ) -> None:
        self._clock = clock
        self._randomness = randomness
        self._signer = signer
        here = is_this_machine(office_url)
        self._client = httpx2.Client(
            base_url=office_url.rstrip("/"),
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=not here,  # a municipality's proxy never stands between us and this machine
            headers={
                "user-agent": "demado-kiosk",
                "accept": f"application/json, {PROBLEM_JSON}",
                "accept-encoding": "identity",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def probe(self) -> bool:
        """True when an office is there at all; a captive portal's page is none."""
        try:
            response = self._client.send(
                self._client.build_request("GET", HEALTH_PATH, timeout=_PROBE_TIMEOUT), stream=True
            )
            content = _read_limited(response, JSON_BODY_LIMIT)
            return response.is_success and _Health.model_validate_json(content).status == "ok"
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, ValidationError, UplinkUnreachable):
            return False

    def enrol(self, request: bytes) -> Answer:
        return self._ask("POST", ENROL_PATH, body=request, media_type="application/json")

    def send(self, frame: bytes) -> Answer:
        return self._ask("POST", PACKETS_PATH, body=frame, media_type=MEDIA_TYPE)

    def bundle(self, question: dict[str, str]) -> Answer:
        """204 when the office has none newer than the question says."""
        return self._ask("GET", BUNDLE_PATH, query=question, limit=BUNDLE_LIMIT)

    def statement(self, request: bytes) -> Answer:
        """The office's signed word about this device; it is given to an ended one too."""
        return self._ask("POST", STATEMENT_PATH, body=request, media_type="application/json")

    def balance(self, visit: str | None) -> Answer:
        return self._ask("GET", BALANCE_PATH, query={"visit": visit} if visit else {})

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        media_type: str = "",
        query: dict[str, str] | None = None,
        limit: int = JSON_BODY_LIMIT,
    ) -> Answer:
        """Ask, and once more when the office says our request was dated wrongly: then its `Date` dates the next."""
        try:
            return self._once(method, path, body=body, media_type=media_type, query=query, limit=limit)
        except UplinkRefused as refusal:
            if refusal.code != _EXPIRED:
                raise
        return self._once(method, path, body=body, media_type=media_type, query=query, limit=limit)

    def _once(
        self, method: str, path: str, *, body: bytes | None, media_type: str, query: dict[str, str] | None, limit: int
    ) -> Answer:
        headers = {"content-type": media_type} if body is not None else {}
        request = self._client.build_request(method, path, params=query or None, content=body, headers=headers)
        nonce = self._sign(request, body)
        asked = self._clock.monotonic()
        try:
            response = self._client.send(request, stream=True)
            content = _read_limited(response, limit)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise UplinkUnreachable("uplink.unreachable", f"{type(error).__name__}: {error}") from error
        if response.is_success:
            time = response.headers.get(TIME_HEADER, "")
            return Answer(response.status_code, content, asked, self._clock.monotonic(), nonce, time)
        raise self._refusal(response, content)

    def _sign(self, request: httpx2.Request, body: bytes | None) -> str:
        """Returns the nonce used, empty for the one request that nobody signs (enrolment)."""
        if self._signer is None:
            return ""
        nonce = self._randomness(NONCE_BYTES).hex()
        device, key = self._signer.device, self._signer.key.private
        signer = HTTPMessageSigner(
            signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys={}, private_keys={device: key})
        )
        signer.sign(
            adapt_message(request),
            key_id=device,
            created=self._clock.request_time(),
            nonce=nonce,
            label=SIGNATURE_LABEL,
            include_alg=False,
            covered_component_ids=COVERED_COMPONENTS,
            body=body,
        )
        return nonce

    def _refusal(self, response: httpx2.Response, content: bytes) -> UplinkRefused | UplinkUnreachable:
        problem = _problem(response, content)
        if problem is None:
            words = f"status {response.status_code}, not in the words of the office"
            return UplinkUnreachable("uplink.not_the_office", words)
        if problem.code == _EXPIRED and (date := _date(response)):
            self._clock.hint(date)
        return UplinkRefused(problem)


def is_this_machine(url: str) -> bool:
    """True for a loopback address. `UplinkUnreachable` when the text is no address at all."""
    try:
        host = httpx2.URL(url).host
    except httpx2.InvalidURL as error:
        raise UplinkUnreachable("uplink.address", "the office's address cannot be read") from error
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read_limited(response: httpx2.Response, limit: int) -> bytes:
    content = bytearray()
    try:
        for chunk in response.iter_raw():  # no decoding: a compressed bomb stays small
            content += chunk
            if len(content) > limit:
                raise UplinkUnreachable("uplink.not_the_office", f"answer longer than {limit} bytes")
    finally:
        response.close()
    return bytes(content)


def _problem(response: httpx2.Response, content: bytes) -> Problem | None:
    if response.headers.get("content-type", "").split(";")[0].strip() != PROBLEM_JSON:
        return None
    try:
        problem = Problem.model_validate_json(content)
    except ValidationError:
        return None
    if problem.type != _PROBLEM_TYPE + problem.code or problem.status != response.status_code:
        return None
    return problem


def _date(response: httpx2.Response) -> datetime | None:
    try:
        date = parsedate_to_datetime(response.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else None
