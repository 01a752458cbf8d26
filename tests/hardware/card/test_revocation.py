"""Lists: whose, how fresh, for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from hardware.card.certificate import CardCertificate, read_certificate
from hardware.card.revocation import load_crls, revocation_state
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.states import CardMaker, CardState, certificate_of
from schemas.card import Revocation
from tests.hardware.card.conftest import NOW

_Builder = x509.CertificateRevocationListBuilder
_DAY = timedelta(days=1)


@pytest.fixture
def certificate(maker: CardMaker) -> CardCertificate:
    stored = certificate_of(maker.card(CardState.VALID)).public_bytes(serialization.Encoding.DER)
    return read_certificate(stored)


def _state(maker: CardMaker, certificate: CardCertificate, *lists: x509.CertificateRevocationList) -> Revocation:
    return revocation_state(certificate, maker.authority.certificate, lists=lists, now=NOW)


def _list(maker: CardMaker, change: Callable[[_Builder], _Builder]) -> x509.CertificateRevocationList:
    builder = change(_Builder(maker.authority.certificate.subject, NOW - _DAY, NOW + _DAY))
    return builder.sign(maker.authority.key, hashes.SHA256())


def _entry(certificate: CardCertificate, reason: x509.ReasonFlags) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder(certificate.parsed.serial_number, NOW)
    return builder.add_extension(x509.CRLReason(reason), False).build()


def test_without_a_list_it_is_unchecked(maker: CardMaker, certificate: CardCertificate) -> None:
    assert _state(maker, certificate) is Revocation.UNCHECKED


def test_a_fresh_list_without_it_is_good(maker: CardMaker, certificate: CardCertificate) -> None:
    assert _state(maker, certificate, maker.authority.revocation_list([7], now=NOW)) is Revocation.GOOD


def test_an_old_list_without_it_is_stale(maker: CardMaker, certificate: CardCertificate) -> None:
    old = maker.authority.revocation_list([], now=NOW - 2 * _DAY)
    assert _state(maker, certificate, old) is Revocation.STALE
    fresh = maker.authority.revocation_list([], now=NOW)
    assert _state(maker, certificate, old, fresh) is Revocation.GOOD
    assert _state(maker, certificate, fresh, old) is Revocation.GOOD


def test_a_list_from_tomorrow_is_not_good(maker: CardMaker, certificate: CardCertificate) -> None:
    assert _state(maker, certificate, maker.authority.revocation_list([], now=NOW + _DAY)) is Revocation.STALE


def test_an_old_list_that_names_it_still_revokes(maker: CardMaker, certificate: CardCertificate) -> None:
    old = maker.authority.revocation_list([certificate.parsed.serial_number], now=NOW - 9 * _DAY)
    fresh = maker.authority.revocation_list([], now=NOW)
    assert _state(maker, certificate, fresh, old) is Revocation.REVOKED


def test_a_list_of_another_key_says_nothing(maker: CardMaker, certificate: CardCertificate) -> None:
    stranger = VirtualAuthority.create(NOW)
    theirs = stranger.revocation_list([certificate.parsed.serial_number], now=NOW)
    assert _state(maker, certificate, theirs) is Revocation.UNCHECKED


def test_a_list_the_authority_should_not_have_signed_revokes_but_never_clears(
    maker: CardMaker, certificate: CardCertificate
) -> None:
    authority = maker.authority.certificate
    name = authority.subject
    builder = x509.CertificateBuilder(name, name, authority.public_key(), 9, NOW - _DAY, NOW + _DAY)
    usage = x509.KeyUsage(False, False, False, False, False, True, False, False, False)
    issuer = builder.add_extension(usage, True).sign(maker.authority.key, hashes.SHA256())
    for serials, state in (([], Revocation.UNCHECKED), ([certificate.parsed.serial_number], Revocation.REVOKED)):
        found = maker.authority.revocation_list(serials, now=NOW)
        assert revocation_state(certificate, issuer, lists=[found], now=NOW) is state


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (x509.ReasonFlags.certificate_hold, Revocation.REVOKED),
        (x509.ReasonFlags.key_compromise, Revocation.REVOKED),
        (x509.ReasonFlags.remove_from_crl, Revocation.GOOD),
    ],
)
def test_on_hold_is_revoked_and_taken_off_is_not(
    maker: CardMaker, certificate: CardCertificate, reason: x509.ReasonFlags, state: Revocation
) -> None:
    found = _list(maker, lambda b: b.add_revoked_certificate(_entry(certificate, reason)))
    assert _state(maker, certificate, found) is state


def _point(*names: str, indirect: bool = False, authorities: bool = False) -> x509.IssuingDistributionPoint:
    full = [_directory(name) for name in names] or None
    return x509.IssuingDistributionPoint(full, None, False, authorities, None, indirect, False)


def _directory(name: str) -> x509.DirectoryName:
    return x509.DirectoryName(
        x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-DEMADO-TEST"),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
    )


@pytest.mark.parametrize(
    ("point", "state"),
    [
        (_point("TEST City CRLDP"), Revocation.GOOD),
        (_point("TEST Other City CRLDP"), Revocation.UNCHECKED),
        (_point("TEST City CRLDP", indirect=True), Revocation.UNCHECKED),
        (_point("TEST City CRLDP", authorities=True), Revocation.UNCHECKED),
    ],
    ids=["own", "another city", "indirect", "authorities only"],
)
def test_only_the_certificates_own_partition_makes_it_good(
    maker: CardMaker, certificate: CardCertificate, point: x509.IssuingDistributionPoint, state: Revocation
) -> None:
    assert _state(maker, certificate, _list(maker, lambda b: b.add_extension(point, True))) is state


@pytest.mark.parametrize(
    "extension",
    [x509.DeltaCRLIndicator(1), x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")],
    ids=["delta", "unread"],
)
def test_an_incomplete_or_unread_list_is_not_good(
    maker: CardMaker, certificate: CardCertificate, extension: x509.ExtensionType
) -> None:
    found = _list(maker, lambda b: b.add_extension(extension, True))
    assert _state(maker, certificate, found) is Revocation.UNCHECKED


def test_files_are_read_in_both_encodings_and_garbage_is_no_list(maker: CardMaker, tmp_path: Path) -> None:
    found = maker.authority.revocation_list([], now=NOW)
    contents = [found.public_bytes(serialization.Encoding.DER), found.public_bytes(serialization.Encoding.PEM)]
    paths = [tmp_path / str(number) for number in range(4)]
    for path, content in zip(paths, [*contents, b"garbage"], strict=False):
        path.write_bytes(content)
    assert load_crls(paths) == (found, found)
