"""The four attributes through the desk: only where switched on, with the care a PIN needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from hardware.card import AttributesReport
from hardware.card.attributes import read_attributes
from hardware.card.channel import Channel
from hardware.card.desk import ReaderDesk
from hardware.card.errors import CardRemoved
from hardware.card.exchange import PinEntry
from hardware.card.sources import TrustSources
from hardware.card.virtual.card import Mood, VirtualCard
from hardware.card.virtual.states import CardMaker, CardState, Holder
from hardware.card.virtual.transport import InProcessReaders, InProcessTransport
from schemas.card import CardVerdict
from tests.hardware.card.conftest import NOW

READ = 5  # SELECT application, SELECT PIN, query, VERIFY, SELECT file – and the reading itself


def _read(card: VirtualCard, pin: str = "1234", *, last_try: bool = False) -> AttributesReport:
    return read_attributes(Channel(InProcessTransport(card)), PinEntry(pin, last_try))


def _sent(card: VirtualCard) -> int:
    return sum(1 for command in card.commands if command.ins == 0x20 and command.data)


@pytest.mark.parametrize("allowed", [True, False])
def test_they_are_read_only_where_switched_on(maker: CardMaker, trust: Path, allowed: bool) -> None:
    card, holder = maker.card(CardState.VALID), Holder()
    sources = TrustSources(trust, (), lambda: NOW)
    desk = ReaderDesk(InProcessReaders({"one": card}), sources, attributes_allowed=allowed)
    with capture_logs() as logs:
        report = desk.attributes(pin="1234", wait_s=0)
    if not allowed:
        assert (report.verdict, report.attributes, card.commands) == (CardVerdict.NO_CARD, None, [])
        return
    assert report.verdict is CardVerdict.VALID
    assert report.attributes is not None
    assert (report.attributes.name, report.attributes.birth_date) == (holder.name, holder.birth_date)
    for secret in (holder.name, holder.address, "1990", "1234"):
        assert secret not in repr(logs) + repr(report)


@pytest.mark.parametrize(
    ("holder", "pin", "last_try", "verdict", "tries", "sent"),
    [
        (Holder(), "9999", False, CardVerdict.WRONG_PIN, 2, 1),
        (Holder(), "123", False, CardVerdict.WRONG_PIN, 3, 0),
        (Holder(tries=1), "1234", False, CardVerdict.WRONG_PIN, 1, 0),
        (Holder(tries=1), "9999", True, CardVerdict.LOCKED, 0, 1),
        (Holder(tries=0), "1234", True, CardVerdict.LOCKED, 0, 0),
        (Holder(tries=0, locked_query_sw=0x6983), "1234", True, CardVerdict.LOCKED, 0, 0),
    ],
)
def test_the_attribute_pin_is_treated_like_the_other(
    maker: CardMaker, holder: Holder, pin: str, last_try: bool, verdict: CardVerdict, tries: int, sent: int
) -> None:
    card = maker.card(CardState.VALID, holder)
    report = _read(card, pin, last_try=last_try)
    assert (report.verdict, report.tries_left, report.attributes) == (verdict, tries, None)
    assert _sent(card) == sent


@pytest.mark.parametrize("length", [1, 42, 43, 60, 127, 128, 300, 900])
@pytest.mark.parametrize("most", [None, 7])
def test_every_length_of_an_address_is_read(maker: CardMaker, length: int, most: int | None) -> None:
    holder = Holder(address="町" * length)
    report = _read(maker.card(CardState.VALID, holder, mood=Mood(most_bytes=most)))
    assert report.attributes is not None
    assert report.attributes.address == holder.address


@pytest.mark.parametrize("tear", [False, True])
def test_removal_at_every_command_is_removed(maker: CardMaker, tear: bool) -> None:
    whole = maker.card(CardState.VALID)
    assert _read(whole).verdict is CardVerdict.VALID
    assert len(whole.commands) > READ
    for after in range(len(whole.commands)):
        report = _read(maker.card(CardState.VALID, mood=Mood(remove_after=after, tear=tear)))
        assert (report.verdict, report.attributes) == (CardVerdict.REMOVED, None)


def test_a_card_without_the_application_is_not_one(maker: CardMaker) -> None:
    assert _read(maker.card(CardState.OTHER_CARD)).verdict is CardVerdict.NOT_MY_NUMBER_CARD


@pytest.mark.parametrize(
    ("old", "new"), [(b"19900217", b"1990-2-7"), (b"19900217", b"+990 217"), ("試験".encode(), b"\xff" * 6)]
)
def test_broken_attributes_are_not_shown_in_part(maker: CardMaker, old: bytes, new: bytes) -> None:
    card = maker.card(CardState.VALID)
    support = card.applications[1]
    support.files = {ef: content.replace(old, new) for ef, content in support.files.items()}
    report = _read(card)
    assert (report.verdict, report.attributes) == (CardVerdict.NOT_MY_NUMBER_CARD, None)
    assert "1990" not in report.reason


class _Noise:
    def __init__(self, answers: list[tuple[bytes, int]]) -> None:
        self._answers = iter(answers)

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        answer = next(self._answers, None)
        if answer is None:
            raise CardRemoved("gone")
        return answer


_SW = st.sampled_from([0x9000, 0x9000, 0x9000, 0x63C3, 0x6A82, 0x61FF, 0x6C10, 0x6F00]) | st.integers(0, 65535)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.binary(max_size=300), _SW), max_size=30))
def test_noise_is_never_a_person_and_never_raises(answers: list[tuple[bytes, int]]) -> None:
    assert read_attributes(Channel(_Noise(answers)), PinEntry("1234", True)).attributes is None


def test_the_state_of_the_card_is_gone_afterwards(maker: CardMaker, trust: Path) -> None:
    card = maker.card(CardState.VALID)
    sources = TrustSources(trust, (), lambda: NOW)
    desk = ReaderDesk(InProcessReaders({"one": card}), sources, attributes_allowed=True)
    assert desk.attributes(pin="1234").attributes is not None
    assert not any(pin.verified for application in card.applications for pin in application.pins.values())
