"""PC/SC readers through pyscard: the only module that knows it (PC/SC Workgroup part 5; pcsc-lite winscard).

A context lives for one question or one card, so a restarted pcscd is simply there again. Connections are exclusive (the
key is usable by whoever holds the card after VERIFY) and end with the card unpowered (only that clears the PIN).
Access: whoever may open pcscd's socket; where pcscd is built with polkit, the rule `org.debian.pcsc-lite.access_card`
must admit the kiosk's user (deploy/kiosk). Cards are recognised by AID, never by ATR: the ATR follows the reader.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType

from hardware.card import CardDesk, Transport
from hardware.card.desk import AbsentDesk, ReaderDesk
from hardware.card.errors import (
    CardMute,
    CardRemoved,
    GenerationsRefused,
    ReaderBusy,
    ReaderMissing,
    ServiceMissing,
)
from hardware.card.generations import known_generations, read_generations
from hardware.card.ocsp import OcspResponder
from hardware.card.sources import TrustSources
from hardware.card.trust import default_folder
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState, DeviceStatus

_CONNECT_SECONDS = 3.0
_RETRY_SECONDS = 0.1
_NUDGE_SECONDS = 1.0
_SHORTEST_WAIT = 0.05


def _now() -> datetime:
    return datetime.now(UTC)


def open_card_desk(
    settings: DeviceSettings, *, now: Callable[[], datetime] = _now, card_expiry: bool = True
) -> CardDesk:
    """The desk the settings ask for. Never raises: without PC/SC the desk says so."""
    if settings.card == "off":
        return AbsentDesk(DeviceState.OFF, "card.off", "card reading is switched off")
    try:
        from smartcard import scard
    except ImportError:
        return AbsentDesk(DeviceState.FAULT, "card.library_missing", "pyscard or libpcsclite is not installed")
    try:
        path = settings.card_generations
        layouts = known_generations() if path is None else read_generations(path)
    except GenerationsRefused as refused:
        return AbsentDesk(DeviceState.FAULT, "card.setting_unknown", str(refused))
    folder = settings.card_trust or default_folder()
    responder = OcspResponder(settings.card_ocsp) if settings.card_ocsp else None
    return ReaderDesk(
        PcscReaders(scard, settings.card_reader),
        TrustSources(folder, settings.card_crls, now, responder, settings.card_bundle),
        card_expiry=card_expiry,
        attributes_allowed=settings.card_attributes,
        layouts=layouts,
    )


def pcsc_readers(only: str) -> PcscReaders:
    """The readers of this machine whose name has `only` in it. Raises `ServiceMissing` without the library."""
    try:
        from smartcard import scard
    except ImportError as error:
        raise ServiceMissing("pyscard or libpcsclite is not installed") from error
    return PcscReaders(scard, only)


class PcscReaders:
    """`Readers` over PC/SC. `only`: a reader's name or a part of it; empty means any reader. `busy_s`: how long a
    reader that another program holds is tried again."""

    def __init__(self, scard: ModuleType, only: str = "", *, busy_s: float = _CONNECT_SECONDS) -> None:
        self._scard = scard
        self._busy_s = busy_s
        self._only = only
        self._nudged_at = time.monotonic()

    def occupied(self) -> tuple[str, ...]:
        with self._context() as context:
            states = self._states(context, self._names(context))
        return tuple(name for name, state in states if state & self._scard.SCARD_STATE_PRESENT)

    def wait(self, seconds: float) -> None:
        began = time.monotonic()
        try:
            with self._context() as context:
                states = self._states(context, self._names(context))
                known = [(name, state & ~self._scard.SCARD_STATE_CHANGED) for name, state in states]
                self._scard.SCardGetStatusChange(context, int(seconds * 1000), known)
                if time.monotonic() - self._nudged_at > _NUDGE_SECONDS:
                    self._nudge(context, self._states(context, self._names(context)))
        except (ServiceMissing, ReaderMissing):
            time.sleep(seconds)
        time.sleep(max(0.0, began + min(seconds, _SHORTEST_WAIT) - time.monotonic()))

    def _nudge(self, context: int, states: list[tuple[str, int]]) -> None:
        """pcscd polls some readers: a card torn away and put back between two looks stays unseen until the reader is
        powered. An empty reader takes no notice."""
        scard = self._scard
        self._nudged_at = time.monotonic()
        for name in [name for name, state in states if state & scard.SCARD_STATE_EMPTY]:
            result, handle, _ = scard.SCardConnect(context, name, scard.SCARD_SHARE_DIRECT, 0)
            if result == scard.SCARD_S_SUCCESS:
                protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
                scard.SCardReconnect(handle, scard.SCARD_SHARE_EXCLUSIVE, protocols, scard.SCARD_RESET_CARD)
                scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)

    @contextmanager
    def connect(self, reader: str) -> Iterator[Transport]:
        with self._context() as context:
            handle, protocol = self._connect(context, reader)
            try:
                yield _PcscCard(self._scard, handle, protocol)
            finally:
                self._scard.SCardDisconnect(handle, self._scard.SCARD_UNPOWER_CARD)

    def status(self) -> DeviceStatus:
        try:
            with self._context() as context:
                names = self._names(context)
        except ServiceMissing as trouble:
            return self._status(DeviceState.MISSING, "card.service_missing", detail=str(trouble))
        except ReaderMissing as trouble:
            return self._status(DeviceState.MISSING, "card.reader_missing", detail=str(trouble))
        return self._status(DeviceState.READY, "card.ready", name=", ".join(names))

    def _status(self, state: DeviceState, code: str, *, name: str = "", detail: str = "") -> DeviceStatus:
        return DeviceStatus(DeviceKind.CARD, state, code, name or self._only, detail)

    @contextmanager
    def _context(self) -> Iterator[int]:
        result, context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        if result != self._scard.SCARD_S_SUCCESS:
            raise ServiceMissing(f"the PC/SC service does not answer: {self._words(result)}")
        try:
            yield context
        finally:
            self._scard.SCardReleaseContext(context)

    def _names(self, context: int) -> tuple[str, ...]:
        result, names = self._scard.SCardListReaders(context, [])
        if result not in (self._scard.SCARD_S_SUCCESS, self._scard.SCARD_E_NO_READERS_AVAILABLE):
            raise ServiceMissing(f"the PC/SC service does not answer: {self._words(result)}")
        wanted = [name for name in names if self._only == name]
        wanted = wanted or [name for name in names if self._only.casefold() in name.casefold()]
        if not wanted:
            raise ReaderMissing(f"no card reader named {self._only}" if self._only else "no card reader is plugged in")
        return tuple(wanted)

    def _states(self, context: int, names: tuple[str, ...]) -> list[tuple[str, int]]:
        asked = [(name, self._scard.SCARD_STATE_UNAWARE) for name in names]
        result, states = self._scard.SCardGetStatusChange(context, 0, asked)
        if result not in (self._scard.SCARD_S_SUCCESS, self._scard.SCARD_E_TIMEOUT):
            raise ReaderMissing(f"the card reader was unplugged: {self._words(result)}")
        return [(name, state) for name, state, _ in states]

    def _connect(self, context: int, reader: str) -> tuple[int, int]:
        """Another program often holds a new card for a moment."""
        scard, until = self._scard, time.monotonic() + self._busy_s
        while True:
            protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
            result, handle, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_EXCLUSIVE, protocols)
            if result == scard.SCARD_S_SUCCESS:
                return handle, protocol
            if result != scard.SCARD_E_SHARING_VIOLATION or time.monotonic() > until:
                raise self._trouble(result)
            time.sleep(_RETRY_SECONDS)

    def _trouble(self, result: int) -> Exception:
        scard, words = self._scard, self._words(result)
        if result == scard.SCARD_E_SHARING_VIOLATION:
            return ReaderBusy("another program is using the card reader")
        if result in (scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD):
            return CardRemoved("the card was taken away")
        if result in (scard.SCARD_E_NO_SERVICE, scard.SCARD_E_SERVICE_STOPPED):
            return ServiceMissing(f"the PC/SC service does not answer: {words}")
        if result in (scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE):
            return ReaderMissing(f"the card reader was unplugged: {words}")
        return CardMute(f"what lies on the reader does not answer: {words}")

    def _words(self, result: int) -> str:
        return str(self._scard.SCardGetErrorMessage(result)).rstrip(".")


class _PcscCard:
    """`Transport` over one connection."""

    def __init__(self, scard: ModuleType, handle: int, protocol: int) -> None:
        self._scard = scard
        self._handle = handle
        t0 = protocol == scard.SCARD_PROTOCOL_T0
        self._pci = scard.SCARD_PCI_T0 if t0 else scard.SCARD_PCI_T1

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        result, answer = self._scard.SCardTransmit(self._handle, self._pci, list(apdu))
        if result != self._scard.SCARD_S_SUCCESS:
            raise CardRemoved(f"the card stopped answering: {self._scard.SCardGetErrorMessage(result)}")
        if len(answer) < 2:
            raise CardRemoved("the card broke off in the middle of an answer")
        return bytes(answer[:-2]), answer[-2] << 8 | answer[-1]
