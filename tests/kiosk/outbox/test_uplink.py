"""The line: what goes out is signed and fresh; what comes back is the office's word or it is nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import UplinkError, UplinkRefused, UplinkUnreachable
from kiosk.outbox.clock import OfficeClock, boottime
from kiosk.outbox.keys import DeviceKey
from kiosk.outbox.patience import Patience
from kiosk.outbox.uplink import Signer, Uplink
from schemas.ids import DeviceId
from schemas.problem import Problem
from tests.factories import uuid7


class OneAnswer:
    """A server that gives one answer, byte for byte, to everybody, and remembers what was asked."""

    def __init__(self) -> None:
        self.answer = b""
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                line, _peer = self._socket.accept()
            except OSError:
                return
            with line:
                line.settimeout(5)
                self.asked.append(line.recv(65536))
                line.sendall(self.answer)


@pytest.fixture(scope="module")
def server() -> Iterator[OneAnswer]:
    made = OneAnswer()
    yield made
    made.close()


def uplink(server: OneAnswer) -> Uplink:
    clock = OfficeClock(lambda: datetime.now(UTC), boottime, boot="one")
    numbers = iter(range(1, 1000))
    return Uplink(
        server.url, clock=clock, randomness=lambda size: next(numbers).to_bytes(size, "big"),
        signer=Signer(uuid7(DeviceId, 1), DeviceKey(Ed25519PrivateKey.generate())),
    )  # fmt: skip


def http(status: int, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_every_attempt_has_its_own_nonce_and_covers_the_body(server: OneAnswer) -> None:
    server.asked.clear()
    server.answer = http(201, b"{}")
    with uplink(server) as line:
        line.send(b"frame")
        line.send(b"frame")
    first, second = (asked.decode("latin-1").lower() for asked in server.asked)
    for asked in (first, second):
        assert 'signature-input: demado=("@method" "@path" "@query" "content-digest")' in asked
        assert f'keyid="{uuid7(DeviceId, 1)}"' in asked
        assert "content-digest: sha-256=:" in asked
        assert "content-type: application/vnd.demado.packet" in asked
    assert first.split('nonce="')[1][:32] != second.split('nonce="')[1][:32]


def test_a_problem_of_the_office_is_its_word(server: OneAnswer) -> None:
    problem = Problem.of("packet.truncated", 422, "短い")
    server.answer = http(422, problem.model_dump_json().encode(), "content-type: application/problem+json")
    with uplink(server) as line, pytest.raises(UplinkRefused) as caught:
        line.send(b"frame")
    assert (caught.value.code, caught.value.transient) == ("packet.truncated", False)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_some_statuses_pass_whatever_the_problem_says(server: OneAnswer, status: int) -> None:
    problem = Problem.of("office.unavailable", status, "後で")
    server.answer = http(status, problem.model_dump_json().encode(), "content-type: application/problem+json")
    with uplink(server) as line, pytest.raises(UplinkRefused) as caught:
        line.send(b"frame")
    assert caught.value.transient


def test_a_redirect_is_not_followed(server: OneAnswer) -> None:
    server.asked.clear()
    server.answer = http(307, b"", f"location: {server.url}/elsewhere")
    with uplink(server) as line, pytest.raises(UplinkUnreachable) as caught:
        line.send(b"frame")
    assert (caught.value.code, len(server.asked)) == ("uplink.not_the_office", 1)


def test_a_longer_answer_than_allowed_is_not_read_to_its_end(server: OneAnswer) -> None:
    server.answer = http(201, b" " * 2_000_000)
    with uplink(server) as line, pytest.raises(UplinkUnreachable):
        line.send(b"frame")


def test_a_compressed_bomb_stays_small(server: OneAnswer) -> None:
    server.answer = http(201, b"\x1f\x8b" + bytes(100), "content-encoding: gzip")
    with uplink(server) as line:
        assert line.send(b"frame").body == b"\x1f\x8b" + bytes(100)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 201 OK\r\ncontent-length: 500\r\n\r\nhalf", b"SSH-2.0-x\r\n"])
def test_an_answer_cut_off_is_no_answer(server: OneAnswer, answer: bytes) -> None:
    server.answer = answer
    with uplink(server) as line, pytest.raises(UplinkUnreachable):
        line.send(b"frame")


@pytest.mark.parametrize(
    ("answer", "there"),
    [
        (http(200, b'{"status":"ok","version":"1"}'), True), (http(200, b"<html>"), False), (http(204, b""), False),
        (http(200, b'{"status":"starting"}'), False), (http(503, b'{"status":"ok"}'), False), (b"", False),
    ],
)  # fmt: skip
def test_a_probe_believes_an_office_only(server: OneAnswer, answer: bytes, there: bool) -> None:
    server.answer = answer
    with uplink(server) as line:
        assert line.probe() is there


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(
            http, st.integers(100, 599), st.binary(max_size=100), st.just("content-type: application/problem+json")
        ),
    )
)
def test_whatever_comes_back_only_our_own_error_comes_out(server: OneAnswer, answer: bytes) -> None:
    server.answer = answer
    with uplink(server) as line:
        try:
            line.send(b"frame")
        except UplinkError:
            return


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[::1", "http://host.invalid:99999", "http://a b/"])
def test_an_address_that_leads_nowhere_is_unreachable(url: str) -> None:
    clock = OfficeClock(lambda: datetime.now(UTC), boottime, boot="one")
    with pytest.raises(UplinkUnreachable), Uplink(url, clock=clock, randomness=bytes) as line:
        line.send(b"frame")


_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@pytest.mark.parametrize(
    "start", [_HEAD, _HEAD + b"content-length: 100000\r\n\r\n"], ids=["in the head", "in the body"]
)
@pytest.mark.parametrize("probe", [True, False])
def test_a_line_that_only_dribbles_does_not_hold_the_sender(start: bytes, probe: bool) -> None:
    """A byte now and then satisfies every single read; all of them together must end too."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def dribble() -> None:
            line, _peer = listening.accept()
            with line, suppress(OSError):
                line.sendall(start)
                while not ended.wait(0.02):
                    line.sendall(b"x")

        thread = threading.Thread(target=dribble, daemon=True)
        thread.start()
        clock = OfficeClock(lambda: datetime.now(UTC), boottime, boot="one")
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        began = boottime()
        try:
            with Uplink(url, clock=clock, randomness=bytes, patience=Patience(0.3, 1_000_000)) as line:
                if probe:
                    assert not line.probe()
                else:
                    with pytest.raises(UplinkUnreachable):
                        line.send(b"packet")
            assert boottime() - began < 3
        finally:
            ended.set()
            thread.join(5)
