"""Command and response APDUs, and status words with meaning (ISO/IEC 7816-4:2020, 5.1–5.6).

`repr` and the traffic log show header, lengths and status word only: data fields hold PINs, certificates and names.
"""

from __future__ import annotations

from dataclasses import dataclass

from hardware.card.errors import ResponseMalformed

_NAMES = {
    0x20: "VERIFY",
    0x2A: "COMPUTE SIGNATURE",
    0x84: "GET CHALLENGE",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xB2: "READ RECORD",
    0xC0: "GET RESPONSE",
}


class StatusWord(int):
    """SW1-SW2. The three ways in which a PIN is locked: 63C0, 6983 (ISO), 6984 (what the card says)."""

    @property
    def ok(self) -> bool:
        return self == 0x9000

    @property
    def delivers(self) -> bool:
        """Done, although the file ended early (6282) or the card adds another warning (62xx)."""
        return self.ok or self >> 8 == 0x62

    @property
    def waiting(self) -> int | None:
        """61xx: that many bytes are ready for GET RESPONSE (0 means 256 or more)."""
        return self & 0xFF if self >> 8 == 0x61 else None

    @property
    def right_length(self) -> int | None:
        """6Cxx: send the command again with this Le."""
        return self & 0xFF if self >> 8 == 0x6C else None

    @property
    def tries_left(self) -> int | None:
        """63Cx → x; locked → 0; anything else says nothing about tries."""
        if self & 0xFFF0 == 0x63C0:
            return self & 0x0F
        return 0 if self.locked else None

    @property
    def locked(self) -> bool:
        return self in (0x63C0, 0x6983, 0x6984)

    @property
    def not_found(self) -> bool:
        """File or application not there: 6A82, 6A81 (function), 6A88; 6D00, 6E00: command or class unknown."""
        return self in (0x6A81, 0x6A82, 0x6A83, 0x6A88, 0x6D00, 0x6E00)

    def __repr__(self) -> str:
        return f"{int(self):04X}"


@dataclass(frozen=True, repr=False)
class Command:
    """A short command. `le`: None no answer expected, 1–256 bytes expected at most."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None

    @property
    def name(self) -> str:
        return _NAMES.get(self.ins, f"INS {self.ins:02X}")

    def encode(self) -> bytes:
        """Short form only: it works with every reader and every card."""
        if len(self.data) > 255 or (self.le is not None and not 1 <= self.le <= 256):
            raise ValueError("does not fit a short APDU")
        body = bytes([len(self.data)]) + self.data if self.data else b""
        tail = b"" if self.le is None else bytes([self.le & 0xFF])
        return bytes([self.cla, self.ins, self.p1, self.p2]) + body + tail

    def __repr__(self) -> str:
        head = f"{self.cla:02X}{self.ins:02X}{self.p1:02X}{self.p2:02X}"
        return f"<{self.name} {head} Lc={len(self.data)} Le={self.le}>"


def decode_command(apdu: bytes) -> Command:
    """The card's side: cases 1–4, short and extended. Raises `ResponseMalformed` (a 6700 for the sender)."""
    if len(apdu) < 4:
        raise ResponseMalformed("a command has at least 4 bytes")
    head, body = apdu[:4], apdu[4:]
    data, le = _decode_extended(body) if len(body) > 2 and body[0] == 0 else _decode_short(body)
    return Command(head[0], head[1], head[2], head[3], data, le)


def _decode_short(body: bytes) -> tuple[bytes, int | None]:
    if not body:
        return b"", None
    if len(body) == 1:
        return b"", body[0] or 256
    size, rest = body[0], body[1:]
    if len(rest) == size:
        return rest, None
    if len(rest) == size + 1:
        return rest[:size], rest[size] or 256
    raise ResponseMalformed("Lc does not fit the command")


def _decode_extended(body: bytes) -> tuple[bytes, int | None]:
    number = int.from_bytes(body[1:3], "big")
    rest = body[3:]
    if not rest:
        return b"", number or 65536
    if number and len(rest) == number:
        return rest, None
    if number and len(rest) == number + 2:
        return rest[:number], int.from_bytes(rest[number:], "big") or 65536
    raise ResponseMalformed("extended Lc does not fit the command")


@dataclass(frozen=True, repr=False)
class Response:
    """What came back."""

    data: bytes
    sw: StatusWord

    def __repr__(self) -> str:
        return f"<{self.sw!r} {len(self.data)} bytes>"
