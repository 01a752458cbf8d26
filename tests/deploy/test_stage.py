"""The demo's stage on a machine where something else runs already."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.demo.processes import DemoFailed
from deploy.demo.stage import open_stage


@pytest.mark.parametrize("which", ["office_port", "kiosk_port"])
def test_a_port_in_use_is_named_before_anything_starts(
    tmp_path: Path, free_port: Callable[[], int], which: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = {"office_port": free_port(), "kiosk_port": free_port(), which: other.getsockname()[1]}
        with pytest.raises(DemoFailed, match=str(ports[which])), open_stage(tmp_path / "stage", **ports):
            pass
    assert not (tmp_path / "stage").exists()
