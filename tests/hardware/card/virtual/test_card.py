"""The virtual card behaves as measured cards do."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.card.virtual.card import VirtualCard
from hardware.card.virtual.states import CardMaker, CardState, Holder

JPKI = "00A4040C0AD392F000260100000001"


def _say(card: VirtualCard, *commands: str) -> str:
    """Status word of the last command."""
    answers = [card.transmit(bytes.fromhex(command)) for command in commands]
    last = answers[-1]
    assert last is not None
    return last[-2:].hex().upper()


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        (["00A40000"], "6A86"),
        (["00A4040C05D276000124"], "6A82"),
        ([JPKI], "9000"),
        ([JPKI, "00A4020C02000A"], "9000"),
        ([JPKI, "00A4020C02FFFF"], "6A82"),
        ([JPKI, "00A4020C02000A", "00B07F0000"], "6B00"),
        ([JPKI, "00B08A0000"], "9000"),
        ([JPKI, "00B0000000"], "6986"),
        ([JPKI, "00A4020C020001", "00B0000004"], "6982"),
        ([JPKI, "00A4020C020018", "00200080"], "63C3"),
        ([JPKI, "00A4020C020018", "002000800430303030"], "63C2"),
        ([JPKI, "00A4020C020018", "002000800431323334"], "9000"),
        ([JPKI, "00200098"], "63C3"),
        ([JPKI, "00A4020C020017", "802A00800141"], "6982"),
        ([JPKI, "00A4020C020018", "002000800431323334", "802A00970141"], "9000"),
        ([JPKI, "00A4020C020018", "002000800431323334", "802A01970141"], "6A86"),
        ([JPKI, "00E00000"], "6D00"),
        (["0CA4040C00"], "6E00"),
        (["00"], "6700"),
        ([JPKI, "00A4020C020018", *["002000800430303030"] * 3], "63C0"),
        ([JPKI, "00A4020C020018", *["002000800430303030"] * 4], "6984"),
        ([JPKI, "00A4020C020018", *["002000800430303030"] * 3, "00200080"], "63C0"),
        ([JPKI, "00A4020C020018", "002000800430303030", "002000800431323334", "00200080"], "63C3"),
    ],
)
def test_status_words(maker: CardMaker, commands: list[str], sw: str) -> None:
    assert _say(maker.card(CardState.VALID), *commands) == sw


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=30), max_size=8))
def test_any_bytes_get_a_status_word(maker: CardMaker, commands: list[bytes]) -> None:
    card = maker.card(CardState.OTHER_CARD)
    for command in commands:
        answer = card.transmit(command)
        assert answer is not None
        assert len(answer) >= 2


def test_power_off_closes_what_the_pin_opened(maker: CardMaker) -> None:
    card = maker.card(CardState.VALID)
    assert _say(card, JPKI, "00A4020C020018", "002000800431323334", "802A00970141") == "9000"
    card.power_off()
    assert _say(card, JPKI, "802A00970141") == "6982"


def test_a_made_up_holder_fills_every_length_form() -> None:
    holder = Holder()
    assert len(holder.address.encode()) > 127
    assert len(holder.name.encode()) < 128
    assert "1234" not in repr(holder)
