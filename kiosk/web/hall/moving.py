"""A parked intake goes on at another kiosk of the venue: somebody else sits at the one where it began.

It travels over the paired line (`line`), through the lead's memory only, and leaves its first kiosk when the second one
has it. Where the answer is lost nothing is: it stays parked until the lead has heard from the second kiosk, and the
record's id would tell the office that two are one.

| path | asked by the lead | answer |
|---|---|---|
| POST /venue/hand-over | slip | the parked intake, which stays |
| POST /venue/take-over | the parked intake | it is on the screen |
| POST /venue/moved     | slip | it is parked here no more |
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Final

import httpx2
import structlog

from kiosk.desk import Desk, DeskRefused
from kiosk.web.hall.line import Line
from kiosk.web.hall.pairing import PairingRefused
from kiosk.web.hall.wire import KioskState
from schemas.ids import DeviceId, SlipNumber

log = structlog.get_logger(__name__)
HAND_OVER: Final = "/venue/hand-over"
TAKE_OVER: Final = "/venue/take-over"
MOVED: Final = "/venue/moved"


@dataclass(frozen=True)
class Stand:
    """A kiosk that may give or take: the lead's own desk, or the line to another one."""

    device: DeviceId
    desk: Desk | None = None
    line: Line | None = None

    def hand_over(self, slip: SlipNumber, who: Mapping[str, str]) -> bytes:
        if self.desk is not None:
            return self.desk.hand_over(slip)
        return self._ask(HAND_OVER, who, slip.encode()).content

    def take_over(self, content: bytes, who: Mapping[str, str]) -> None:
        if self.desk is not None:
            self.desk.take_over(content)
        else:
            self._ask(TAKE_OVER, who, content)

    def moved(self, slip: SlipNumber, who: Mapping[str, str]) -> None:
        """Harmless when it is not there any more."""
        if self.desk is None:
            self._ask(MOVED, who, slip.encode())
            return
        with suppress(DeskRefused):
            self.desk.discard(slip)

    def _ask(self, path: str, who: Mapping[str, str], body: bytes) -> httpx2.Response:
        """Raises `DeskRefused` with that kiosk's reason, `PairingRefused` when nothing answers."""
        assert self.line is not None
        headers = {**who, "accept": "application/json", "content-type": "application/octet-stream"}
        answer = self.line.forward("POST", path, headers, body)
        if answer.status_code not in (200, 204):
            raise DeskRefused(_code_of(answer))
        return answer


class Moves:
    """Moves whose end is not known yet. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[SlipNumber, tuple[Stand, Stand, Mapping[str, str]]] = {}

    def move(self, slip: SlipNumber, source: Stand, target: Stand, who: Mapping[str, str]) -> None:
        """From one kiosk's lot onto the other's screen. Raises `DeskRefused`, `PairingRefused`; then it is still
        parked, or `settle` will find out."""
        content = source.hand_over(slip, who)
        with self._lock:
            self._open[slip] = source, target, who
        try:
            target.take_over(content, who)
        except DeskRefused:
            self._close(slip)
            raise
        log.info("parked intake moved", slip=slip)
        source.moved(slip, who)
        self._close(slip)

    def settle(self, states: Mapping[DeviceId, KioskState]) -> None:
        """`states`: kiosks that answer. What has arrived leaves the first kiosk; what has not may go another way."""
        with self._lock:
            waiting = tuple(self._open.items())
        for slip, (source, target, who) in waiting:
            seen = states.get(target.device)
            if seen is None:
                continue
            try:
                if slip in (seen.slip, *(bay.slip for bay in seen.parked), *(each.slip for each in seen.done)):
                    source.moved(slip, who)
                self._close(slip)
            except (DeskRefused, PairingRefused) as refused:
                log.info("first kiosk not told yet", slip=slip, code=refused.code)

    def _close(self, slip: SlipNumber) -> None:
        with self._lock:
            self._open.pop(slip, None)


def _code_of(answer: httpx2.Response) -> str:
    try:
        return str(answer.json().get("code", "pairing.refused"))
    except (ValueError, AttributeError):
        return "pairing.refused"
