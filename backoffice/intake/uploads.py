"""Packets that come in parts, so that a broken line costs one part and not the whole packet (tus 1.0.0).

Bounded: a device has `OPEN_LIMIT` unfinished uploads (the oldest makes room), each no longer than a packet may be, none
untouched for longer than `AGE`. Losing one costs nothing but time: the kiosk keeps its packet until the receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backoffice.devices.service import EnrolledDevice
from backoffice.intake.models import Upload
from backoffice.intake.repository import PacketRepository, UploadRepository, remove_uploads_untouched_since
from backoffice.kit.errors import NotFound, Refused, Stale
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.canonical import sha256_hex
from schemas.ids import PacketId
from schemas.packet import FRAME_LIMIT

OPEN_LIMIT = 4
AGE = timedelta(days=7)


@dataclass(frozen=True)
class Progress:
    """`offset`: bytes the office has; the next part begins there."""

    offset: int
    length: int


class Gone(NotFound):
    """Nothing is known of the upload: begin it."""

    transient = True


def begin(work: UnitOfWork, device: EnrolledDevice, packet: PacketId, *, length: int) -> Progress:
    """Begin, or go on with what is here. A packet already received is complete. Raises `Refused`."""
    if not 1 <= length <= FRAME_LIMIT:
        raise Refused("request.too_large", "送られるデータの大きさが範囲外です。", status=413)
    if PacketRepository(work.session, device.municipality).get(packet):
        return Progress(length, length)
    repository = _repository(work, device)
    known = repository.get(packet)
    if known and known.length == length:
        return Progress(known.received, known.length)
    repository.remove(packet)
    for oldest in repository.unfinished()[: -(OPEN_LIMIT - 1)]:
        repository.remove(PacketId(oldest))
    if repository.add(packet, length=length, at=work.now) is None:
        raise Stale("upload.busy", "同じ送信が同時に始まりました。", status=409)
    return Progress(0, length)


def progress(work: UnitOfWork, device: EnrolledDevice, packet: PacketId) -> Progress:
    """How far it has come. Raises `Gone`."""
    known = _upload(work, device, packet)
    return Progress(known.received, known.length)


def append(work: UnitOfWork, device: EnrolledDevice, packet: PacketId, *, offset: int, octets: bytes) -> Progress:
    """Keep the next part. Raises `Stale` when it is not the next (an answer got lost), `Refused`, `Gone`."""
    upload = _upload(work, device, packet)
    if offset != upload.received:
        raise Stale("upload.offset_conflict", "送信の位置が合いません。", status=409)
    if not octets or offset + len(octets) > upload.length:
        raise Refused("upload.length_exceeded", "知らされた大きさと合いません。", status=400)
    _repository(work, device).add_part(packet, offset, octets)
    upload.received, upload.touched_at = offset + len(octets), work.now
    work.session.flush()
    return Progress(upload.received, upload.length)


def whole(work: UnitOfWork, device: EnrolledDevice, packet: PacketId) -> bytes | None:
    """The complete packet; None when its bytes are other than its id says. Raises `Stale` when some are missing,
    `Gone`."""
    upload = _upload(work, device, packet)
    if upload.received != upload.length:
        raise Stale("upload.incomplete", "まだすべて届いていません。", status=409)
    octets = _repository(work, device).octets(packet)
    return octets if sha256_hex(octets) == packet else None


def forget(work: UnitOfWork, device: EnrolledDevice, packet: PacketId) -> None:
    """Its parts are not needed any more."""
    _repository(work, device).remove(packet)


def tidy(work: UnitOfWork) -> int:
    """Drop what nobody has touched for `AGE`; returns how many."""
    return remove_uploads_untouched_since(work.session, work.now - AGE)


def _upload(work: UnitOfWork, device: EnrolledDevice, packet: PacketId) -> Upload:
    found = _repository(work, device).get(packet)
    if found is None:
        raise Gone("upload.unknown", "この送信は知られていません。")
    return found


def _repository(work: UnitOfWork, device: EnrolledDevice) -> UploadRepository:
    return UploadRepository(work.session, device.municipality, device.id)
