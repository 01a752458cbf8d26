"""One application of the virtual card: files, PINs, keys, and the commands on them (ISO/IEC 7816-4, JICSAP 2.0).

Answers follow what was measured on test cards of the real issuer: 6A82 for what is not there, 6982 without the PIN,
6B00 past the end, 63Cx, 63C0 when the last try is spent and to the query on a locked PIN, 6984 to VERIFY on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed, decode_dss_signature

from hardware.card.apdu import Command

Answer = tuple[bytes, int]
CardKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

OK = 0x9000
_NOT_ALLOWED = 0x6982
_NO_CURRENT_FILE = 0x6986
_NOT_FOUND = 0x6A82
_WRONG_P1P2 = 0x6A86
_PAST_THE_END = 0x6B00
_UNKNOWN_INS = 0x6D00
_WRONG_LENGTH = 0x6700


@dataclass
class Pin:
    """A PIN with its counter. With no try left VERIFY answers `locked_sw` and the query `locked_query_sw`."""

    value: bytes = field(repr=False)
    tries: int
    most: int
    locked_sw: int = 0x6984
    locked_query_sw: int = 0x63C0
    verified: bool = False

    def query(self) -> int:
        return 0x63C0 | self.tries if self.tries else self.locked_query_sw

    def verify(self, given: bytes) -> int:
        if self.tries == 0:
            return self.locked_sw
        self.verified = given == self.value
        self.tries = self.most if self.verified else self.tries - 1
        return OK if self.verified else 0x63C0 | self.tries


@dataclass
class Application:
    """EF numbers are keys everywhere. `guards`: EF → the PIN's EF that opens it. `plain_ecdsa`: r and s side by side
    (ISO/IEC 7816-8) instead of a SEQUENCE."""

    aid: bytes
    files: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    records: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict, repr=False)
    pins: Mapping[int, Pin] = field(default_factory=dict)
    keys: Mapping[int, CardKey] = field(default_factory=dict, repr=False)
    guards: Mapping[int, int] = field(default_factory=dict)
    plain_ecdsa: bool = False
    current: int | None = None

    def reset(self) -> None:
        """Power off: no file is current, no PIN is presented."""
        self.current = None
        for pin in self.pins.values():
            pin.verified = False

    def answer(self, command: Command) -> Answer:
        commands: dict[int, Callable[[Command], Answer]] = {
            0xA4: self._select,
            0xB0: self._read,
            0xB2: self._read_record,
            0x20: self._verify,
            0x2A: self._sign,
        }
        handler = commands.get(command.ins)
        return handler(command) if handler else (b"", _UNKNOWN_INS)

    def _select(self, command: Command) -> Answer:
        ef = int.from_bytes(command.data, "big")
        if command.p1 != 0x02 or len(command.data) != 2:
            return b"", _WRONG_P1P2
        if not any(ef in held for held in (self.files, self.records, self.pins, self.keys)):
            return b"", _NOT_FOUND
        self.current = ef
        return b"", OK

    def _read(self, command: Command) -> Answer:
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            self.current, offset = command.p1 & 0x1F, command.p2
        if self.current is None:
            return b"", _NO_CURRENT_FILE
        if self.current not in self.files:
            return b"", _NOT_FOUND
        if not self._open(self.current):
            return b"", _NOT_ALLOWED
        content = self.files[self.current]
        if offset >= len(content):
            return b"", _PAST_THE_END
        return content[offset : offset + (command.le or 256)], OK

    def _read_record(self, command: Command) -> Answer:
        records = self.records.get(self.current or 0, ())
        if not 1 <= command.p1 <= len(records):
            return b"", 0x6A83
        return records[command.p1 - 1], OK

    def _verify(self, command: Command) -> Answer:
        pin = self.pins.get(self._referenced(command.p2))
        if pin is None:
            return b"", _NO_CURRENT_FILE
        return b"", pin.verify(command.data) if command.data else pin.query()

    def _sign(self, command: Command) -> Answer:
        ef = self._referenced(command.p2)
        key = self.keys.get(ef)
        if command.cla != 0x80 or command.p1 != 0x00:
            return b"", _WRONG_P1P2
        if key is None:
            return b"", _NO_CURRENT_FILE
        if not self._open(ef):
            return b"", _NOT_ALLOWED
        return _signature(key, command.data, plain=self.plain_ecdsa)

    def _referenced(self, p2: int) -> int:
        """80 means the current EF, 80 | short id that EF."""
        return p2 & 0x1F or self.current or 0

    def _open(self, ef: int) -> bool:
        guard = self.guards.get(ef)
        return guard is None or self.pins[guard].verified


def _signature(key: CardKey, data: bytes, *, plain: bool) -> Answer:
    """RSA pads whatever it is given; ECDSA wants a SHA-384 hash."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        if len(data) != hashes.SHA384.digest_size:
            return b"", _WRONG_LENGTH
        signature = key.sign(data, ec.ECDSA(Prehashed(hashes.SHA384())))
        return _side_by_side(signature, key) if plain else signature, OK
    if not 1 <= len(data) <= key.key_size // 8 - 11:
        return b"", _WRONG_LENGTH
    return key.sign(data, padding.PKCS1v15(), NoDigestInfo()), OK


def _side_by_side(signature: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    size = (key.key_size + 7) // 8
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(signature))
