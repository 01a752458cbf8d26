"""Blobs: written once, whole, durable; the same contract for a folder and an object store."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from backoffice.kit.blobs import Blobs, FolderBlobs, ObjectBlobs, open_blobs, sharded
from backoffice.kit.errors import NotFound, SetUpInvalid, Unavailable


@pytest.fixture(params=["folder", "object store"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return FolderBlobs(tmp_path / "blobs") if request.param == "folder" else ObjectBlobs(MemoryStore())


def test_what_was_put_is_got(blobs: Blobs) -> None:
    assert blobs.put("packets/072010/ab/abcd", b"frame")
    assert blobs.get("packets/072010/ab/abcd") == b"frame"


def test_second_put_changes_nothing(blobs: Blobs) -> None:
    assert blobs.put("a/b", b"first")
    assert not blobs.put("a/b", b"second")
    assert blobs.get("a/b") == b"first"


def test_missing_key_is_said(blobs: Blobs) -> None:
    with pytest.raises(NotFound, match=r"blob\.missing"):
        blobs.get("a/b")


def test_deleted_key_is_gone_and_deleting_again_is_no_error(blobs: Blobs) -> None:
    blobs.put("a/b", b"x")
    blobs.delete("a/b")
    blobs.delete("a/b")
    with pytest.raises(NotFound):
        blobs.get("a/b")


@pytest.mark.parametrize("key", ["../x", "/x", "a//b", "A", "a/../b", "a b", "", "a/"])
def test_key_that_could_leave_the_store_is_refused(blobs: Blobs, key: str) -> None:
    with pytest.raises(ValueError, match="blob key"):
        blobs.put(key, b"x")


def test_two_writers_of_one_key_agree_on_one_content(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    outcomes: list[bool] = []
    writers = [
        threading.Thread(target=lambda content=content: outcomes.append(blobs.put("k", content)))
        for content in (b"a" * 100_000, b"b" * 100_000)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(outcomes) == [False, True]
    assert len(set(blobs.get("k"))) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["k"]


def test_file_is_closed_to_others(tmp_path: Path) -> None:
    FolderBlobs(tmp_path / "blobs").put("a/b", b"x")
    assert (tmp_path / "blobs" / "a" / "b").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "blobs" / "a").stat().st_mode & 0o077 == 0


def test_file_and_its_folder_are_synced_before_put_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    FolderBlobs(tmp_path).put("a/b", b"x")
    assert any(".new-" in name for name in synced)
    assert synced[-1] == str(tmp_path / "a")
    assert str(tmp_path) in synced
    synced.clear()
    FolderBlobs(tmp_path).put("a/b", b"x")
    assert synced == [str(tmp_path), str(tmp_path / "a")]


def test_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file")
    blobs = FolderBlobs(tmp_path / "blobs")
    with pytest.raises(Unavailable):
        blobs.put("a/b", b"x")
    with pytest.raises(Unavailable):
        blobs.get("a/b")


def test_no_half_file_stays_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable):
        FolderBlobs(tmp_path).put("k", b"x")
    assert list(tmp_path.iterdir()) == []


def test_url_of_no_store_is_a_set_up_fault() -> None:
    with pytest.raises(SetUpInvalid, match="gopher"):
        open_blobs("gopher://bucket/prefix")


def test_store_is_chosen_by_url(tmp_path: Path) -> None:
    assert isinstance(open_blobs(str(tmp_path)), FolderBlobs)
    assert isinstance(open_blobs(f"file://{tmp_path}"), FolderBlobs)
    assert isinstance(open_blobs("memory:///"), ObjectBlobs)


def test_shards_keep_folders_small() -> None:
    assert sharded("packets", "072010", "abcdef") == "packets/072010/ab/abcdef"
