"""A small office of our own for the kiosk's tests: real HTTP, real signatures, real keys, nothing on disk.

It follows the wire rules the back office follows, so either can stand at the other end. It keeps what it received in
the open for comparing, and `mischief` lets a test spoil an answer after the office has committed.
"""

from __future__ import annotations

import base64
import io
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import InvalidSignature as RequestSignatureInvalid
from http_message_signatures import VerifyResult
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kiosk.outbox.keys import key_id
from schemas.balance import BalanceStatement, ClosingBalance
from schemas.bundle import read_holds
from schemas.canonical import sha256_hex
from schemas.device_life import DeviceStanding, StatementRequest
from schemas.enrolment import EnrolmentGrant, EnrolmentRequest
from schemas.errors import PacketMalformed
from schemas.ids import DeviceId
from schemas.intake import IntakeRecord
from schemas.office_time import TIME_HEADER
from schemas.packet import FRAME_LIMIT, Packet
from schemas.problem import PROBLEM_JSON
from schemas.protocol import (
    BALANCE_PATH,
    BUNDLE_PATH,
    ENROL_PATH,
    HEALTH_PATH,
    METADATA_HEADER,
    OFFSET_HEADER,
    PACKETS_PATH,
    STATEMENT_PATH,
    UPLOADS_PATH,
)
from tests.factories import FUKUSHIMA, uuid7
from tests.kiosk.outbox.office_keys import CODE, OfficeVerifier, Refusal
from tests.kiosk.outbox.office_papers import Device, OfficePapers


