"""Attendants sign in on the tablet with their own PIN, offline: argon2id hashes come with the visit bundle.

Five wrong PINs in a row close a name for five minutes, twenty from anybody close them all: four digits stand no
longer otherwise.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schemas.ids import StaffId
from schemas.visit import Attendant

TRIES = 5
TRIES_OF_ALL = 20
CLOSED_FOR = 300.0


@dataclass
class _Tries:
    wrong: int = 0
    closed_until: float = 0.0


class SignInRefused(Exception):
    """`code`: sign_in.wrong or sign_in.locked."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SignIn:
    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._hasher = PasswordHasher()
        self._tries: dict[StaffId, _Tries] = {}
        self._all = _Tries()

    def check(self, attendant: Attendant | None, pin: str) -> Attendant:
        """The attendant when the PIN is theirs. Raises `SignInRefused`; a try counts before it is made."""
        if attendant is None:
            raise SignInRefused("sign_in.wrong")
        with self._lock:
            mine = self._tries.setdefault(attendant.staff, _Tries())
            for tries, most in ((mine, TRIES), (self._all, TRIES_OF_ALL)):
                self._count(tries, most)
        if not self._fits(attendant.pin_hash, pin):
            raise SignInRefused("sign_in.wrong")
        with self._lock:
            self._tries.pop(attendant.staff, None)
            self._all.wrong = 0
        return attendant

    def _count(self, tries: _Tries, most: int) -> None:
        now = self._monotonic()
        if now < tries.closed_until:
            raise SignInRefused("sign_in.locked")
        if tries.wrong >= most:
            tries.wrong, tries.closed_until = 0, now + CLOSED_FOR
            raise SignInRefused("sign_in.locked")
        tries.wrong += 1

    def _fits(self, pin_hash: str, pin: str) -> bool:
        try:
            return self._hasher.verify(pin_hash, pin)
        except (VerificationError, InvalidHashError):
            return False
