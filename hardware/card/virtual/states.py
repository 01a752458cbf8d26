"""The situations a card can be in, by name: what the counter must tell apart, ready to be put on a reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from hardware.card import tlv
from hardware.card.my_number import CARD_INPUT_SUPPORT_AID, COMMON_CARD_AID, AuthenticationLayout
from hardware.card.virtual.application import Application, CardKey, Pin
from hardware.card.virtual.authority import JST, Profile, VirtualAuthority, authority_name, new_key
from hardware.card.virtual.card import Mood, VirtualCard

_FILLER = b"\xff" * 96
_SIGN_PASSWORD = b"ABC123"


class CardState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    UNTRUSTED = "untrusted"
    SAME_NAME = "same_name"
    FORGED = "forged"
    CLONED = "cloned"
    GARBAGE = "garbage"
    NOT_ISSUED = "not_issued"
    LOCKED = "locked"
    PHONE = "phone"
    OTHER_CARD = "other_card"


@dataclass(frozen=True)
class Holder:
    """Who is on the card (made up) and how it is set up."""

    pin: str = field(default="1234", repr=False)
    tries: int = 3
    name: str = "試験　太郎"
    address: str = "東京都千代田区試験町１丁目２番３号" + "見本住宅第１号棟" * 4
    birth_date: date = date(1990, 2, 17)
    sex: str = "1"
    card_expires: date = date(2033, 2, 17)
    locked_sw: int = 0x6984
    locked_query_sw: int = 0x63C0


@dataclass(frozen=True, repr=False)
class CardMaker:
    """Makes cards of one authority. `key` is every card's key: making a new one takes a third of a second."""

    authority: VirtualAuthority
    now: Callable[[], datetime]
    key: CardKey = field(default_factory=new_key)
    layout: AuthenticationLayout = field(default_factory=AuthenticationLayout)

    def card(self, state: CardState, holder: Holder | None = None, *, mood: Mood | None = None) -> VirtualCard:
        """A card in this state. A revoked one is revoked only by a list: `revocation_list(card)`."""
        holder = holder or Holder()
        if state is CardState.LOCKED:
            holder = replace(holder, tries=0)
        applications = (self._jpki(state, holder), _input_support(holder), _common_card(holder))
        return VirtualCard(() if state is CardState.OTHER_CARD else applications, mood or Mood())

    def revocation_list(self, card: VirtualCard | None = None) -> bytes:
        """PEM, fresh today; names the certificate of `card` when one is given."""
        serials = [] if card is None else [certificate_of(card, self.layout).serial_number]
        return self.authority.revocation_list(serials, now=self.now()).public_bytes(serialization.Encoding.PEM)

    def profile(self, state: CardState) -> Profile:
        """Five years, ending at 23:59:59 JST of the holder's birthday."""
        today = self.now().astimezone(JST).replace(hour=0, minute=0, second=0, microsecond=0)
        years = {CardState.EXPIRED: (-6, -1), CardState.NOT_YET_VALID: (1, 5)}.get(state, (-1, 4))
        begin, end = (today + timedelta(days=365 * each) for each in years)
        return Profile(begin, end - timedelta(seconds=1))

    def _jpki(self, state: CardState, holder: Holder) -> Application:
        layout, issuer = self.layout, self._issuer(state)
        token = b"JPKIAPGPSETOKEN" if state is CardState.PHONE else b"JPKIAPICCTOKEN2"
        files = {0x0002: issuer.der + _FILLER, 0x0006: token.ljust(160), layout.issuer_ef: issuer.der + _FILLER}
        files[layout.availability_ef] = bytes.fromhex("8F8F00")
        if state is CardState.NOT_ISSUED:
            files[layout.availability_ef] = bytes.fromhex("000000")
        else:
            files[layout.certificate_ef] = self._certificate(state, issuer) + _FILLER
            sign = issuer.issue(self.key.public_key(), replace(self.profile(state), non_repudiation=True))
            files[0x0001] = sign.public_bytes(serialization.Encoding.DER)
        pin = Pin(holder.pin.encode(), holder.tries, layout.tries, holder.locked_sw, holder.locked_query_sw)
        guards = {layout.key_ef: layout.pin_ef, 0x0001: 0x001B, 0x001A: 0x001B}
        if state is CardState.PHONE:
            guards[layout.certificate_ef] = layout.pin_ef
        return Application(
            layout.aid,
            files,
            pins={layout.pin_ef: pin, 0x001B: Pin(_SIGN_PASSWORD, 5, 5)},
            keys={layout.key_ef: new_key() if state is CardState.CLONED else self.key, 0x001A: self.key},
            guards=guards,
        )

    def _issuer(self, state: CardState) -> VirtualAuthority:
        if state is CardState.UNTRUSTED:
            return VirtualAuthority.create(self.now(), name=authority_name("TEST another authority"))
        if state is CardState.SAME_NAME:
            return VirtualAuthority.create(self.now())
        return self.authority

    def _certificate(self, state: CardState, issuer: VirtualAuthority) -> bytes:
        stored = issuer.issue(self.key.public_key(), self.profile(state)).public_bytes(serialization.Encoding.DER)
        if state is CardState.FORGED:
            return stored[:-1] + bytes([stored[-1] ^ 0x01])
        return b"\x30\x82\x04\x00" + bytes(1024) if state is CardState.GARBAGE else stored


def certificate_of(card: VirtualCard, layout: AuthenticationLayout | None = None) -> x509.Certificate:
    """The 利用者証明用 certificate of a card that has one."""
    layout = layout or AuthenticationLayout()
    jpki = next(each for each in card.applications if each.aid == layout.aid)
    outer = next(tlv.parse(jpki.files[layout.certificate_ef]))
    return x509.load_der_x509_certificate(tlv.encode(0x30, outer.value))


def attributes_file(holder: Holder) -> bytes:
    """基本4情報 as the card's own encoder writes it: `82 hh ll` from 128 bytes on, never `81`."""
    fields = (
        (0xDF21, bytes(8)),
        (0xDF22, holder.name.encode()),
        (0xDF23, holder.address.encode()),
        (0xDF24, holder.birth_date.strftime("%Y%m%d").encode()),
        (0xDF25, holder.sex.encode()),
    )
    body = b"".join(_as_the_card(tag, value) for tag, value in fields)
    return _as_the_card(0xFF20, body) + _FILLER


def _as_the_card(tag: int, value: bytes) -> bytes:
    return tlv.encode(tag, value, length_octets=0 if len(value) < 0x80 else 2)


def _input_support(holder: Holder) -> Application:
    pin = Pin(holder.pin.encode(), holder.tries, 3, holder.locked_sw, holder.locked_query_sw)
    return Application(
        CARD_INPUT_SUPPORT_AID,
        {0x0002: attributes_file(holder)},
        pins={0x0011: pin},
        guards={0x0002: 0x0011},
    )


def _common_card(holder: Holder) -> Application:
    record = b"\x01\x1c" + b"0" * 15 + b"13101" + holder.card_expires.strftime("%Y%m%d").encode()
    return Application(COMMON_CARD_AID, records={0x0001: (record,)}, pins={0x001C: Pin(b"1234", 3, 3)})
