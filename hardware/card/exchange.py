"""One check of one card, from SELECT to the verdict: what is read when, and what each failure means.

Until the PIN nothing can be harmed, so an odd answer or a false signature is looked at twice (a card leaving the field
tears answers). From VERIFY on nothing is repeated. The PIN goes only to a card whose certificate is in order.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from hardware.card import CardReport
from hardware.card.apdu import StatusWord
from hardware.card.certificate import CardCertificate
from hardware.card.channel import Channel
from hardware.card.errors import (
    CardRemoved,
    ExchangeTooLong,
    NotThisApplication,
    PinLocked,
    PinNotSent,
    PinWrong,
    ResponseMalformed,
    TlvMalformed,
    UnexpectedStatus,
)
from hardware.card.my_number import AuthenticationLayout, CommonCard, Jpki, SigningInput
from hardware.card.pin import admit_pin
from hardware.card.verify import Finding, Verifier
from schemas.card import CardVerdict

CHALLENGE_BYTES = 32
_WILL_NOT_SIGN = (0x6982, 0x6985, 0x6986)


@dataclass(frozen=True)
class PinEntry:
    """What the person typed, and whether they said yes to the last try."""

    typed: str = field(repr=False)
    last_try_confirmed: bool = False


@dataclass(frozen=True)
class _Look:
    """What was read before any PIN."""

    jpki: Jpki
    finding: Finding
    tries_left: int | None = None
    card_expires: date | None = None

    def report(self) -> CardReport:
        found, certificate = self.finding, self.finding.certificate
        report = CardReport(found.verdict, found.reason, tries_left=self.tries_left, revocation=found.revocation)
        report = replace(report, card_expires=self.card_expires)
        if certificate is not None:
            begins, ends = certificate.not_before, certificate.not_after
            report = replace(report, serial=certificate.serial, not_before=begins, not_after=ends)
        if found.verdict is CardVerdict.VALID and self.tries_left == 0:
            report = replace(
                report, verdict=CardVerdict.LOCKED, reason="the certificate is in order, its PIN is locked"
            )
        return report


@dataclass(frozen=True)
class CardCheckup:
    """`randomness(n)` gives n fresh bytes for the challenge. `layouts`: generations of the application, tried in this
    order. `card_expiry`: also read when the card itself expires."""

    verifier: Verifier
    randomness: Callable[[int], bytes]
    layouts: tuple[AuthenticationLayout, ...] = (AuthenticationLayout(),)
    card_expiry: bool = False

    def run(self, channel: Channel, entry: PinEntry | None) -> CardReport:
        """The report without `ms`. Nothing of `CardError` comes out."""
        try:
            look = self._look_twice(channel)
            report = look.report()
            if entry is not None:
                report = self._with_pin(look, report, entry=entry)
        except NotThisApplication:
            report = CardReport(CardVerdict.NOT_MY_NUMBER_CARD, "the application is not on this card")
        except (CardRemoved, ExchangeTooLong) as gone:
            report = CardReport(CardVerdict.REMOVED, f"place the card again: {gone}")
        except UnexpectedStatus as odd:
            report = CardReport(CardVerdict.NOT_MY_NUMBER_CARD, f"not the answers of this kind of card: {odd}")
        return replace(report, apdus=channel.commands)

    def _look_twice(self, channel: Channel) -> _Look:
        try:
            first = self._look(channel)
            if first.finding.verdict is not CardVerdict.FORGED:
                return first
        except NotThisApplication:
            raise
        except UnexpectedStatus:
            pass
        return self._look(channel)

    def _look(self, channel: Channel) -> _Look:
        expires = _card_expiry(channel) if self.card_expiry else None
        jpki = self._open(channel)
        if jpki.is_phone():
            return _Look(jpki, Finding(CardVerdict.NOT_MY_NUMBER_CARD, "a smartphone, not a card"))
        finding = self._certificate(jpki)
        if finding.certificate is None:
            return _Look(jpki, finding, card_expires=expires)
        tries_left = jpki.tries_left()
        if tries_left is None:
            jpki.still_there()
        return _Look(jpki, finding, tries_left, expires)

    def _open(self, channel: Channel) -> Jpki:
        *others, last = self.layouts
        for layout in others:
            with suppress(NotThisApplication):
                return Jpki(channel, layout)
        return Jpki(channel, last)

    def _certificate(self, jpki: Jpki) -> Finding:
        try:
            stored = jpki.certificate()
        except (TlvMalformed, ResponseMalformed) as broken:
            return Finding(CardVerdict.FORGED, f"the certificate cannot be read as one: {broken}")
        if stored is None:
            return Finding(CardVerdict.NOT_ISSUED, "the card carries no user authentication certificate")
        return self.verifier.examine(stored, jpki.issuer_certificate)

    def _with_pin(self, look: _Look, report: CardReport, *, entry: PinEntry) -> CardReport:
        certificate = look.finding.certificate
        if report.verdict is not CardVerdict.VALID or certificate is None:
            return replace(report, reason=f"{report.reason}; the PIN was not sent")
        refusal = _present_pin(look, report, entry=entry)
        if refusal is not None:
            return refusal
        challenge = self.randomness(CHALLENGE_BYTES)
        try:
            signature = look.jpki.sign(challenge, _signing(certificate, look.jpki.layout))
            proven = certificate.proves(challenge, signature)
        except UnexpectedStatus as odd:
            if not (StatusWord(odd.sw).not_found or odd.sw in _WILL_NOT_SIGN):
                return replace(report, verdict=CardVerdict.REMOVED, reason=f"place the card again: {odd}")
            proven = False
        if not proven:
            look.jpki.still_there()
            return replace(report, verdict=CardVerdict.FORGED, reason="the card did not prove that it holds the key")
        tries = None if look.tries_left is None else max(look.tries_left, look.jpki.layout.tries)
        return replace(report, possession=True, tries_left=tries, reason=f"{report.reason}; the card proved its key")


def _signing(certificate: CardCertificate, layout: AuthenticationLayout) -> SigningInput:
    """The layout's, unless the certificate says that the key is of the other kind."""
    if certificate.elliptic == (layout.signing is SigningInput.HASH_SHA384):
        return layout.signing
    return SigningInput.HASH_SHA384 if certificate.elliptic else SigningInput.DIGEST_INFO_SHA256


def _card_expiry(channel: Channel) -> date | None:
    """None when the card does not say: nothing about the certificate depends on it."""
    try:
        return CommonCard(channel).expires()
    except (UnexpectedStatus, ResponseMalformed, TlvMalformed):
        return None


def _present_pin(look: _Look, report: CardReport, *, entry: PinEntry) -> CardReport | None:
    """None when the card accepted the PIN, otherwise the report of the refusal."""
    try:
        digits = admit_pin(entry.typed, tries_left=look.tries_left, last_try_confirmed=entry.last_try_confirmed)
        look.jpki.verify_pin(digits)
    except PinLocked as locked:
        return replace(report, verdict=CardVerdict.LOCKED, reason=str(locked), tries_left=0)
    except (PinWrong, PinNotSent) as refused:
        return replace(report, verdict=CardVerdict.WRONG_PIN, reason=str(refused), tries_left=refused.tries_left)
    except UnexpectedStatus as odd:
        return replace(report, verdict=CardVerdict.WRONG_PIN, reason=str(odd), tries_left=look.jpki.tries_left())
    return None
