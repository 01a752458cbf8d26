"""The stage with both real services for the browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from deploy.demo.stage import Stage, open_stage
from tests.browser.axe import Looking


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Stage]:
    """One office and one enrolled kiosk for all tests of a module."""
    folder = tmp_path_factory.mktemp("browser-stage")
    settings = {
        "DEMADO_KIOSK_PHOTO_AUTOMATIC": "false"
    }  # the screens are looked at in peace, then the button is touched
    with open_stage(folder, office_port=free_port(), kiosk_port=free_port(), settings=settings) as ready:
        yield ready


@pytest.fixture(scope="module")
def looking() -> Looking:
    """One for all pages of a module, so that equal parts are looked at once."""
    return Looking()
