"""What may cost a try."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card.errors import PinLocked, PinNotSent
from hardware.card.pin import admit_pin


@given(st.text(max_size=12), st.integers(2, 15))
def test_only_four_ascii_digits_are_ever_sent(typed: str, tries: int) -> None:
    try:
        digits = admit_pin(typed, tries_left=tries, last_try_confirmed=False)
    except PinNotSent as refused:
        assert refused.tries_left == tries
        assert typed == "" or typed not in str(refused) or len(typed) < 4
        return
    assert digits.isascii()
    assert digits.isdigit()
    assert len(digits) == 4


@pytest.mark.parametrize("typed", ["1234", "１２３４", " 1234\n", "①②③④", "1２3４"])
def test_the_same_digits_however_typed(typed: str) -> None:
    assert admit_pin(typed, tries_left=3, last_try_confirmed=False) == "1234"


@pytest.mark.parametrize("tries", [1, None])
def test_the_last_or_an_unknown_try_needs_a_yes(tries: int | None) -> None:
    with pytest.raises(PinNotSent):
        admit_pin("1234", tries_left=tries, last_try_confirmed=False)
    assert admit_pin("1234", tries_left=tries, last_try_confirmed=True) == "1234"


def test_a_yes_does_not_open_a_locked_card() -> None:
    with pytest.raises(PinLocked):
        admit_pin("1234", tries_left=0, last_try_confirmed=True)
