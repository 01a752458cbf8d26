"""Common to all tests: free ports. Rooms have their own conftest."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A port nobody listens on at the moment of asking."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under xdist (`--dist loadgroup`) a file stays on one worker, and everything that needs pcscd shares one: vpcd has
    two slots on the whole machine."""
    for item in items:
        group = "pcsc" if item.get_closest_marker("pcsc") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
