"""Waiting, choosing the reader, surviving readers that hang."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hardware.card import CardDesk, Transport
from hardware.card.desk import AbsentDesk, ReaderDesk, Readers
from hardware.card.errors import CardMute, CardRemoved, ReaderBusy, ReaderMissing, ReaderTrouble, ServiceMissing
from hardware.card.pcsc import open_card_desk
from hardware.card.sources import TrustSources
from hardware.card.virtual.card import VirtualCard
from hardware.card.virtual.states import CardMaker, CardState
from hardware.card.virtual.transport import InProcessReaders
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState, DeviceStatus
from schemas.card import CardVerdict
from tests.hardware.card.conftest import NOW


@pytest.fixture
def sources(trust: Path) -> TrustSources:
    return TrustSources(trust, (), lambda: NOW)


def _desk(sources: TrustSources, **cards: VirtualCard | None) -> ReaderDesk:
    return ReaderDesk(InProcessReaders(dict(cards)), sources)


def test_a_card_on_the_reader_is_checked(maker: CardMaker, sources: TrustSources) -> None:
    desk: CardDesk = _desk(sources, one=maker.card(CardState.VALID))
    report = desk.check(pin="1234")
    assert report.verdict is CardVerdict.VALID
    assert report.possession
    assert report.ms > 0
    assert desk.present()


def test_an_empty_reader_is_no_card(sources: TrustSources) -> None:
    desk = _desk(sources, one=None)
    assert desk.check(wait_s=0).verdict is CardVerdict.NO_CARD
    assert not desk.present()


def test_the_pin_is_forgotten_between_two_checks(maker: CardMaker, sources: TrustSources) -> None:
    card = maker.card(CardState.VALID)
    _desk(sources, one=card).check(pin="1234")
    assert not any(pin.verified for application in card.applications for pin in application.pins.values())


def test_another_card_beside_it_does_not_disturb(maker: CardMaker, sources: TrustSources) -> None:
    desk = _desk(sources, one=maker.card(CardState.OTHER_CARD), two=maker.card(CardState.VALID))
    assert desk.check().verdict is CardVerdict.VALID


def test_two_cards_are_one_too_many(maker: CardMaker, sources: TrustSources) -> None:
    cards = maker.card(CardState.VALID), maker.card(CardState.VALID)
    report = _desk(sources, one=cards[0], two=cards[1]).check(pin="1234")
    assert report.verdict is CardVerdict.NO_CARD
    assert "leave one" in report.reason
    assert not any(command.ins == 0x20 for card in cards for command in card.commands)


def test_two_other_cards_are_not_my_number_cards(maker: CardMaker, sources: TrustSources) -> None:
    desk = _desk(sources, one=maker.card(CardState.OTHER_CARD), two=maker.card(CardState.OTHER_CARD))
    assert desk.check().verdict is CardVerdict.NOT_MY_NUMBER_CARD


class _Reader:
    """One reader whose every answer is given."""

    def __init__(self, occupied: list[tuple[str, ...] | ReaderTrouble], connect: Exception | Transport) -> None:
        self._occupied = occupied
        self._connect = connect
        self.waits = 0

    def occupied(self) -> tuple[str, ...]:
        found = self._occupied.pop(0) if len(self._occupied) > 1 else self._occupied[0]
        if isinstance(found, ReaderTrouble):
            raise found
        return found

    def wait(self, seconds: float) -> None:
        self.waits += 1

    @contextmanager
    def connect(self, reader: str) -> Iterator[Transport]:
        if isinstance(self._connect, Exception):
            raise self._connect
        yield self._connect

    def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceKind.CARD, DeviceState.READY, "card.ready")


@pytest.mark.parametrize(
    ("trouble", "verdict"),
    [
        (CardRemoved("gone"), CardVerdict.REMOVED),
        (ReaderBusy("held"), CardVerdict.NO_CARD),
        (CardMute("silent"), CardVerdict.NO_CARD),
        (ReaderMissing("unplugged"), CardVerdict.NO_CARD),
        (ServiceMissing("stopped"), CardVerdict.NO_CARD),
    ],
)
def test_trouble_when_connecting_is_a_verdict(sources: TrustSources, trouble: Exception, verdict: CardVerdict) -> None:
    report = ReaderDesk(_Reader([("one",)], trouble), sources).check()
    assert (report.verdict, str(trouble) in report.reason) == (verdict, True)


def test_a_reader_plugged_in_while_waiting_is_used(maker: CardMaker, sources: TrustSources) -> None:
    readers = _Reader([ServiceMissing("stopped"), ReaderMissing("none"), (), ("one",)], CardRemoved("gone"))
    assert ReaderDesk(readers, sources).check(wait_s=5).verdict is CardVerdict.REMOVED
    assert readers.waits == 3


@pytest.mark.parametrize("trouble", [ServiceMissing("pcscd is stopped"), ReaderMissing("nothing is plugged in")])
def test_trouble_that_lasts_is_the_reason(sources: TrustSources, trouble: ReaderTrouble) -> None:
    report = ReaderDesk(_Reader([trouble], trouble), sources).check(wait_s=0)
    assert (report.verdict, report.reason) == (CardVerdict.NO_CARD, str(trouble))


class _Hanging:
    """A driver that does not come back until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        self.let_go.wait(10)
        raise CardRemoved("gone")


def test_a_reader_that_hangs_does_not_hang_the_counter(sources: TrustSources) -> None:
    card = _Hanging()
    readers: Readers = _Reader([("one",)], card)
    desk = ReaderDesk(readers, sources, silence_s=0.1)
    assert desk.check(wait_s=0).verdict is CardVerdict.REMOVED
    assert desk.status().state is DeviceState.BUSY
    assert desk.check(wait_s=0).verdict is CardVerdict.NO_CARD
    card.let_go.set()
    while desk.status().state is DeviceState.BUSY:
        pass
    assert desk.status().usable


@pytest.mark.parametrize(
    ("settings", "state", "code"),
    [
        (DeviceSettings(), DeviceState.FAULT, "card.library_missing"),
        (DeviceSettings(card="off"), DeviceState.OFF, "card.off"),
    ],
)
def test_a_desk_is_opened_even_without_the_library(
    monkeypatch: pytest.MonkeyPatch, settings: DeviceSettings, state: DeviceState, code: str
) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    status = open_card_desk(settings).status()
    assert (status.state, status.code) == (state, code)


def test_a_machine_without_card_reading_says_so() -> None:
    desk: CardDesk = AbsentDesk(DeviceState.FAULT, "card.library_missing", "pyscard is not installed")
    assert desk.check().verdict is CardVerdict.NO_CARD
    assert desk.check().reason == "pyscard is not installed"
    assert not desk.present()
    assert desk.status().code == "card.library_missing"
    desk.close()
