"""Sources to try: a scripted one for faults, and real ones made from files and a local HTTP server."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.errors import DeviceError

Step = Pixels | DeviceError | None


def picture(level: int = 0, *, width: int = 320, height: int = 240) -> Pixels:
    """A plain picture with a bright square; `level` makes it differ from others."""
    pixels = np.full((height, width, 3), level % 200, dtype=np.uint8)
    pixels[20:60, 20:60] = 255
    return pixels


class ScriptedSource:
    """Does what the script says at each `open` and each `read`; afterwards fresh pictures. Counts what happened."""

    name, detail = "scripted", "1280×720, focus auto: set"

    def __init__(self, *, opens: list[DeviceError | None] | None = None, reads: list[Step] | None = None) -> None:
        self.opens, self.reads = list(opens or []), list(reads or [])
        self.opened = self.closed = self.pictures = self.woken = 0
        self.hang = threading.Event()
        self.hang.set()
        self.owners: set[int] = set()

    def open(self) -> None:
        self.opened += 1
        self.owners.add(threading.get_ident())
        if self.opens and (trouble := self.opens.pop(0)) is not None:
            raise trouble

    def read(self) -> Pixels | None:
        self.owners.add(threading.get_ident())
        time.sleep(0.002)
        self.hang.wait(10)
        if self.reads:
            step = self.reads.pop(0)
            if isinstance(step, DeviceError):
                raise step
            return step
        self.pictures += 1
        return picture(self.pictures)

    def wake(self) -> None:
        self.woken += 1

    def close(self) -> None:
        self.closed += 1
        self.owners.add(threading.get_ident())


def until(condition: Callable[[], bool], *, seconds: float = 5.0) -> bool:
    """True as soon as the condition holds, False when it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.005)
    return condition()


@contextmanager
def mjpeg_server(draw: Callable[[int], Pixels] = picture) -> Iterator[tuple[str, threading.Event]]:
    """A network camera on this machine: its address, and an event that cuts the stream when set. `draw`: each picture,
    by its number."""
    cut = threading.Event()

    class Camera(http.server.BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            level = 0
            try:
                while not cut.is_set():
                    jpeg = cv2.imencode(".jpg", draw(level := level + 1))[1].tobytes()
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
                    self.wfile.write(head + jpeg + b"\r\n")
                    time.sleep(0.02)
            except OSError:
                pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stream", cut
    finally:
        cut.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def video_file(tmp_path: Path) -> Path:
    """Half a second of video, written by OpenCV."""
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (320, 240))
    for level in range(10):
        writer.write(picture(level * 10))
    writer.release()
    return path
