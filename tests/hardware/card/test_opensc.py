"""The virtual card against a client none of us wrote: OpenSC reads it, signs with it and verifies (0.23 and later).

Skipped, and said so, where opensc is not installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hardware.card.virtual.card import VirtualCard
from hardware.card.virtual.slot import FIRST_PORT, VirtualSlot, reader_name
from hardware.card.virtual.states import CardMaker, CardState, Holder, certificate_of
from tests.hardware.card.conftest import Holding

pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.skipif(shutil.which("pkcs11-tool") is None, reason="opensc is not installed"),
]


@dataclass(frozen=True)
class _Client:
    """OpenSC's tools pointed at the slot with our card."""

    slot: VirtualSlot
    folder: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command, here = [program, *arguments], {**os.environ, "OPENSC_CONF": str(self._configuration())}
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=here)

    def _configuration(self) -> Path:
        """Another card may lie on the first reader, with the same token label."""
        path = self.folder / "opensc.conf"
        path.write_text(f'app default {{ ignored_readers = "{reader_name(FIRST_PORT)}"; }}\n')
        return path

    def pkcs15(self, *arguments: str) -> str:
        done = self.run("pkcs15-tool", "--reader", self.slot.reader, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pkcs11(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("pkcs11-tool", "--token-label", "JPKI (User Authentication PIN)", *arguments)


@pytest.fixture
def opensc(holding: Holding, tmp_path: Path) -> Iterator[Callable[[VirtualCard], _Client]]:
    held = []

    def insert(card: VirtualCard) -> _Client:
        context = holding(card)
        held.append(context)
        return _Client(context.__enter__(), tmp_path)

    yield insert
    for context in held:
        context.__exit__(None, None, None)


def test_opensc_reads_the_same_certificate(maker: CardMaker, opensc: Callable[[VirtualCard], _Client]) -> None:
    card = maker.card(CardState.VALID)
    client = opensc(card)
    assert "User Authentication Certificate" in client.pkcs15("--list-certificates")
    read = x509.load_pem_x509_certificate(client.pkcs15("--read-certificate", "1").encode())
    assert read == certificate_of(card)
    authority = x509.load_pem_x509_certificate(client.pkcs15("--read-certificate", "3").encode())
    assert authority == maker.authority.certificate


def test_opensc_sees_the_tries_left(maker: CardMaker, opensc: Callable[[VirtualCard], _Client]) -> None:
    listed = opensc(maker.card(CardState.VALID, Holder(tries=2))).pkcs15("--list-pins")
    assert "Tries left     : 2" in listed


def test_opensc_signs_and_verifies(maker: CardMaker, opensc: Callable[[VirtualCard], _Client]) -> None:
    client = opensc(maker.card(CardState.VALID))
    message, signature = client.folder / "message", client.folder / "signature"
    message.write_bytes(b"challenge")
    how = ("-m", "SHA256-RSA-PKCS", "--id", "01", "-i", str(message))
    signed = client.pkcs11("--login", "--pin", "1234", "--sign", *how, "-o", str(signature))
    assert signed.returncode == 0, signed.stderr
    key = maker.key.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(signature.read_bytes(), b"challenge", padding.PKCS1v15(), hashes.SHA256())
    verified = client.pkcs11("--verify", *how, "--signature-file", str(signature))
    assert "Signature is valid" in verified.stdout


def test_opensc_is_refused_with_a_wrong_pin(maker: CardMaker, opensc: Callable[[VirtualCard], _Client]) -> None:
    card = maker.card(CardState.VALID)
    client = opensc(card)
    (client.folder / "message").write_bytes(b"challenge")
    how = ("-m", "SHA256-RSA-PKCS", "--id", "01", "-i", str(client.folder / "message"))
    assert client.pkcs11("--login", "--pin", "9999", "--sign", *how).returncode != 0
    assert "Tries left     : 2" in client.pkcs15("--list-pins")
