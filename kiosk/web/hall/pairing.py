"""Pairing: a code on one kiosk's staff screen lets another kiosk of the same visit show it on its tablet.

`https://192.168.1.12:8443/pair#K7QM3F2X-…`: where to find the kiosk, a token that works once for five minutes, and the
beginning of the fingerprint of the certificate the kiosk answers with (80 bits of SHA-256; RFC 4648 base 32), so that
the first word between two kiosks is already spoken to the right one. It stands behind `#`: a browser that opens the
link sends none of it.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from kiosk.web.hall.certificate import is_local

TOKEN = 8
PIN = 16
OPEN_FOR = 300.0
TRIES = 5
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CODE = re.compile(rf"[A-Z2-7]{{{TOKEN}}}([A-Z2-7]{{{PIN}}})?")


class PairingRefused(Exception):
    """`code`: pairing.unreadable, pairing.not_local, pairing.unknown_code, pairing.other_visit, pairing.itself,
    pairing.other_certificate, pairing.no_answer, pairing.refused, pairing.no_lan, pairing.leads."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Offer:
    """`address`: scheme, host and port; `pin`: empty for a kiosk without TLS (development)."""

    address: str
    token: str
    pin: str = ""

    @property
    def text(self) -> str:
        return f"{self.address}/pair#{self.code}"

    @property
    def code(self) -> str:
        """In groups of four, for typing."""
        both = self.token + self.pin
        return "-".join(both[at : at + 4] for at in range(0, len(both), 4))

    @classmethod
    def parse(cls, text: str) -> Offer:
        """From a QR code's text, or `192.168.1.12:8443 K7QM-3F2X-…` as typed. Raises `PairingRefused`."""
        written = text.strip()
        where, _, code = written.partition("#") if "#" in written else written.partition(" ")
        address = where.removesuffix("/pair").rstrip("/")
        if "://" not in address:
            address = f"https://{address}"
        figures = re.sub(r"[\s-]", "", code).upper()
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            raise PairingRefused("pairing.unreadable") from None
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.path or not _CODE.fullmatch(figures):
            raise PairingRefused("pairing.unreadable")
        if not is_local(parts.hostname):
            raise PairingRefused("pairing.not_local")
        if parts.scheme == "https" and len(figures) != TOKEN + PIN:
            raise PairingRefused("pairing.unreadable")
        host = f"{parts.scheme}://{parts.hostname}{f':{port}' if port else ''}"
        return cls(host, figures[:TOKEN], figures[TOKEN:])


def pin_of(fingerprint: str) -> str:
    """The beginning of a SHA-256 fingerprint (hexadecimal) as it stands in the code."""
    return base64.b32encode(bytes.fromhex(fingerprint)).decode()[:PIN]


class Offers:
    """The one open offer of this kiosk: good once, for five minutes, for five tries."""

    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token, self._until, self._tries = "", 0.0, 0

    def open(self) -> str:
        """The token of the open offer; a new one when the last is used up or will not last a minute."""
        with self._lock:
            if not self._token or self._until - self._monotonic() < 60:
                self._token = "".join(secrets.choice(_ALPHABET) for _ in range(TOKEN))
                self._until, self._tries = self._monotonic() + OPEN_FOR, 0
            return self._token

    def take(self, token: str) -> bool:
        """True once for the right one. A try counts before it is made."""
        with self._lock:
            self._tries += 1
            good = (
                bool(self._token)
                and self._monotonic() < self._until
                and self._tries <= TRIES
                and hmac.compare_digest(self._token.encode(), token.encode())
            )
            if good or self._tries >= TRIES:
                self._token = ""
            return good
