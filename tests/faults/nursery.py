"""Processes that start quickly: one parent has imported both services and forks a child for each start.

A child is a process of its own like any other – own memory, own files, killed by SIGKILL like any other – only the two
seconds of importing are spent once. `python -m tests.faults.nursery` reads a JSON line a child from stdin and answers
with its pid; it ends with its stdin, and its children with it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # fork(2) takes only the forking thread along


class Child:
    """A started process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = -1
        with suppress(ProcessLookupError):  # it has died already
            self._handle = os.pidfd_open(pid)

    @property
    def running(self) -> bool:
        return not self.ended(0)

    def ended(self, seconds: float) -> bool:
        """Wait for the end; False when it has not come."""
        return self._handle < 0 or bool(select.select([self._handle], [], [], seconds)[0])

    def signal(self, number: signal.Signals) -> None:
        if self.running:
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        if not self.ended(20):
            raise RuntimeError(f"process {self.pid} outlives SIGKILL")
        self.forget()

    def forget(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class Nursery:
    """The parent. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, **_ONE_THREAD}, start_new_session=True,
        )  # fmt: skip

    def start(self, part: str, log: Path, **values: Any) -> Child:
        """`part`: kiosk or office; `log`: the pipe its words go to; `values` go to its `run`."""
        with self._lock:
            assert self._parent.stdin is not None
            assert self._parent.stdout is not None
            order = json.dumps({"part": part, "log": str(log), "values": values})
            self._parent.stdin.write(order.encode() + b"\n")
            self._parent.stdin.flush()
            return Child(int(self._parent.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(20)
        self._parent.stdout.close()


def main() -> None:
    """The parent's loop. Children are reaped by the kernel (SIGCHLD ignored) and end with this process."""
    from tests.faults import kiosk_process, office_process

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    parts = {"kiosk": kiosk_process.run, "office": office_process.run}
    children: list[int] = []
    _import_what_a_start_would()
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be(parts[order["part"]], Path(order["log"]), order["values"])
        children.append(pid)
        print(pid, flush=True)
    for pid in children:
        if _is_ours(pid):
            os.kill(pid, signal.SIGKILL)


def _import_what_a_start_would() -> None:
    """Modules that the services load late."""
    from sqlalchemy.orm import configure_mappers

    from backoffice.web import console_router

    console_router()
    configure_mappers()
    for late in (
        "uvicorn.loops.auto",
        "uvicorn.protocols.http.auto",
        "uvicorn.lifespan.on",
        "anyio._backends._asyncio",
    ):
        import_module(late)


def _is_ours(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return int(status[1]) == os.getpid()


def _be(part: Any, log: Path, values: dict[str, Any]) -> None:
    """In the child: become the service; never return into the parent's loop."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        nothing, sink = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY)
        for source, target in ((nothing, 0), (sink, 1), (sink, 2)):
            os.dup2(source, target)
        code = part(**values) or 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 – a child's last word goes to its log
        traceback.print_exc()
    finally:
        os._exit(code)


def wait_for(what: str, done: Any, *, seconds: float = 30.0, pause: float = 0.01) -> None:
    """Poll until `done()`; `TimeoutError` names what did not come."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(pause)


if __name__ == "__main__":
    main()
