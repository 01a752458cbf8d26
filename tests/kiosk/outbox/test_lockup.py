"""Parked intakes on the disk: readable for the next service of this boot, for nobody after it, gone when they left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.outbox.lockup import Lockup
from kiosk.outbox.ram_key import RamKey, in_memory, ram_folder
from schemas.ids import SlipNumber

FIRST, SECOND = SlipNumber.new("A1", 7), SlipNumber.new("A1", 8)
SECRET = b"1953-02-11"


def lockup(data: Path, memory: Path | None, **how: int) -> Lockup:
    made = Lockup(data, RamKey(memory, data, randomness=os.urandom) if memory else None, **{"disk_low": 0, **how})
    data.chmod(0o700)
    return made


def files(data: Path) -> list[Path]:
    return [path for path in data.rglob("*") if path.is_file()]


def test_the_next_service_reads_what_was_put(tmp_path: Path, memory: Path) -> None:
    before = lockup(tmp_path, memory)
    assert before.put(FIRST, SECRET)
    after = lockup(tmp_path, memory)
    assert after.contents() == {FIRST: SECRET}
    assert after.holds(FIRST)
    assert all(SECRET not in path.read_bytes() for path in files(tmp_path))
    assert {path.stat().st_mode & 0o777 for path in (*files(tmp_path), *memory.iterdir())} == {0o600}


def test_whoever_has_left_leaves_neither_file_nor_key(tmp_path: Path, memory: Path) -> None:
    garage = lockup(tmp_path, memory)
    garage.put(FIRST, SECRET)
    garage.put(SECOND, SECRET)
    garage.drop(FIRST)
    assert [path.name for path in files(tmp_path)] == [f"{SECOND}.parked"]
    assert len(list(memory.iterdir())) == 1
    garage.drop(SECOND)
    assert not files(tmp_path)
    assert not list(memory.iterdir())


def test_after_a_power_cut_nothing_can_be_read_and_it_is_erased(tmp_path: Path, memory: Path) -> None:
    lockup(tmp_path, memory).put(FIRST, SECRET)
    for key in memory.iterdir():
        key.unlink()
    assert lockup(tmp_path, memory).contents() == {}
    assert not files(tmp_path)


def test_a_changed_file_or_one_under_another_number_is_not_believed(tmp_path: Path, memory: Path) -> None:
    garage = lockup(tmp_path, memory)
    garage.put(FIRST, SECRET)
    garage.put(SECOND, SECRET)
    folder = tmp_path / "parked"
    changed = bytearray((folder / f"{SECOND}.parked").read_bytes())
    changed[-1] ^= 1
    (folder / f"{SECOND}.parked").write_bytes(changed)
    (folder / f"{FIRST}.parked").rename(folder / f"{SlipNumber.new('A1', 9)}.parked")
    (folder / "half.new").write_bytes(b"half")
    assert lockup(tmp_path, memory).contents() == {}
    assert not files(tmp_path)


@pytest.mark.parametrize("wrong", ["others", "link", "short"])
def test_a_key_file_that_is_not_ours_alone_is_not_used(tmp_path: Path, memory: Path, wrong: str) -> None:
    lockup(tmp_path, memory).put(FIRST, SECRET)
    key = next(memory.iterdir())
    if wrong == "others":
        key.chmod(0o644)
    elif wrong == "link":
        key.rename(memory / "elsewhere")
        key.symlink_to(memory / "elsewhere")
    else:
        key.write_bytes(b"k" * 16)
    assert lockup(tmp_path, memory).contents() == {}


def test_a_folder_on_a_disk_keeps_no_key(tmp_path: Path, memory: Path) -> None:
    if not in_memory(tmp_path):
        assert ram_folder(tmp_path) is None
        assert ram_folder(None, {"RUNTIME_DIRECTORY": str(tmp_path), "XDG_RUNTIME_DIR": str(memory)}) == memory
    assert ram_folder(None, {"RUNTIME_DIRECTORY": str(memory)}) == memory
    assert ram_folder(memory / "absent") is None


def test_without_memory_for_the_key_nothing_is_kept(tmp_path: Path) -> None:
    garage = lockup(tmp_path, None)
    assert not garage.put(FIRST, SECRET)
    assert not garage.holds(FIRST)
    assert not files(tmp_path)


def test_room_on_a_full_disk_is_left_to_sealed_records(tmp_path: Path, memory: Path) -> None:
    garage = lockup(tmp_path, memory, disk_low=2**62)
    assert not garage.put(FIRST, SECRET)
    assert not files(tmp_path)
    assert not list(memory.iterdir())


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path, memory: Path) -> None:
    (tmp_path / "parked").write_bytes(b"a file is in the way")
    assert not lockup(tmp_path, memory).put(FIRST, SECRET)


def test_a_file_that_cannot_be_erased_loses_its_key(tmp_path: Path, memory: Path) -> None:
    garage = lockup(tmp_path, memory)
    garage.put(FIRST, SECRET)
    path = tmp_path / "parked" / f"{FIRST}.parked"
    copy = path.read_bytes()
    path.unlink()
    path.mkdir()  # stands for a disk that refuses
    garage.drop(FIRST)
    path.rmdir()
    path.write_bytes(copy)
    assert lockup(tmp_path, memory).contents() == {}


def test_what_is_in_the_way_at_the_start_costs_nobody_their_answers(tmp_path: Path, memory: Path) -> None:
    lockup(tmp_path, memory).put(SECOND, SECRET)
    (tmp_path / "parked" / "A").mkdir()  # cannot be erased as a file
    assert lockup(tmp_path, memory).contents() == {SECOND: SECRET}
