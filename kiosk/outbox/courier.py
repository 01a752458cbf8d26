"""The courier: one thread that carries packets to the office, oldest first, and erases only against a receipt.

Whether a failure is the line's or the packet's, a probe decides: with the line down everybody waits for the line; with
the line good only that packet waits, longer each time, and the rest go on. What the office refuses for good goes into
quarantine. This module has the kiosk's only broad `except`: whatever happens to one packet is logged and counted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import structlog

from kiosk.errors import AnswerInvalid, OutboxFault, OutboxFull, UplinkError, UplinkRefused, UplinkUnreachable
from kiosk.outbox.clock import OfficeClock
from kiosk.outbox.closing import Closer
from kiosk.outbox.ending import ask
from kiosk.outbox.gauges import CourierStatus
from kiosk.outbox.hearing import Hearing
from kiosk.outbox.judging import REVOKED, concerns_device, concerns_transport
from kiosk.outbox.network import NetworkWatch
from kiosk.outbox.pace import Pace, PacketPauses, jittered
from kiosk.outbox.shelf import Shelf
from kiosk.outbox.store import Store, Stub
from kiosk.outbox.trust import read_receipt
from kiosk.outbox.uplink import Answer, Uplink
from kiosk.outbox.uploading import send_packet
from schemas.canonical import sha256_hex
from schemas.device_life import DeviceStatement
from schemas.receipt import Receipt

_log = structlog.get_logger("courier")
_ERASE_AT = 16  # received packets that are erased together; fewer when nothing is left to send


class _LineDown(Exception):
    """This round is over: nobody can send now."""


class Courier:
    """Start once, wake at every new packet, stop at the end. One courier a store; the folder lock sees to that."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        uplink: Uplink,
        *,
        clock: OfficeClock,
        hearing: Hearing,
        closer: Closer,
        randomness: Callable[[int], bytes],
        pace: Pace | None = None,
        ended: Callable[[DeviceStatement], None] | None = None,
    ) -> None:
        self._store, self._shelf, self._uplink, self._clock = store, shelf, uplink, clock
        self._hearing, self._closer = hearing, closer
        self._randomness = randomness
        self._pace = pace or Pace()
        self._ended = ended
        self._last_word: DeviceStatement | None = None
        self._pauses = PacketPauses(self._pace, randomness)
        self._line_failures = 0
        self._bundle_due = self._closing_due = 0.0
        self._current: int | None = None
        self._untold = False
        self._stopping = threading.Event()
        self._awake = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="courier", daemon=True)
        self._network = NetworkWatch(self.look_again)
        self.status = CourierStatus()

    def start(self) -> None:
        self._network.start()
        self._thread.start()

    def wake(self) -> None:
        """There is something to do now."""
        self._awake.set()

    def look_again(self) -> None:
        """The network has changed: ask for the office at once."""
        self._line_failures = 0
        self.wake()

    def forgive(self) -> None:
        """Try everything again now: somebody has changed something."""
        self._pauses.forget()
        self._bundle_due = 0.0
        self.wake()

    def stop(self, *, wait: float = 5.0) -> None:
        """Let the packet in hand finish for `wait` seconds, then leave; it is sent again next time."""
        self._stopping.set()
        self._awake.set()
        self._network.stop()
        if self._thread.is_alive():
            self._thread.join(wait)
        self._uplink.close()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._awake.clear()
            try:
                pause = self._round()
            except Exception as error:  # noqa: BLE001 – the loop outlives whatever a packet or a disk does
                pause = self._survive(error)
            self._awake.wait(max(pause, 0.01))
        if self._last_word and self._ended:
            self._network.stop()
            self._uplink.close()
            self._ended(self._last_word)

    def _survive(self, error: Exception) -> float:
        self.status = replace(self.status, faults=self.status.faults + 1)
        code = getattr(error, "code", type(error).__name__)
        _log.error("courier.fault", code=code, sequence=self._current, exc_info=not hasattr(error, "code"))
        if self._current is not None:
            self._pauses.failed(self._current, now=self._clock.monotonic())
        return self._pace.packet_first

    def _round(self) -> float:
        """Do what can be done now. Returns how long nothing is to be done unless somebody wakes us."""
        self._current = None
        try:
            if not self.status.online:
                self._find_line()
            self._refresh_bundle()
            self._send_all_due()
            self._settle_end()
            self._store.erase_received()
            self._close_balances()
        except _LineDown:
            return self._line_down()
        finally:
            self._store.erase_received()
        self._line_failures = 0
        dues = (self._bundle_due, self._closing_due if self._untold else None, self._pauses.next_end())
        return min(due for due in dues if due is not None) - self._clock.monotonic()

    def _line_down(self) -> float:
        self._line_failures += 1
        if self._line_failures == 1:
            _log.info("courier.line_down", problem=self.status.problem)
        self._bundle_due = 0.0  # first thing when the line is back
        if self.status.online:  # the office is there and will not talk to this device
            return self._pace.hold
        first, most = self._pace.line_first, self._pace.line_most
        return jittered(first, most, failures=self._line_failures, randomness=self._randomness)

    def _find_line(self) -> None:
        """Ask whether the office is there. Raises `_LineDown` when it is not."""
        if self._uplink.probe():
            return self._contact(problem=self.status.problem)
        self.status = replace(self.status, online=False)
        raise _LineDown from None

    def _contact(self, problem: str | None = None) -> None:
        if not self.status.online:
            _log.info("courier.line_up")
        self.status = replace(self.status, online=True, last_contact=self._clock.now(), problem=problem)

    def _refresh_bundle(self) -> None:
        now = self._clock.monotonic()
        if now < self._bundle_due:
            return
        self._bundle_due = now + jittered(
            self._pace.bundle_every, self._pace.bundle_every, failures=1, randomness=self._randomness
        )
        try:
            answer = self._uplink.bundle(self._shelf.question(self._store.counts()))
            self._contact()
            self._hearing.answer(answer)
            if not self._stopping.is_set() and self._shelf.take(answer.body, at=self._clock.now()):
                _log.info("courier.bundle", version=self._shelf.version)
        except UplinkUnreachable:
            self._find_line()
        except UplinkRefused as refusal:
            _log.info("courier.no_bundle", code=refusal.code)
            self._heed(refusal)
        except AnswerInvalid as error:
            _log.warning("courier.bundle_refused", code=error.code)

    def _close_balances(self) -> None:
        """Tell the office what is captured and erased here, where it has not been told."""
        now = self._clock.monotonic()
        self._untold = now < self._closing_due
        if self._untold or self._stopping.is_set():
            return
        self._closing_due = now + self._pace.closing_every
        try:
            for answer in self._closer.tell(self._uplink, self._shelf.identity):
                self._contact()
                self._hearing.answer(answer)
        except UplinkUnreachable:
            self._find_line()
        except UplinkRefused as refusal:
            _log.info("courier.balance_refused", code=refusal.code)
            self._heed(refusal)
        except AnswerInvalid as error:
            _log.warning("courier.balance_invalid", code=error.code)

    def _send_all_due(self) -> None:
        after = received = 0
        while not self._stopping.is_set():
            stub = self._store.next_unsent(after)
            if stub is None:
                return
            after = stub.sequence
            if self._pauses.waits(after, now=self._clock.monotonic()):
                continue
            self._current = after
            received += self._deliver(stub)
            self._current = None
            if received >= _ERASE_AT:
                self._store.erase_received()
                received = 0

    def _deliver(self, stub: Stub) -> bool:
        """Send one packet. True when its receipt is stored. Raises `_LineDown` when it was the line."""
        frame = self._store.frame(stub.sequence)
        if frame is None or sha256_hex(frame) != stub.packet_id:
            self._store.refuse(stub.sequence, "outbox.frame_damaged")
            return False
        self._note_attempt(stub)
        try:
            answer = send_packet(self._uplink, stub.packet_id, frame)
            receipt = self._receipt_for(stub, answer)
        except UplinkUnreachable as error:
            self._store.postpone(stub.sequence, error.code)
            self._find_line()
            self._pauses.failed(stub.sequence, now=self._clock.monotonic())
        except UplinkRefused as refusal:
            self._refused(stub, refusal)
        except AnswerInvalid as error:
            _log.warning("courier.answer_invalid", code=error.code, sequence=stub.sequence)
            self._postpone(stub, error.code)
        else:
            self._received(stub, receipt, answer)
            return True
        return False

    def _settle_end(self) -> None:
        """Revoked: ask for the office's signed word; leave for good when everything of ours lies there."""
        if self.status.problem != REVOKED or self._stopping.is_set():
            return
        try:
            self._last_word = ask(self._uplink, self._store, self._shelf)
        except UplinkError as error:
            _log.warning("courier.no_statement", code=error.code)
        if self._last_word:
            self._stopping.set()
            self._awake.set()

    def _note_attempt(self, stub: Stub) -> None:
        """A full disk must not keep packets from leaving it: the note is for people, the sending is for the record."""
        self._hearing.sending(stub)
        try:
            self._store.sending(stub.sequence)
        except (OutboxFull, OutboxFault) as error:
            _log.warning("courier.attempt_not_noted", code=error.code, sequence=stub.sequence)

    def _receipt_for(self, stub: Stub, answer: Answer) -> Receipt:
        receipt = read_receipt(answer.body, identity=self._shelf.identity)
        if (receipt.packet, receipt.sequence, receipt.record) != (stub.packet_id, stub.sequence, stub.record):
            raise AnswerInvalid("receipt.other_packet", "the receipt is for another packet")
        return receipt

    def _received(self, stub: Stub, receipt: Receipt, answer: Answer) -> None:
        self._store.receive(receipt)
        self._contact()
        self._pauses.done(stub.sequence)
        self._hearing.answer(answer)
        self._hearing.receipt(receipt, answer)
        _log.info("courier.received", sequence=stub.sequence)

    def _postpone(self, stub: Stub, problem: str) -> None:
        self._store.postpone(stub.sequence, problem)
        self._pauses.failed(stub.sequence, now=self._clock.monotonic())

    def _refused(self, stub: Stub, refusal: UplinkRefused) -> None:
        _log.warning("courier.refused", code=refusal.code, sequence=stub.sequence, transient=refusal.transient)
        if concerns_device(refusal):
            self._store.postpone(stub.sequence, refusal.code)
        self._heed(refusal)
        if refusal.transient or concerns_transport(refusal):
            self._postpone(stub, refusal.code)
        else:
            self._store.refuse(stub.sequence, refusal.code)
            self._pauses.done(stub.sequence)

    def _heed(self, refusal: UplinkRefused) -> None:
        """The office is there; stop the round when it will not talk to this device. Revoked: what it refuses lies in
        quarantine, and the counter closes for as long as the office says so."""
        if not concerns_device(refusal):
            return self._contact(problem=refusal.code if refusal.code == REVOKED else None)
        self._contact(problem=refusal.code)
        raise _LineDown from None
