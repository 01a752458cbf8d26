"""Certificates as stored on cards: garbage, odd lengths, wrong kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.card import tlv
from hardware.card.certificate import profile_objection, read_certificate
from hardware.card.errors import CertificateMalformed
from hardware.card.trust import Anchor
from hardware.card.verify import Verifier
from hardware.card.virtual.states import CardMaker, CardState, certificate_of
from schemas.card import CardVerdict
from tests.hardware.card.conftest import NOW


def _stored(maker: CardMaker) -> bytes:
    return certificate_of(maker.card(CardState.VALID)).public_bytes(serialization.Encoding.DER)


@given(st.binary(max_size=2000))
def test_any_bytes_are_malformed(stored: bytes) -> None:
    with pytest.raises(CertificateMalformed):
        read_certificate(stored)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 5000), value=st.integers(0, 255), cut=st.integers(0, 40))
def test_a_damaged_certificate_is_never_valid(maker: CardMaker, anchor: Anchor, at: int, value: int, cut: int) -> None:
    good = certificate_of(maker.card(CardState.VALID)).public_bytes(serialization.Encoding.DER)
    at %= len(good)
    bad = (good[:at] + bytes([value]) + good[at + 1 :])[: len(good) - cut]
    finding = Verifier((anchor,), (), NOW).examine(bad, lambda: None)
    assert (finding.verdict is CardVerdict.VALID) == (bad == good)


def test_nesting_without_end_is_malformed() -> None:
    bomb = b""
    for _ in range(3000):
        bomb = tlv.encode(0x30, bomb)
    with pytest.raises(CertificateMalformed):
        read_certificate(bomb)


@pytest.mark.parametrize("octets", [2, 3])
def test_a_non_minimal_outer_length_is_mended(maker: CardMaker, octets: int) -> None:
    stored = _stored(maker)
    inside = next(tlv.parse(stored)).value
    assert read_certificate(tlv.encode(0x30, inside, length_octets=octets)).parsed == read_certificate(stored).parsed


def test_filler_after_the_certificate_is_cut_off(maker: CardMaker) -> None:
    stored = _stored(maker)
    assert read_certificate(stored + b"\xff" * 10).parsed == read_certificate(stored).parsed


def _usage(**yes: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign "
        "crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: yes.get(name, False) for name in names.split()})


_Builder = x509.CertificateBuilder
_SIGNATURE = _usage(digital_signature=True)


def _build(maker: CardMaker, change: Callable[[_Builder], _Builder], key: rsa.RSAPublicKey | None = None) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST")])
    builder = x509.CertificateBuilder(
        maker.authority.certificate.subject,
        name,
        key or maker.key.public_key(),
        0x1234,
        NOW - timedelta(days=1),
        NOW + timedelta(days=1),
    )
    return change(builder).sign(maker.authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _policies(*oids: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in oids])


def _purposes(*oids: x509.ObjectIdentifier) -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage(oids)


_UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b,
        lambda b: b.add_extension(_usage(digital_signature=True, content_commitment=True), True),
        lambda b: b.add_extension(_usage(key_encipherment=True), True),
        lambda b: b.add_extension(_SIGNATURE, True).add_extension(x509.BasicConstraints(True, None), True),
        lambda b: b.add_extension(_SIGNATURE, True).add_extension(_policies("1.2.392.200149.8.5.1.1.20"), True),
        lambda b: b.add_extension(_SIGNATURE, True).add_extension(_policies("2.5.29.32.0"), False),
        lambda b: b.add_extension(_SIGNATURE, True).add_extension(_purposes(ExtendedKeyUsageOID.CODE_SIGNING), False),
        lambda b: b.add_extension(_SIGNATURE, True).add_extension(_UNKNOWN, True),
    ],
    ids=[
        "no usage",
        "signature certificate",
        "encipherment",
        "authority",
        "policy",
        "any policy",
        "purpose",
        "critical",
    ],
)
def test_the_right_authority_does_not_make_the_wrong_kind_right(
    maker: CardMaker, anchor: Anchor, change: Callable[[_Builder], _Builder]
) -> None:
    finding = Verifier((anchor,), (), NOW).examine(_build(maker, change), lambda: None)
    assert finding.verdict is CardVerdict.UNTRUSTED
    assert "not a user authentication certificate" in finding.reason


@pytest.mark.parametrize("critical", [True, False])
@pytest.mark.parametrize("policy", ["1.2.392.200149.8.5.1.3.30", "1.2.392.200149.8.5.1.0.30"])
@pytest.mark.parametrize("purposes", [(), (ExtendedKeyUsageOID.CLIENT_AUTH,)])
def test_what_is_unconfirmed_about_the_profile_is_accepted_either_way(
    maker: CardMaker, anchor: Anchor, critical: bool, policy: str, purposes: tuple[x509.ObjectIdentifier, ...]
) -> None:
    def change(builder: _Builder) -> _Builder:
        builder = builder.add_extension(_SIGNATURE, critical).add_extension(_policies(policy), critical)
        return builder.add_extension(_purposes(*purposes), critical) if purposes else builder

    assert Verifier((anchor,), (), NOW).examine(_build(maker, change), lambda: None).verdict is CardVerdict.VALID


def test_a_short_key_is_refused(maker: CardMaker) -> None:
    key = rsa.generate_private_key(65537, 1024).public_key()
    certificate = read_certificate(_build(maker, lambda b: b.add_extension(_SIGNATURE, True), key))
    assert profile_objection(certificate) == "its key is too short"


def test_possession_is_proved_by_either_kind_of_key(maker: CardMaker) -> None:
    certificate = read_certificate(_stored(maker))
    good = maker.key.sign(b"challenge", padding.PKCS1v15(), hashes.SHA256())
    assert certificate.proves(b"challenge", good)
    assert not certificate.proves(b"another", good)
    assert not certificate.proves(b"challenge", good[:-1])
    assert not certificate.proves(b"challenge", b"")
    curve = ec.generate_private_key(ec.SECP384R1())
    signed = replace(certificate, parsed=_with_key(maker, curve.public_key()))
    assert signed.proves(b"challenge", curve.sign(b"challenge", ec.ECDSA(hashes.SHA384())))
    assert not signed.proves(b"challenge", good)


def _with_key(maker: CardMaker, key: ec.EllipticCurvePublicKey) -> x509.Certificate:
    name = maker.authority.certificate.subject
    builder = x509.CertificateBuilder(name, name, key, 5, NOW, NOW + timedelta(days=1))
    return builder.sign(maker.authority.key, hashes.SHA256())
