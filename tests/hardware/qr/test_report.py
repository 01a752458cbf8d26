"""The report over labelled photographs: labels as the public sets lay them, rotations, and what counts as wrong."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

from tests.hardware.qr.conftest import drawn, modules_of
from tests.qr_report import label_of, main, report


def put(folder: Path, name: str, text: str, *, label: bytes | None = None, ending: str = ".txt") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / f"{name}.png"), drawn(modules_of(text)))
    (folder / f"{name}{ending}").write_bytes(text.encode() if label is None else label)


def test_labels_lie_beside_the_pictures(tmp_path: Path) -> None:
    put(tmp_path, "1", "x", label="申請書\n".encode())
    put(tmp_path, "2", "x", label=b"\xe9", ending=".bin")
    assert [label_of(tmp_path / f"{name}.png") for name in (1, 2, 3)] == ["申請書", "é", None]


def test_every_picture_counts_in_four_rotations_and_folders_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "qrcode-1", "1", "one")
    put(tmp_path / "qrcode-1", "2", "申請書 二")
    put(tmp_path / "qrcode-2", "1", "three")
    assert main([str(tmp_path), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    ours = {Path(row["folder"]).name: row for row in rows if row["reader"] == "ours, a file"}
    assert {name: (row["codes"], row["read_percent"], row["wrong"]) for name, row in ours.items()} == {
        "qrcode-1": (8, 100.0, 0),
        "qrcode-2": (4, 100.0, 0),
        "all": (12, 100.0, 0),
    }
    assert {row["reader"] for row in rows} >= {"pyzbar alone", "zxing-cpp alone", "OpenCV alone"}


def test_a_wrong_text_is_counted_named_and_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "1", "seen", label=b"expected")
    assert main([str(tmp_path), "--ours"]) == 1
    assert " 4 wrong" in capsys.readouterr().out
    (row, _all) = report([tmp_path], {"ours, a file": lambda _pixels: ["seen"]})
    assert row["wrong_files"] == ["1.png 0°", "1.png 90°", "1.png 180°", "1.png 270°"]


def test_a_folder_without_labels_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert "no labelled pictures" in capsys.readouterr().err
