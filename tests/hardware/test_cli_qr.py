"""`demado-hardware qr` as other people's scripts call it: JSON on stdout, words on stderr, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.camera.paper import draw_code, draw_form

TEXT = "https://form.example.jp/?id=12345678901234567890123"


def call(
    *words: str | os.PathLike[str] | bytes, command: str = "qr", **options: object
) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "hardware", command, *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "申請書 1.png"
    path.write_bytes(cv2.imencode(".png", draw_form(TEXT))[1].tobytes())
    return path


def test_one_line_a_file_with_text_and_corners(sheet: Path) -> None:
    done = call(sheet, sheet)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0
    assert done.stderr == ""
    assert list(first) == ["file", "codes", "ms"]
    assert first["file"] == second["file"] == str(sheet)
    assert [code["text"] for code in first["codes"]] == [TEXT]
    corners = np.array(first["codes"][0]["corners"])
    assert np.abs(corners - np.array([[896, 256], [1072, 256], [1072, 432], [896, 432]])).max() <= 4
    assert first["ms"] > 0


def test_japanese_text_comes_out_as_written(tmp_path: Path) -> None:
    text = "申請書ID：１２３４５６７８９０ 髙﨑 🗻"
    code = draw_code(text, module=6)
    code.save(tmp_path / "a.png")
    done = call(tmp_path / "a.png", env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert json.loads(done.stdout)["codes"][0]["text"] == text
    assert text.encode() in done.stdout.encode()


def test_a_picture_without_a_code_is_no_success(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "white.png"), np.full((200, 300, 3), 255, np.uint8))
    done = call(tmp_path / "white.png")
    assert done.returncode == 1
    assert json.loads(done.stdout)["codes"] == []


def test_each_bad_file_gets_its_code_and_the_good_one_is_still_read(sheet: Path, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("hello")
    (tmp_path / "cut.png").write_bytes(sheet.read_bytes()[:5000])
    names = ["none.png", "text.png", "cut.png", ".", sheet.name]
    done = call(*names, cwd=tmp_path)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert done.stderr == ""
    assert [answer.get("error") for answer in answers] == [
        "image.not_found",
        "image.not_an_image",
        "image.truncated",
        "image.not_a_file",
        None,
    ]
    assert all(answer["message"] for answer in answers[:4])
    assert answers[4]["codes"]


def test_a_file_name_that_is_no_utf8_comes_back_as_python_writes_it(sheet: Path, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xfe.png"
    Path(os.fsdecode(name)).write_bytes(sheet.read_bytes())
    done = call(name)
    assert done.returncode == 0
    assert os.fsencode(json.loads(done.stdout)["file"]) == name


def test_a_reader_who_stops_reading_ends_it_quietly(sheet: Path) -> None:
    script = f'"{sys.executable}" -m hardware qr "$@" | head -n 1; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ["bash", "-c", script, "x", *[str(sheet)] * 40], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["codes"]
    assert done.stderr == ""


def test_closed_standard_streams_do_no_harm(sheet: Path) -> None:
    for closed in ("<&-", "2>&-", ">&-"):
        done = subprocess.run(
            ["bash", "-c", f'"{sys.executable}" -m hardware qr "$0" {closed}', str(sheet)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == (1 if closed == ">&-" else 0)


@pytest.mark.parametrize("words", [[], ["--help"], ["qr"], ["qr", "--help"], ["nonsense"]])
def test_words_on_the_command_line_never_end_in_a_traceback(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hardware", *words], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == (0 if "--help" in words else 2)
    assert "Traceback" not in done.stderr
    assert "usage:" in (done.stdout if "--help" in words else done.stderr)


def test_a_command_whose_library_is_missing_says_what_to_do() -> None:
    program = (
        "import sys; sys.modules['zxingcpp'] = None; from hardware.__main__ import main; sys.exit(main(['qr', 'x']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == "setup.library_missing"


def test_a_full_disk_behind_stdout_is_a_sentence_and_no_traceback() -> None:
    words = [sys.executable, "-m", "hardware", "qr", "absent.png"]
    with Path("/dev/full").open("w") as full:
        left = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert left.returncode == 1
    assert left.stderr == "demado-hardware: No space left on device\n"
