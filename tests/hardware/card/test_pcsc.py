"""The virtual card through the real pcscd: the same verdicts, the same words when things go wrong."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from threading import Timer

import pytest

from hardware.card import CardDesk, Transport
from hardware.card.channel import Channel
from hardware.card.desk import ReaderDesk
from hardware.card.errors import ReaderBusy, ServiceMissing
from hardware.card.my_number import Jpki
from hardware.card.pcsc import PcscReaders, open_card_desk
from hardware.card.sources import TrustSources
from hardware.card.virtual.card import Mood
from hardware.card.virtual.slot import SECOND_PORT, VirtualSlot, reader_name
from hardware.card.virtual.states import CardMaker, CardState
from hardware.settings import DeviceSettings
from hardware.status import DeviceState
from schemas.card import CardVerdict
from tests.hardware.card.conftest import NOW, Holding

pytestmark = pytest.mark.pcsc

READER = reader_name(SECOND_PORT)
scard = pytest.importorskip("smartcard.scard")


@pytest.fixture
def desk(pcscd: None, trust: Path) -> CardDesk:
    return open_card_desk(DeviceSettings(card_reader=READER, card_trust=trust), now=lambda: NOW)


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (CardState.VALID, CardVerdict.VALID),
        (CardState.EXPIRED, CardVerdict.EXPIRED),
        (CardState.FORGED, CardVerdict.FORGED),
        (CardState.LOCKED, CardVerdict.LOCKED),
        (CardState.OTHER_CARD, CardVerdict.NOT_MY_NUMBER_CARD),
    ],
)
def test_states_through_pcscd(
    maker: CardMaker, holding: Holding, desk: CardDesk, state: CardState, verdict: CardVerdict
) -> None:
    with holding(maker.card(state)):
        report = desk.check(pin="1234")
    assert report.verdict is verdict
    assert report.possession == (verdict is CardVerdict.VALID)


def test_presence_follows_the_card(maker: CardMaker, holding: Holding, empty: VirtualSlot, desk: CardDesk) -> None:
    assert desk.check(wait_s=0).verdict is CardVerdict.NO_CARD
    assert not desk.present()
    empty.remove()
    with holding(maker.card(CardState.VALID)):
        assert desk.check().verdict is CardVerdict.VALID
        assert desk.present()
    assert not desk.present()


@pytest.mark.parametrize("after", [0, 5, 11, 13])
@pytest.mark.parametrize("tear", [False, True])
def test_removal_through_pcscd_is_removed(
    maker: CardMaker, holding: Holding, desk: CardDesk, after: int, tear: bool
) -> None:
    with holding(maker.card(CardState.VALID, mood=Mood(remove_after=after, tear=tear))):
        report = desk.check(pin="1234")
    assert report.verdict is CardVerdict.REMOVED
    assert not report.possession


def test_a_card_torn_away_and_put_back_at_once_is_found(maker: CardMaker, holding: Holding, desk: CardDesk) -> None:
    for after in (0, 3):
        with holding(maker.card(CardState.VALID, mood=Mood(remove_after=after)), until_noticed_s=0):
            assert desk.check().verdict is CardVerdict.REMOVED
    with holding(maker.card(CardState.VALID)):
        assert desk.check(pin="1234").possession


def test_a_slow_and_sleepy_card_is_valid(maker: CardMaker, holding: Holding, desk: CardDesk) -> None:
    with holding(maker.card(CardState.VALID, mood=Mood(slow_s=0.02, asleep=True, most_bytes=200))):
        assert desk.check(pin="1234").possession


def test_the_card_is_unpowered_at_the_end(maker: CardMaker, holding: Holding, desk: CardDesk) -> None:
    card = maker.card(CardState.VALID)
    with holding(card):
        assert desk.check(pin="1234").possession
        assert desk.check().verdict is CardVerdict.VALID
    assert not any(pin.verified for application in card.applications for pin in application.pins.values())


def test_a_part_of_the_readers_name_is_enough(pcscd: None, maker: CardMaker, holding: Holding, trust: Path) -> None:
    desk = open_card_desk(DeviceSettings(card_reader="virtual pcd 00 01", card_trust=trust), now=lambda: NOW)
    with holding(maker.card(CardState.VALID)):
        assert desk.check().verdict is CardVerdict.VALID


def test_a_reader_that_is_not_there_is_missing(pcscd: None, trust: Path) -> None:
    desk = open_card_desk(DeviceSettings(card_reader="No Such Reader", card_trust=trust))
    assert desk.status().state is DeviceState.MISSING
    assert desk.status().code == "card.reader_missing"
    report = desk.check(wait_s=0)
    assert (report.verdict, report.reason) == (CardVerdict.NO_CARD, "no card reader named No Such Reader")


def test_a_running_service_is_ready(desk: CardDesk) -> None:
    assert desk.status().usable
    assert desk.status().name == READER


def test_a_second_card_on_one_slot_is_told_so(maker: CardMaker, holding: Holding) -> None:
    with holding(maker.card(CardState.VALID)), pytest.raises(ReaderBusy):
        VirtualSlot(SECOND_PORT).insert(maker.card(CardState.VALID), wait_s=0.3)


def test_a_slot_nobody_serves_is_missing(maker: CardMaker, free_port: object) -> None:
    assert callable(free_port)
    with pytest.raises(ServiceMissing):
        VirtualSlot(free_port()).insert(maker.card(CardState.VALID), wait_s=1)


def test_commands_are_not_held_up_by_the_network(maker: CardMaker, holding: Holding, desk: CardDesk) -> None:
    with holding(maker.card(CardState.VALID)):
        desk.check(pin="1234")
        report = desk.check(pin="1234")
    assert report.ms / report.apdus < 10


def _once_seen(readers: PcscReaders) -> AbstractContextManager[Transport]:
    """A connection as soon as pcscd has seen the card."""
    until = time.monotonic() + 5
    while not readers.occupied() and time.monotonic() < until:
        time.sleep(0.02)
    return readers.connect(READER)


def test_a_reader_that_another_program_holds_for_a_moment_is_tried_again(
    maker: CardMaker, holding: Holding, desk: CardDesk
) -> None:
    with holding(maker.card(CardState.VALID)), ExitStack() as other:
        other.enter_context(_once_seen(PcscReaders(scard, READER)))
        Timer(0.6, other.close).start()
        began = time.monotonic()
        assert desk.check(pin="1234").possession
    assert time.monotonic() - began > 0.5


def test_a_reader_that_another_program_keeps_is_said_to_be_busy(
    maker: CardMaker, holding: Holding, trust: Path
) -> None:
    desk = ReaderDesk(PcscReaders(scard, READER, busy_s=0.3), TrustSources(trust, (), lambda: NOW))
    with holding(maker.card(CardState.VALID)), _once_seen(PcscReaders(scard, READER)):
        report = desk.check()
    assert (report.verdict, report.reason) == (CardVerdict.NO_CARD, "another program is using the card reader")


def test_nobody_else_reaches_the_card_while_it_is_checked(maker: CardMaker, holding: Holding) -> None:
    """After VERIFY whoever could speak to the card could use its key."""
    ours, theirs = PcscReaders(scard, READER), PcscReaders(scard, READER, busy_s=0.2)
    with holding(maker.card(CardState.VALID)), _once_seen(ours) as transport:
        Jpki(Channel(transport)).verify_pin("1234")
        with pytest.raises(ReaderBusy), theirs.connect(READER):
            pytest.fail("a second program got in")
