"""The kiosk service: opens devices and outbox, starts the courier, serves the screens, and clears up behind itself."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.routing import BaseRoute

from hardware.devices import Devices, open_devices
from hardware.settings import DeviceSettings
from kiosk.desk import Desk, Timing
from kiosk.desk.preview import Preview
from kiosk.outbox import Outbox
from kiosk.outbox.card_trust import FOLDER as CARD_TRUST
from kiosk.outbox.cuttable import CuttableOutbox
from kiosk.outbox.files import make_private_folder
from kiosk.outbox.lockup import Lockup
from kiosk.outbox.ram_key import RamKey, ram_folder
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
    machine,
    moving,
    outcome,
    paper_count,
    photo,
    rare,
    venue_board,
)
from kiosk.web.access import RoomOf
from kiosk.web.counter import Counter, context_of, hosts_of
from kiosk.web.hall.bookings import VenueBook
from kiosk.web.hall.hall import Hall
from kiosk.web.hall.hold import Hold
from kiosk.web.hall.lan import lan_of, second_door
from kiosk.web.hall.links import Links
from kiosk.web.hall.papers import Tally
from kiosk.web.hall.relay import Relay
from kiosk.web.joining import through_the_lead
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
    links = Links(_hall_folder(settings) / "links.json")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        kind = CuttableOutbox if settings.dock else Outbox
        own_outbox = outbox or kind.open(settings.data, allow_plain_http=settings.development)
        own_devices = devices or open_devices(_with_trust(settings), now=lambda: own_outbox.stamp().corrected())
        if settings.dock:
            dock.dock_of(own_devices, own_outbox)  # refuses to begin with a real device
        room = _furnish(own_outbox, own_devices, sessions, links, settings, monotonic, timing)
        app.state.room = room
        own_outbox.gifts = room.hall.tally.gifts
        own_outbox.start_courier()
        room.counter.desk.open()
        room.hall.open()
        try:
            with second_door(app, settings.lan_port, room.hall.lan):
                yield
        finally:
            room.hall.close()
            room.counter.desk.close()
            if devices is None:
                own_devices.close()
            if outbox is None:
                own_outbox.close()

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


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Built once: they know nothing of an application, and reading their signatures takes longer than all the rest."""
    joined = APIRouter()
    for room in (
        applicant, asked, rare, finished, photo, attendant, attendant_photo, attendant_rare, closing, machine, display,
        live, venue_board, joining, moving, holding, paper_count,
    ):  # fmt: skip
        joined.include_router(room.router)
    joined.add_api_route(HEALTH_PATH, health, methods=["GET"])
    return tuple(joined.routes)


def _hall_folder(settings: KioskSettings) -> Path:
    """Where the venue's numbers and pairings lie."""
    folder = settings.data / "hall"
    make_private_folder(settings.data)
    make_private_folder(folder)
    return folder


def _garage(settings: KioskSettings) -> Lockup:
    """Where parked intakes survive a crash: sealed on the disk, their key in memory."""
    memory = ram_folder(settings.parked_key_folder) if settings.keep_parked else None
    return Lockup(settings.data, RamKey(memory, settings.data, randomness=os.urandom) if memory else None)


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
    links: Links,
    settings: KioskSettings,
    monotonic: Callable[[], float],
    timing: Timing,
) -> Room:
    texts, folder = load_texts(), _hall_folder(settings)
    bookings = VenueBook(folder / "bookings.json")
    desk = Desk(
        devices,
        context=lambda: context_of(outbox),
        hosts=lambda: hosts_of(outbox),
        stamp=outbox.stamp,
        place=lambda: photo_place(outbox.bundle, settings.devices.lamp, outbox.stamp().corrected()),
        monotonic=monotonic,
        timing=replace(timing, automatic=timing.automatic and settings.photo_automatic),
        first_version=secrets.randbelow(1_000_000_000),
        garage=_garage(settings),
        bookings=bookings,
    )
    tally = Tally(folder / "papers.json")
    counter = Counter(desk, outbox, texts=texts, kept=tally.note)
    lan = lan_of(settings, outbox.stamp().corrected())
    hall = Hall(
        counter, folder, links=links, tally=tally, bookings=bookings, hold=Hold(monotonic=monotonic),
        monotonic=monotonic, lan=lan,
    )  # fmt: skip
    face = Preview(desk.booth.cameras)
    return Room(
        counter=counter,
        hall=hall,
        pages=Pages(texts, kiosks=hall.names, own=lambda: outbox.identity.device if outbox.identity else None),
        sessions=sessions,
        sign_in=SignIn(outbox.tries, monotonic=monotonic),
        face=face,
        form=Preview(desk.scan.camera, places=desk.scan.places),
        development=settings.development,
        stick_folders=settings.stick_folders,
        idle_picture=settings.idle_picture,
    )
