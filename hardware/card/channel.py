"""Commands over a transport: counted, bounded, logged without data; GET RESPONSE and wrong Le are handled here.

ISO/IEC 7816-4 5.3.4 (61xx, 6Cxx) and 5.6. A real verify takes about twenty commands; the bounds stop cards that answer
one byte a time or for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from hardware.card import Transport
from hardware.card.apdu import Command, Response, StatusWord
from hardware.card.errors import ExchangeTooLong, NotThisApplication, UnexpectedStatus

MOST_COMMANDS = 4096
MOST_SECONDS = 120.0
LARGEST_ANSWER = 65536

_log = structlog.get_logger("hardware.card")


@dataclass
class Channel:
    """One exchange with one card, from SELECT to the end."""

    transport: Transport
    monotonic: Callable[[], float] = time.monotonic
    seconds: float = MOST_SECONDS
    commands: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.monotonic()

    def send(self, command: Command) -> Response:
        """The whole answer, whatever its status word. Raises `CardRemoved`, `ExchangeTooLong`."""
        response = self._once(command)
        if response.sw.right_length is not None and command.le is not None:
            response = self._once(replace(command, le=response.sw.right_length or 256))
        data = response.data
        while (waiting := response.sw.waiting) is not None:
            response = self._once(Command(command.cla & 0x03, 0xC0, 0, 0, le=waiting or 256))
            data += response.data
            if len(data) > LARGEST_ANSWER:
                raise ExchangeTooLong("the answer has no end")
        return Response(data, response.sw)

    def select_application(self, aid: bytes) -> None:
        """SELECT by name, no answer wanted. Repeated once: the first command after power-up may get 6F00."""
        command = Command(0x00, 0xA4, 0x04, 0x0C, aid)
        sw = self.send(command).sw
        if not sw.delivers and not sw.not_found:
            sw = self.send(command).sw
        if sw.not_found:
            raise NotThisApplication(command.name, sw)
        if not sw.delivers:
            raise UnexpectedStatus(command.name, sw)

    def select_file(self, ef: int) -> bool:
        """SELECT an EF under the current application; False when it is not there."""
        command = Command(0x00, 0xA4, 0x02, 0x0C, ef.to_bytes(2, "big"))
        sw = self.send(command).sw
        if not sw.delivers and not sw.not_found:
            raise UnexpectedStatus(command.name, sw)
        return sw.delivers

    def _once(self, command: Command) -> Response:
        if self.commands >= MOST_COMMANDS or self.monotonic() - self.started > self.seconds:
            raise ExchangeTooLong("the card does not come to an end")
        self.commands += 1
        began = self.monotonic()
        data, sw = self.transport.transmit(command.encode())
        response = Response(data, StatusWord(sw))
        _log.debug("apdu", command=repr(command), answer=repr(response), ms=round(1000 * (self.monotonic() - began), 1))
        return response
