"""The virtual card: applications plus the moods of real ones – slow, short-spoken, gone in the middle.

`transmit` answers one command; None means the card has left. `Mood.tear` leaves in the middle of the last answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware.card.apdu import Command, decode_command
from hardware.card.errors import ResponseMalformed
from hardware.card.virtual.application import OK, Answer, Application

# A contact ATR of the real card (OpenSC card-jpki.c); readers of ours never look at it.
ATR = bytes.fromhex("3BE000FF8131FE4514")

# What is left of an answer whose card was torn away: the reader passes it on, and its end looks like success.
TORN_ANSWER = bytes.fromhex("30829000")


# A short answer; RSA keys over 2048 bits give longer signatures, in parts.
_LONGEST = 256


@dataclass(frozen=True)
class Mood:
    """`remove_after`: commands until the card leaves. `most_bytes`: the longest answer it gives. `slow_s`: seconds a
    command. `asleep`: first command after power-up gets 6F00. `answers`: status words out of the blue, by command
    number (0 the first)."""

    remove_after: int | None = None
    tear: bool = False
    most_bytes: int | None = None
    slow_s: float = 0.0
    asleep: bool = False
    answers: tuple[tuple[int, int], ...] = ()


@dataclass
class VirtualCard:
    """Counts and remembers commands (without what a PIN was: `Command` masks itself)."""

    applications: tuple[Application, ...]
    mood: Mood = field(default_factory=Mood)
    atr: bytes = ATR
    sleep: Callable[[float], None] = time.sleep
    commands: list[Command] = field(default_factory=list)
    current: Application | None = None
    removed: bool = False
    _waiting: bytes = field(default=b"", repr=False)
    _awake: bool = False

    def power_off(self) -> None:
        """PINs presented are forgotten; nothing is selected."""
        self.current, self._awake = None, False
        for application in self.applications:
            application.reset()

    def transmit(self, apdu: bytes) -> bytes | None:
        """Response data and status word; None when the card has gone."""
        if self.removed:
            return None
        if self.mood.remove_after is not None and len(self.commands) >= self.mood.remove_after:
            self.removed = True
            return None
        if self.mood.slow_s:
            self.sleep(self.mood.slow_s)
        data, sw = self._answer(apdu)
        most = min(self.mood.most_bytes or _LONGEST, _LONGEST)
        if len(data) > most:
            data, sw = self._in_parts(data, sw, most=most)
        return data + sw.to_bytes(2, "big")

    def _in_parts(self, data: bytes, sw: int, *, most: int) -> Answer:
        """A short read is just short; anything else is handed over by GET RESPONSE."""
        if self.commands[-1].ins == 0xB0:
            return data[:most], sw
        self._waiting = data[most:]
        return data[:most], 0x6100 | min(len(self._waiting), 255)

    def _answer(self, apdu: bytes) -> Answer:
        number = len(self.commands)
        try:
            command = decode_command(apdu)
        except ResponseMalformed:
            return b"", 0x6700
        self.commands.append(command)
        asleep, self._awake = self.mood.asleep and not self._awake, True
        if asleep:
            return b"", 0x6F00
        for at, sw in self.mood.answers:
            if at == number:
                return b"", sw
        return self._dispatch(command)

    def _dispatch(self, command: Command) -> Answer:
        if command.cla not in (0x00, 0x80):
            return b"", 0x6E00
        if command.ins == 0xC0:
            waiting, self._waiting = self._waiting, b""
            return waiting, OK
        if command.ins == 0xA4 and command.p1 == 0x04:
            return self._select_application(command.data)
        if self.current is None:
            return b"", 0x6A86 if command.ins == 0xA4 else 0x6985
        return self.current.answer(command)

    def _select_application(self, aid: bytes) -> Answer:
        for application in self.applications:
            if application.aid == aid:
                self.current = application
                application.current = None
                return b"", OK
        return b"", 0x6A82
