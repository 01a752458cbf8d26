"""Packets in parts: they go on where the line broke, are bounded, and end in the same receipt."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import pytest
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from backoffice.devices import service as devices
from backoffice.intake import service as intake
from backoffice.intake.models import ReceivedPacket, Upload, UploadPart
from backoffice.intake.upload_api import _named
from backoffice.intake.uploads import AGE, OPEN_LIMIT
from backoffice.kit.errors import Refused
from schemas.canonical import sha256_hex
from schemas.ids import PacketId
from schemas.packet import FRAME_LIMIT
from schemas.protocol import COVERED_COMPONENTS, PART_MEDIA_TYPE, TUS_VERSION, UPLOADS_PATH
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA

_TUS = {"tus-resumable": TUS_VERSION}


def code_of(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def ask(
    counter: Counter, method: str, path: str, body: bytes | None = None, covered: Iterable[str] = (), **headers: str
) -> Response:
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    message = counter.signed(
        method, path, body, headers={**_TUS, **own}, covered=(*COVERED_COMPONENTS, *(covered or own.keys()))
    )
    return counter.client.request(method, path, content=body, headers=message.headers)


def begin(counter: Counter, frame: bytes, **changes: Any) -> Response:
    named = f"packet {base64.b64encode(sha256_hex(frame).encode()).decode()}"
    values = {"upload_length": str(len(frame)), "upload_metadata": named, **changes}
    return ask(counter, "POST", UPLOADS_PATH, **values)


def place(frame: bytes) -> str:
    return f"{UPLOADS_PATH}/{sha256_hex(frame)}"


def append(counter: Counter, frame: bytes, start: int, end: int, *, kind: str = PART_MEDIA_TYPE) -> Response:
    return ask(
        counter, "PATCH", place(frame), frame[start:end], covered=("upload-offset",), upload_offset=str(start),
        content_type=kind,
    )  # fmt: skip


def finish(counter: Counter, frame: bytes) -> Response:
    return ask(counter, "POST", f"{place(frame)}/receipt")


def carried(counter: Counter, frame: bytes, size: int = 4_000) -> Response:
    begin(counter, frame)
    for start in range(0, len(frame), size):
        assert append(counter, frame, start, start + size).status_code == 204
    return finish(counter, frame)


def left(office: Office) -> tuple[int, int]:
    with office.work() as work:
        return len(work.session.exec(select(Upload)).all()), len(work.session.exec(select(UploadPart)).all())


@pytest.fixture
def counter(office: Office) -> Counter:
    return office.counter()


def test_packet_in_parts_gets_a_receipt_and_leaves_no_parts(office: Office, counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))
    answer = carried(counter, frame)
    assert answer.status_code == 201
    assert answer.json()["packet"] == sha256_hex(frame)
    assert left(office) == (0, 0)
    with office.work() as work:
        (row,) = work.session.exec(select(ReceivedPacket)).all()
    assert office.app.state.blobs.get(row.blob) == frame


def test_it_goes_on_where_the_line_broke(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))
    assert begin(counter, frame).headers["upload-offset"] == "0"
    append(counter, frame, 0, 6_000)
    assert begin(counter, frame).headers["upload-offset"] == "6000"
    asked = ask(counter, "HEAD", place(frame))
    assert (asked.status_code, asked.headers["upload-offset"]) == (200, "6000")
    assert asked.headers["upload-length"] == str(len(frame))
    assert append(counter, frame, 6_000, len(frame)).headers["upload-offset"] == str(len(frame))
    assert finish(counter, frame).status_code == 201


def test_part_sent_twice_is_refused_as_transient_and_changes_nothing(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))
    begin(counter, frame)
    append(counter, frame, 0, 5_000)
    again = append(counter, frame, 0, 5_000)
    assert code_of(again) == (409, "upload.offset_conflict")
    assert again.json()["transient"]
    append(counter, frame, 5_000, len(frame))
    assert finish(counter, frame).status_code == 201


def test_receipt_lost_on_the_way_is_given_again(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))
    first = carried(counter, frame)
    again = finish(counter, frame)
    assert (again.status_code, again.content) == (200, first.content)
    assert begin(counter, frame).headers["upload-offset"] == str(len(frame))


def test_packet_that_came_another_way_needs_no_parts(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))
    whole = counter.send(frame)
    assert begin(counter, frame).headers["upload-offset"] == str(len(frame))
    assert finish(counter, frame).content == whole.content


def test_receipt_before_the_last_part_is_refused_as_transient(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))
    begin(counter, frame)
    append(counter, frame, 0, 5_000)
    assert code_of(finish(counter, frame)) == (409, "upload.incomplete")


def test_refused_packet_is_kept_in_quarantine_like_any_other(office: Office, counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))[:-1] + b"x"
    assert code_of(carried(counter, frame)) == (422, "packet.signature_invalid")
    with office.work() as work:
        (kept,) = intake.quarantined(work, FUKUSHIMA)
    assert (kept.packet, kept.reason) == (sha256_hex(frame), "packet.signature_invalid")
    assert left(office) == (0, 0)


def test_packet_of_a_revoked_device_ends_in_quarantine_whole(office: Office, counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))
    with office.work() as work:
        devices.end(work, FUKUSHIMA, counter.device, actor="test")
    assert code_of(carried(counter, frame)) == (403, "device.revoked")
    with office.work() as work:
        (kept,) = intake.quarantined(work, FUKUSHIMA)
    assert office.app.state.blobs.get(kept.blob) == frame
    assert left(office) == (0, 0)


def test_replayed_receipt_request_keeps_the_parts(office: Office, counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))
    begin(counter, frame)
    append(counter, frame, 0, len(frame))
    message = counter.signed("POST", f"{place(frame)}/receipt", nonce="nonce-once", headers=_TUS)
    counter.get("/api/v1/balance", nonce="nonce-once")
    refused = counter.client.post(f"{place(frame)}/receipt", headers=message.headers)
    assert code_of(refused) == (409, "request.replayed")
    assert left(office) == (1, 1)
    assert finish(counter, frame).status_code == 201


def test_bytes_that_are_not_the_announced_packet_are_forgotten(office: Office, counter: Counter) -> None:
    frame = counter.seal(payload=bytes(10_000))
    begin(counter, frame)
    other = bytes(len(frame))
    message = counter.signed(
        "PATCH", place(frame), other, headers={**_TUS, "upload-offset": "0", "content-type": PART_MEDIA_TYPE},
        covered=(*COVERED_COMPONENTS, "upload-offset"),
    )  # fmt: skip
    assert counter.client.patch(place(frame), content=other, headers=message.headers).status_code == 204
    assert code_of(finish(counter, frame)) == (409, "upload.damaged")
    assert left(office) == (0, 0)


def test_a_device_has_a_bounded_number_of_uploads(office: Office, counter: Counter) -> None:
    frames = [counter.seal(payload=bytes(5_000)) for _ in range(OPEN_LIMIT + 2)]
    for frame in frames:
        begin(counter, frame)
        append(counter, frame, 0, 1_000)
        office.clock.move(seconds=1)
    assert left(office) == (OPEN_LIMIT, OPEN_LIMIT)
    assert code_of(finish(counter, frames[0])) == (404, "upload.unknown")
    assert begin(counter, frames[-1]).headers["upload-offset"] == "1000"


def test_uploads_of_devices_do_not_see_each_other(office: Office, counter: Counter) -> None:
    frame = counter.seal(payload=bytes(5_000))
    begin(counter, frame)
    append(counter, frame, 0, 1_000)
    other = office.counter()
    assert begin(other, frame).headers["upload-offset"] == "0"
    assert begin(counter, frame).headers["upload-offset"] == "1000"


def test_worker_drops_what_nobody_goes_on_with(office: Office, counter: Counter) -> None:
    old, young = (counter.seal(payload=bytes(5_000)) for _ in range(2))
    begin(counter, old)
    append(counter, old, 0, 1_000)
    office.clock.move(seconds=AGE.total_seconds())
    begin(counter, young)
    office.clock.move(seconds=1)
    office.worker.tidy()
    assert left(office) == (1, 0)
    assert begin(counter, young).status_code == 201


@pytest.mark.parametrize("length", [0, FRAME_LIMIT + 1])
def test_length_no_packet_can_have_is_refused(counter: Counter, length: int) -> None:
    assert begin(counter, b"x", upload_length=str(length)).status_code in (400, 413)


def test_part_beyond_the_announced_length_is_refused(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(5_000))
    begin(counter, frame, upload_length="1000")
    assert code_of(append(counter, frame, 0, 1_001)) == (400, "upload.length_exceeded")
    assert code_of(append(counter, frame, 0, 0)) == (400, "upload.length_exceeded")


def test_part_larger_than_a_part_may_be_is_413(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(600_000))
    begin(counter, frame)
    assert append(counter, frame, 0, 300_000).status_code == 413


def test_part_of_another_kind_is_415(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(5_000))
    begin(counter, frame)
    assert code_of(append(counter, frame, 0, 1_000, kind="text/plain")) == (415, "upload.media_type")


def test_offset_outside_the_signature_is_refused(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(5_000))
    begin(counter, frame)
    answer = ask(
        counter, "PATCH", place(frame), frame[:100], covered=("tus-resumable",), upload_offset="0",
        content_type=PART_MEDIA_TYPE,
    )  # fmt: skip
    assert code_of(answer) == (401, "request.signature_invalid")


def test_other_version_of_the_protocol_is_412(counter: Counter) -> None:
    frame = counter.seal(payload=bytes(5_000))
    begin(counter, frame)
    message = counter.signed("HEAD", place(frame), headers={"tus-resumable": "0.2.2"})
    assert counter.client.head(place(frame), headers=message.headers).status_code == 412


def test_capabilities_are_told_to_anybody(office: Office) -> None:
    told = office.client.options(UPLOADS_PATH).headers
    assert (told["tus-version"], told["tus-max-size"]) == (TUS_VERSION, str(FRAME_LIMIT))


@given(st.text(max_size=120) | st.binary(max_size=80).map(lambda raw: f"packet {base64.b64encode(raw).decode()}"))
def test_metadata_parser_raises_its_own_error_only(text: str) -> None:
    try:
        named = _named(text)
    except Refused as refusal:
        assert refusal.code == "upload.metadata"
    else:
        assert PacketId.parse(named) == named
