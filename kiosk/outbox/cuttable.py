"""An outbox whose line to the office can be cut by a switch: for the development dock and nobody else.

Production opens `Outbox`, which knows nothing of this.
"""

from __future__ import annotations

import threading

import httpx2

from kiosk.errors import UplinkUnreachable
from kiosk.outbox import Outbox
from kiosk.outbox.enrolled import Enrolled
from kiosk.outbox.keys import Identity
from kiosk.outbox.uplink import Signer, Uplink


class Line:
    """The switch; from any thread."""

    def __init__(self) -> None:
        self._cut = threading.Event()

    @property
    def is_cut(self) -> bool:
        return self._cut.is_set()

    def cut(self) -> None:
        self._cut.set()

    def mend(self) -> None:
        self._cut.clear()


class _Uplink(Uplink):
    line: Line

    def _exchange(self, request: httpx2.Request, limit: int, body: bytes = b"") -> tuple[httpx2.Response, bytes]:
        if self.line.is_cut:
            raise UplinkUnreachable("uplink.unreachable", "the line is cut in the dock")
        return super()._exchange(request, limit, body)


class _Enrolled(Enrolled):
    line: Line

    def uplink(self) -> Uplink:
        signer = Signer(self.identity.device, self.key)
        made = _Uplink(self.identity.office_url, clock=self._clock, randomness=self._randomness, signer=signer)
        made.line = self.line
        return made


class CuttableOutbox(Outbox):
    """`line` is there before anything is sent."""

    @property
    def line(self) -> Line:
        if not hasattr(self, "_line"):
            self._line = Line()
        return self._line

    def _begin(self, identity: Identity) -> Enrolled:
        begun = _Enrolled(
            self._folder, identity, clock=self._clock, randomness=self._randomness, readonly=self._readonly,
            gifts=lambda visit: self.gifts(visit), came=lambda bundle: self.came(bundle),
        )  # fmt: skip
        begun.line = self.line
        return begun
