"""The life of the keyring: made once, rotated with overlap, backed up under a passphrase of its own, restored.

Order matters when a recipient key is added: its private half is durable in `records.key` before any device can learn
the public half from `signing.key`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError

from backoffice.kit.durable import make_folder
from backoffice.kit.errors import SetUpInvalid
from backoffice.kit.keyring import (
    RECORDS_FILE,
    SIGNING_FILE,
    Announced,
    RecordKeys,
    RecordSecrets,
    SigningKeys,
    SigningSecrets,
    new_recipient,
    new_signing,
    new_storage,
)
from backoffice.kit.sealed_file import SCRYPT_N, read_sealed, write_sealed
from schemas.canonical import Wire
from schemas.packet import Suite


class KeyUse(StrEnum):
    SIGNING = "signing"
    RECIPIENT = "recipient"
    STORAGE = "storage"


@dataclass(frozen=True, repr=False)
class Passphrases:
    """One for each file: the ingest machine is given the first only. `cost` is scrypt's n."""

    signing: bytes
    records: bytes
    cost: int = SCRYPT_N


@dataclass(frozen=True)
class Keyring:
    """Both files together, as only the machine that looks after the keys has them."""

    signing: SigningKeys
    records: RecordKeys

    @classmethod
    def load(cls, folder: Path, passphrases: Passphrases) -> Keyring:
        return cls(SigningKeys.load(folder, passphrases.signing), RecordKeys.load(folder, passphrases.records))

    def save(self, folder: Path, passphrases: Passphrases) -> None:
        self.records.save(folder, passphrases.records, cost=passphrases.cost)
        self.signing.save(folder, passphrases.signing, cost=passphrases.cost)


class Backup(Wire):
    """Everything in both files, for `keys backup`."""

    announced: Announced
    signing: SigningSecrets
    records: RecordSecrets


def create(folder: Path, passphrases: Passphrases, *, now: datetime) -> Keyring:
    """A new keyring; refuses to touch one that is there."""
    _refuse_existing(folder)
    make_folder(folder)
    announced, private = new_signing(now)
    recipient, recipient_private = new_recipient(now, suite=Suite.MLKEM768_X25519_AES256GCM)
    keyring = Keyring(
        SigningKeys(Announced(signing=(announced,), recipients=(recipient,)), SigningSecrets(keys=(private,))),
        RecordKeys(RecordSecrets(recipients=(recipient_private,), storage=(new_storage(now),))),
    )
    keyring.save(folder, passphrases)
    return keyring


def rotate(folder: Path, passphrases: Passphrases, use: KeyUse, *, begins: datetime) -> Keyring:
    """Add a key that begins at a moment; the old ones stay. Devices learn it from their next bundle."""
    keyring = Keyring.load(folder, passphrases)
    turned = {KeyUse.SIGNING: _with_signing, KeyUse.RECIPIENT: _with_recipient, KeyUse.STORAGE: _with_storage}[use](
        keyring, begins
    )
    turned.save(folder, passphrases)
    return turned


def backup(keyring: Keyring, file: Path, passphrase: bytes, *, cost: int = SCRYPT_N) -> None:
    """Write everything to one file under its own passphrase and read it back."""
    if file.exists():
        raise SetUpInvalid(f"{file}: exists already; name a new file for the backup")
    content = Backup(
        announced=keyring.signing.announced, signing=keyring.signing.secrets, records=keyring.records.secrets
    )
    write_sealed(file, content.canonical(), passphrase, cost=cost)
    if read_sealed(file, passphrase)[0] != content.canonical():
        raise SetUpInvalid(f"{file}: reads back differently; do not rely on this backup")


def restore(file: Path, passphrase: bytes, *, folder: Path, passphrases: Passphrases) -> Keyring:
    """Put a backup's keys into an empty folder, under that installation's own secrets."""
    _refuse_existing(folder)
    try:
        content = Backup.model_validate_json(read_sealed(file, passphrase)[0])
    except ValidationError as error:
        raise SetUpInvalid(f"{file}: not a key backup of Demado") from error
    make_folder(folder)
    keyring = Keyring(SigningKeys(content.announced, content.signing), RecordKeys(content.records))
    keyring.save(folder, passphrases)
    return keyring


def _refuse_existing(folder: Path) -> None:
    for name in (SIGNING_FILE, RECORDS_FILE):
        if (folder / name).exists():
            raise SetUpInvalid(f"{folder / name}: exists already; keys are never overwritten")


def _with_signing(keyring: Keyring, begins: datetime) -> Keyring:
    announced, private = new_signing(begins)
    signing = keyring.signing
    every = Announced(signing=(*signing.announced.signing, announced), recipients=signing.announced.recipients)
    return Keyring(SigningKeys(every, SigningSecrets(keys=(*signing.secrets.keys, private))), keyring.records)


def _with_recipient(keyring: Keyring, begins: datetime) -> Keyring:
    recipient, private = new_recipient(begins, suite=Suite.MLKEM768_X25519_AES256GCM)
    announced, secrets = keyring.signing.announced, keyring.records.secrets
    every = Announced(signing=announced.signing, recipients=(*announced.recipients, recipient))
    records = RecordSecrets(recipients=(*secrets.recipients, private), storage=secrets.storage)
    return Keyring(SigningKeys(every, keyring.signing.secrets), RecordKeys(records))


def _with_storage(keyring: Keyring, begins: datetime) -> Keyring:
    secrets = keyring.records.secrets
    records = RecordSecrets(recipients=secrets.recipients, storage=(*secrets.storage, new_storage(begins)))
    return Keyring(keyring.signing, RecordKeys(records))
