"""Tokens of sessions and links."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.staff.tokens import Token, derived


def test_a_token_survives_being_written() -> None:
    token = Token.new("072010", os.urandom)
    assert Token.parse(str(token)) == token
    assert str(token) not in repr(token)


@pytest.mark.parametrize(
    "text", ["", "072010", "072010.", "07201.x", "072010." + "é" * 43, "072010." + "a" * 44, "０７２０１０." + "a" * 43]
)
def test_other_texts_are_no_token(text: str) -> None:
    assert Token.parse(text) is None


@given(st.text(max_size=60))
def test_any_text_is_a_token_or_nothing(text: str) -> None:
    found = Token.parse(text)
    assert found is None or str(found) == text


def test_a_derived_value_depends_on_secret_and_purpose() -> None:
    assert len({derived("a", "x"), derived("a", "y"), derived("b", "x")}) == 3
