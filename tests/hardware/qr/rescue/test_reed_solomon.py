"""Errors and erasures: corrected up to the bound, refused beyond it or given as another codeword only by chance."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.base import Polynomial, rs_blocks
from qrcode.LUT import rsPoly_LUT

from hardware.qr.rescue.reed_solomon import LOG, POWER, chance, correct


def encoded(data: list[int], checks: int) -> list[int]:
    """A codeword as the library `qrcode` makes it."""
    generator = Polynomial(rsPoly_LUT[checks], 0)
    rest = Polynomial(data, checks) % generator
    values = [rest[at] for at in range(len(rest))]
    return data + [0] * (checks - len(values)) + values


def test_the_field_has_255_powers() -> None:
    assert sorted(POWER[:255]) == list(range(1, 256))
    assert [POWER[LOG[value]] for value in range(1, 256)] == list(range(1, 256))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([7, 10, 16, 22, 30]), st.data())
def test_errors_and_erasures_are_corrected_up_to_the_bound(seed: int, checks: int, choose: st.DataObject) -> None:
    lots = Random(seed)
    word = encoded([lots.randrange(256) for _ in range(lots.randint(2, 60))], checks)
    erasures = choose.draw(st.integers(0, checks))
    errors = choose.draw(st.integers(0, (checks - erasures) // 2))
    places = lots.sample(range(len(word)), min(len(word), erasures + errors))
    damaged = list(word)
    for place in places:
        damaged[place] ^= lots.randint(1, 255)
    found = correct(damaged, checks, sorted(places[:erasures]))
    assert found is not None
    assert found.words == word
    assert found.errors == len(places[erasures:])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 255), min_size=26, max_size=26), st.sampled_from([0, 4]))
def test_random_words_are_hardly_ever_a_codeword(words: list[int], erasures: int) -> None:
    assert correct(words, 16, list(range(erasures))) is None or len(set(words)) < 12


def test_too_many_erasures_are_refused() -> None:
    assert correct(list(range(30)), 10, list(range(11))) is None


def test_chance_falls_with_every_check_word_left() -> None:
    assert chance(43, 16) < chance(43, 12) < chance(43, 8) < -4
    assert chance(26, 2) > -2


@pytest.mark.parametrize("version", [1, 7, 14])
def test_every_block_of_a_symbol_can_be_encoded(version: int) -> None:
    for block in rs_blocks(version, 0):
        checks = block.total_count - block.data_count
        word = encoded([7] * block.data_count, checks)
        found = correct(word, checks)
        assert found is not None
        assert found.errors == 0
