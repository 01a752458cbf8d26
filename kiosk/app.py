"""The kiosk service: opens devices and outbox, starts the courier, serves the screens, and clears up behind itself."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.resources import files

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from hardware.devices import Devices, open_devices
from hardware.settings import DeviceSettings
from kiosk.desk import Desk, Timing
from kiosk.desk.preview import Preview
from kiosk.outbox import Outbox
from kiosk.outbox.card_trust import FOLDER as CARD_TRUST
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
    live,
    machine,
    outcome,
    photo,
    rare,
)
from kiosk.web.access import RoomOf
from kiosk.web.counter import Counter, context_of, hosts_of
from kiosk.web.pages import Pages
from kiosk.web.room import Room
from kiosk.web.security import BodyLimit, SecurityHeaders, SessionCookie, picture_senders
from kiosk.web.session import Sessions
from kiosk.web.sign_in import SignIn
from kiosk.web.texts import load_texts
from kiosk.web.venue import photo_place
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

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        kind = CuttableOutbox if settings.dock else Outbox
        own_outbox = outbox or kind.open(settings.data, allow_plain_http=settings.development)
        own_devices = devices or open_devices(_with_trust(settings), now=lambda: own_outbox.stamp().corrected())
        if settings.dock:
            dock.dock_of(own_devices, own_outbox)  # refuses to begin with a real device
        room = _furnish(own_outbox, own_devices, sessions, settings, monotonic, timing)
        app.state.room = room
        own_outbox.start_courier()
        room.counter.desk.open()
        try:
            yield
        finally:
            room.counter.desk.close()
            if devices is None:
                own_devices.close()
            if outbox is None:
                own_outbox.close()

    app = FastAPI(title="Demado kiosk", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    rooms = (
        applicant, asked, rare, finished, photo, attendant, attendant_photo, attendant_rare, closing, machine, display,
        live,
    )  # fmt: skip
    for router in (room.router for room in rooms):
        app.include_router(router)
    if settings.dock:
        app.include_router(dock.router)
    app.add_api_route(HEALTH_PATH, health, methods=["GET"])
    app.mount("/static", StaticFiles(directory=str(files("kiosk.web") / "static")))
    outcome.install(app)
    app.add_middleware(SessionCookie, sessions=sessions)
    app.add_middleware(BodyLimit, sends_pictures=picture_senders(sessions))
    app.add_middleware(SecurityHeaders)
    return app


def _with_trust(settings: KioskSettings) -> DeviceSettings:
    """Cards are judged by what the visit's bundle brings, beside what a technician has installed; whether the four
    attributes are read is said by the visit's rules."""
    return settings.devices.model_copy(update={"card_bundle": settings.data / CARD_TRUST, "card_attributes": True})


def health(room: RoomOf) -> dict[str, str]:
    """For monitors: that the service answers, and whether the counter can serve."""
    return {"status": "ok", "counter": room.counter.trouble() or "open"}


def _furnish(
    outbox: Outbox,
    devices: Devices,
    sessions: Sessions,
    settings: KioskSettings,
    monotonic: Callable[[], float],
    timing: Timing,
) -> Room:
    desk = Desk(
        devices,
        context=lambda: context_of(outbox),
        hosts=lambda: hosts_of(outbox),
        stamp=outbox.stamp,
        place=lambda: photo_place(outbox.bundle, settings.devices.lamp, outbox.stamp().corrected()),
        monotonic=monotonic,
        timing=replace(timing, automatic=timing.automatic and settings.photo_automatic),
        first_version=secrets.randbelow(1_000_000_000),
    )
    texts = load_texts()
    face = Preview(desk.booth.cameras)
    return Room(
        counter=Counter(desk, outbox, texts=texts),
        pages=Pages(texts),
        sessions=sessions,
        sign_in=SignIn(outbox.tries, monotonic=monotonic),
        face=face,
        form=Preview(devices.form_camera, places=desk.scan.places),
        development=settings.development,
        stick_folders=settings.stick_folders,
        idle_picture=settings.idle_picture,
    )
