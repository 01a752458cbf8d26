from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from hardware.camera import Camera
from hardware.card import CardDesk
from hardware.photo import PhotoStudio
from kiosk.app import create_app
from kiosk.outbox import Outbox
from kiosk.settings import KioskSettings
from schemas.language import Wording
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.running_office import RunningOffice
from tests.kiosk.web.kiosk import CONTRACTOR, HELPER, PLACES, QUICK, STAFF, Kiosk, SimulatedDevices


def _office(port: int) -> RunningOffice:
    made = Office()
    made.bundle = partial(  # type: ignore[method-assign]
        made.bundle,
        attendants=(STAFF, CONTRACTOR, HELPER),
        municipality=PLACES[0],
        municipalities=PLACES,
        title=Wording(ja="福島市消防本部 出張申請受付", en="Fukushima Fire Department visit"),
        contact="福島市 市民課 024-000-0000",
    )
    return RunningOffice(made, port)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _kiosk(
    stack: ExitStack,
    folder: Path,
    office: RunningOffice,
    *,
    enrolled: bool = True,
    outbox: dict[str, Any] | None = None,
    client: dict[str, Any] | None = None,
    development: bool = True,
    stick_folders: tuple[Path, ...] = (),
    card: CardDesk | None = None,
    lan_port: int | None = None,
    camera: Camera | None = None,
    photo: PhotoStudio | None = None,
    keep_parked: bool = True,
    parked_key_folder: Path | None = None,
    **how: Any,
) -> Kiosk:
    opened = Outbox.open(folder / "outbox", **(outbox or {}))
    stack.callback(opened.close)
    if enrolled:
        opened.enrol(office.office.ticket(office.url), "見本の端末")
        opened.refresh_bundle()
    given = (("camera", camera), ("photo", photo), ("card", card))
    simulated = SimulatedDevices(**{name: device for name, device in given if device is not None})
    stack.callback(simulated.devices.close)
    settings = KioskSettings(
        data=folder / "data", development=development, stick_folders=stick_folders, lan_port=lan_port,
        keep_parked=keep_parked, parked_key_folder=parked_key_folder,
    )  # fmt: skip
    app = create_app(settings, outbox=opened, devices=simulated.devices, **{"timing": QUICK, **how})
    running = stack.enter_context(TestClient(app, **(client or {})))
    kiosk = Kiosk(app, running, opened, simulated)
    if parked_key_folder is None:
        stack.callback(kiosk.discard_parked)  # with the last one the key leaves the machine's own memory folder
    return kiosk


@pytest.fixture
def office() -> Iterator[RunningOffice]:
    with _office(_port()) as running:
        yield running


@pytest.fixture
def make_kiosk(tmp_path: Path, office: RunningOffice) -> Iterator[Callable[..., Kiosk]]:
    """A kiosk of its own. `enrolled=False`: fresh from the box; `camera`, `photo`: other devices than the drawn ones;
    other names are settings of the application."""
    with ExitStack() as stack:
        yield partial(_kiosk, stack, tmp_path, office)


@pytest.fixture
def fresh_kiosk(make_kiosk: Callable[..., Kiosk]) -> Kiosk:
    """A kiosk on which nobody has been yet."""
    return make_kiosk()


@pytest.fixture(scope="session")
def _running_kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        yield _kiosk(stack, tmp_path_factory.mktemp("kiosk"), office)


@pytest.fixture(scope="module")
def _awake_kiosk(_running_kiosk: Kiosk) -> Iterator[Kiosk]:
    """Its cameras stand still while other modules are at work: drawn frames cost as much as real ones."""
    devices = _running_kiosk.simulated.devices
    devices.start()
    yield _running_kiosk
    for camera in (devices.camera, devices.form_camera):
        camera.stop()


@pytest.fixture
def kiosk(_awake_kiosk: Kiosk) -> Kiosk:
    """The kiosk all tests share, cleared as staff clear it between people; each test has a browser of its own."""
    _awake_kiosk.clear()
    return _awake_kiosk
