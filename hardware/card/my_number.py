"""The applications of the card, one session each, with the counter's verbs.

No official APDU specification is public; the commands are those which independent programs use with real cards
(OpenSC card-jpki.c, jpki/myna, soltia48/myna-card). The files that hold the 個人番号 (券面事項入力補助AP EF 0001,
券面事項確認AP) have no name here: nothing in this program can select them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cryptography.hazmat.primitives import hashes

from hardware.card import FourAttributes, tlv
from hardware.card.apdu import Command, StatusWord
from hardware.card.channel import Channel
from hardware.card.errors import PinLocked, PinWrong, ResponseMalformed, TlvMalformed, UnexpectedStatus
from hardware.card.files import read_bytes, read_object, read_record

CARD_INPUT_SUPPORT_AID = bytes.fromhex("D3921000310001010408")
COMMON_CARD_AID = bytes.fromhex("D3921000310001010100")

_DIGEST_INFO_SHA256 = bytes.fromhex("3031300D060960864801650304020105000420")
_PRESENT = 0x8F
_PHONE_TOKENS = (b"JPKIAPGPSETOKEN", b"JPKIAPIOSTOKEN")


class SigningInput(StrEnum):
    """What the card's signing command wants: RSA cards pad a whole DigestInfo, ECDSA cards take the hash."""

    DIGEST_INFO_SHA256 = "digest_info_sha256"
    HASH_SHA384 = "hash_sha384"

    def prepare(self, challenge: bytes) -> bytes:
        digest = hashes.Hash(hashes.SHA256() if self is SigningInput.DIGEST_INFO_SHA256 else hashes.SHA384())
        digest.update(challenge)
        hashed = digest.finalize()
        return _DIGEST_INFO_SHA256 + hashed if self is SigningInput.DIGEST_INFO_SHA256 else hashed


@dataclass(frozen=True)
class AuthenticationLayout:
    """Where the 利用者証明用 objects lie. The next card generation will differ here and nowhere else."""

    aid: bytes = bytes.fromhex("D392F000260100000001")
    token_ef: int = 0x0006
    availability_ef: int = 0x0008
    certificate_ef: int = 0x000A
    issuer_ef: int = 0x000B
    key_ef: int = 0x0017
    pin_ef: int = 0x0018
    tries: int = 3
    signing: SigningInput = SigningInput.DIGEST_INFO_SHA256


class _Application:
    """A selected application; remembers which of its files is current."""

    def __init__(self, channel: Channel, aid: bytes) -> None:
        self._channel = channel
        self._aid = aid
        self._current: int | None = None
        channel.select_application(aid)

    def still_there(self) -> None:
        """Raises `CardRemoved` when the last odd answer was that of a card on its way out."""
        self._current = None
        self._channel.select_application(self._aid)

    def _select(self, ef: int) -> bool:
        """False when the file is not there."""
        if self._current != ef:
            self._current = ef if self._channel.select_file(ef) else None
        return self._current == ef

    def _tries_left(self, pin_ef: int) -> int | None:
        try:
            found = self._select(pin_ef)
        except UnexpectedStatus:
            return None
        return self._channel.send(Command(0x00, 0x20, 0x00, 0x80)).sw.tries_left if found else None

    def _verify(self, pin_ef: int, pin: str) -> None:
        """One VERIFY, never repeated. Raises `PinWrong`, `PinLocked`, `UnexpectedStatus`."""
        if not self._select(pin_ef):
            raise UnexpectedStatus("SELECT", 0x6A82)
        command = Command(0x00, 0x20, 0x00, 0x80, pin.encode("ascii"))
        sw: StatusWord = self._channel.send(command).sw
        if sw.ok:
            return
        if sw.locked:
            raise PinLocked("the PIN is locked")
        if sw >> 8 == 0x63:
            raise PinWrong(sw.tries_left)
        raise UnexpectedStatus(command.name, sw)


