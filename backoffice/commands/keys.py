"""`demado-backoffice keys init | show | rotate | backup | check | restore`: the keyring's life (kit/key_life.py)."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path

from backoffice.commands import say
from backoffice.kit import key_backup, key_life
from backoffice.kit.durable import make_folder, write_if_absent
from backoffice.kit.key_life import Keyring, KeyUse
from backoffice.kit.keyring import begun
from backoffice.kit.sealed_file import read_passphrase
from backoffice.settings import Settings
from schemas.ids import KeyId

_WARNING = "records.key opens every record; without it nothing received can be read again. Make a backup: keys backup"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    init = verbs.add_parser("init", help="make the keys of a new installation")
    init.add_argument(
        "--make-secrets", action="store_true", help="make the two secret files too, where they are missing"
    )
    verbs.add_parser("show", help="print every key, without its secret part")
    rotate = verbs.add_parser("rotate", help="add a key that takes over at a moment; old keys stay")
    rotate.add_argument("use", type=KeyUse, choices=list(KeyUse))
    rotate.add_argument("--in-hours", type=float, default=24.0, help="when it begins; devices learn it before (24)")
    backup = verbs.add_parser("backup", help="write all keys to one file under its own passphrase")
    check = verbs.add_parser("check", help="open a backup as a restore would; exit 1 when it lacks a key in force")
    restore = verbs.add_parser("restore", help="put a backup's keys into an installation that has none")
    for verb in (backup, check, restore):
        verb.add_argument("file", type=Path)
        verb.add_argument("--passphrase-file", type=Path, required=True)


def run(arguments: argparse.Namespace, settings: Settings, *, now: Callable[[], datetime]) -> int:
    if arguments.verb == "check":
        return _check(arguments, settings)
    verbs = {"init": _init, "show": _show, "rotate": _rotate, "backup": _backup, "restore": _restore}
    keyring = verbs[arguments.verb](arguments, settings, now())
    lost = key_backup.not_backed_up(settings.keys, keyring.records)
    _print(keyring, now(), lost=lost)
    if lost and arguments.verb != "init":  # which has said so
        say(notice="keys.not_backed_up", keys=list(lost), message=_WARNING)
    return 0


def _init(arguments: argparse.Namespace, settings: Settings, now: datetime) -> Keyring:
    if arguments.make_secrets:
        for file in (settings.signing_secret, settings.records_secret):
            make_folder(file.parent)
            write_if_absent(file, secrets.token_urlsafe(32).encode() + b"\n")
    keyring = key_life.create(settings.keys, settings.passphrases(), now=now)
    say(notice="keys.backup_needed", message=_WARNING)
    return keyring


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    keyring = Keyring.load(settings.keys, settings.passphrases())
    found = key_backup.check(arguments.file, read_passphrase(arguments.passphrase_file), keyring)
    say(file=str(arguments.file), covered=list(found.covered), missing=list(found.missing))
    return 1 if found.missing else 0


def _show(_arguments: argparse.Namespace, settings: Settings, _now: datetime) -> Keyring:
    return Keyring.load(settings.keys, settings.passphrases())


def _rotate(arguments: argparse.Namespace, settings: Settings, now: datetime) -> Keyring:
    begins = now + timedelta(hours=arguments.in_hours)
    keyring = key_life.rotate(settings.keys, settings.passphrases(), arguments.use, begins=begins)
    say(
        notice="keys.restart_needed",
        message="Restart the services so that they use the new keyring, and make a backup.",
    )
    return keyring


def _backup(arguments: argparse.Namespace, settings: Settings, now: datetime) -> Keyring:
    keyring = Keyring.load(settings.keys, settings.passphrases())
    key_life.backup(keyring, arguments.file, read_passphrase(arguments.passphrase_file), cost=settings.scrypt_cost)
    key_backup.note(settings.keys, keyring, now=now)
    return keyring


def _restore(arguments: argparse.Namespace, settings: Settings, now: datetime) -> Keyring:
    keyring = key_life.restore(
        arguments.file,
        read_passphrase(arguments.passphrase_file),
        folder=settings.keys,
        passphrases=settings.passphrases(),
    )
    key_backup.note(settings.keys, keyring, now=now)  # it came out of one
    return keyring


def _print(keyring: Keyring, now: datetime, *, lost: Collection[KeyId]) -> None:
    announced, secrets = keyring.signing.announced, keyring.records.secrets
    for use, keys in (
        (KeyUse.SIGNING, [(key.key, key.not_before) for key in announced.signing]),
        (KeyUse.RECIPIENT, [(key.key, key.not_before) for key in announced.recipients]),
        (KeyUse.STORAGE, [(key.key, key.not_before) for key in secrets.storage]),
    ):
        current = {
            KeyUse.SIGNING: begun(announced.signing, now).key,
            KeyUse.RECIPIENT: begun(announced.recipients, now).key,
            KeyUse.STORAGE: begun(secrets.storage, now).key,
        }[use]
        for key, begins in keys:
            kept = {} if use is KeyUse.SIGNING else {"backed_up": key not in lost}
            say(use=use.value, key=key, begins=begins.isoformat(), current=key == current, **kept)
