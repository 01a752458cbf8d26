"""What stands in the kiosk's room: the desk over devices and outbox, the counter, the venue's hall, previews, pages."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from hardware.devices import Devices
from hardware.settings import DeviceSettings
from kiosk.desk import Desk, Timing
from kiosk.desk.preview import Preview
from kiosk.outbox import Outbox
from kiosk.outbox.card_trust import FOLDER as CARD_TRUST
from kiosk.outbox.files import make_private_folder
from kiosk.outbox.lockup import Lockup
from kiosk.outbox.ram_key import RamKey, ram_folder
from kiosk.settings import KioskSettings
from kiosk.web.counter import Counter, context_of, hosts_of
from kiosk.web.hall.bookings import VenueBook
from kiosk.web.hall.hall import Hall
from kiosk.web.hall.hold import Hold
from kiosk.web.hall.lan import lan_of
from kiosk.web.hall.links import Links
from kiosk.web.hall.papers import Tally
from kiosk.web.pages import Pages
from kiosk.web.room import Room
from kiosk.web.session import Sessions
from kiosk.web.sign_in import SignIn
from kiosk.web.texts import load_texts
from kiosk.web.venue import photo_place


@dataclass(frozen=True)
class Things:
    """What the room is built around."""

    outbox: Outbox
    devices: Devices


def furnish(
    things: Things,
    sessions: Sessions,
    links: Links,
    settings: KioskSettings,
    *,
    monotonic: Callable[[], float],
    timing: Timing,
) -> Room:
    outbox, folder, texts = things.outbox, hall_folder(settings), load_texts()
    bookings, tally = VenueBook(folder / "bookings.json"), Tally(folder / "papers.json")
    desk = _desk(things, settings, bookings, monotonic=monotonic, timing=timing)
    counter = Counter(desk, outbox, texts=texts, kept=tally.note)
    lan = lan_of(settings, outbox.stamp().corrected())
    hall = Hall(
        counter, folder, links=links, tally=tally, bookings=bookings, hold=Hold(monotonic=monotonic),
        monotonic=monotonic, lan=lan,
    )  # fmt: skip
    return Room(
        counter=counter,
        hall=hall,
        pages=Pages(texts, kiosks=hall.names, own=lambda: outbox.identity.device if outbox.identity else None),
        sessions=sessions,
        sign_in=SignIn(outbox.tries, monotonic=monotonic),
        face=Preview(desk.booth.cameras),
        form=Preview(desk.scan.camera, places=desk.scan.places),
        development=settings.development,
        stick_folders=settings.stick_folders,
        idle_picture=settings.idle_picture,
    )


def _desk(
    things: Things, settings: KioskSettings, bookings: VenueBook, *, monotonic: Callable[[], float], timing: Timing
) -> Desk:
    outbox = things.outbox
    return Desk(
        things.devices,
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


def hall_folder(settings: KioskSettings) -> Path:
    """Where the venue's numbers and pairings lie."""
    folder = settings.data / "hall"
    make_private_folder(settings.data)
    make_private_folder(folder)
    return folder


def _garage(settings: KioskSettings) -> Lockup:
    """Where parked intakes survive a crash: sealed on the disk, their key in memory."""
    memory = ram_folder(settings.parked_key_folder) if settings.keep_parked else None
    return Lockup(settings.data, RamKey(memory, settings.data, randomness=os.urandom) if memory else None)


def with_trust(settings: KioskSettings) -> DeviceSettings:
    """Cards are judged by what the visit's bundle brings, beside what a technician has installed; whether the four
    attributes are read is said by the visit's rules."""
    return settings.devices.model_copy(update={"card_bundle": settings.data / CARD_TRUST, "card_attributes": True})
