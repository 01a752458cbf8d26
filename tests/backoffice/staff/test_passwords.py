"""Passwords: what is refused, and that an unknown account costs as much as a wrong password."""

from __future__ import annotations

import unicodedata

import pytest
from argon2.exceptions import VerifyMismatchError

from backoffice.staff.errors import PasswordUnfit
from backoffice.staff.passwords import HASHER, NOBODY, hash_password, password_fits

GOOD = "朝ごはんは白米と味噌汁にかぎる"


def test_a_password_fits_its_own_hash_only() -> None:
    encoded = hash_password(GOOD, login="kanri")
    assert encoded.startswith("$argon2id$")
    assert password_fits(GOOD, encoded)
    assert not password_fits(GOOD + "。", encoded)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password(GOOD, login="a") != hash_password(GOOD, login="a")


def test_half_and_full_width_are_the_same_password() -> None:
    encoded = hash_password("correct horse battery", login="kanri")
    assert password_fits("correct horse battery", encoded)
    assert password_fits(unicodedata.normalize("NFD", GOOD), hash_password(GOOD, login="a"))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "staff.password_short"),
        ("short", "staff.password_short"),
        ("x" * 129, "staff.password_long"),
        ("abababababababab", "staff.password_guessable"),
        ("password1234", "staff.password_guessable"),
        ("Password123!", "staff.password_guessable"),
        ("qwertyuiop12", "staff.password_guessable"),
        ("123456789012", "staff.password_guessable"),
        ("demado202601", "staff.password_guessable"),
        ("my name is KANRI ok", "staff.password_guessable"),
    ],
)
def test_unfit_passwords_are_refused_with_a_code(password: str, code: str) -> None:
    with pytest.raises(PasswordUnfit) as refused:
        hash_password(password, login="kanri")
    assert refused.value.code == code


def test_no_password_fits_an_account_without_one() -> None:
    assert not password_fits("anything at all", None)
    assert not password_fits("anything at all", "not a hash")


def test_the_hash_for_nobody_costs_as_much_as_a_real_one() -> None:
    assert not HASHER.check_needs_rehash(NOBODY)
    with pytest.raises(VerifyMismatchError):
        HASHER.verify(NOBODY, "anything at all")
