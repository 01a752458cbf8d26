"""`demado-hardware photo`: one JSON object a file, never a traceback."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from hardware.camera import Pixels
from hardware.photo import Advice
from hardware.photo.command import SENTENCES, add_arguments, examine, run
from hardware.photo.studio import BlindStudio, Studio

Draw = Callable[..., Pixels]


def saved(path: Path, picture: Pixels) -> Path:
    cv2.imwrite(str(path), picture)
    return path


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


def test_an_accepted_file_is_reported_and_its_photo_written(
    engine: object, person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "taro.png", person())
    assert run(parsed(str(file), "--out", str(tmp_path / "out"))) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["file", "accepted", "advice", "checks", "crop", "ms"]
    assert report["accepted"] is True
    assert set(report["checks"]["yaw"]) == {"value", "unit", "min", "max", "ok", "source"}
    assert all(check["source"] for check in report["checks"].values())
    with Image.open(tmp_path / "out" / "taro.jpg") as photo:
        assert photo.size == tuple(report["crop"][2:])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["taro.jpg"]


def test_a_refused_file_leaves_no_photo_and_a_failing_exit(
    engine: object, person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = saved(tmp_path / "good.png", person())
    bad = saved(tmp_path / "bad.png", person(eyes_open=False))
    assert run(parsed(str(good), str(bad), "--out", str(tmp_path / "out"))) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["accepted"], second["accepted"]) == (True, False)
    assert second["advice"] == ["open_eyes"]
    assert second["message"] == "open both eyes"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.jpg"]


def test_two_pictures_of_one_name_from_two_folders_leave_two_photos(
    engine: object, person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder, seed in (("east", 1), ("west", 2)):
        (tmp_path / folder).mkdir()
        saved(tmp_path / folder / "IMG_0001.png", person(seed=seed))
    files = [str(tmp_path / folder / "IMG_0001.png") for folder in ("east", "west")]
    assert run(parsed(*files, "--out", str(tmp_path / "out"))) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert ("written" in first, second["written"]) == (False, "IMG_0001-2.jpg")
    photos = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in photos] == ["IMG_0001-2.jpg", "IMG_0001.jpg"]
    assert photos[0].read_bytes() != photos[1].read_bytes()


def test_a_picture_that_was_brought_is_never_overwritten(
    engine: object, person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "taro.jpg", person())
    brought = file.read_bytes()
    (tmp_path / "again").symlink_to(tmp_path)
    assert run(parsed(str(file), "--out", str(tmp_path / "again"))) == 0
    assert json.loads(capsys.readouterr().out)["written"] == "taro-2.jpg"
    assert file.read_bytes() == brought
    with Image.open(tmp_path / "taro-2.jpg") as photo:
        assert photo.format == "JPEG"


def broken_files(folder: Path) -> list[Path]:
    noise = np.random.default_rng(3).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("not a picture")
    image.save(folder / "whole.jpg")
    (folder / "cut.jpg").write_bytes((folder / "whole.jpg").read_bytes()[:20_000])
    (folder / "whole.jpg").unlink()
    image.save(folder / "moving.gif", save_all=True, append_images=[image.rotate(90)])
    Image.new("1", (30_000, 30_000)).save(folder / "bomb.png")
    return sorted([*folder.iterdir(), folder / "absent.jpg", folder])


@pytest.mark.long
def test_what_is_no_usable_picture_file_gets_a_code_and_a_sentence(studio: Studio, tmp_path: Path) -> None:
    for file in broken_files(tmp_path):
        report = examine(studio, file, None)
        assert list(report) == ["file", "accepted", "advice", "checks", "crop", "error", "message", "ms"], file.name
        assert (report["accepted"], report["advice"], report["checks"], report["crop"]) == (False, [], {}, None)
        assert report["message"]


@pytest.mark.parametrize(("mode", "name"), [("CMYK", "p.jpg"), ("L", "p.png"), ("P", "p.png"), ("RGB", "p.txt")])
def test_odd_but_readable_files_are_judged(studio: Studio, person: Draw, tmp_path: Path, mode: str, name: str) -> None:
    kind = "JPEG" if name.endswith("jpg") else "PNG"
    Image.fromarray(person()[:, :, ::-1]).convert(mode).save(tmp_path / name, kind)
    assert "checks" in examine(studio, tmp_path / name, None)


def test_a_black_and_white_portrait_is_lawful(studio: Studio, person: Draw, tmp_path: Path) -> None:
    Image.fromarray(person()[:, :, ::-1]).convert("L").save(tmp_path / "grey.png")
    assert examine(studio, tmp_path / "grey.png", None)["accepted"] is True


def test_a_sixteen_bit_picture_is_judged(studio: Studio, person: Draw, tmp_path: Path) -> None:
    grey = cv2.cvtColor(person(), cv2.COLOR_BGR2GRAY).astype(np.uint16) * 257
    cv2.imwrite(str(tmp_path / "deep.png"), grey)
    assert examine(studio, tmp_path / "deep.png", None)["accepted"] is True


def test_one_pixel_is_a_picture_without_a_face(studio: Studio, tmp_path: Path) -> None:
    file = saved(tmp_path / "dot.png", np.zeros((1, 1, 3), np.uint8))
    assert examine(studio, file, None)["advice"] == ["no_face"]


def test_a_folder_that_cannot_be_written_is_reported(studio: Studio, person: Draw, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    report = examine(studio, saved(tmp_path / "taro.png", person()), tmp_path / "out")
    assert (report["accepted"], report["error"], report["advice"]) == (False, "photo.not_written", [])
    assert report["message"]
    assert all(check["ok"] or "warning" in check for check in report["checks"].values())


def test_without_models_the_command_says_what_is_missing(person: Draw, tmp_path: Path) -> None:
    report = examine(BlindStudio("no models"), saved(tmp_path / "taro.png", person()), None)
    assert (report["accepted"], report["error"]) == (False, "photo.models_missing")


def test_a_special_reason_is_given_by_its_code_and_shown_on_the_check(
    engine: object, person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shut = saved(tmp_path / "shut.png", person(eyes_open=False))
    assert run(parsed(str(shut), "--excuse", "eyes_closed", "--excuse", "posture")) == 0
    check = json.loads(capsys.readouterr().out)["checks"]["eyes_open"]
    assert (check["ok"], check["excused"]) == (False, True)


@pytest.mark.parametrize("words", [("--excuse", "because"), ("--view", "0"), ("--view", "wide")])
def test_unknown_reasons_and_impossible_angles_are_a_usage_error(words: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as left:
        parsed("file.png", *words)
    assert left.value.code == 2


def test_a_known_angle_of_view_adds_a_warning_about_the_distance(
    engine: object, person: Draw, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path / "near.png", person())
    assert run(parsed(str(file), "--view", "110")) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["warnings"] == ["move_back"]
    assert report["checks"]["lens_distance"]["warning"] is True


def test_every_advice_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Advice)
