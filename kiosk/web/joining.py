"""Pairing the venue's kiosks and trusting their certificate.

| route | for | fields |
|---|---|---|
| GET /pair                     | anybody on the venue's network | where a scanned code leads: sign in, or trust first |
| GET /trust                    | anybody | the certificate's fingerprints and how a tablet learns to trust it |
| GET /trust/anchor.cer, .pem   | anybody | the certificate itself |
| GET /attendant/venue/pair     | not helpers | this kiosk's code, the paired kiosks, the field for another one's code |
| GET /attendant/venue/pair.svg | not helpers | the code as QR |
| GET /attendant/venue/code, /attendant/venue/paired | not helpers | the code that holds now, who is paired (parts) |
| POST /attendant/venue/pair    | not helpers | code: as scanned or typed |
| POST /attendant/venue/pair/frame | not helpers | body: one JPEG → {"code"} when the picture holds one |
| POST /attendant/venue/part    | not helpers | kiosk: a device this one leads; empty: follow no longer |
| POST /venue/join, /venue/beat | kiosks  | JSON, `hall.wire` |
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Annotated

import qrcode
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter, Form, Request
from pydantic import Field
from qrcode.image.svg import SvgPathImage
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Scope

from hardware.camera.load import decode_picture
from hardware.errors import InputRefused
from kiosk.desk import DeskRefused
from kiosk.web.access import Acting, AttendantOf, Forbidden, RoomOf, SessionOf, plain_body
from kiosk.web.attendant import not_a_helper
from kiosk.web.forms import Fields
from kiosk.web.hall.certificate import grouped
from kiosk.web.hall.lan import Lan
from kiosk.web.hall.line import join
from kiosk.web.hall.links import Links
from kiosk.web.hall.pairing import Offer, PairingRefused, pin_of
from kiosk.web.hall.wire import JoinAnswer, JoinWord, KioskState, VenueWord
from kiosk.web.room import Room
from kiosk.web.security import OWN_CAMERA
from kiosk.web.session import Session
from schemas.ids import DeviceId

log = structlog.get_logger(__name__)
router = APIRouter()
FRAME_PIXELS = 4096 * 4096


class CodeFields(Fields):
    code: str = Field(max_length=300)


class PartFields(Fields):
    kiosk: str = Field(default="", max_length=60)


def through_the_lead(links: Links) -> Callable[[Scope], Session | None]:
    """The session of a request that shows a pairing's key."""

    def linked(scope: Scope) -> Session | None:
        room: Room = scope["app"].state.room
        return links.tablet(Headers(scope=scope), room.counter.outbox.bundle)

    return linked


# ── for anybody on the venue's network ──────────────────────────────────────────────────────────────────


@router.get("/pair")
def pair_page(room: RoomOf, session: SessionOf) -> Response:
    return _trust_page(room, session, scanned=True)


@router.get("/trust")
def trust(room: RoomOf, session: SessionOf) -> Response:
    return _trust_page(room, session, scanned=False)


@router.get("/trust/anchor.pem")
def anchor_pem(room: RoomOf) -> Response:
    certificate = _lan(room).certificate
    if certificate is None:
        return Response(status_code=404)
    return Response(certificate.anchor, media_type="application/x-pem-file")


@router.get("/trust/anchor.cer")
def anchor(room: RoomOf) -> Response:
    """DER, which Android, iPadOS and Windows offer to install (RFC 2585 names application/pkix-cert)."""
    certificate = _lan(room).certificate
    if certificate is None:
        return Response(status_code=404)
    der = x509.load_pem_x509_certificate(certificate.anchor).public_bytes(Encoding.DER)
    headers = {"Content-Disposition": 'attachment; filename="demado-kiosk.cer"'}
    return Response(der, media_type="application/x-x509-ca-cert", headers=headers)


# ── for attendants ──────────────────────────────────────────────────────────────────────────────────────


