"""The card desk: waits for a card, finds the right reader, checks the card in a thread of its own with a deadline.

A reader driver can block for ever inside one command; the desk then reports and stays usable instead of hanging.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import structlog

from hardware.card import AttributesReport, CardReport, Transport
from hardware.card.attributes import read_attributes
from hardware.card.channel import Channel
from hardware.card.errors import CardMissing, CardRemoved, ExchangeTooLong, ReaderTrouble, UnexpectedStatus
from hardware.card.exchange import CardCheckup, PinEntry
from hardware.card.my_number import AuthenticationLayout, Jpki
from hardware.card.sources import TrustSources
from hardware.card.watchdog import Watchdog, WatchedTransport
from hardware.status import DeviceKind, DeviceState, DeviceStatus
from schemas.card import CardVerdict

# Contactless cards may ask for more time, but never this much for one command.
SILENCE_SECONDS = 15.0
BUSY = "the reader is still busy with the last card"
HUNG = "place the card again: it stopped answering"
_GLANCE_SECONDS = 0.5

_Report = TypeVar("_Report")

_log = structlog.get_logger("hardware.card")


class Readers(Protocol):
    """The card readers of this machine."""

    def occupied(self) -> tuple[str, ...]:
        """Readers with a card on them. Raises `ServiceMissing`, `ReaderMissing`."""

    def wait(self, seconds: float) -> None:
        """Return when a card or reader came or went, at the latest after `seconds`."""

    def connect(self, reader: str) -> AbstractContextManager[Transport]:
        """Exclusive; powered off at the end. Raises `CardRemoved`, `ReaderTrouble`."""

    def status(self) -> DeviceStatus: ...


class ReaderDesk:
    """`CardDesk` over readers."""

    def __init__(
        self,
        readers: Readers,
        sources: TrustSources,
        *,
        randomness: Callable[[int], bytes] = os.urandom,
        monotonic: Callable[[], float] = time.monotonic,
        silence_s: float = SILENCE_SECONDS,
        card_expiry: bool = False,
        attributes_allowed: bool = False,
        layouts: tuple[AuthenticationLayout, ...] = (AuthenticationLayout(),),
    ) -> None:
        self._readers = readers
        self._sources = sources
        self._randomness = randomness
        self._monotonic = monotonic
        self._card_expiry = card_expiry
        self._attributes_allowed = attributes_allowed
        self._layouts = layouts
        self._watchdog = Watchdog(silence_s, monotonic=monotonic)
        self._closed = threading.Event()

    def check(self, *, pin: str | None = None, last_try_confirmed: bool = False, wait_s: float = 10.0) -> CardReport:
        entry = None if pin is None else PinEntry(pin, last_try_confirmed)
        until = self._monotonic() + wait_s
        report = self._watchdog.run(
            lambda: self._timed(entry, until),
            busy=CardReport(CardVerdict.NO_CARD, BUSY),
            hung=CardReport(CardVerdict.REMOVED, HUNG),
        )
        _log.info("card_checked", verdict=report.verdict, apdus=report.apdus, ms=report.ms)
        return report

    def attributes(
        self, *, pin: str | None, last_try_confirmed: bool = False, wait_s: float = 10.0
    ) -> AttributesReport:
        if not self._attributes_allowed:
            return AttributesReport(CardVerdict.NO_CARD, "reading the four attributes is not switched on here")
        entry = None if pin is None else PinEntry(pin, last_try_confirmed)
        until = self._monotonic() + wait_s
        report = self._watchdog.run(
            lambda: self._report(until, lambda channel: read_attributes(channel, entry), AttributesReport),
            busy=AttributesReport(CardVerdict.NO_CARD, BUSY),
            hung=AttributesReport(CardVerdict.REMOVED, HUNG),
        )
        _log.info("attributes_read", verdict=report.verdict)
        return report

    def present(self) -> bool:
        try:
            return bool(self._readers.occupied())
        except ReaderTrouble:
            return False

    def status(self) -> DeviceStatus:
        status = self._readers.status()
        if status.usable and self._watchdog.busy:
            return replace(status, state=DeviceState.BUSY, code="card.checking")
        if status.usable and (gap := self._sources.gap()):
            return replace(status, detail=f"{status.detail}; {gap}" if status.detail else gap)
        return status

    def close(self) -> None:
        self._closed.set()

    def _timed(self, entry: PinEntry | None, until: float) -> CardReport:
        took: list[float] = []

        def check(channel: Channel) -> CardReport:
            verifier = self._sources.verifier()
            report = CardCheckup(verifier, self._randomness, self._layouts, self._card_expiry).run(channel, entry)
            took.append(self._monotonic() - channel.started)
            return report

        report = self._report(until, check, CardReport)
        return replace(report, ms=round(1000 * took[0], 1)) if took else report

    def _report(
        self, until: float, work: Callable[[Channel], _Report], refuse: Callable[[CardVerdict, str], _Report]
    ) -> _Report:
        """The work on the one card that lies there, or why it could not be done."""
        try:
            name = self._choose(self._await_card(until))
            with self._readers.connect(name) as transport:
                return work(self._channel(transport))
        except CardRemoved as gone:
            return refuse(CardVerdict.REMOVED, f"place the card again: {gone}")
        except ReaderTrouble as trouble:
            return refuse(CardVerdict.NO_CARD, str(trouble))

    def _await_card(self, until: float) -> tuple[str, ...]:
        """The occupied readers, as soon as there is one; empty when none came in time."""
        while True:
            self._watchdog.alive()
            left = until - self._monotonic()
            try:
                names = self._readers.occupied()
            except ReaderTrouble:
                if left <= 0:
                    raise
                names = ()
            if names or left <= 0 or self._closed.is_set():
                return names
            self._readers.wait(min(left, _GLANCE_SECONDS))

    def _choose(self, names: tuple[str, ...]) -> str:
        """The reader to use. Raises `CardMissing`."""
        if not names:
            raise CardMissing("no card on the reader")
        if len(names) > 1:
            ours = self._with_application(names)
            if len(ours) > 1:
                raise CardMissing("more than one card lies on the readers; leave one")
            names = ours or names
        return names[0]

    def _with_application(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those readers on which a card with the application lies."""
        found = []
        for name in names:
            try:
                with self._readers.connect(name) as transport:
                    channel = self._channel(transport)
                    if any(_answers(channel, layout) for layout in self._layouts):
                        found.append(name)
            except (CardRemoved, ExchangeTooLong, ReaderTrouble):
                continue
        return tuple(found)

    def _channel(self, transport: Transport) -> Channel:
        self._watchdog.alive()
        return Channel(WatchedTransport(transport, self._watchdog.alive), self._monotonic)


def _answers(channel: Channel, layout: AuthenticationLayout) -> bool:
    try:
        Jpki(channel, layout)
    except UnexpectedStatus:
        return False
    return True


@dataclass(frozen=True)
class AbsentDesk:
    """No card reading on this machine; `reason` says why."""

    state: DeviceState
    code: str
    reason: str

    def check(self, *, pin: str | None = None, last_try_confirmed: bool = False, wait_s: float = 10.0) -> CardReport:
        return CardReport(CardVerdict.NO_CARD, self.reason)

    def attributes(
        self, *, pin: str | None, last_try_confirmed: bool = False, wait_s: float = 10.0
    ) -> AttributesReport:
        return AttributesReport(CardVerdict.NO_CARD, self.reason)

    def present(self) -> bool:
        return False

    def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceKind.CARD, self.state, self.code, detail=self.reason)

    def close(self) -> None:
        """Nothing is open."""
