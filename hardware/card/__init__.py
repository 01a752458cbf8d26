"""The card contract: bytes in, bytes and status word out; and the desk that turns a card into a verdict.

`pcsc` is the only module that knows pyscard; `virtual` is a card of our own that goes through the real PC/SC stack.
The PIN lives in memory for one VERIFY and appears in no log, no exception, no repr.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from hardware.status import DeviceStatus
from schemas.card import CardVerdict, Revocation


class Transport(Protocol):
    """A connection to one card: ISO 7816-4 command APDU in, response data and status word out."""

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        """Raises `CardRemoved` (card/errors.py) when the card has gone."""


@dataclass(frozen=True)
class CardReport:
    """What one check found. `reason`: one English sentence for the log and the command line, without personal data.

    `serial` (hexadecimal) identifies a certificate: shown by the command line only, never logged, never sent.
    `tries_left` is None when unknown; `apdus` counts commands; `ms` is wall time from the first command.
    `card_expires`: last day of the plastic card itself, when the desk reads it (not part of the command line's JSON).
    """

    verdict: CardVerdict
    reason: str
    not_before: datetime | None = None
    not_after: datetime | None = None
    serial: str | None = None
    tries_left: int | None = None
    revocation: Revocation = Revocation.UNCHECKED
    possession: bool = False
    apdus: int = 0
    ms: float = 0.0
    card_expires: date | None = None


@dataclass(frozen=True, repr=False)
class FourAttributes:
    """基本4情報 as on the card: 氏名, 住所, 生年月日, 性別 (1 男 2 女 3/9 other)."""

    name: str
    address: str
    birth_date: date
    sex: str


@dataclass(frozen=True)
class AttributesReport:
    """What reading the four attributes came to; `attributes` only with a PIN and the verdict valid. Never logged."""

    verdict: CardVerdict
    reason: str
    attributes: FourAttributes | None = field(default=None, repr=False)
    tries_left: int | None = None


class CardDesk(Protocol):
    """The reader at the counter; calls block up to `wait_s` for a card, one at a time."""

    def check(self, *, pin: str | None = None, last_try_confirmed: bool = False, wait_s: float = 10.0) -> CardReport:
        """Check the card on the reader. Never raises for what a card or reader does."""

    def attributes(
        self, *, pin: str | None, last_try_confirmed: bool = False, wait_s: float = 10.0
    ) -> AttributesReport:
        """The four attributes with the attribute PIN (券面事項入力補助用), where the settings allow it; without a PIN
        only how many tries are left. Never raises for what a card or reader does."""

    def present(self) -> bool:
        """True when some card lies on a reader now."""

    def status(self) -> DeviceStatus: ...

    def close(self) -> None: ...
