"""Whether the keys are in a backup: the keyring's folder remembers which ones the last backups covered.

Without `records.key` nothing received can ever be read again, and nobody notices before the day it is gone. So every
place that has the keys says it beforehand: `keys show`, the start of the service, the office's front page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from backoffice.kit.durable import write_whole
from backoffice.kit.errors import SetUpInvalid
from backoffice.kit.key_life import Backup, Keyring
from backoffice.kit.keyring import RecordKeys
from backoffice.kit.sealed_file import read_sealed
from schemas.canonical import Wire
from schemas.ids import KeyId

_NOTE = "backed-up.json"
_LIMIT = 1024 * 1024


class BackupNote(Wire):
    """Fingerprints only: the note gives nobody a key."""

    at: AwareDatetime
    keys: tuple[KeyId, ...]


@dataclass(frozen=True)
class BackupCheck:
    """What a backup file covers of a keyring. `missing`: keys that would be lost with this machine."""

    covered: tuple[KeyId, ...]
    missing: tuple[KeyId, ...]


def note(folder: Path, keyring: Keyring, *, now: datetime) -> None:
    """A backup of this keyring was written and read back."""
    write_whole(folder / _NOTE, BackupNote(at=now, keys=keys_that_open(keyring.records)).canonical() + b"\n")


def not_backed_up(folder: Path, records: RecordKeys) -> tuple[KeyId, ...]:
    """The keys that open records or photos and stand in no backup we know of."""
    try:
        with (folder / _NOTE).open("rb") as file:
            covered = set(BackupNote.model_validate_json(file.read(_LIMIT)).keys)
    except (OSError, ValidationError):
        covered = set()
    return tuple(key for key in keys_that_open(records) if key not in covered)


def check(file: Path, passphrase: bytes, keyring: Keyring) -> BackupCheck:
    """Open a backup as a restore would, and compare it with the keys in force. `SetUpInvalid` when it does not open."""
    try:
        content = Backup.model_validate_json(read_sealed(file, passphrase)[0])
    except ValidationError as error:
        raise SetUpInvalid(f"{file}: not a key backup of Demado") from error
    there = {(key.key, key.raw) for key in (*content.records.recipients, *content.records.storage)}
    here = (*keyring.records.secrets.recipients, *keyring.records.secrets.storage)
    return BackupCheck(
        tuple(key.key for key in here if (key.key, key.raw) in there),
        tuple(key.key for key in here if (key.key, key.raw) not in there),
    )


def keys_that_open(records: RecordKeys) -> tuple[KeyId, ...]:
    return tuple(key.key for key in (*records.secrets.recipients, *records.secrets.storage))
