"""A large packet over a line that is cut again and again: it goes on in the middle, and the bytes travel about once."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice import migrations
from backoffice.database import Database
from backoffice.devices import service as devices
from backoffice.intake.repository import PacketRepository
from kiosk.errors import UplinkError
from kiosk.outbox import Outbox, Pace
from kiosk.outbox.uplink import Answer
from kiosk.outbox.uploading import send_packet
from schemas.canonical import sha256_hex
from schemas.enrolment import EnrolmentTicket
from schemas.ids import PacketId
from schemas.intake import IntakeRecord
from schemas.protocol import PART_BYTES, RESUMABLE_OVER
from tests.backoffice.office import Office as RealOffice
from tests.backoffice.office import add_municipalities, make_keys, open_office, plan_visit
from tests.factories import FUKUSHIMA, jpeg_photo, photo_evidence
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.office import Office

FIVE_MB = 5_000_000
CUTS = 10
PACE = Pace(line_first=0.01, line_most=0.05, packet_first=0.01, packet_most=0.05, hold=0.05, bundle_every=60.0)


class CutLine:
    """A TCP proxy that resets the connection each time another `every` bytes have gone up, `cuts` times."""

    def __init__(self, port: int, *, every: int, cuts: int) -> None:
        self._port, self._every = port, every
        self.cuts_left, self.bytes_up = cuts, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                kiosk, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(kiosk,), daemon=True).start()

    def _carry(self, kiosk: socket.socket) -> None:
        with kiosk, socket.create_connection(("127.0.0.1", self._port)) as office:
            down = threading.Thread(target=self._pump, args=(office, kiosk), daemon=True)
            down.start()
            self._up(kiosk, office)
            down.join(5)

    def _up(self, kiosk: socket.socket, office: socket.socket) -> None:
        with suppress(OSError):
            while data := kiosk.recv(16_384):
                before = self.bytes_up // self._every
                self.bytes_up += len(data)
                if self.bytes_up // self._every > before and self.cuts_left:
                    self.cuts_left -= 1
                    for end in (kiosk, office):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                    kiosk.close()
                    break
                office.sendall(data)
            office.close()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)


@pytest.fixture
def real_office(tmp_path: Path) -> Iterator[tuple[RealOffice, int]]:
    """The back office itself behind a socket."""
    folder = tmp_path / "office"
    folder.mkdir(mode=0o700)
    database = Database.connect(f"sqlite:///{folder / 'office.db'}")
    migrations.upgrade(database)
    make_keys(folder)
    office = open_office(folder, f"sqlite:///{folder / 'office.db'}")
    with office.work() as work:
        add_municipalities(work)
    config = uvicorn.Config(office.app, host="127.0.0.1", port=0, log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    yield office, server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = server.force_exit = True
    thread.join(10)
    database.close()


def enrolled(folder: Path, office: RealOffice, url: str) -> Outbox:
    outbox = Outbox.open(folder, pace=PACE, clock=office.clock)
    with office.work() as work:
        visit = plan_visit(work)
        made = devices.issue_ticket(
            work, FUKUSHIMA, signing=office.app.state.signing, office_url=url, minutes=5, actor="test", visit=visit
        )
    outbox.enrol(EnrolmentTicket(url, made.ticket.code, made.ticket.office_key), "端末")
    outbox.refresh_bundle()
    return outbox


def large(a_record: Callable[..., IntakeRecord], outbox: Outbox, size: int) -> tuple[IntakeRecord, bytes]:
    photo = jpeg_photo() + os.urandom(size)
    evidence = photo_evidence(jpeg_photo()).model_copy(update={"sha256": sha256_hex(photo)})
    return a_record(outbox).model_copy(update={"photo": evidence}), photo


def test_five_megabytes_over_a_line_cut_ten_times_travel_about_once(
    tmp_path: Path, real_office: tuple[RealOffice, int], a_record: Callable[..., IntakeRecord]
) -> None:
    office, port = real_office
    outbox = enrolled(tmp_path / "data", office, f"http://127.0.0.1:{port}")
    outbox.close()
    with CutLine(port, every=FIVE_MB // (CUTS + 1), cuts=CUTS) as line:
        through = Path(tmp_path / "data" / "identity.json")
        through.write_bytes(through.read_bytes().replace(f"http://127.0.0.1:{port}".encode(), line.url.encode()))
        outbox = Outbox.open(tmp_path / "data", pace=PACE, clock=office.clock)
        record, photo = large(a_record, outbox, FIVE_MB)
        kept = outbox.keep(record, photo)
        line.bytes_up = 0
        outbox.start_courier()
        wait_until(lambda: outbox.balance().closed, seconds=60)
        outbox.close()
    assert line.cuts_left == 0
    assert FIVE_MB < line.bytes_up < 1.4 * FIVE_MB  # a cut costs at most the part in flight, 128 KiB
    with office.work() as work:
        row = PacketRepository(work.session, FUKUSHIMA).get(kept.packet_id)
    assert row is not None
    assert sha256_hex(office.app.state.blobs.get(row.blob)) == kept.packet_id


def test_a_small_packet_goes_in_one_request(outbox: Outbox, office: Office, a_record: Any) -> None:
    record, photo = large(a_record, outbox, RESUMABLE_OVER // 2)
    outbox.keep(record, photo)
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed)
    assert not [path for path in office.requests if "uploads" in path]


def test_an_office_that_forgot_the_parts_gets_them_again(outbox: Outbox, office: Office, a_record: Any) -> None:
    forgotten: list[str] = []

    def forget(path: str, response: Any) -> Any:
        if path.endswith("/receipt") and not forgotten and response.status_code < 300:
            forgotten.append(path)
            (device,) = office.devices.values()
            device.packets.clear()
            device.receipts.clear()
            response.status_code = 200
            response.body = b"spoilt"
            response.headers["content-length"] = "6"
        return response

    office.mischief = forget
    record, photo = large(a_record, outbox, RESUMABLE_OVER)
    outbox.keep(record, photo)
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed)
    (opened,) = office.opened(outbox.identity.device).values()  # type: ignore[union-attr]
    assert opened == (record, photo)


class Offsets:
    """A line at whose other end somebody names offsets."""

    def __init__(self, offsets: list[int | None]) -> None:
        self._offsets, self.asked = offsets, 0

    def _answer(self) -> Answer:
        self.asked += 1
        return Answer(200, b"", 0.0, 0.0, offset=self._offsets.pop(0) if self._offsets else None)

    def send(self, frame: bytes) -> Answer:
        raise AssertionError("large packets travel in parts")

    def begin_upload(self, packet: PacketId, length: int) -> Answer:
        return self._answer()

    def append_part(self, packet: PacketId, offset: int, part: bytes) -> Answer:
        assert 0 < len(part) <= PART_BYTES
        return self._answer()

    def finish_upload(self, packet: PacketId) -> Answer:
        return Answer(200, b"receipt", 0.0, 0.0)


@settings(max_examples=60)
@given(st.lists(st.none() | st.integers(min_value=0, max_value=2 * RESUMABLE_OVER), max_size=12))
def test_whatever_offsets_an_office_names_the_sending_ends(offsets: list[int | None]) -> None:
    frame = bytes(RESUMABLE_OVER + 1)
    line = Offsets(list(offsets))
    try:
        answer = send_packet(line, PacketId(sha256_hex(frame)), frame)
    except UplinkError as error:
        assert error.code.startswith("upload.")
    else:
        assert answer.body == b"receipt"
    assert line.asked <= len(offsets) + 1
