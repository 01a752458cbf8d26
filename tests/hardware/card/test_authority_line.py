"""The authority's generations: named by serial number, missed by the doctor, trusted by fingerprint only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from hardware.card.authority_line import GENERATIONS, gap, generation_of
from hardware.card.desk import ReaderDesk
from hardware.card.sources import TrustSources
from hardware.card.trust import add_anchor
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.states import CardMaker, CardState
from hardware.card.virtual.transport import InProcessReaders
from schemas.card import CardVerdict
from tests.hardware.card.conftest import NOW

NAME = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "JPKI for user authentication"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Japan Agency for Local Authority Information Systems"),
    ]
)


def of_the_name(maker: CardMaker, serial: int) -> x509.Certificate:
    """A certificate that says it is the authority's: anybody can make one."""
    key = maker.authority.key
    return (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), serial, NOW - timedelta(1), NOW + timedelta(1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


@pytest.mark.parametrize(
    ("serials", "year", "missing"),
    [
        ((0x06D18006,), 2026, ["generation 2"]),
        ((0x01, 0x06D18006), 2026, ["generation 2"]),
        ((0x0133C349, 0x06D18006), 2026, []),
        ((0x0133C349,), 2026, ["generation 3"]),
        ((0x06D18006,), 2029, []),
        ((0x06D18006,), 2022, ["generation 1", "generation 2"]),
    ],
)
def test_a_missing_generation_is_named_while_its_cards_may_be_valid(
    maker: CardMaker, serials: tuple[int, ...], year: int, missing: list[str]
) -> None:
    said = gap([of_the_name(maker, serial) for serial in serials], datetime(year, 1, 1, tzinfo=UTC))
    assert [name for name in missing if f"{name} of the authority is not installed" not in said] == []
    assert said.count("not installed") == len(missing)


def test_other_authorities_have_no_generations(maker: CardMaker) -> None:
    assert generation_of(maker.authority.certificate) is None
    assert gap([maker.authority.certificate], NOW) == ""
    assert "no trust anchors" in gap([], NOW)


def test_the_doctor_says_what_is_missing(maker: CardMaker, tmp_path: Path) -> None:
    third = of_the_name(maker, GENERATIONS[2].serial)
    (tmp_path / "3.pem").write_bytes(third.public_bytes(serialization.Encoding.PEM))
    desk = ReaderDesk(InProcessReaders({"one": None}), TrustSources(tmp_path, (), lambda: NOW))
    assert desk.status().usable
    assert "cards issued September 2019 to July 2023 are untrusted" in desk.status().detail


def test_a_name_and_a_serial_number_are_no_reason_to_install(maker: CardMaker, tmp_path: Path) -> None:
    given = tmp_path / "given.cer"
    given.write_bytes(of_the_name(maker, GENERATIONS[1].serial).public_bytes(serialization.Encoding.DER))
    anchor, path = add_anchor(given, tmp_path / "trust")
    assert (anchor.known_as, path) == (None, None)


@pytest.mark.parametrize("identifier", [True, False])
@pytest.mark.parametrize("pin", [None, "1234"])
def test_a_card_of_a_generation_that_is_missing_is_never_called_forged(
    maker: CardMaker, tmp_path: Path, identifier: bool, pin: str | None
) -> None:
    """Whatever its certificate says of its issuer's key; and no PIN goes to it."""
    second = VirtualAuthority.create(NOW)
    cards = CardMaker(second, lambda: NOW, maker.key)
    card = cards.card(CardState.VALID)
    if not identifier:
        bare = second.issue(maker.key.public_key(), replace(cards.profile(CardState.VALID), key_identifier=False))
        card.applications[0].files[0x000A] = bare.public_bytes(serialization.Encoding.DER) + b"\xff" * 96
    (tmp_path / "known.pem").write_bytes(maker.authority.pem)
    desk = ReaderDesk(InProcessReaders({"one": card}), TrustSources(tmp_path, (), lambda: NOW))
    assert desk.check(pin=pin, wait_s=0).verdict is CardVerdict.UNTRUSTED
    assert not any(command.ins == 0x20 and command.data for command in card.commands)
    (tmp_path / "second.pem").write_bytes(second.pem)
    assert desk.check(pin=pin, wait_s=0).verdict is CardVerdict.VALID
