"""Answers no card should give: noise, endless data, status words out of the blue."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.card.channel import Channel
from hardware.card.errors import CardRemoved
from hardware.card.exchange import CardCheckup, PinEntry
from hardware.card.trust import Anchor
from hardware.card.verify import Verifier
from hardware.card.virtual.card import Mood
from hardware.card.virtual.states import CardMaker, CardState
from schemas.card import CardVerdict
from tests.hardware.card.conftest import NOW, WITH_PIN, RunCheck


@pytest.mark.parametrize("at", range(WITH_PIN))
@pytest.mark.parametrize("sw", [0x6F00, 0x6400, 0x6581, 0x6985, 0x6283, 0x6100, 0x6CFF, 0x0000, 0xFFFF])
def test_status_words_out_of_the_blue_never_raise_nor_prove(
    maker: CardMaker, check: RunCheck, at: int, sw: int
) -> None:
    card = maker.card(CardState.VALID, mood=Mood(answers=((at, sw),)))
    report = check(card, pin="1234")
    signed = any(command.ins == 0x2A for command in card.commands)
    assert report.possession <= signed
    assert sum(1 for command in card.commands if command.ins == 0x20 and command.data) <= 1
    assert (report.verdict is CardVerdict.VALID) == report.possession


class _Noise:
    """A card that answers anything."""

    def __init__(self, answers: list[tuple[bytes, int] | None]) -> None:
        self._answers = iter(answers)

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        answer = next(self._answers, None)
        if answer is None:
            raise CardRemoved("gone")
        return answer


_SW = st.sampled_from([0x9000, 0x9000, 0x9000, 0x63C3, 0x6A82, 0x6282, 0x61FF, 0x6C10, 0x6F00]) | st.integers(0, 65535)
_ANSWERS = st.lists(st.tuples(st.binary(max_size=300), _SW), max_size=40)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ANSWERS)
def test_noise_is_never_valid_and_never_raises(anchor: Anchor, answers: list[tuple[bytes, int] | None]) -> None:
    checkup = CardCheckup(Verifier((anchor,), (), NOW), bytes)
    report = checkup.run(Channel(_Noise(answers)), PinEntry("1234", True))
    assert report.verdict is not CardVerdict.VALID


class _Repeating:
    """A card that gives the same answer for ever."""

    def __init__(self, data: bytes, sw: int) -> None:
        self._answer = data, sw

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        return self._answer


@pytest.mark.parametrize(
    ("data", "sw"),
    [(b"", 0x6101), (b"\x30", 0x6101), (b"\x30\x82\xff\xff", 0x9000), (b"\x30", 0x9000), (bytes(70000), 0x9000)],
)
def test_endless_answers_come_to_an_end(anchor: Anchor, data: bytes, sw: int) -> None:
    report = CardCheckup(Verifier((anchor,), (), NOW), bytes).run(Channel(_Repeating(data, sw)), None)
    assert report.verdict is not CardVerdict.VALID


def test_a_card_slower_than_any_is_given_back(maker: CardMaker, anchor: Anchor) -> None:
    ticks = iter(range(0, 100_000, 9))
    channel = Channel(_Repeating(b"\x30\x82\x10\x00", 0x9000), lambda: float(next(ticks)))
    assert CardCheckup(Verifier((anchor,), (), NOW), bytes).run(channel, None).verdict is CardVerdict.REMOVED
