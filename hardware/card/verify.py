"""The verdict on a certificate read from a card (README, "Commands"; RFC 5280 6.1 for a path of one step).

Signature, kind, dates, revocation – in this order, because an untrusted certificate's dates mean nothing. Several
generations of the authority share one name: the name narrows, the signature decides, and the authority's certificate
on the card is never a reason to trust (it only tells a forgery from an unknown generation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from hardware.card.certificate import CardCertificate, extension, profile_objection, read_certificate, same_name
from hardware.card.errors import CertificateMalformed
from hardware.card.ocsp import OcspResponder
from hardware.card.revocation import revocation_state
from hardware.card.trust import Anchor
from schemas.card import CardVerdict, Revocation


@dataclass(frozen=True)
class Finding:
    """The judgement of one certificate; `certificate` is None when there is none to speak of."""

    verdict: CardVerdict
    reason: str
    certificate: CardCertificate | None = None
    revocation: Revocation = Revocation.UNCHECKED


@dataclass(frozen=True)
class Verifier:
    """What the municipality trusts, whom it may ask, and the time it is."""

    anchors: tuple[Anchor, ...]
    crls: tuple[x509.CertificateRevocationList, ...]
    now: datetime
    responder: OcspResponder | None = None

    def examine(self, stored: bytes, issuer_on_card: Callable[[], bytes | None]) -> Finding:
        """`stored`: EF 000A. `issuer_on_card` reads EF 000B and is only asked when no anchor's signature fits."""
        try:
            certificate = read_certificate(stored)
        except CertificateMalformed:
            return Finding(CardVerdict.FORGED, "what the card holds in the certificate's place is not a certificate")
        named = [anchor for anchor in self.anchors if same_name(anchor.certificate.subject, certificate.parsed.issuer)]
        if not named:
            return Finding(CardVerdict.UNTRUSTED, _no_issuer(self.anchors), certificate)
        if not certificate.strongly_signed:
            return Finding(CardVerdict.UNTRUSTED, "the signature's algorithm is not trusted", certificate)
        issuers = [anchor for anchor in named if certificate.issued_by(anchor.certificate)]
        if not issuers:
            return _unsigned(certificate, named, issuer_on_card=issuer_on_card)
        objection = profile_objection(certificate)
        if objection is not None:
            return Finding(CardVerdict.UNTRUSTED, f"not a user authentication certificate: {objection}", certificate)
        issuers.sort(key=lambda anchor: not _holds(anchor.certificate, self.now))
        return self._by_time_and_list(certificate, issuers[0].certificate)

    def _by_time_and_list(self, certificate: CardCertificate, issuer: x509.Certificate) -> Finding:
        state = revocation_state(certificate, issuer, lists=self.crls, now=self.now)
        verdict, reason = CardVerdict.VALID, _reason_valid(state)
        if not certificate.has_begun(self.now):
            verdict, reason = CardVerdict.NOT_YET_VALID, "the certificate's validity has not begun"
        elif certificate.has_ended(self.now):
            verdict, reason = CardVerdict.EXPIRED, "the certificate's validity has ended"
        elif state is Revocation.REVOKED:
            verdict, reason = CardVerdict.REVOKED, "the issuer's revocation list names the certificate"
        elif not _holds(issuer, self.now):
            verdict, reason = CardVerdict.UNTRUSTED, "the trust anchor behind the certificate is not valid now"
        elif self.responder is not None:
            return self._by_responder(certificate, issuer, state=state, responder=self.responder)
        return Finding(verdict, reason, certificate, state)

    def _by_responder(
        self, certificate: CardCertificate, issuer: x509.Certificate, *, state: Revocation, responder: OcspResponder
    ) -> Finding:
        """Asked only about a certificate that is in order otherwise. Without an answer the lists' word stands."""
        answer = responder.state(certificate, issuer, lists=self.crls, now=self.now)
        if answer is Revocation.REVOKED:
            return Finding(CardVerdict.REVOKED, "the issuer's responder says it is revoked", certificate, answer)
        state = state if answer is Revocation.UNCHECKED else answer
        return Finding(CardVerdict.VALID, _reason_valid(state), certificate, state)


def _holds(authority: x509.Certificate, now: datetime) -> bool:
    return authority.not_valid_before_utc <= now <= authority.not_valid_after_utc


def _no_issuer(anchors: tuple[Anchor, ...]) -> str:
    if not anchors:
        return "no trust anchors are installed; see demado-hardware trust add"
    return "the certificate's issuer is not among the trust anchors"


def _reason_valid(state: Revocation) -> str:
    words = {
        Revocation.GOOD: "signature, kind, dates and revocation are in order",
        Revocation.STALE: "signature, kind and dates are in order; the revocation list is out of date",
    }
    return words.get(state, "signature, kind and dates are in order; revocation was not checked")


def _unsigned(
    certificate: CardCertificate, named: list[Anchor], *, issuer_on_card: Callable[[], bytes | None]
) -> Finding:
    """The issuer's name is known and no key of that name made the signature: a forgery, or a generation whose
    certificate is missing from the trust folder. The certificate says by key identifier which one it wants."""
    wanted = certificate.extension(x509.AuthorityKeyIdentifier)
    if wanted is not None and wanted.key_identifier is not None:
        forged = any(wanted.key_identifier in _key_identifiers(anchor.certificate) for anchor in named)
    else:
        forged = not _signed_by_stranger(certificate, issuer_on_card())
    if forged:
        return Finding(CardVerdict.FORGED, "the signature on the certificate is false", certificate)
    return Finding(CardVerdict.UNTRUSTED, "signed by an authority key that is not among the trust anchors", certificate)


def _key_identifiers(authority: x509.Certificate) -> set[bytes]:
    stated = extension(authority, x509.SubjectKeyIdentifier)
    made = x509.SubjectKeyIdentifier.from_public_key(authority.public_key()).digest
    return {made} if stated is None else {made, stated.digest}


def _signed_by_stranger(certificate: CardCertificate, stored: bytes | None) -> bool:
    """True when the authority's certificate on the card (not an anchor, or it would have fitted) made the signature."""
    if stored is None:
        return False
    try:
        return certificate.issued_by(read_certificate(stored).parsed)
    except CertificateMalformed:
        return False
