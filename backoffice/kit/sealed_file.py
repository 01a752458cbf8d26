"""A file of secrets under a passphrase: scrypt (RFC 7914) → AES-256-GCM, one JSON file with mode 0600.

A clear part may stand beside the sealed one; it and the scrypt parameters are authenticated with it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Literal, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import Field, ValidationError, model_validator

from backoffice.kit.durable import write_whole
from backoffice.kit.errors import SetUpInvalid
from schemas.canonical import Octets, Wire

SCRYPT_N = 2**17  # 128 MiB and a third of a second: OWASP's recommendation of 2024 for scrypt
PASSPHRASE_BYTES = 16
_FILE_LIMIT = 4 * 1024 * 1024
_MEMORY_LIMIT = 1024 * 1024 * 1024


class SealedFile(Wire):
    """The file's form. `clear`: text anybody may read, bound to the sealed part."""

    format: Literal[1] = 1
    n: int = Field(ge=2, le=2**20)
    r: int = Field(default=8, ge=1, le=32)
    p: int = Field(default=1, ge=1, le=16)
    salt: Octets = Field(min_length=16, max_length=64)
    nonce: Octets = Field(min_length=12, max_length=12)
    clear: str = ""
    sealed: Octets = b""

    @model_validator(mode="after")
    def _affordable(self) -> Self:
        """A file from outside must not make us take gigabytes (RFC 7914: 128 · r · n bytes), nor n be no power of 2."""
        if self.n & (self.n - 1) or 128 * self.r * self.n > _MEMORY_LIMIT:
            raise ValueError("scrypt parameters out of bounds")
        return self

    def _key(self, passphrase: bytes) -> bytes:
        return Scrypt(salt=self.salt, length=32, n=self.n, r=self.r, p=self.p).derive(passphrase)

    def _bound(self) -> bytes:
        return b"demado sealed file v1\x00" + self.canonical(without=frozenset({"sealed"}))

    def opened(self, passphrase: bytes) -> bytes:
        """The secret part. Raises InvalidTag for a wrong passphrase or a changed file."""
        return AESGCM(self._key(passphrase)).decrypt(self.nonce, self.sealed, self._bound())

    @classmethod
    def around(cls, secret: bytes, passphrase: bytes, *, clear: str, cost: int) -> SealedFile:
        form = cls(n=cost, salt=os.urandom(16), nonce=os.urandom(12), clear=clear)
        sealed = AESGCM(form._key(passphrase)).encrypt(form.nonce, secret, form._bound())
        return form.model_copy(update={"sealed": sealed})


def write_sealed(path: Path, secret: bytes, passphrase: bytes, *, clear: str = "", cost: int = SCRYPT_N) -> None:
    write_whole(path, SealedFile.around(secret, passphrase, clear=clear, cost=cost).canonical() + b"\n")


def read_sealed(path: Path, passphrase: bytes) -> tuple[bytes, str]:
    """(secret part, clear part). `SetUpInvalid` names the file and what is wrong with it."""
    try:
        form = SealedFile.model_validate_json(_bounded(path))
        return form.opened(passphrase), form.clear
    except OSError as error:
        raise SetUpInvalid(f"{path}: {error.strerror or error}") from error
    except ValidationError as error:
        raise SetUpInvalid(f"{path}: not a key file of Demado") from error
    except InvalidTag:
        raise SetUpInvalid(f"{path}: the secret does not open this file, or the file was changed") from None


def read_passphrase(path: Path, *, at_least: int = PASSPHRASE_BYTES) -> bytes:
    """A passphrase from a secret file. Refuses a short one and one that others on the machine can read. `at_least` 1:
    somebody else chose it."""
    try:
        mode = path.stat().st_mode
        passphrase = path.read_bytes().strip()
    except FileNotFoundError:
        raise SetUpInvalid(
            f"{path}: this secret file is missing; a new installation makes it with: "
            "demado-backoffice keys init --make-secrets"
        ) from None
    except OSError as error:
        raise SetUpInvalid(f"{path}: {error.strerror or error}") from error
    if stat.S_IMODE(mode) & 0o077:
        raise SetUpInvalid(f"{path}: others can read this secret; run: chmod 600 {path}")
    if len(passphrase) < at_least:
        raise SetUpInvalid(f"{path}: the secret is shorter than {at_least} characters")
    return passphrase


def given_secret(path: Path | None) -> str:
    """A secret that others gave us, as long as they like it; empty without a file."""
    if path is None:
        return ""
    try:
        return read_passphrase(path, at_least=1).decode()
    except UnicodeDecodeError:
        raise SetUpInvalid(f"{path}: the secret is not UTF-8") from None


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_FILE_LIMIT)
