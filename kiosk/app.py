"""The kiosk service: opens devices and outbox, starts the courier, serves the screens, and clears up behind itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.routing import BaseRoute

from hardware.devices import Devices, open_devices
from kiosk.desk import Timing
from kiosk.furnishing import Things, furnish, hall_folder, with_trust
from kiosk.outbox import Outbox
from kiosk.outbox.cuttable import CuttableOutbox
from kiosk.settings import KioskSettings
from kiosk.web import (
    applicant,
    asked,
    attendant,
    attendant_photo,
    attendant_rare,
    closing,
    display,
    dock,
    finished,
    holding,
    joining,
    live,
    locking,
    machine,
    moving,
    outcome,
    paper_count,
    photo,
    rare,
    venue_board,
)
from kiosk.web.access import RoomOf
from kiosk.web.hall.lan import second_door
from kiosk.web.hall.links import Links
from kiosk.web.hall.relay import Relay
from kiosk.web.joining import through_the_lead
from kiosk.web.room import Room
from kiosk.web.security import BodyLimit, SecurityHeaders, SessionCookie, picture_senders
from kiosk.web.session import Sessions
from schemas.protocol import HEALTH_PATH

__all__ = ["create_app"]


def create_app(
    settings: KioskSettings,
    *,
    outbox: Outbox | None = None,
    devices: Devices | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    timing: Timing = Timing(),
) -> FastAPI:
    """The service. Outbox and devices that are given stay open at the end; those opened here are closed here."""
    sessions = Sessions(monotonic=monotonic)
    links = Links(hall_folder(settings) / "links.json")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with _things(settings, outbox, devices) as things:
            room = furnish(things, sessions, links, settings, monotonic=monotonic, timing=timing)
            app.state.room = room
            with _running(room, things), second_door(app, settings.lan_port, room.hall.lan):
                yield

    app = FastAPI(title="Demado kiosk", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.router.routes.extend(_routes())
    if settings.dock:
        app.include_router(dock.router)
    app.mount("/static", StaticFiles(directory=str(files("kiosk.web") / "static")))
    outcome.install(app)
    linked = through_the_lead(links)
    app.add_middleware(Relay)
    app.add_middleware(SessionCookie, sessions=sessions, linked=linked)
    app.add_middleware(BodyLimit, sends_pictures=picture_senders(sessions, linked))
    app.add_middleware(SecurityHeaders)
    return app


@contextmanager
def _things(settings: KioskSettings, outbox: Outbox | None, devices: Devices | None) -> Iterator[Things]:
    """What was given, and what has to be opened and closed."""
    with ExitStack() as opened:
        if outbox is None:
            kind = CuttableOutbox if settings.dock else Outbox
            outbox = kind.open(settings.data, allow_plain_http=settings.development)
            opened.callback(outbox.close)
        if devices is None:
            devices = open_devices(with_trust(settings), now=lambda: outbox.stamp().corrected())
            opened.callback(devices.close)
        if settings.dock:
            dock.dock_of(devices, outbox)  # refuses to begin with a real device
        yield Things(outbox, devices)


@contextmanager
def _running(room: Room, things: Things) -> Iterator[None]:
    things.outbox.gifts, things.outbox.came = room.hall.tally.gifts, room.hall.came
    things.outbox.start_courier()
    with ExitStack() as open_rooms:
        for each in (room.counter.desk, room.hall):
            each.open()
            open_rooms.callback(each.close)
        yield


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Built once: they know nothing of an application, and reading their signatures takes longer than all the rest."""
    joined = APIRouter()
    for room in (
        applicant, asked, rare, finished, photo, attendant, attendant_photo, attendant_rare, closing, machine, display,
        live, venue_board, joining, locking, moving, holding, paper_count,
    ):  # fmt: skip
        joined.include_router(room.router)
    joined.add_api_route(HEALTH_PATH, health, methods=["GET"])
    return tuple(joined.routes)


def health(room: RoomOf) -> dict[str, str]:
    """For monitors: that the service answers, and whether the counter can serve."""
    return {"status": "ok", "counter": room.counter.trouble() or "open"}
