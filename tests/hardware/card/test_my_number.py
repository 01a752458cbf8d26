"""The applications' sessions against the virtual card."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card.apdu import decode_command
from hardware.card.channel import Channel
from hardware.card.errors import NotThisApplication, PinLocked, PinWrong, TlvMalformed, UnexpectedStatus
from hardware.card.my_number import CardInputSupport, CommonCard, Jpki, parse_attributes
from hardware.card.virtual.card import VirtualCard
from hardware.card.virtual.states import CardMaker, CardState, Holder, attributes_file
from hardware.card.virtual.transport import InProcessTransport

_TEXTS = st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x9FFF), min_size=1, max_size=120)


def _channel(card: VirtualCard) -> Channel:
    return Channel(InProcessTransport(card))


def test_the_four_attributes_need_the_pin(maker: CardMaker) -> None:
    session = CardInputSupport(_channel(maker.card(CardState.VALID)))
    with pytest.raises(UnexpectedStatus) as refused:
        session.attributes()
    assert refused.value.sw == 0x6982


def test_the_four_attributes_are_read_with_the_pin(maker: CardMaker) -> None:
    holder = Holder()
    session = CardInputSupport(_channel(maker.card(CardState.VALID, holder)))
    assert session.tries_left() == 3
    session.verify_pin("1234")
    found = session.attributes()
    assert (found.name, found.address, found.birth_date, found.sex) == (
        holder.name,
        holder.address,
        holder.birth_date,
        holder.sex,
    )
    assert holder.name not in repr(found)


def test_a_wrong_attribute_pin_says_what_is_left(maker: CardMaker) -> None:
    session = CardInputSupport(_channel(maker.card(CardState.VALID, Holder(tries=2))))
    session.tries_left()
    with pytest.raises(PinWrong) as wrong:
        session.verify_pin("0000")
    assert wrong.value.tries_left == 1
    with pytest.raises(PinLocked):
        session.verify_pin("0000")


@given(_TEXTS, _TEXTS)
def test_addresses_of_every_length_are_read(name: str, address: str) -> None:
    found = parse_attributes(attributes_file(Holder(name=name, address=address)))
    assert (found.name, found.address) == (name, address)


@given(st.binary(max_size=300))
def test_any_other_bytes_are_malformed(content: bytes) -> None:
    with pytest.raises(TlvMalformed):
        parse_attributes(content)


@pytest.mark.parametrize(("old", "new"), [(b"19900217", b"19901317"), ("試験".encode(), b"\xff\xfe\xff\xfe\xff\xfe")])
def test_broken_attributes_are_malformed_not_guessed(old: bytes, new: bytes) -> None:
    with pytest.raises(TlvMalformed):
        parse_attributes(attributes_file(Holder()).replace(old, new))


def test_the_my_number_file_cannot_be_named(maker: CardMaker) -> None:
    card = maker.card(CardState.VALID)
    session = CardInputSupport(_channel(card))
    session.tries_left()
    session.verify_pin("1234")
    session.attributes()
    assert bytes.fromhex("0001") not in {command.data for command in card.commands}


def test_the_cards_own_expiry_needs_no_pin(maker: CardMaker) -> None:
    card = maker.card(CardState.VALID, Holder(card_expires=date(2031, 12, 31)))
    assert CommonCard(_channel(card)).expires() == date(2031, 12, 31)
    assert not any(command.ins == 0x20 for command in card.commands)


def test_another_card_has_none_of_the_applications(maker: CardMaker) -> None:
    for session in (Jpki, CardInputSupport, CommonCard):
        with pytest.raises(NotThisApplication):
            session(_channel(maker.card(CardState.OTHER_CARD)))


def test_a_signature_is_over_a_full_digest_info(maker: CardMaker) -> None:
    card = maker.card(CardState.VALID)
    jpki = Jpki(_channel(card))
    jpki.tries_left()
    jpki.verify_pin("1234")
    jpki.sign(b"challenge")
    signed = decode_command(card.commands[-1].encode()).data
    assert len(signed) == 51
    assert signed.startswith(bytes.fromhex("3031300D0609608648016503040201") + bytes.fromhex("05000420"))
