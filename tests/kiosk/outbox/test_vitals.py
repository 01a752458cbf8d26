"""What a machine says of itself, from the files Linux shows."""

from __future__ import annotations

from pathlib import Path

from kiosk.outbox.vitals import vitals


def supply(folder: Path, name: str, **files: str) -> None:
    (folder / name).mkdir()
    for file, text in files.items():
        (folder / name / file).write_text(f"{text}\n")


def test_the_emptiest_own_battery_and_the_plug_are_told(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", capacity="81")
    supply(tmp_path, "BAT1", capacity="37", scope="System")
    supply(tmp_path, "mouse", capacity="3", scope="Device")
    supply(tmp_path, "AC", online="0")
    supply(tmp_path, "USBC", online="1")
    told = vitals(tmp_path, power=tmp_path)
    assert (told["battery"], told["mains"]) == ("37", "true")
    assert 0 < int(told["disk_free"]) <= int(told["disk_total"])


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", capacity="unknown")
    assert not {"battery", "mains"} & vitals(tmp_path, power=tmp_path).keys()
    assert not {"battery", "mains"} & vitals(tmp_path, power=tmp_path / "none").keys()
    assert "disk_free" not in vitals(tmp_path / "none", power=tmp_path)
