"""Common to the kiosk's tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.outbox.ram_key import in_memory

SHM = Path("/dev/shm")


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder no disk is behind."""
    if not in_memory(SHM):
        pytest.skip("no tmpfs at /dev/shm")
    folder = Path(tempfile.mkdtemp(dir=SHM))
    yield folder
    shutil.rmtree(folder)
