"""Real processes of the demo and the journey tests: started, watched, stopped; each with its own log file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

BIN = Path(sys.executable).parent


class DemoFailed(Exception):
    """Something of the demo did not work; the text says what and where the log is."""


@dataclass
class Process:
    """One running command. `log` holds its stdout and stderr."""

    name: str
    log: Path
    popen: subprocess.Popen[bytes]

    @property
    def running(self) -> bool:
        return self.popen.poll() is None

    def stop(self, *, seconds: float = 10) -> None:
        """SIGTERM, then SIGKILL; harmless when it has ended."""
        if not self.running:
            return
        self.popen.terminate()
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL at once: the pulled plug."""
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()

    def tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


@dataclass
class Shell:
    """Runs Demado's commands with a fixed environment; everything started is stopped at the end."""

    logs: Path
    environment: dict[str, str]
    started: list[Process] = field(default_factory=list)

    def run(self, *command: str, seconds: float = 60, stdin: str | None = None) -> dict[str, object]:
        """A command to its end; returns the last JSON line of its stdout. Raises `DemoFailed` with its stderr."""
        return (self.lines(*command, seconds=seconds, stdin=stdin) or [{}])[-1]

    def lines(self, *command: str, seconds: float = 60, stdin: str | None = None) -> list[dict[str, object]]:
        """Every JSON line of a command's stdout."""
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            input=stdin,
        )
        if done.returncode:
            raise DemoFailed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return [dict(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]

    def start(self, name: str, *command: str) -> Process:
        """A command that stays."""
        log = self.logs / f"{name}.log"
        with log.open("ab") as sink:
            popen = subprocess.Popen(
                [str(BIN / command[0]), *command[1:]],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        process = Process(name, log, popen)
        self.started.append(process)
        return process

    def stop_all(self) -> None:
        for process in reversed(self.started):
            process.stop()


def wait_for(
    what: str, done: Callable[[], bool], *, seconds: float = 30, watched: Sequence[Process] = (), pause: float = 0.1
) -> None:
    """Poll until `done`. Raises `DemoFailed` when time is up or a watched process has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return
        for process in watched:
            if not process.running:
                raise DemoFailed(f"{process.name} ended while waiting for {what} ({process.log}):\n{process.tail()}")
        time.sleep(pause)
    details = "".join(f"\n--- {process.log}\n{process.tail()}" for process in watched)
    raise DemoFailed(f"{what}: nothing after {seconds:.0f} s{details}")


def answers(url: str) -> Callable[[], bool]:
    """A check for `wait_for`: the URL answers 200."""

    def check() -> bool:
        try:
            return httpx2.get(url, timeout=2, trust_env=False).status_code == 200
        except httpx2.HTTPError:
            return False

    return check
