"""Bytes under a key, written once: sealed packets, quarantine, encrypted photos.

A folder by default – every byte is on the disk before `put` returns, because a receipt will promise it – or any store
that obstore knows by URL (`s3://bucket/prefix`), whose conditional put is just as final.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import ObjectStore, from_url

from backoffice.kit.durable import make_folder, sync_folder, write_if_absent
from backoffice.kit.errors import NotFound, SetUpInvalid, Unavailable

_KEY = re.compile(r"[a-z0-9]+(?:[/._-][a-z0-9]+)*")
_MISSING = "保存されているはずのデータが見つかりません。"
_BROKEN = "データの保管場所を使えません。しばらくしてからもう一度お試しください。"


class Blobs(Protocol):
    """`Unavailable` when the store cannot be reached or written; the caller may try again."""

    def put(self, key: str, data: bytes) -> bool:
        """Store under a new key, durably. False when the key exists; then nothing is changed."""

    def get(self, key: str) -> bytes:
        """The bytes. `NotFound` when there are none."""

    def delete(self, key: str) -> None:
        """Forget a key; no error when it is gone already."""


def sharded(kind: str, municipality: str, name: str) -> str:
    """`packets`, `072010`, `abcdef…` → `packets/072010/ab/abcdef…`.

    256 folders: a million packets are 4,000 a folder, and new folders, whose names must be synced too, soon end.
    """
    return f"{kind}/{municipality}/{name[:2]}/{name}"


def open_blobs(where: str) -> Blobs:
    """The store for a folder or a URL of obstore. `SetUpInvalid` names what is wrong with it."""
    if "://" not in where or where.startswith("file://"):
        return FolderBlobs(Path(where.removeprefix("file://")))
    try:
        return ObjectBlobs(from_url(where))
    except (BaseError, ValueError) as error:
        raise SetUpInvalid(f"blobs = {urlsplit(where).scheme}://…: {type(error).__name__}") from error


class FolderBlobs:
    """A folder. Written beside, fsynced, linked to its name, folder fsynced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._durable: set[Path] = set()

    def put(self, key: str, data: bytes) -> bool:
        path = self._path(key)
        try:
            self._settle(path.parent)
            if path.exists():
                sync_folder(path.parent)  # whoever wrote it may have died before this
                return False
            return write_if_absent(path, data)
        except OSError as error:
            raise Unavailable("office.unavailable", _BROKEN) from error

    def _settle(self, folder: Path) -> None:
        """Make a folder, and its names durable once a process: another may have made it and not synced it yet."""
        if folder in self._durable:
            return
        make_folder(folder)
        for place in (folder, *folder.parents):
            if place == self._folder:
                break
            sync_folder(place.parent)
        self._durable.add(folder)

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound("blob.missing", _MISSING) from None
        except OSError as error:
            raise Unavailable("office.unavailable", _BROKEN) from error

    def delete(self, key: str) -> None:
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable("office.unavailable", _BROKEN) from error

    def _path(self, key: str) -> Path:
        return self._folder / _checked(key)


class ObjectBlobs:
    """An object store through obstore."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, key: str, data: bytes) -> bool:
        try:
            obstore.put(self._store, _checked(key), data, mode="create")
        except AlreadyExistsError:
            return False
        except BaseError as error:
            raise Unavailable("office.unavailable", _BROKEN) from error
        return True

    def get(self, key: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, _checked(key)).bytes())
        except (NotFoundError, FileNotFoundError):
            raise NotFound("blob.missing", _MISSING) from None
        except BaseError as error:
            raise Unavailable("office.unavailable", _BROKEN) from error

    def delete(self, key: str) -> None:
        try:
            obstore.delete(self._store, _checked(key))
        except (NotFoundError, FileNotFoundError):
            return
        except BaseError as error:
            raise Unavailable("office.unavailable", _BROKEN) from error


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("a blob key has lower-case letters, digits and single separators only")
    return key