class Jpki(_Application):
    """公的個人認証AP, the 利用者証明用 half of it. Raises `NotThisApplication` when it is not on the card."""

    def __init__(self, channel: Channel, layout: AuthenticationLayout | None = None) -> None:
        self.layout = layout or AuthenticationLayout()
        super().__init__(channel, self.layout.aid)

    def is_phone(self) -> bool:
        """True for a smartphone's token, which wants the PIN before anything. Unreadable token info: a card."""
        if not self._select(self.layout.token_ef):
            return False
        try:
            return read_bytes(self._channel, 32).startswith(_PHONE_TOKENS)
        except UnexpectedStatus:
            return False

    def certificate(self) -> bytes | None:
        """利用者証明用電子証明書 as stored, without filler; None when the card has none. No PIN needed.

        What a card without one answers is not published: no such file, an empty or filled file, or any refusal
        together with EF 0008 not saying 8F all mean None."""
        try:
            return self._object(self.layout.certificate_ef)
        except (UnexpectedStatus, TlvMalformed):
            if self._says_absent():
                return None
            raise

    def issuer_certificate(self) -> bytes | None:
        """The CA certificate the card carries, if it can be read: never a reason to trust."""
        try:
            return self._object(self.layout.issuer_ef)
        except (UnexpectedStatus, ResponseMalformed, TlvMalformed):
            return None

    def tries_left(self) -> int | None:
        """Asked without costing a try (VERIFY without data). 0 when locked, None when the card does not say."""
        return self._tries_left(self.layout.pin_ef)

    def verify_pin(self, pin: str) -> None:
        """One VERIFY. Raises `PinWrong`, `PinLocked`, `UnexpectedStatus`."""
        self._verify(self.layout.pin_ef, pin)

    def sign(self, challenge: bytes, signing: SigningInput | None = None) -> bytes:
        """The signature over SHA-256 (or another hash: `signing`, else the layout's) of `challenge`. Raises
        `UnexpectedStatus`."""
        if not self._select(self.layout.key_ef):
            raise UnexpectedStatus("SELECT", 0x6A82)
        command = Command(0x80, 0x2A, 0x00, 0x80, (signing or self.layout.signing).prepare(challenge), le=256)
        response = self._channel.send(command)
        if not response.sw.ok:
            raise UnexpectedStatus(command.name, response.sw)
        return response.data

    def _says_absent(self) -> bool:
        """EF 0008: one byte for the 署名用, one for the 利用者証明用 certificate, 8F when it is there."""
        try:
            flags = read_bytes(self._channel, 3) if self._select(self.layout.availability_ef) else b""
        except UnexpectedStatus:
            return False
        return len(flags) >= 2 and flags[1] != _PRESENT

    def _object(self, ef: int) -> bytes | None:
        return read_object(self._channel) if self._select(ef) else None


class CardInputSupport(_Application):
    """券面事項入力補助AP: the four attributes, opened by the attribute PIN (照合番号 are not used)."""

    _PIN_EF = 0x0011
    _ATTRIBUTES_EF = 0x0002

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel, CARD_INPUT_SUPPORT_AID)

    def tries_left(self) -> int | None:
        return self._tries_left(self._PIN_EF)

    def verify_pin(self, pin: str) -> None:
        """One VERIFY. Raises `PinWrong`, `PinLocked`, `UnexpectedStatus`."""
        self._verify(self._PIN_EF, pin)

    def attributes(self) -> FourAttributes:
        """Raises `UnexpectedStatus` (6982 without the PIN), `TlvMalformed`, `ResponseMalformed`."""
        if not self._select(self._ATTRIBUTES_EF):
            raise UnexpectedStatus("SELECT", 0x6A82)
        content = read_object(self._channel)
        if content is None:
            raise ResponseMalformed("the file of the four attributes is empty")
        return parse_attributes(content)


def parse_attributes(content: bytes) -> FourAttributes:
    """FF20 {DF21 offsets, DF22 氏名, DF23 住所, DF24 生年月日, DF25 性別}. Raises `TlvMalformed`."""
    outer = next(iter(tlv.parse(content)), None)
    if outer is None or outer.tag != 0xFF20:
        raise TlvMalformed("not the four attributes")
    name, address, born, sex = (_text(outer.child(tag)) for tag in (0xDF22, 0xDF23, 0xDF24, 0xDF25))
    return FourAttributes(name, address, _date(born), sex)


class CommonCard(_Application):
    """共通カードAP: the card's own expiry, readable without a PIN."""

    _IDENTITY_EF = 0x0001

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel, COMMON_CARD_AID)

    def expires(self) -> date:
        """Last day of the card. Record 1: `01 1C` + serial (15) + 市町村コード (5) + YYYYMMDD; the rest is not kept."""
        if not self._select(self._IDENTITY_EF):
            raise UnexpectedStatus("SELECT", 0x6A82)
        record = read_record(self._channel, 1)
        if len(record) < 30 or record[:2] != b"\x01\x1c":
            raise ResponseMalformed("not the card's identity record")
        return _date(_text(record[22:30]))


def _text(value: bytes) -> str:
    """Raised without its cause: that one would show the bytes."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise TlvMalformed("a text is not UTF-8") from None


def _date(digits: str) -> date:
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        raise TlvMalformed("not a date")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise TlvMalformed("not a date") from None
