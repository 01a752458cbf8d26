"""A small office of our own for the kiosk's tests: real HTTP, real signatures, real keys, nothing on disk.

It follows the wire rules the back office follows, so either can stand at the other end. It keeps what it received in
the open for comparing, and `mischief` lets a test spoil an answer after the office has committed.
"""

from __future__ import annotations

import base64
import io
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

import uvicorn
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver, VerifyResult
from http_message_signatures import InvalidSignature as RequestSignatureInvalid
from http_message_signatures.algorithms import ED25519
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kiosk.outbox.keys import key_id
from schemas.balance import Balance, BalanceStatement, ClosingBalance
from schemas.bundle import SignedBundle, read_holds
from schemas.canonical import sha256_hex
from schemas.device_life import DeviceStanding, DeviceStatement, StatementRequest
from schemas.enrolment import EnrolmentGrant, EnrolmentRequest, EnrolmentTicket
from schemas.errors import PacketMalformed
from schemas.ids import DeviceId, PacketId, VisitId
from schemas.intake import IntakeRecord
from schemas.language import Wording
from schemas.office_time import TIME_HEADER, OfficeTime
from schemas.packet import FRAME_LIMIT, Packet, Suite
from schemas.problem import PROBLEM_JSON, Problem
from schemas.protocol import (
    BALANCE_PATH,
    BUNDLE_PATH,
    ENROL_PATH,
    HEALTH_PATH,
    METADATA_HEADER,
    OFFSET_HEADER,
    PACKETS_PATH,
    SIGNATURE_AGE_SECONDS,
    STATEMENT_PATH,
    UPLOADS_PATH,
)
from schemas.receipt import Receipt
from schemas.rules import default_rules
from schemas.stamp import Stamp
from schemas.usb import UsbReceipts
from schemas.visit import Municipality, OfficeKey, Place, RecipientKey, VisitBundle
from tests.factories import FUKUSHIMA, uuid7

CODE = "ABCDEFGHIJKLMNOP"


class Refusal(Exception):
    """Answered as problem+json."""

    def __init__(self, code: str, status: int, *, transient: bool = False) -> None:
        self.problem = Problem.of(code, status, code, transient=transient)


