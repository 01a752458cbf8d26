"""The pairing code, its one use, and the venue's own certificate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509

from kiosk.web.hall.certificate import is_local, local_addresses, own_certificate
from kiosk.web.hall.pairing import Offer, Offers, PairingRefused, pin_of

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOME = IPv4Address("192.168.1.12")
OFFER = Offer("https://192.168.1.12:8443", "ABCDEFGH", "IJKLMNOPQRSTUVWX")


def test_the_code_survives_the_qr_and_the_hand() -> None:
    assert OFFER.text == "https://192.168.1.12:8443/pair#ABCD-EFGH-IJKL-MNOP-QRST-UVWX"
    assert Offer.parse(OFFER.text) == OFFER
    assert Offer.parse("192.168.1.12:8443 abcd efgh ijkl mnop qrst uvwx") == OFFER


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "pairing.unreadable"),
        ("https://192.168.1.12:8443/pair", "pairing.unreadable"),
        ("https://192.168.1.12:8443/pair#ABCD-EFGH", "pairing.unreadable"),
        ("https://192.168.1.12:99999/pair#ABCD-EFGH-IJKL-MNOP-QRST-UVWX", "pairing.unreadable"),
        ("ftp://192.168.1.12/pair#ABCD-EFGH-IJKL-MNOP-QRST-UVWX", "pairing.unreadable"),
        ("https://192.168.1.12/else/pair#ABCD-EFGH-IJKL-MNOP-QRST-UVWX", "pairing.unreadable"),
        ("https://8.8.8.8/pair#ABCD-EFGH-IJKL-MNOP-QRST-UVWX", "pairing.not_local"),
        ("https://kiosk.example/pair#ABCD-EFGH-IJKL-MNOP-QRST-UVWX", "pairing.not_local"),
        ("https://[::1/pair#ABCD-EFGH-IJKL-MNOP-QRST-UVWX", "pairing.unreadable"),
    ],
)
def test_other_texts_are_no_codes(text: str, code: str) -> None:
    with pytest.raises(PairingRefused, match=code):
        Offer.parse(text)


def test_a_code_is_good_once_for_five_minutes_and_five_tries() -> None:
    now = [0.0]
    offers = Offers(monotonic=lambda: now[0])
    token = offers.open()
    assert offers.open() == token
    assert offers.take(token)
    assert not offers.take(token)
    late = offers.open()
    now[0] = 301.0
    assert not offers.take(late)
    guessed = offers.open()
    assert [offers.take("WRONGONE") for _ in range(5)] == [False] * 5
    assert not offers.take(guessed)


def test_the_certificate_stays_and_follows_the_addresses(tmp_path: Path) -> None:
    first = own_certificate(tmp_path / "tls", [HOME], NOW)
    again = own_certificate(tmp_path / "tls", [HOME], NOW + timedelta(days=1))
    assert again == first
    moved = own_certificate(tmp_path / "tls", [IPv4Address("10.0.0.5")], NOW)
    assert moved.anchor_print == first.anchor_print
    assert moved.leaf_print != first.leaf_print
    renewed = own_certificate(tmp_path / "tls", [IPv4Address("10.0.0.5")], NOW + timedelta(days=380))
    assert renewed.leaf_print != moved.leaf_print
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "tls").iterdir())


def test_a_damaged_certificate_is_made_anew(tmp_path: Path) -> None:
    made = own_certificate(tmp_path / "tls", [HOME], NOW)
    made.chain.write_text("rubbish")
    (tmp_path / "tls" / "authority.key").write_text("rubbish")
    assert own_certificate(tmp_path / "tls", [HOME], NOW).anchor_print != made.anchor_print


def test_the_authority_is_good_for_the_venues_addresses_only(tmp_path: Path) -> None:
    made = own_certificate(tmp_path / "tls", [HOME, IPv4Address("203.0.113.7")], NOW)
    authority = x509.load_pem_x509_certificate(made.anchor)
    named = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert named.critical
    assert {str(name.value) for name in named.value.permitted_subtrees or ()} >= {"192.168.0.0/16", "local"}
    leaf = x509.load_pem_x509_certificates(made.chain.read_bytes())[0]
    sans = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert HOME in sans.get_values_for_type(x509.IPAddress)
    assert IPv4Address("203.0.113.7") not in sans.get_values_for_type(x509.IPAddress)
    assert len(pin_of(made.anchor_print)) == 16


def test_what_is_local() -> None:
    assert [is_local(host) for host in ("10.1.2.3", "172.16.0.1", "kiosk.local", "localhost", "127.0.0.1")] == [
        True
    ] * 5
    assert not any(is_local(host) for host in ("8.8.8.8", "172.32.0.1", "example.com", "::1", "local", ""))
    assert all(not address.is_loopback for address in local_addresses())