@router.get("/attendant/venue/pair")
def pairing(room: RoomOf, session: SessionOf, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    page = room.pages.page("attendant_pair.html", session, session.language, _pairing_values(room))
    page.headers["Permissions-Policy"] = OWN_CAMERA
    return page


@router.get("/attendant/venue/paired")
def paired(room: RoomOf, session: SessionOf, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    return room.pages.page("parts/paired.html", session, session.language, _pairing_values(room))


@router.get("/attendant/venue/code")
def code(room: RoomOf, session: SessionOf, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    return room.pages.page("parts/pair_code.html", session, session.language, _pairing_values(room))


@router.get("/attendant/venue/pair.svg")
def pair_qr(room: RoomOf, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    offer = _offer(room)
    if offer is None:
        return Response(status_code=404)
    written = BytesIO()
    qrcode.make(offer.text, image_factory=SvgPathImage, border=2).save(written)
    return Response(written.getvalue(), media_type="image/svg+xml")


@router.post("/attendant/venue/pair")
def pair(
    request: Request, room: RoomOf, _: Acting, attendant: AttendantOf, fields: Annotated[CodeFields, Form()]
) -> Response:
    """This kiosk becomes the lead of the one whose code was scanned."""
    not_a_helper(attendant)
    identity, bundle = room.counter.visit()
    offer = Offer.parse(fields.code)
    if not (offer.pin or room.development):
        raise PairingRefused("pairing.unreadable")
    if offer.token == room.hall.offers.open():
        raise PairingRefused("pairing.itself")
    word = JoinWord(
        token=offer.token, municipality=identity.municipality, visit=bundle.visit, counter=identity.counter,
        name=identity.name,
    )  # fmt: skip
    follower = join(offer, word)
    if follower.device == identity.device:
        raise PairingRefused("pairing.itself")
    room.hall.links.lead(bundle, follower)
    log.info("kiosk paired", counter=follower.counter, staff=attendant.staff)
    return _done(request)


@router.post("/attendant/venue/pair/frame")
async def frame(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    """Does this picture of the tablet's camera hold another kiosk's code?"""
    not_a_helper(attendant)
    body = await plain_body(request)
    return JSONResponse({"code": await run_in_threadpool(_code_in, room, body)})


@router.post("/attendant/venue/part")
def part(
    request: Request, room: RoomOf, _: Acting, attendant: AttendantOf, fields: Annotated[PartFields, Form()]
) -> Response:
    not_a_helper(attendant)
    bundle = room.counter.visit()[1]
    room.hall.links.part(bundle, DeviceId.parse(fields.kiosk) if fields.kiosk else None)
    log.info("pairing ended", staff=attendant.staff)
    return _done(request)


# ── between kiosks ──────────────────────────────────────────────────────────────────────────────────────


@router.post("/venue/join")
def joined(room: RoomOf, word: JoinWord) -> JoinAnswer:
    """Another kiosk of this visit has our code: from now on it leads."""
    identity, bundle = room.counter.visit()
    if not room.hall.offers.take(word.token):
        raise PairingRefused("pairing.unknown_code")
    if (word.municipality, word.visit) != (identity.municipality, bundle.visit):
        raise PairingRefused("pairing.other_visit")
    pairings = room.hall.links.of(bundle)
    if pairings is not None and pairings.followers:
        raise PairingRefused("pairing.leads")
    key = room.hall.links.follow(bundle, word.counter, word.name)
    log.info("kiosk follows", lead=word.counter)
    return JoinAnswer(device=identity.device, counter=identity.counter, name=identity.name, key=key)


@router.post("/venue/beat")
def beat(room: RoomOf, session: SessionOf, word: VenueWord) -> KioskState:
    if not session.linked:
        raise Forbidden("pairing.refused")
    room.counter.visit()
    state = room.hall.hear_lead(word)
    if state is None:
        raise PairingRefused("pairing.refused")
    return state


def _pairing_values(room: Room) -> dict[str, object]:
    bundle, offer = room.counter.outbox.bundle, _offer(room)
    pairings = room.hall.links.of(bundle)
    return {
        "bundle": bundle,
        "identity": room.counter.outbox.identity,
        "offer": offer,
        "lan": room.hall.lan,
        "pin": grouped(room.hall.lan.certificate.leaf_print) if room.hall.lan and room.hall.lan.certificate else "",
        "leader": pairings.leader if pairings else None,
        "seen": room.hall.kiosks()[1:],
    }


def _offer(room: Room) -> Offer | None:
    lan = room.hall.lan
    if lan is None or room.counter.outbox.bundle is None:
        return None
    pin = pin_of(lan.certificate.anchor_print) if lan.certificate else ""
    return Offer(lan.address, room.hall.offers.open(), pin)


def _code_in(room: Room, body: bytes) -> str | None:
    try:
        pixels = decode_picture(body, most_pixels=FRAME_PIXELS, formats=("JPEG",))
    except InputRefused as refused:
        raise DeskRefused(refused.code) from None
    for code in room.counter.desk.devices.qr.read(pixels).codes:
        try:
            return Offer.parse(code.text).text
        except PairingRefused:
            continue
    return None


def _trust_page(room: Room, session: Session, *, scanned: bool) -> Response:
    lan = _lan(room)
    certificate = lan.certificate
    values = {
        "bundle": room.counter.outbox.bundle,
        "identity": room.counter.outbox.identity,
        "address": lan.address,
        "scanned": scanned,
        "leaf": grouped(certificate.leaf_print) if certificate else "",
        "anchor": grouped(certificate.anchor_print) if certificate else "",
        "own": certificate is not None and certificate.leaf_print != certificate.anchor_print,
    }
    return room.pages.page("trust.html", session, session.language, values)


def _lan(room: Room) -> Lan:
    if room.hall.lan is None:
        raise PairingRefused("pairing.no_lan")
    return room.hall.lan


def _done(request: Request) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"ok": True})
    return RedirectResponse("/attendant/venue/pair", 303)