class SigningKey:
    """An office key."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        public = self.private.public_key().public_bytes_raw()
        self.public = OfficeKey(key=key_id(public), public=public)


class SealKey:
    """A recipient key with its private half, so that tests can open what was sealed."""

    def __init__(
        self, suite: Suite = Suite.MLKEM768_X25519_AES256GCM, *, not_before: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    ) -> None:
        x25519, mlkem = X25519PrivateKey.generate(), MLKEM768PrivateKey.generate()
        hybrid = suite is Suite.MLKEM768_X25519_AES256GCM
        x_public, m_public = x25519.public_key().public_bytes_raw(), mlkem.public_key().public_bytes_raw()
        self.private = hpke.MLKEM768X25519PrivateKey(mlkem, x25519) if hybrid else x25519
        kem = hpke.KEM.MLKEM768_X25519 if hybrid else hpke.KEM.X25519
        self.suite = hpke.Suite(kem, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
        public = m_public + x_public if hybrid else x_public
        self.public = RecipientKey(key=key_id(public), suite=suite, public=public, not_before=not_before)

    def open(self, packet: Packet) -> bytes:
        return self.suite.decrypt(packet.ciphertext, self.private, info=packet.header_bytes)


@dataclass
class Device:
    """An enrolled device and what came from it."""

    id: DeviceId
    public: bytes
    bundle: VisitBundle | None = None
    packets: dict[int, bytes] = field(default_factory=dict)
    receipts: dict[int, Receipt] = field(default_factory=dict)
    standing: DeviceStanding = DeviceStanding.ACTIVE


class OfficeVerifier(HTTPMessageVerifier):
    """Checks age against the office's clock, not this machine's."""

    allow_label_only_selection = True

    def __init__(self, keys: dict[str, Ed25519PublicKey], now: datetime) -> None:
        super().__init__(
            signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys=dict(keys), private_keys={})
        )
        self._now = now

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        created = sig_input.params.get("created")
        if type(created) is not int or abs(self._now.timestamp() - created) > SIGNATURE_AGE_SECONDS:
            raise Refusal("request.signature_expired", 401)


class Office:
    """The office's mind, without a server. `now` may be set; `mischief` may replace any finished answer."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.signing = SigningKey()
        self.sealing = SealKey()
        self.visit = uuid7(VisitId, 1)
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

    def ticket(self, url: str, code: str = CODE) -> EnrolmentTicket:
        return EnrolmentTicket(url, code, self.signing.public.key)

    def bundle(self, device: DeviceId, *, version: int = 1, **changes: Any) -> VisitBundle:
        fukushima = Municipality(code=FUKUSHIMA, name=Wording(ja="福島市"))
        values: dict[str, Any] = {
            "version": version, "issued_at": self.now(), "device": device, "municipality": fukushima,
            "visit": self.visit, "title": Wording(ja="消防本部での出張申請受付"), "organisation": "見本消防本部",
            "places": (Place(name=Wording(ja="会議室")),), "contact": "024-000-0000", "rules": default_rules(),
            "municipalities": (fukushima,), "attendants": (), "recipient_keys": (self.sealing.public,),
            "office_keys": (self.signing.public,),
        }  # fmt: skip
        return VisitBundle.model_validate({**values, **changes})

    def sign_bundle(self, bundle: VisitBundle, *, by: SigningKey | None = None) -> SignedBundle:
        key = by or self.signing
        unsigned = SignedBundle.unsigned(bundle, key.public.key)
        return unsigned.model_copy(update={"signature": key.private.sign(unsigned.signed_part())})

    def opened(self, device: DeviceId) -> dict[int, tuple[IntakeRecord, bytes | None]]:
        """Everything received from a device, opened."""
        found = {}
        for sequence, frame in self.devices[device].packets.items():
            with zipfile.ZipFile(io.BytesIO(self.sealing.open(Packet.parse(frame)))) as payload:
                record = IntakeRecord.model_validate_json(payload.read("record.json"))
                found[sequence] = (record, payload.read("photo.jpg") if record.photo else None)
        return found

    def sign_receipts(self, answer: UsbReceipts) -> UsbReceipts:
        """A receipts file as the office gives it back."""
        answer = answer.model_copy(update={"office_key": self.signing.public.key})
        return answer.model_copy(update={"signature": self.signing.private.sign(answer.signed_part)})

    def receipt(self, packet: Packet, /, **changes: Any) -> Receipt:
        header = packet.header
        unsigned = Receipt(
            municipality=header.municipality, device=header.device, record=header.record, packet=packet.packet_id,
            sequence=header.sequence, received_at=self.now(), office_key=self.signing.public.key,
        ).model_copy(update=changes)  # fmt: skip
        return unsigned.model_copy(update={"signature": self.signing.private.sign(unsigned.signed_part)})

    def time(self, nonce: str, *, by: SigningKey | None = None) -> OfficeTime:
        key = by or self.signing
        unsigned = OfficeTime(at=self.now(), nonce=nonce, office_key=key.public.key)
        return unsigned.model_copy(update={"signature": key.private.sign(unsigned.signed_part)})

    # ── The wire ──────────────────────────────────────────────────────────────────────────────────────

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

    def balance(self, device: Device) -> Balance:
        received = sorted(device.packets)
        last = received[-1] if received else 0
        return Balance(
            side="office", device=device.id, visit=None, captured=last, received=len(received), erased=None, refused=0,
            head=PacketId(Packet.parse(device.packets[last]).packet_id) if last else None,
            gaps=tuple(sorted(set(range(1, last)) - set(received))), at=Stamp(at=self.now(), uncertainty_ms=0),
        )  # fmt: skip

    def _state(self, request: Request, body: bytes) -> Response:
        device = self._sender(request, body, ended=True)
        here = [sha256_hex(frame) for frame in (*device.packets.values(), *(frame for _, frame in self.quarantine))]
        held = tuple(packet for packet in StatementRequest.model_validate_json(body).packets if packet in here)
        return Response(self.statement(device, held=held).canonical(), media_type="application/json")

    def statement(self, device: Device, *, by: SigningKey | None = None, **changes: Any) -> DeviceStatement:
        key = by or self.signing
        unsigned = DeviceStatement(
            municipality=FUKUSHIMA, device=device.id, device_key=key_id(device.public), standing=device.standing,
            at=self.now(), office_key=key.public.key,
        ).model_copy(update=changes)  # fmt: skip
        return unsigned.model_copy(update={"signature": key.private.sign(unsigned.signed_part)})

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


class RunningOffice:
    """An office behind a real socket; may go down and come back on the same port, and give way to a new office."""

    def __init__(self, office: Office, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.replace(office)

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.down()

    def replace(self, office: Office) -> None:
        self.office = office
        self._app = office.app()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def up(self) -> None:
        """Harmless when already up."""
        if self._server is not None:
            return
        config = uvicorn.Config(
            self._answer, host="127.0.0.1", port=self.port, log_config=None, ws="none", http="h11", lifespan="off",
            date_header=False, interface="asgi3",
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="office", daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    def down(self, *, at_once: bool = True) -> None:
        """`at_once`: in the middle of answers, as a power cut does; else open lines are closed first."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._server.force_exit = at_once
            self._thread.join(10)
            self._server = self._thread = None
