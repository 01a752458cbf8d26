"""The machine interface for packets in parts: tus 1.0.0 core with creation and expiration (tus.io/protocols).

The resource is named by the packet id, so creating it again finds it again. Offset, length and metadata are covered by
the request's signature (RFC 9421) and each part by its Content-Digest. A revoked device may finish its upload: the
receipt is refused, and the office has the bytes in quarantine.
"""

from __future__ import annotations

import base64
import binascii
from email.utils import format_datetime
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from backoffice.devices import signatures
from backoffice.devices.service import EnrolledDevice
from backoffice.devices.signatures import SignedBody, SignedRequest
from backoffice.intake import uploads
from backoffice.intake.uploads import AGE, Progress
from backoffice.kit.errors import NotAllowed, Refused
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.errors import IdentifierInvalid
from schemas.ids import PacketId
from schemas.packet import FRAME_LIMIT
from schemas.protocol import (
    LENGTH_HEADER,
    METADATA_HEADER,
    OFFSET_HEADER,
    PART_MEDIA_TYPE,
    TUS_HEADER,
    TUS_VERSION,
    UPLOADS_PATH,
)

router = APIRouter(tags=["intake"])
Octets = Annotated[int, Header(ge=0, le=FRAME_LIMIT)]
_UPLOAD = UPLOADS_PATH + "/{packet}"


@router.options(UPLOADS_PATH, status_code=204)
def capabilities() -> Response:
    """What of the protocol is spoken here. Tells nothing about anybody, so nobody need sign."""
    own = {"tus-version": TUS_VERSION, "tus-extension": "creation,expiration", "tus-max-size": str(FRAME_LIMIT)}
    return Response(status_code=204, headers={TUS_HEADER: TUS_VERSION, **own})


@router.post(UPLOADS_PATH, status_code=201, response_class=Response)
def begin(
    work: Uow, signed: SignedBody, upload_length: Octets, upload_metadata: Annotated[str, Header(max_length=200)]
) -> Response:
    """201 with the place, and how much of it is here already."""
    _require_version(signed)
    device = _sender(work, signed, LENGTH_HEADER, METADATA_HEADER)
    packet = _named(upload_metadata)
    found = uploads.begin(work, device, packet, length=upload_length)
    return _answer(work, found, 201, location=f"{UPLOADS_PATH}/{packet}")


@router.head(_UPLOAD, response_class=Response)
def progress(work: Uow, signed: SignedBody, packet: PacketId) -> Response:
    """How much of it is here."""
    _require_version(signed)
    return _answer(work, uploads.progress(work, _sender(work, signed), packet), 200)


@router.patch(_UPLOAD, status_code=204)
def append(work: Uow, signed: SignedBody, packet: PacketId, upload_offset: Octets) -> Response:
    """The next part; 409 when it is not the next."""
    _require_version(signed)
    device = _sender(work, signed, OFFSET_HEADER)
    if signed.headers.get("content-type") != PART_MEDIA_TYPE:
        raise Refused("upload.media_type", "送られたデータの種類が違います。", status=415)
    return _answer(work, uploads.append(work, device, packet, offset=upload_offset, octets=signed.body), 204)


def _sender(work: UnitOfWork, signed: SignedRequest, *covered: str) -> EnrolledDevice:
    known = signatures.identify(work, signed, also=covered)
    try:
        return signatures.admit(work, known)
    except NotAllowed:
        return known.device


def _require_version(signed: SignedRequest) -> None:
    if signed.headers.get(TUS_HEADER) != TUS_VERSION:
        raise Refused("upload.version", "この送信方式には対応していません。", status=412)


def _named(metadata: str) -> PacketId:
    """`packet <base64 of the packet id>`: tus metadata with the one key we need."""
    key, _, value = metadata.partition(" ")
    try:
        if key != "packet":
            raise Refused("upload.metadata", "送信の内容がわかりません。")
        return PacketId.parse(base64.b64decode(value, validate=True).decode("ascii"))
    except (binascii.Error, UnicodeDecodeError, IdentifierInvalid):
        raise Refused("upload.metadata", "送信の内容がわかりません。") from None


def _answer(work: UnitOfWork, found: Progress, status: int, **headers: str) -> Response:
    own = {
        TUS_HEADER: TUS_VERSION,
        OFFSET_HEADER: str(found.offset),
        LENGTH_HEADER: str(found.length),
        "upload-expires": format_datetime(work.now + AGE, usegmt=True),
        "cache-control": "no-store",
    }
    return Response(status_code=status, headers={**own, **headers})
