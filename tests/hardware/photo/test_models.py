"""The set-up step that brings the models: checksums, nothing twice, nothing by halves, no failure of the set-up."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from deploy import photo_models
from hardware.photo.engine.mediapipe_tflite import FILES, FOLDER


def fake_uv(folder: Path, script: str) -> Path:
    """A program in uv's place; `$into` is the folder after --target."""
    program = folder / "uv"
    program.write_text(f'#!/bin/sh\nwhile [ "$1" != --target ]; do shift; done\ninto=$2\n{script}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def run(uv: Path | str, into: Path) -> int:
    return photo_models.main(["--uv", str(uv), "--into", str(into)])


def test_the_engine_reads_the_files_that_the_set_up_brings() -> None:
    assert set(FILES) == set(photo_models.MODELS)
    assert FOLDER == photo_models.FOLDER


def test_models_that_are_there_are_the_pinned_ones() -> None:
    if not all((FOLDER / name).is_file() for name in FILES):
        pytest.skip("photo models are absent: run deploy/photo_models.py")
    assert photo_models.complete(FOLDER)


def test_a_second_run_starts_no_program(tmp_path: Path) -> None:
    if not photo_models.complete(FOLDER):
        pytest.skip("photo models are absent: run deploy/photo_models.py")
    assert run(tmp_path / "there-is-no-uv", FOLDER) == 0


def test_a_wheel_that_cannot_be_had_is_a_warning_and_the_set_up_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uv = fake_uv(tmp_path, "echo 'no route to host' >&2; exit 2")
    assert run(uv, tmp_path / "models") == 0
    said = capsys.readouterr().err
    assert "no route to host" in said
    assert "a person must judge" in said


def test_files_that_are_not_the_pinned_ones_are_not_taken(tmp_path: Path) -> None:
    make = "\n".join(f'mkdir -p "$into/any"; echo forged > "$into/any/{name}"' for name in photo_models.MODELS)
    assert run(fake_uv(tmp_path, make), tmp_path / "models") == 0
    assert list((tmp_path / "models").iterdir()) == []


def test_a_damaged_model_is_fetched_again(tmp_path: Path) -> None:
    if not photo_models.complete(FOLDER):
        pytest.skip("photo models are absent: run deploy/photo_models.py")
    models = tmp_path / "models"
    models.mkdir()
    for name in photo_models.MODELS:
        os.link(FOLDER / name, models / name) if name != FILES[0] else (models / name).write_bytes(b"half")
    copy = f'mkdir -p "$into/m"; cp "{FOLDER}"/*.tflite "$into/m/"'
    assert run(fake_uv(tmp_path, copy), models) == 0
    assert photo_models.complete(models)
