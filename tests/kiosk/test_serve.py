"""demado-kiosk as a process: it serves until told to stop, and logs beside stdout."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx2

from tests.kiosk.outbox.conftest import wait_until


def test_serve_answers_until_it_is_told_to_stop(tmp_path: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    environment = {
        "PATH": "/usr/bin:/bin", "DEMADO_KIOSK_DATA": str(tmp_path / "data"), "DEMADO_KIOSK_PORT": str(port),
        "DEMADO_KIOSK_DEVICES__CAMERA": "off", "DEMADO_KIOSK_DEVICES__CARD": "off",
    }  # fmt: skip
    service = subprocess.Popen([sys.executable, "-m", "kiosk", "serve"], env=environment, stderr=subprocess.PIPE)

    def healthy() -> bool:
        with suppress(httpx2.TransportError):
            return httpx2.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200
        return False

    wait_until(healthy, seconds=30)
    service.send_signal(signal.SIGTERM)
    _out, logs = service.communicate(timeout=20)
    assert service.returncode in (0, -signal.SIGTERM)
    assert b"Traceback" not in logs


def test_the_command_itself_runs_and_logs_beside_stdout(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "DEMADO_KIOSK_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "balance"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, json.loads(done.stdout)["error"]) == (1, "device.not_enrolled")
    assert "Traceback" not in done.stderr
