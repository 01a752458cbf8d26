"""Authenticator secrets at rest open for their own account only."""

from __future__ import annotations

import os

import pytest

from backoffice.kit.errors import Unopenable
from backoffice.staff.sealing import Sealing
from tests.backoffice.console import Console

SECRET = b"twenty secret bytes!"


@pytest.fixture
def console(shared_console: Console) -> Console:
    return shared_console


@pytest.fixture
def sealing(console: Console) -> Sealing:
    return Sealing(console.office.app.state.keyring, randomness=os.urandom)


def test_a_sealed_secret_opens_and_is_not_the_secret(console: Console, sealing: Sealing) -> None:
    staff = console.hire()
    sealed = sealing.seal(SECRET, staff, now=console.office.clock())
    assert SECRET not in sealed
    assert sealing.open(sealed, staff) == SECRET


def test_it_does_not_open_for_another_account(console: Console, sealing: Sealing) -> None:
    sealed = sealing.seal(SECRET, console.hire(), now=console.office.clock())
    with pytest.raises(Unopenable):
        sealing.open(sealed, console.hire())


@pytest.mark.parametrize("place", [0, 1, 9, 25, -1])
def test_a_changed_byte_anywhere_shows(console: Console, sealing: Sealing, place: int) -> None:
    staff = console.hire()
    sealed = bytearray(sealing.seal(SECRET, staff, now=console.office.clock()))
    sealed[place] ^= 1
    with pytest.raises(Unopenable):
        sealing.open(bytes(sealed), staff)


@pytest.mark.parametrize("sealed", [b"", b"\x01", bytes(9), bytes(60)])
def test_bytes_that_are_no_seal_are_refused(console: Console, sealing: Sealing, sealed: bytes) -> None:
    with pytest.raises(Unopenable):
        sealing.open(sealed, console.hire())
