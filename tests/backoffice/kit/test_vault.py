"""Photos at rest: encrypted, bound to their place, readable after a rotation of the storage key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from backoffice.kit import key_life
from backoffice.kit.blobs import FolderBlobs
from backoffice.kit.errors import NotFound, Unopenable
from backoffice.kit.key_life import KeyUse, Passphrases
from backoffice.kit.vault import Vault
from tests.backoffice.office import CHEAP, Clock
from tests.factories import FUKUSHIMA, MORNING

SECRETS = Passphrases(b"first-secret-of-the-test", b"second-secret-of-the-test", cost=CHEAP)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    keyring = key_life.create(tmp_path / "keys", SECRETS, now=MORNING)
    return Vault(FolderBlobs(tmp_path / "blobs"), keyring.records, now=Clock())


def stored(tmp_path: Path, key: str) -> Path:
    return tmp_path / "blobs" / key


def test_what_was_put_is_got_and_not_readable_on_the_disk(vault: Vault, tmp_path: Path) -> None:
    key = vault.put(b"a face" * 100, municipality=FUKUSHIMA, of="packet 1")
    assert vault.get(key) == b"a face" * 100
    assert b"a face" not in stored(tmp_path, key).read_bytes()


def test_same_owner_again_stores_nothing_new(vault: Vault, tmp_path: Path) -> None:
    first = vault.put(b"photo", municipality=FUKUSHIMA, of="packet 1")
    before = stored(tmp_path, first).read_bytes()
    assert vault.put(b"photo", municipality=FUKUSHIMA, of="packet 1") == first
    assert stored(tmp_path, first).read_bytes() == before


def test_changed_bytes_are_noticed(vault: Vault, tmp_path: Path) -> None:
    key = vault.put(b"photo", municipality=FUKUSHIMA, of="packet 1")
    file = stored(tmp_path, key)
    for at in (0, 4, 6, 20, -1):
        data = bytearray(file.read_bytes())
        data[at] ^= 1
        file.write_bytes(data)
        with pytest.raises(Unopenable, match=r"vault\."):
            vault.get(key)
        data[at] ^= 1
        file.write_bytes(data)
    assert vault.get(key) == b"photo"


def test_photo_put_in_anothers_place_is_noticed(vault: Vault, tmp_path: Path) -> None:
    first = vault.put(b"one", municipality=FUKUSHIMA, of="packet 1")
    second = vault.put(b"two", municipality=FUKUSHIMA, of="packet 2")
    stored(tmp_path, second).write_bytes(stored(tmp_path, first).read_bytes())
    with pytest.raises(Unopenable, match=r"vault\.changed"):
        vault.get(second)


def test_truncated_file_is_noticed(vault: Vault, tmp_path: Path) -> None:
    key = vault.put(b"photo", municipality=FUKUSHIMA, of="packet 1")
    stored(tmp_path, key).write_bytes(b"DMDV")
    with pytest.raises(Unopenable, match=r"vault\.not_ours"):
        vault.get(key)


def test_deleted_photo_is_gone(vault: Vault) -> None:
    key = vault.put(b"photo", municipality=FUKUSHIMA, of="packet 1")
    vault.delete(key)
    with pytest.raises(NotFound):
        vault.get(key)


def test_photos_of_before_a_rotation_stay_readable(vault: Vault, tmp_path: Path) -> None:
    old = vault.put(b"old", municipality=FUKUSHIMA, of="packet 1")
    turned = key_life.rotate(tmp_path / "keys", SECRETS, KeyUse.STORAGE, begins=MORNING - timedelta(seconds=1))
    assert turned.records.current_storage(MORNING) == turned.records.secrets.storage[0].key
    after = Vault(FolderBlobs(tmp_path / "blobs"), turned.records, now=Clock(MORNING + timedelta(days=1)))
    new = after.put(b"new", municipality=FUKUSHIMA, of="packet 2")
    assert (after.get(old), after.get(new)) == (b"old", b"new")


def test_key_that_is_not_here_is_said(vault: Vault, tmp_path: Path) -> None:
    key = vault.put(b"photo", municipality=FUKUSHIMA, of="packet 1")
    other = key_life.create(tmp_path / "other", SECRETS, now=MORNING).records
    with pytest.raises(Unopenable, match=r"vault\.key_missing"):
        Vault(FolderBlobs(tmp_path / "blobs"), other, now=Clock()).get(key)
