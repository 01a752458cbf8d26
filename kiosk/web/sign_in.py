"""Attendants sign in on the tablet with their own PIN, offline: argon2id hashes come with the visit bundle.

Five wrong PINs in a row close a name for five minutes, twenty from anybody close them all: four digits stand no
longer otherwise. The same PIN opens the names of who has booked, so a restart gives no fresh tries (`outbox.tries`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.outbox.tries import EVERYBODY, Tries, TryBook, name_of
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
    def __init__(self, book: TryBook, *, monotonic: Callable[[], float]) -> None:
        self._book, self._monotonic = book, monotonic
        self._lock = threading.Lock()
        self._hasher = PasswordHasher()
        closed_until = monotonic() + CLOSED_FOR
        self._tries = {
            name: _Tries(kept.wrong, closed_until if kept.closed else 0.0) for name, kept in book.read().items()
        }

    def check(self, attendant: Attendant | None, pin: str) -> Attendant:
        """The attendant when the PIN is theirs. Raises `SignInRefused`; a try is counted, on the disk, before it is
        made: pulling the plug saves nobody one."""
        if attendant is None:
            raise SignInRefused("sign_in.wrong")
        name = name_of(attendant.staff)
        with self._lock:
            counted = [(self._tries.setdefault(name, _Tries()), TRIES)]
            counted += [(self._tries.setdefault(EVERYBODY, _Tries()), TRIES_OF_ALL)]
            for tries, most in counted:
                self._refuse_closed(tries, most)
            for tries, _most in counted:
                tries.wrong += 1
            self._write()
        if not self._fits(attendant.pin_hash, pin):
            raise SignInRefused("sign_in.wrong")
        with self._lock:
            self._tries.pop(name, None)
            self._tries.pop(EVERYBODY, None)
            self._write()
        return attendant

    def _refuse_closed(self, tries: _Tries, most: int) -> None:
        now = self._monotonic()
        if now < tries.closed_until:
            raise SignInRefused("sign_in.locked")
        if tries.wrong >= most:
            tries.wrong, tries.closed_until = 0, now + CLOSED_FOR
            self._write()
            raise SignInRefused("sign_in.locked")

    def _write(self) -> None:
        now = self._monotonic()
        kept = {name: Tries(wrong=tries.wrong, closed=now < tries.closed_until) for name, tries in self._tries.items()}
        self._book.write({name: entry for name, entry in kept.items() if entry.wrong or entry.closed})

    def _fits(self, pin_hash: str, pin: str) -> bool:
        try:
            return self._hasher.verify(pin_hash, pin)
        except (VerificationError, InvalidHashError):
            return False
