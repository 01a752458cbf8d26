"""The office's keys, in two files so that an ingest machine can sign receipts and still read nothing.

signing.key   Ed25519 keys (RFC 8032) for receipts, bundles and grants; in clear: every public key of the installation
records.key   private recipient keys and storage keys; belongs on the office machine only

Each key has a day it begins; the current one is the youngest that has begun. Old keys stay: receipts were signed and
packets sealed with them. What is lost here is lost: no packet opens without `records.key` (`keys backup`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AwareDatetime, Field, ValidationError

from backoffice.kit.errors import SetUpInvalid, Unopenable
from backoffice.kit.hpke import RecipientPrivate, key_id_of
from backoffice.kit.sealed_file import SCRYPT_N, read_sealed, write_sealed
from schemas.canonical import Octets, Wire
from schemas.ids import KeyId
from schemas.packet import Packet, Suite
from schemas.visit import OfficeKey, RecipientKey

SIGNING_FILE = "signing.key"
RECORDS_FILE = "records.key"


class AnnouncedSigning(Wire):
    """A public signing key and the moment it begins."""

    key: KeyId
    public: Octets = Field(min_length=32, max_length=32)
    not_before: AwareDatetime


class Announced(Wire):
    """Every public key of the installation: the clear part of `signing.key`."""

    signing: tuple[AnnouncedSigning, ...] = Field(min_length=1)
    recipients: tuple[RecipientKey, ...] = Field(min_length=1)


class PrivateKey(Wire):
    """A private or symmetric key, raw. `suite` stands with recipient keys only."""

    key: KeyId
    raw: Octets = Field(repr=False)
    not_before: AwareDatetime
    suite: Suite | None = None


class SigningSecrets(Wire):
    """The sealed part of `signing.key`."""

    keys: tuple[PrivateKey, ...]


class RecordSecrets(Wire):
    """The sealed part of `records.key`."""

    recipients: tuple[PrivateKey, ...]
    storage: tuple[PrivateKey, ...]


Dated = TypeVar("Dated", AnnouncedSigning, RecipientKey, PrivateKey)


def begun(keys: tuple[Dated, ...], now: datetime) -> Dated:
    """The youngest key that has begun; the oldest of all when none has (a clock that runs behind)."""
    return max((key for key in keys if key.not_before <= now), key=_beginning, default=min(keys, key=_beginning))


def _beginning(key: Dated) -> datetime:
    return key.not_before


@dataclass(frozen=True)
class SigningKeys:
    """What signs, and what is announced to devices. Holds no key that opens a record."""

    announced: Announced
    secrets: SigningSecrets

    @classmethod
    def load(cls, folder: Path, passphrase: bytes) -> SigningKeys:
        secret, clear = read_sealed(folder / SIGNING_FILE, passphrase)
        return cls(_parsed(Announced, clear, folder), _parsed(SigningSecrets, secret, folder))

    def save(self, folder: Path, passphrase: bytes, *, cost: int = SCRYPT_N) -> None:
        clear = self.announced.canonical().decode()
        write_sealed(folder / SIGNING_FILE, self.secrets.canonical(), passphrase, clear=clear, cost=cost)

    def current(self, now: datetime) -> OfficeKey:
        found = begun(self.announced.signing, now)
        return OfficeKey(key=found.key, public=found.public)

    def sign(self, data: bytes, *, key: KeyId) -> bytes:
        """Ed25519 signature by one of our keys."""
        raw = next(entry.raw for entry in self.secrets.keys if entry.key == key)
        return Ed25519PrivateKey.from_private_bytes(raw).sign(data)

    def office_keys(self) -> tuple[OfficeKey, ...]:
        """All signing keys, youngest first: old receipts stay verifiable, the next key is known beforehand."""
        ordered = sorted(self.announced.signing, key=_beginning, reverse=True)
        return tuple(OfficeKey(key=entry.key, public=entry.public) for entry in ordered)

    def recipient_keys(self, now: datetime) -> tuple[RecipientKey, ...]:
        """The keys to seal to: the current one, then those that have not begun."""
        current = begun(self.announced.recipients, now)
        coming = [key for key in self.announced.recipients if key.not_before > now and key != current]
        return (current, *sorted(coming, key=_beginning))

    def knows_recipient(self, key: KeyId) -> bool:
        return any(entry.key == key for entry in self.announced.recipients)


@dataclass(frozen=True, repr=False)
class RecordKeys:
    """What opens packets and photos. Only `intake.opening` and the photo vault are given one."""

    secrets: RecordSecrets

    @classmethod
    def load(cls, folder: Path, passphrase: bytes) -> RecordKeys:
        secret, _clear = read_sealed(folder / RECORDS_FILE, passphrase)
        return cls(_parsed(RecordSecrets, secret, folder))

    def save(self, folder: Path, passphrase: bytes, *, cost: int = SCRYPT_N) -> None:
        write_sealed(folder / RECORDS_FILE, self.secrets.canonical(), passphrase, cost=cost)

    def open(self, packet: Packet) -> bytes:
        """The payload of a packet. `Unopenable` when the key is not here or does not fit."""
        for entry in self.secrets.recipients:
            if entry.key == packet.header.recipient_key and entry.suite is not None:
                return RecipientPrivate(entry.suite, entry.raw).open(packet)
        raise Unopenable("opening.key_missing", f"秘密鍵 {packet.header.recipient_key} がこの事務所にありません。")

    def storage(self) -> Mapping[KeyId, bytes]:
        return {entry.key: entry.raw for entry in self.secrets.storage}

    def current_storage(self, now: datetime) -> KeyId:
        return begun(self.secrets.storage, now).key


def new_signing(now: datetime) -> tuple[AnnouncedSigning, PrivateKey]:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = key_id_of(public)
    return (
        AnnouncedSigning(key=key, public=public, not_before=now),
        PrivateKey(key=key, raw=private.private_bytes_raw(), not_before=now),
    )


def new_recipient(now: datetime, *, suite: Suite) -> tuple[RecipientKey, PrivateKey]:
    private = RecipientPrivate.generate(suite)
    key = key_id_of(private.public)
    return (
        RecipientKey(key=key, suite=suite, public=private.public, not_before=now),
        PrivateKey(key=key, raw=private.raw, not_before=now, suite=suite),
    )


def new_storage(now: datetime) -> PrivateKey:
    raw = os.urandom(32)
    return PrivateKey(key=key_id_of(b"demado storage key\x00" + raw), raw=raw, not_before=now)


Part = TypeVar("Part", Announced, SigningSecrets, RecordSecrets)


def _parsed(part: type[Part], data: bytes | str, folder: Path) -> Part:
    try:
        return part.model_validate_json(data)
    except ValidationError as error:
        raise SetUpInvalid(f"{folder}: the key file does not hold what it should ({part.__name__})") from error