class Office(OfficePapers):
    """The office's mind, without a server. `now` may be set; `mischief` may replace any finished answer."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(now)
        self.devices: dict[DeviceId, Device] = {}
        self.codes: set[str] = {CODE}
        self.nonces: set[str] = set()
        self.refuse: dict[int, Refusal] = {}
        self.quarantine: list[tuple[str, bytes]] = []
        self.parts: dict[str, bytearray] = {}
        self.requests: list[str] = []
        self.mischief: Callable[[str, Response], Response] | None = None
        self.tells_time = True
        self._lock = threading.Lock()

    def opened(self, device: DeviceId) -> dict[int, tuple[IntakeRecord, bytes | None]]:
        """Everything received from a device, opened."""
        found = {}
        for sequence, frame in self.devices[device].packets.items():
            with zipfile.ZipFile(io.BytesIO(self.sealing.open(Packet.parse(frame)))) as payload:
                record = IntakeRecord.model_validate_json(payload.read("record.json"))
                found[sequence] = (record, payload.read("photo.jpg") if record.photo else None)
        return found

    def app(self) -> Starlette:
        routes = [
            Route(ENROL_PATH, self._answering(self._enrol), methods=["POST"]),
            Route(PACKETS_PATH, self._answering(self._take), methods=["POST"]),
            Route(UPLOADS_PATH, self._answering(self._begin_upload), methods=["POST"]),
            Route(UPLOADS_PATH + "/{packet}", self._answering(self._append_part), methods=["PATCH"]),
            Route(UPLOADS_PATH + "/{packet}/receipt", self._answering(self._finish_upload), methods=["POST"]),
            Route(BUNDLE_PATH, self._answering(self._give_bundle), methods=["GET"]),
            Route(STATEMENT_PATH, self._answering(self._state), methods=["POST"]),
            Route(BALANCE_PATH, self._answering(self._give_balance), methods=["GET"]),
            Route(BALANCE_PATH, self._answering(self._close_balance), methods=["POST"]),
            Route(
                HEALTH_PATH, self._answering(lambda _request, _body: JSONResponse({"status": "ok"})), methods=["GET"]
            ),
        ]
        return Starlette(routes=routes)

    def _answering(self, answer: Callable[[Request, bytes], Response]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            return await run_in_threadpool(self._answer, request, body, answer)

        return endpoint

    def _answer(self, request: Request, body: bytes, answer: Callable[[Request, bytes], Response]) -> Response:
        path = request.url.path
        try:
            with self._lock:
                self.requests.append(path)
                response = answer(request, body)
        except Refusal as refusal:
            problem = refusal.problem
            response = Response(problem.model_dump_json(exclude_none=True), problem.status, media_type=PROBLEM_JSON)
        nonce = getattr(request.state, "nonce", None)
        if nonce and self.tells_time:
            response.headers[TIME_HEADER] = self.time(nonce).header()
        response.headers["date"] = self.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        return self.mischief(path, response) if self.mischief else response

    def _enrol(self, _request: Request, body: bytes) -> Response:
        asked = EnrolmentRequest.model_validate_json(body)
        if asked.code not in self.codes:
            raise Refusal("enrolment.code_unknown", 404)
        self.codes.discard(asked.code)
        device = Device(uuid7(DeviceId, len(self.devices) + 1), asked.public_key)
        device.bundle = self.bundle(device.id)
        self.devices[device.id] = device
        unsigned = EnrolmentGrant(
            municipality=FUKUSHIMA, device=device.id, counter=f"A{len(self.devices)}",
            device_key=key_id(asked.public_key),
            office_public_key=self.signing.public.public, issued_at=self.now(),
        )  # fmt: skip
        grant = unsigned.model_copy(update={"signature": self.signing.private.sign(unsigned.signed_part)})
        return Response(grant.canonical(), 201, media_type="application/json")

    def _take(self, request: Request, body: bytes) -> Response:
        device = self._sender(request, body, ended=True)
        try:
            self._admit(device)
            return self._take_packet(device, body)
        except Refusal as refusal:
            self.quarantine.append((refusal.problem.code, body))
            raise

    def _take_packet(self, device: Device, body: bytes) -> Response:
        if len(body) > FRAME_LIMIT:
            raise Refusal("request.too_large", 413)
        try:
            packet = Packet.parse(body)
            Ed25519PublicKey.from_public_bytes(device.public).verify(packet.signature, packet.signed_part)
        except PacketMalformed as error:
            raise Refusal(error.code, 422) from error
        except InvalidSignature:
            raise Refusal("packet.signature_invalid", 422) from None
        sequence = packet.header.sequence
        if sequence in self.refuse:
            raise self.refuse[sequence]
        if packet.header.device != device.id:
            raise Refusal("packet.wrong_device", 422)
        if device.packets.get(sequence, body) != body:
            raise Refusal("packet.sequence_conflict", 409)
        known = sequence in device.packets
        device.packets[sequence] = body
        receipt = device.receipts.setdefault(sequence, self.receipt(packet))
        return Response(receipt.canonical(), 200 if known else 201, media_type="application/json")

    def _begin_upload(self, request: Request, body: bytes) -> Response:
        self._sender(request, body)
        packet = base64.b64decode(request.headers[METADATA_HEADER].removeprefix("packet ")).decode()
        return Response(status_code=201, headers={OFFSET_HEADER: str(len(self.parts.setdefault(packet, bytearray())))})

    def _append_part(self, request: Request, body: bytes) -> Response:
        self._sender(request, body)
        held = self.parts.get(request.path_params["packet"])
        if held is None:
            raise Refusal("upload.unknown", 404, transient=True)
        if int(request.headers[OFFSET_HEADER]) != len(held):
            raise Refusal("upload.offset_conflict", 409, transient=True)
        held += body
        return Response(status_code=204, headers={OFFSET_HEADER: str(len(held))})

    def _finish_upload(self, request: Request, body: bytes) -> Response:
        device = self._sender(request, body)
        frame = bytes(self.parts.get(request.path_params["packet"], b""))
        if not frame:
            raise Refusal("upload.unknown", 404, transient=True)
        answer = self._take_packet(device, frame)
        del self.parts[request.path_params["packet"]]
        return answer

    def _give_bundle(self, request: Request, body: bytes) -> Response:
        device = self._sender(request, body)
        if device.bundle is None:
            raise Refusal("visit.none_assigned", 404)
        asked = parse_qs(request.url.query)
        if device.bundle.version <= int(asked.get("have", ["0"])[0]):
            return Response(status_code=204)
        held = read_holds(asked.get("holds", [""])[0])
        return Response(self.sign_bundle(device.bundle).without(held).canonical(), media_type="application/json")

    def _close_balance(self, request: Request, body: bytes) -> Response:
        device = self._sender(request, body)
        stated = BalanceStatement.model_validate_json(body)
        Ed25519PublicKey.from_public_bytes(device.public).verify(stated.signature, stated.signed_part)
        own = self.balance(device).model_copy(update={"visit": stated.balance.visit, "erased": stated.balance.erased})
        key = self.signing
        said = BalanceStatement(
            municipality=stated.municipality, balance=own, answers=stated.digest, signer=key.public.key
        )
        said = said.model_copy(update={"signature": key.private.sign(said.signed_part)})
        return Response(ClosingBalance(kiosk=stated, office=said).canonical(), media_type="application/json")

    def _give_balance(self, request: Request, body: bytes) -> Response:
        return Response(self.balance(self._sender(request, body)).canonical(), media_type="application/json")

    def _state(self, request: Request, body: bytes) -> Response:
        device = self._sender(request, body, ended=True)
        here = [sha256_hex(frame) for frame in (*device.packets.values(), *(frame for _, frame in self.quarantine))]
        held = tuple(packet for packet in StatementRequest.model_validate_json(body).packets if packet in here)
        return Response(self.statement(device, held=held).canonical(), media_type="application/json")

    def _admit(self, device: Device) -> None:
        if device.standing is not DeviceStanding.ACTIVE:
            raise Refusal("device.revoked", 403)

    def _sender(self, request: Request, body: bytes, *, ended: bool = False) -> Device:
        keys = {str(device.id): Ed25519PublicKey.from_public_bytes(device.public) for device in self.devices.values()}
        result = self._verified(request, body, OfficeVerifier(keys, self.now()))
        nonce = result.nonce
        if not nonce or nonce in self.nonces:
            raise Refusal("request.replayed", 401)
        self.nonces.add(nonce)
        request.state.nonce = nonce
        device = self.devices[DeviceId(str(result.parameters["keyid"]))]
        if not ended:
            self._admit(device)
        return device

    def _verified(self, request: Request, body: bytes, verifier: OfficeVerifier) -> VerifyResult:
        message = _Message(request.method, str(request.url), request.headers)
        required = ("@method", "@path", "@query", *(("content-digest",) if body else ()))
        try:
            return verifier.verify(message, max_age=None, expect_tag=None, require_components=required, body=body)[0]
        except RequestSignatureInvalid as error:
            known = "Unable to resolve" not in str(error)
            raise Refusal("request.signature_invalid" if known else "device.unknown", 401) from error


@dataclass
class _Message:
    method: str
    url: str
    headers: Any
