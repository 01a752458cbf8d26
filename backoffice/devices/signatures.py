"""Signed requests of devices: RFC 9421 with Ed25519, bodies covered by Content-Digest (RFC 9530), nonces used once.

`SignedBody` reads the body without touching the database; `identify` says whose valid signature it is, `admit` whether
the request is fresh and its device still ours. Two steps, so that what a known device sent is kept even when refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, Request
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    MappingKeyResolver,
    VerifyResult,
    algorithms,
)

from backoffice.devices import service
from backoffice.devices.service import EnrolledDevice
from backoffice.devices.signed_time import NONCE
from backoffice.kit.errors import NotAllowed, Refused, Stale
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.errors import IdentifierInvalid
from schemas.ids import DeviceId
from schemas.protocol import COVERED_COMPONENTS, SIGNATURE_AGE_SECONDS, SIGNATURE_LABEL

_AGE = timedelta(seconds=SIGNATURE_AGE_SECONDS)
_NONCE_LIMIT = 64
_INVALID = "端末の署名を確認できません。"


@dataclass(frozen=True)
class SignedRequest:
    """A device's request as it came: what the signature library reads, the body, and who is told of a valid nonce."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    verified: Callable[[str], None]


async def _read(request: Request) -> SignedRequest:
    raw_path = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"].decode("latin-1")
    url = f"https://office{raw_path.decode('latin-1').partition('?')[0]}" + (f"?{query}" if query else "")
    verified = partial(setattr, request.state, NONCE)
    return SignedRequest(request.method, url, request.headers, await request.body(), verified)


SignedBody = Annotated[SignedRequest, Depends(_read)]


@dataclass(frozen=True)
class Sender:
    """Whose signature it is, and what it covers."""

    device: EnrolledDevice
    created: datetime
    expires: datetime | None
    nonce: str


class _Verifier(HTTPMessageVerifier):
    """The library measures age against the machine's clock; `admit` measures it against the office's."""

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        pass


def identify(work: UnitOfWork, request: SignedRequest, *, also: tuple[str, ...] = ()) -> Sender:
    """The device whose valid signature the request carries, active or not; `also`: header fields the signature must
    cover besides. Raises `Refused`."""
    device = service.find(work, _claimed_device(request))
    if device is None:
        raise Refused("device.unknown", "この端末は登録されていません。", status=401)
    key = Ed25519PublicKey.from_public_bytes(device.public_key)
    verifier = _Verifier(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(public_keys={device.id: key}, private_keys={}),
    )
    covered = (*COVERED_COMPONENTS, *(("content-digest",) if request.body else ()), *also)
    try:
        results = verifier.verify(request, max_age=None, require_components=[f'"{name}"' for name in covered])
    except HTTPMessageSignaturesException:
        raise Refused("request.signature_invalid", _INVALID, status=401) from None
    sender = _sender(device, results)
    request.verified(sender.nonce)
    try:
        verifier.verify_body(request, results, request.body)
    except HTTPMessageSignaturesException:
        raise Refused("request.digest_mismatch", "通信中に内容が変わっています。") from None
    return sender


def admit(work: UnitOfWork, sender: Sender) -> EnrolledDevice:
    """The device, when its request is fresh and it may still speak. Raises `Refused`, `Stale`, `NotAllowed`."""
    if not sender.device.active:
        raise NotAllowed("device.revoked", "この端末は失効しています。")
    late = sender.expires is not None and sender.expires < work.now
    if late or abs(work.now - sender.created) > _AGE:
        raise Stale("request.signature_expired", "端末の時計がずれているか、通信に時間がかかりました。", status=401)
    if not service.claim_nonce(work, sender.device, sender.nonce, keep=2 * _AGE):
        raise Stale("request.replayed", "同じ通信がすでに届いています。", status=409)
    service.seen(work, sender.device)
    return sender.device


def authenticate(work: UnitOfWork, request: SignedRequest) -> EnrolledDevice:
    """Both steps, for requests whose body need not be kept."""
    return admit(work, identify(work, request))


def _claimed_device(request: SignedRequest) -> DeviceId:
    if "signature" not in request.headers or "signature-input" not in request.headers:
        raise Refused("request.signature_missing", "端末の署名がありません。", status=401)
    try:
        labels: Any = http_sf.parse(request.headers["signature-input"].encode("latin-1"), tltype="dictionary")
        _components, parameters = labels[SIGNATURE_LABEL]
        claimed = str(parameters["keyid"])
    except (ValueError, KeyError, TypeError):
        raise Refused("request.signature_invalid", _INVALID, status=401) from None
    try:
        return DeviceId.parse(claimed)
    except IdentifierInvalid:
        raise Refused("device.unknown", "この端末は登録されていません。", status=401) from None


def _sender(device: EnrolledDevice, results: list[VerifyResult]) -> Sender:
    (result,) = results
    nonce, created, expires = (result.parameters.get(name) for name in ("nonce", "created", "expires"))
    if result.label != SIGNATURE_LABEL or result.parameters.get("keyid") != device.id:
        raise Refused("request.signature_invalid", _INVALID, status=401)
    if not isinstance(nonce, str) or not 8 <= len(nonce) <= _NONCE_LIMIT:
        raise Refused("request.signature_invalid", _INVALID, status=401)
    try:
        return Sender(device, _moment(created), None if expires is None else _moment(expires), nonce)
    except (ValueError, OverflowError, OSError):
        raise Refused("request.signature_invalid", _INVALID, status=401) from None


def _moment(seconds: object) -> datetime:
    if type(seconds) is not int:
        raise ValueError("not whole seconds")
    return datetime.fromtimestamp(seconds, UTC)
