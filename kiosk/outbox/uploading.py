"""Sending one packet: small ones in one request, large ones in parts that go on where the line broke (tus 1.0.0).

A cut costs the part in flight, never what has arrived. As long as each try gets further than the one before, the next
follows at once; only a line that carries nothing is left to the courier's pauses.
"""

from __future__ import annotations

from typing import Protocol

import structlog

from kiosk.errors import AnswerInvalid, UplinkRefused, UplinkUnreachable
from kiosk.outbox.uplink import Answer
from schemas.ids import PacketId
from schemas.protocol import PART_BYTES, RESUMABLE_OVER

_log = structlog.get_logger("courier")
_RESTARTS = 3


class Carrier(Protocol):
    """What sending needs of the line (kiosk.outbox.uplink)."""

    def send(self, frame: bytes) -> Answer: ...
    def begin_upload(self, packet: PacketId, length: int) -> Answer: ...
    def append_part(self, packet: PacketId, offset: int, part: bytes) -> Answer: ...
    def finish_upload(self, packet: PacketId) -> Answer: ...


def send_packet(uplink: Carrier, packet: PacketId, frame: bytes) -> Answer:
    """The office's answer to the packet. Raises an `UplinkError`; what has arrived by then is not sent again."""
    if len(frame) <= RESUMABLE_OVER:
        return uplink.send(frame)
    furthest, restarts = -1, 0
    while True:
        offset = _offset(uplink.begin_upload(packet, len(frame)), len(frame))
        try:
            _send_parts(uplink, packet, frame, offset)
            return uplink.finish_upload(packet)
        except UplinkUnreachable:
            if offset <= furthest:
                raise
            _log.info("courier.upload_cut", offset=offset, length=len(frame))
        except UplinkRefused as refusal:
            restarts += 1
            if not refusal.code.startswith("upload.") or restarts > _RESTARTS:
                raise
            _log.info("courier.upload_restart", code=refusal.code)
        furthest = max(furthest, offset)


def _send_parts(uplink: Carrier, packet: PacketId, frame: bytes, offset: int) -> None:
    while offset < len(frame):
        answer = uplink.append_part(packet, offset, frame[offset : offset + PART_BYTES])
        if _offset(answer, len(frame)) <= offset:
            raise AnswerInvalid("upload.no_progress", "the office took a part and has no more than before")
        offset = _offset(answer, len(frame))


def _offset(answer: Answer, length: int) -> int:
    if answer.offset is None or answer.offset > length:
        raise AnswerInvalid("upload.offset_invalid", "the office does not say how much of the packet it has")
    return answer.offset
