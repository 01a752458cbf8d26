"""The line to the office: signed HTTP requests (RFC 9421, Ed25519), Content-Digest (RFC 9530), strict answers.

Three outcomes and no fourth: the answer's bytes; `UplinkRefused` with the office's own problem (RFC 9457); or
`UplinkUnreachable` for everything that is not the office – no line, a captive portal, a redirect, a proxy's page.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from types import TracebackType
from typing import Self, TypedDict, Unpack

import httpx2
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519
from http_message_signatures.httpx2 import adapt_message
from pydantic import BaseModel, ValidationError

from kiosk.errors import UplinkRefused, UplinkUnreachable
from kiosk.outbox.clock import OfficeClock
from kiosk.outbox.keys import DeviceKey
from kiosk.outbox.patience import Cutter, Patience
from schemas.bundle import BUNDLE_LIMIT
from schemas.ids import DeviceId, PacketId
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
    LENGTH_HEADER,
    METADATA_HEADER,
    NONCE_BYTES,
    OFFSET_HEADER,
    PACKETS_PATH,
    PART_MEDIA_TYPE,
    SIGNATURE_LABEL,
    STATEMENT_PATH,
    TUS_HEADER,
    TUS_VERSION,
    UPLOADS_PATH,
)

_TIMEOUT = httpx2.Timeout(30.0, connect=5.0)
_PROBE_TIMEOUT = httpx2.Timeout(5.0)
_PROBLEM_TYPE = "urn:demado:problem:"
_EXPIRED = "request.signature_expired"


@dataclass(frozen=True)
class Answer:
    """The office's answer, and between which monotonic moments it was given. `time`: its signed time, unchecked;
    `nonce`: what that must repeat; `offset`: how much of an upload the office has, None when it does not say."""

    status: int
    body: bytes
    asked: float
    answered: float
    nonce: str = ""
    time: str = ""
    offset: int | None = None


@dataclass(frozen=True)
class Signer:
    """Who signs requests."""

    device: DeviceId
    key: DeviceKey


class _Details(TypedDict, total=False):
    """Of a request; the signature covers `headers`. `limit`: bytes of answer that are read."""

    body: bytes
    media_type: str
    query: dict[str, str]
    headers: dict[str, str]
    limit: int


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
        patience: Patience = Patience(),
    ) -> None:
        self._clock, self._patience, self._cutter = clock, patience, Cutter()
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
            request = self._client.build_request("GET", HEALTH_PATH, timeout=_PROBE_TIMEOUT)
            response, content = self._exchange(request, JSON_BODY_LIMIT)
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

    def begin_upload(self, packet: PacketId, length: int) -> Answer:
        """Begin a packet in parts, or find it again; `offset` says where to go on."""
        named = f"packet {base64.b64encode(packet.encode()).decode()}"
        return self._ask("POST", UPLOADS_PATH, headers={LENGTH_HEADER: str(length), METADATA_HEADER: named})

    def append_part(self, packet: PacketId, offset: int, part: bytes) -> Answer:
        headers = {OFFSET_HEADER: str(offset)}
        return self._ask("PATCH", f"{UPLOADS_PATH}/{packet}", body=part, media_type=PART_MEDIA_TYPE, headers=headers)

    def finish_upload(self, packet: PacketId) -> Answer:
        """The receipt, once all parts are there."""
        return self._ask("POST", f"{UPLOADS_PATH}/{packet}/receipt")

    def balance(self, visit: str | None) -> Answer:
        return self._ask("GET", BALANCE_PATH, query={"visit": visit} if visit else {})

    def close_balance(self, statement: bytes, visit: str | None) -> Answer:
        """State this side under its signature; the answer is the closing balance with both."""
        query = {"visit": visit} if visit else {}
        return self._ask("POST", BALANCE_PATH, body=statement, media_type="application/json", query=query)

    def _ask(self, method: str, path: str, **details: Unpack[_Details]) -> Answer:
        """Ask, and once more when the office says our request was dated wrongly: then its `Date` dates the next."""
        try:
            return self._once(method, path, **details)
        except UplinkRefused as refusal:
            if refusal.code != _EXPIRED:
                raise
        return self._once(method, path, **details)

    def _once(self, method: str, path: str, **details: Unpack[_Details]) -> Answer:
        request, nonce = self._request(method, path, **details)
        asked = self._clock.monotonic()
        try:
            response, content = self._exchange(
                request, details.get("limit", JSON_BODY_LIMIT), details.get("body") or b""
            )
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise UplinkUnreachable("uplink.unreachable", f"{type(error).__name__}: {error}") from error
        if not response.is_success:
            raise self._refusal(response, content)
        time, answered = response.headers.get(TIME_HEADER, ""), self._clock.monotonic()
        return Answer(response.status_code, content, asked, answered, nonce, time, _offset(response))

    def _exchange(self, request: httpx2.Request, limit: int, body: bytes = b"") -> tuple[httpx2.Response, bytes]:
        """The answer and its content; a line that dribbles is cut."""
        request.extensions["trace"] = self._cutter.trace
        with self._cutter.within(self._patience.limit(len(body))):
            response = self._client.send(request, stream=True)
        return response, _read_limited(response, limit, late=self._patience.from_now(self._clock.monotonic))

    def _request(self, method: str, path: str, **details: Unpack[_Details]) -> tuple[httpx2.Request, str]:
        """The signed request and its nonce."""
        body, headers = details.get("body"), dict(details.get("headers", {}))
        covered = tuple(headers)
        if path.startswith(UPLOADS_PATH):
            headers[TUS_HEADER] = TUS_VERSION
        if body is not None:
            headers["content-type"] = details.get("media_type", "")
        query = details.get("query") or None
        request = self._client.build_request(method, path, params=query, content=body, headers=headers)
        return request, self._sign(request, body, covered)

    def _sign(self, request: httpx2.Request, body: bytes | None, covered: tuple[str, ...]) -> str:
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
            covered_component_ids=(*COVERED_COMPONENTS, *covered),
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


def _read_limited(response: httpx2.Response, limit: int, *, late: Callable[[int], bool]) -> bytes:
    content = bytearray()
    try:
        for chunk in response.iter_raw():  # no decoding: a compressed bomb stays small
            content += chunk
            if len(content) > limit:
                raise UplinkUnreachable("uplink.not_the_office", f"answer longer than {limit} bytes")
            if late(len(content)):
                raise UplinkUnreachable("uplink.too_slow", f"only {len(content)} bytes of an answer came in time")
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


def _offset(response: httpx2.Response) -> int | None:
    text = response.headers.get(OFFSET_HEADER, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _date(response: httpx2.Response) -> datetime | None:
    try:
        date = parsedate_to_datetime(response.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else None
