"""The stage of the journeys: both real services as processes, the virtual card behind the real pcscd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.demo.stage import Stage, open_stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Stage]:
    """One office and one enrolled kiosk for all tests of a module."""
    folder: Path = tmp_path_factory.mktemp("stage")
    with open_stage(folder, office_port=free_port(), kiosk_port=free_port()) as ready:
        yield ready
