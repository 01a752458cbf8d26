"""Cards and certificates that are not made like ours: fewer files, other extensions, other authorities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from hardware.card.trust import Anchor
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.card import VirtualCard
from hardware.card.virtual.states import CardMaker, CardState
from schemas.card import CardVerdict
from tests.hardware.card.conftest import NOW, RunCheck

CERTIFICATE, ISSUER, TOKEN, AVAILABILITY = 0x000A, 0x000B, 0x0006, 0x0008


def _only(card: VirtualCard, *, without: tuple[int, ...]) -> VirtualCard:
    jpki = card.applications[0]
    jpki.files = {ef: content for ef, content in jpki.files.items() if ef not in without}
    card.applications = (jpki,)
    return card


def _certificate(maker: CardMaker, authority: VirtualAuthority, **profile: object) -> bytes:
    issued = authority.issue(
        maker.key.public_key(), replace(maker.profile(CardState.VALID), key_identifier=False, **profile)
    )
    return issued.public_bytes(serialization.Encoding.DER)


def _holding(maker: CardMaker, certificate: bytes, issuer: bytes | None) -> VirtualCard:
    """A card with these certificates."""
    card = maker.card(CardState.VALID)
    jpki = card.applications[0]
    jpki.files = {**jpki.files, CERTIFICATE: certificate, ISSUER: issuer or b""}
    return card


def test_a_card_with_the_certificate_and_nothing_else_is_enough(maker: CardMaker, check: RunCheck) -> None:
    card = _only(maker.card(CardState.VALID), without=(ISSUER, TOKEN, AVAILABILITY))
    report = check(card, pin="1234")
    assert (report.verdict, report.possession) == (CardVerdict.VALID, True)


def test_a_certificate_without_policy_or_key_identifier_is_valid(maker: CardMaker, check: RunCheck) -> None:
    card = _holding(maker, _certificate(maker, maker.authority, policy=None), None)
    assert check(card).verdict is CardVerdict.VALID


@pytest.mark.parametrize("issuer_on_card", [True, False])
def test_a_tampered_one_without_key_identifier_is_forged(
    maker: CardMaker, check: RunCheck, issuer_on_card: bool
) -> None:
    certificate = _certificate(maker, maker.authority)
    tampered = certificate[:-1] + bytes([certificate[-1] ^ 1])
    card = _holding(maker, tampered, maker.authority.der if issuer_on_card else None)
    assert check(card).verdict is CardVerdict.FORGED


def test_an_unknown_generation_without_key_identifier_is_told_by_the_card(maker: CardMaker, check: RunCheck) -> None:
    generation = VirtualAuthority.create(NOW)
    card = _holding(maker, _certificate(maker, generation), generation.der)
    assert check(card).verdict is CardVerdict.UNTRUSTED


def test_the_authoritys_own_certificate_is_no_holders(maker: CardMaker, check: RunCheck) -> None:
    assert check(_holding(maker, maker.authority.der, maker.authority.der)).verdict is CardVerdict.UNTRUSTED


def test_a_certificate_signed_by_a_holders_key_is_untrusted(maker: CardMaker, check: RunCheck) -> None:
    holder = x509.load_der_x509_certificate(_certificate(maker, maker.authority))
    key = maker.key
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST below a holder")])
    builder = x509.CertificateBuilder(
        holder.subject, name, key.public_key(), 77, holder.not_valid_before_utc, holder.not_valid_after_utc
    )
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    below = builder.add_extension(usage, True).sign(key, hashes.SHA256())
    card = _holding(maker, below.public_bytes(serialization.Encoding.DER), None)
    assert check(card).verdict is CardVerdict.UNTRUSTED


def test_an_anchor_that_has_ended_trusts_nothing_any_more(maker: CardMaker, check: RunCheck) -> None:
    old = VirtualAuthority.create(NOW.replace(year=NOW.year - 12))
    card = _holding(maker, _certificate(maker, old), None)
    report = check(card, anchors=(Anchor(old.certificate, "old.pem"),))
    assert report.verdict is CardVerdict.UNTRUSTED
    assert "anchor" in report.reason


_Breaker = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("stored", "verdict"),
    [
        (lambda whole: whole[: len(whole) // 2], CardVerdict.FORGED),
        (lambda whole: b"\x30\x83\x00" + whole[2:], CardVerdict.VALID),
        (lambda whole: b"\x30\x80" + whole[4:] + b"\x00\x00", CardVerdict.FORGED),
        (lambda whole: b"\x30\x00", CardVerdict.FORGED),
        (lambda whole: b"\x30\x82\xff\xff" + whole, CardVerdict.FORGED),
        (lambda whole: b"", CardVerdict.NOT_ISSUED),
        (lambda whole: b"\xff" * 2048, CardVerdict.NOT_ISSUED),
        (lambda whole: bytes(2048), CardVerdict.NOT_ISSUED),
        (lambda whole: b"\x30\x82", CardVerdict.FORGED),
    ],
    ids=["half", "83", "indefinite", "empty sequence", "endless", "empty", "FF", "00", "header only"],
)
def test_odd_contents_of_the_certificates_file(
    maker: CardMaker, check: RunCheck, stored: _Breaker, verdict: CardVerdict
) -> None:
    card = _holding(maker, stored(_certificate(maker, maker.authority)), None)
    assert check(card, pin="1234").verdict is verdict
