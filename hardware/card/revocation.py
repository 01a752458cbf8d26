"""Revocation lists from files (RFC 5280 5, 6.3). Without a usable list the honest word is 失効未確認.

Only registered verifiers get lists of the 利用者証明用 CA (公的個人認証法 36条), and those are partitioned: a list
whose issuing distribution point is not the certificate's own says nothing good about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import structlog
from cryptography import x509

from hardware.card.certificate import UNREADABLE, CardCertificate, extension, same_name
from hardware.card.reading import bounded
from schemas.card import Revocation

_STRONG = ("sha256", "sha384", "sha512")
_LARGEST_FILE = 256 << 20
_UNDERSTOOD = (x509.AuthorityKeyIdentifier, x509.CRLNumber, x509.IssuingDistributionPoint, x509.IssuerAlternativeName)

_log = structlog.get_logger("hardware.card.revocation")


def load_crls(paths: Iterable[Path]) -> tuple[x509.CertificateRevocationList, ...]:
    """The lists in these files, PEM or DER. An unreadable file is logged by name and counts as no list."""
    lists = []
    for path in paths:
        try:
            content = bounded(path, _LARGEST_FILE)
            pem = content.lstrip().startswith(b"-----BEGIN")
            lists.append(x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content))
        except (OSError, *UNREADABLE):
            _log.warning("revocation_list_unreadable", file=path.name)
    return tuple(lists)


def revocation_state(
    certificate: CardCertificate,
    issuer: x509.Certificate,
    *,
    lists: Iterable[x509.CertificateRevocationList],
    now: datetime,
) -> Revocation:
    """REVOKED when any list made with the issuer's key names it, however old or odd; GOOD only from a list that is in
    order, fresh, and covers the certificate."""
    best = Revocation.UNCHECKED
    for found in lists:
        try:
            state = _by_one(certificate, issuer, found=found, now=now)
        except UNREADABLE:
            continue
        if state is Revocation.REVOKED:
            return state
        if best is not Revocation.GOOD and state is not Revocation.UNCHECKED:
            best = state
    return best


def _by_one(
    certificate: CardCertificate, issuer: x509.Certificate, *, found: x509.CertificateRevocationList, now: datetime
) -> Revocation:
    if not same_name(found.issuer, issuer.subject) or not found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
        return Revocation.UNCHECKED
    point = next((e.value for e in found.extensions if isinstance(e.value, x509.IssuingDistributionPoint)), None)
    if point is not None and point.indirect_crl:
        return Revocation.UNCHECKED
    if _names(found, certificate.parsed.serial_number):
        return Revocation.REVOKED
    if not _in_order(found, issuer) or not _covers(found, point, certificate=certificate):
        return Revocation.UNCHECKED
    ends = found.next_update_utc
    fresh = found.last_update_utc <= now and ends is not None and now <= ends
    return Revocation.GOOD if fresh else Revocation.STALE


def _in_order(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    usage = extension(issuer, x509.KeyUsage)
    algorithm = found.signature_hash_algorithm
    return (usage is None or usage.crl_sign) and algorithm is not None and algorithm.name in _STRONG


def _names(found: x509.CertificateRevocationList, serial: int) -> bool:
    entry = found.get_revoked_certificate_by_serial_number(serial)
    if entry is None:
        return False
    reason = next((e.value for e in entry.extensions if isinstance(e.value, x509.CRLReason)), None)
    return reason is None or reason.reason is not x509.ReasonFlags.remove_from_crl


def _covers(
    found: x509.CertificateRevocationList,
    point: x509.IssuingDistributionPoint | None,
    *,
    certificate: CardCertificate,
) -> bool:
    """A complete list for all reasons, for this certificate's partition, with nothing critical left unread."""
    for each in found.extensions:
        unread = each.critical and not isinstance(each.value, _UNDERSTOOD)
        if unread or isinstance(each.value, x509.DeltaCRLIndicator):
            return False
    if point is None:
        return True
    if point.only_contains_ca_certs or point.only_contains_attribute_certs or point.only_some_reasons:
        return False
    if point.relative_name is not None:
        return False
    return point.full_name is None or bool(set(point.full_name) & _distribution_names(certificate))


def _distribution_names(certificate: CardCertificate) -> set[x509.GeneralName]:
    points = certificate.extension(x509.CRLDistributionPoints) or ()
    return {name for point in points for name in point.full_name or ()}
