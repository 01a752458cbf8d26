"""The error tree of the card room; it stays inside `hardware.card` and its tests.

CardError                       something a card or reader did; the message never holds a PIN, a certificate, a serial
├── CardRemoved                 the card left the field or stopped answering in the middle (transient)
├── ExchangeTooLong             more commands or seconds than any real card needs (transient)
├── UnexpectedStatus            a status word the command does not know; `sw` carries it
│   └── NotThisApplication      the application is not on this card (6A82 and its like)
├── ResponseMalformed           an answer without a status word, or without the data it promised
├── TlvMalformed                bytes that are not BER-TLV
├── PinWrong                    VERIFY was refused; `tries_left` when the card said so
├── PinLocked                   63C0, 6984 or 6983
├── PinNotSent                  refused by our own rules before it could cost a try; `tries_left` when known
├── CertificateMalformed        bytes that are not an X.509 certificate this program can judge
├── ResponderUnheard            an OCSP question without a usable answer (transient); 失効未確認 follows
├── GenerationsRefused          a file of card generations that cannot be used (permanent)
├── AnchorRefused               a file that must not become a trust anchor (permanent)
└── ReaderTrouble               no card can be reached at all
    ├── ServiceMissing          no PC/SC library or no running pcscd (transient)
    ├── ReaderMissing           no reader, or not the named one (transient)
    ├── CardMissing             no card lies there, or more than one of ours (transient)
    ├── ReaderBusy              another program holds the card exclusively (transient)
    └── CardMute                something lies on the reader and does not answer (transient)
"""

from __future__ import annotations

from typing import ClassVar


class CardError(Exception):
    """Trouble with a card. `transient`: placing the card again may help."""

    transient: ClassVar[bool] = False


class CardRemoved(CardError):
    """The card has gone; the exchange must restart from SELECT."""

    transient: ClassVar[bool] = True


class ExchangeTooLong(CardError):
    """The card keeps answering without coming to an end."""

    transient: ClassVar[bool] = True


class UnexpectedStatus(CardError):
    """`sw` is the status word, `command` the name of the command that got it."""

    def __init__(self, command: str, sw: int) -> None:
        super().__init__(f"{command} answered {sw:04X}")
        self.command = command
        self.sw = sw


class NotThisApplication(UnexpectedStatus):
    """SELECT by AID found nothing."""


class ResponseMalformed(CardError):
    """The answer cannot be used."""


class TlvMalformed(CardError):
    """Not BER-TLV (ISO/IEC 8825-1, ISO/IEC 7816-4 Annex E)."""


class PinWrong(CardError):
    """The card refused the PIN."""

    def __init__(self, tries_left: int | None) -> None:
        super().__init__("the card refused the PIN")
        self.tries_left = tries_left


class PinLocked(CardError):
    """No tries are left; a municipal counter has to unlock it."""

    tries_left: ClassVar[int] = 0


class PinNotSent(CardError):
    """Our own rules kept the PIN away from the card."""

    def __init__(self, message: str, tries_left: int | None) -> None:
        super().__init__(message)
        self.tries_left = tries_left


class CertificateMalformed(CardError):
    """Not a certificate."""


class ResponderUnheard(CardError):
    """The responder gave no answer that counts."""

    transient: ClassVar[bool] = True


class GenerationsRefused(CardError):
    """Not a description of card generations."""


class AnchorRefused(CardError):
    """Not a certificate authority's certificate that may be trusted."""


class ReaderTrouble(CardError):
    """No card can be reached."""

    transient: ClassVar[bool] = True


class ServiceMissing(ReaderTrouble):
    """PC/SC is not there."""


class ReaderMissing(ReaderTrouble):
    """No such reader."""


class CardMissing(ReaderTrouble):
    """Not exactly one card."""


class ReaderBusy(ReaderTrouble):
    """Held by another program."""


class CardMute(ReaderTrouble):
    """Something lies there and does not answer."""
