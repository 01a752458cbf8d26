"""The line between kiosk and office: a TCP proxy that knows where a request ends, and can do to it what lines do.

Every request is taken in whole, gets a connection of its own to the office, and is answered on the kiosk's connection.
`trouble` is asked once a request.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

from schemas.protocol import PACKETS_PATH, UPLOADS_PATH

_LENGTH = re.compile(rb"(?im)^content-length:\s*(\d+)\s*$")
_BODILESS = (204, 304)


@dataclass(frozen=True)
class Request:
    """As it came from the kiosk. `raw`: head and body."""

    method: str
    path: str
    raw: bytes

    @property
    def carries_packet(self) -> bool:
        """Whole, or a piece of a large one."""
        return self.path.startswith((PACKETS_PATH, UPLOADS_PATH)) and self.method in ("POST", "PATCH", "PUT")


@dataclass(frozen=True)
class Trouble:
    """What happens to one request; nothing by default.

    `up`/`down`: bytes of request/answer let through before both ends are cut. `delay`: seconds before each of eight
    pieces of both. `twice`: the office gets it again afterwards, unseen. `late`: the kiosk sees a cut line, the office
    gets the request after so many later ones. `before`/`after`: this status instead of asking the office / instead of
    its answer. `request`/`answer`: make another one of it. `instead`: answers for the office, which is never asked.
    `stage`: told "asked" (the whole request is here), "half" (the office has half of it), "answered" (the office has
    committed), "delivered".
    """

    up: int | None = None
    down: int | None = None
    delay: float = 0.0
    twice: bool = False
    late: int | None = None
    before: int | None = None
    after: int | None = None
    request: Callable[[bytes], bytes] | None = None
    answer: Callable[[bytes], bytes] | None = None
    instead: Callable[[Request], bytes] | None = None
    stage: Callable[[str], None] | None = None


class Cut(Exception):
    """The line is gone for this connection."""


class Line:
    """Listens on a port of its own. `requests`: packets the office answered, as a listener could have kept them."""

    def __init__(self, office_port: int) -> None:
        self.office_port = office_port
        self.trouble: Callable[[Request], Trouble | None] = _no_trouble
        self.down = False
        self.requests: deque[Request] = deque(maxlen=20)
        self.met = 0
        self._late: list[tuple[int, Request]] = []
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listening.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def good(self) -> None:
        """The line works again; what was held back arrives now."""
        self.trouble, self.down = _no_trouble, False
        self._deliver_late(all_of_them=True)

    def send_again(self, request: Request) -> int:
        """Somebody else sends the same bytes to the office; its status, 0 for none."""
        try:
            head, _body = _split(self._ask(request.raw))
        except (OSError, Cut):
            return 0
        return _status(head)

    def _accept(self) -> None:
        while True:
            try:
                kiosk, _peer = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(kiosk,), daemon=True).start()

    def _carry(self, kiosk: socket.socket) -> None:
        with kiosk, suppress(OSError, Cut), kiosk.makefile("rb") as source:
            kiosk.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not self.down:
                request = _read_request(source)
                if request is None or self._cut_meanwhile():
                    return
                self._exchange(request, kiosk)

    def _cut_meanwhile(self) -> bool:
        return self.down

    def _exchange(self, request: Request, kiosk: socket.socket) -> None:
        trouble = self.trouble(request) or Trouble()
        with self._lock:
            self.met += trouble != Trouble()
        stage = trouble.stage or _nobody
        stage("asked")
        if trouble.late is not None:
            self._late.append((trouble.late, request))
            raise Cut
        if trouble.instead:
            kiosk.sendall(trouble.instead(request))
            return
        if trouble.before:
            kiosk.sendall(_page(trouble.before))
            return
        answer = self._ask(trouble.request(request.raw) if trouble.request else request.raw, trouble)
        stage("answered")
        if request.carries_packet:
            with self._lock:
                self.requests.append(request)
        if trouble.twice:
            self._ask(request.raw)
        if trouble.after:
            answer = _page(trouble.after)
        if trouble.answer:
            answer = trouble.answer(answer)
        _send(kiosk, answer[: trouble.down], trouble.delay)
        if trouble.down is not None:
            _reset(kiosk)
            raise Cut
        stage("delivered")
        self._deliver_late()

    def _ask(self, raw: bytes, trouble: Trouble = Trouble()) -> bytes:
        """Head and body of the office's answer. `Cut` when there is none."""
        with socket.create_connection(("127.0.0.1", self.office_port), timeout=40) as office:
            office.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if trouble.up is not None:
                _send(office, raw[: trouble.up], trouble.delay)
                raise Cut
            if trouble.stage:
                _send(office, raw[: len(raw) // 2], trouble.delay)
                trouble.stage("half")
                raw = raw[len(raw) // 2 :]
            _send(office, raw, trouble.delay)
            with office.makefile("rb") as source:
                return _read_answer(source)

    def _deliver_late(self, *, all_of_them: bool = False) -> None:
        with self._lock:
            held = [(left - 1, request) for left, request in self._late]
            due = [request for left, request in held if all_of_them or left <= 0]
            self._late = [] if all_of_them else [(left, request) for left, request in held if left > 0]
        for request in due:
            self.send_again(request)


def _no_trouble(_request: Request) -> Trouble | None:
    return None


def _nobody(_stage: str) -> None:
    """Nobody wants to know."""


def _send(sink: socket.socket, data: bytes, delay: float) -> None:
    if not delay:
        sink.sendall(data)
        return
    piece = max(1, len(data) // 8)
    for start in range(0, len(data), piece):
        time.sleep(delay)
        sink.sendall(data[start : start + piece])


def _reset(end: socket.socket) -> None:
    """RST instead of FIN: the line is cut, not closed."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def _page(status: int) -> bytes:
    words = b"<html><body>Something on the way has a fault of its own.</body></html>"
    return ok(words, status=f"{status} No", kind="text/html")


def _read_request(source: BinaryIO) -> Request | None:
    head = _read_head(source)
    if not head:
        return None
    method, path, *_ = head.split(b" ", 2)
    length = _LENGTH.search(head)
    body = source.read(int(length[1])) if length else b""
    if length and len(body) < int(length[1]):
        return None
    return Request(method.decode(), path.decode(), head + body)


def _read_answer(source: BinaryIO) -> bytes:
    """The final answer; interim ones (1xx) are passed over."""
    head = _read_head(source)
    while head and 100 <= _status(head) < 200:
        head = _read_head(source)
    if not head:
        raise Cut
    if _status(head) in _BODILESS:
        return head
    length = _LENGTH.search(head)
    body = source.read(int(length[1]) if length else -1)
    if length and len(body) < int(length[1]):
        raise Cut
    return head + body


def _read_head(source: BinaryIO) -> bytes:
    head = bytearray()
    while line := source.readline(65_536):
        head += line
        if line == b"\r\n":
            return bytes(head)
    return b""


def _status(head: bytes) -> int:
    return int(head.split(b" ", 2)[1])


def _split(answer: bytes) -> tuple[bytes, bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def with_body(answer: bytes, body: bytes, *, status: bytes | None = None, kind: bytes | None = None) -> bytes:
    """The same answer with another body, its length put right."""
    head, _old = _split(answer)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    if status:
        lines[0] = b"HTTP/1.1 " + status
    if kind:
        lines = [line for line in lines if not line.lower().startswith(b"content-type:")] + [b"content-type: " + kind]
    return b"\r\n".join([*lines, b"content-length: %d" % len(body), b"", b""]) + body


def ok(body: bytes, *, status: str = "201 Created", kind: str = "application/json") -> bytes:
    """An answer made up from nothing."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def body_of(answer: bytes) -> bytes:
    return _split(answer)[1]
