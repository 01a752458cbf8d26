"""`demado-hardware qr` with files nobody should give it: an answer for each, in bounded time, never a traceback."""

from __future__ import annotations

import json
import random
from argparse import Namespace
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.qr.command import run
from tests.hardware.qr.conftest import byte_segment, drawn, modules_of, set_of, symbol_of_bits

ID = "20260710000000000000017"


def saved(path: Path, pixels: Pixels, *, ending: str = ".png") -> str:
    path = path.with_suffix(ending)
    path.write_bytes(cv2.imencode(ending, pixels)[1].tobytes())
    return str(path)


def answers(capsys: pytest.CaptureFixture[str], *files: str) -> tuple[int, list[dict[str, object]]]:
    code = run(Namespace(files=list(files), live=False))
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, [json.loads(line) for line in out.splitlines()]


def texts(answer: dict[str, object]) -> list[str]:
    return [code["text"] for code in answer["codes"]]  # type: ignore[attr-defined]


BAD = {
    "form.pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + bytes(range(256)) * 8,
    "noise.jpg": random.Random(4).randbytes(40_000),
    "head.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + random.Random(5).randbytes(3_000),
    "photo.heic": b"\x00\x00\x00\x18ftypheic" + random.Random(6).randbytes(3_000),
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>",
    "nothing.png": b"",
    "bomb.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\x00\x00\x00" + bytes(40),
    "archive.zip": b"PK\x03\x04" + random.Random(7).randbytes(900),
}


def test_every_file_that_is_no_picture_is_named_and_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, data in BAD.items():
        (tmp_path / name).write_bytes(data)
    good = saved(tmp_path / "good", drawn(modules_of(ID)))
    code, lines = answers(capsys, *(str(tmp_path / name) for name in BAD), good)
    assert code == 1
    assert [str(line.get("error", ""))[:6] for line in lines] == ["image."] * len(BAD) + [""]
    assert texts(lines[-1]) == [ID]


def test_pictures_of_any_size_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = [(1, 1), (1, 3000), (3000, 1), (20, 21), (22, 2000)]
    noise = np.random.default_rng(1)
    files = [
        saved(tmp_path / f"{tall}x{wide}", noise.integers(0, 256, (tall, wide, 3), dtype=np.uint8))
        for tall, wide in sizes
    ]
    code, lines = answers(capsys, *files)
    assert code == 1
    assert [line["codes"] for line in lines] == [[]] * len(sizes)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".bmp", ".tiff", ".webp", ".ppm"])
def test_every_format_of_picture_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str) -> None:
    code, (line,) = answers(capsys, saved(tmp_path / "a", drawn(modules_of(ID)), ending=ending))
    assert (code, texts(line)) == (0, [ID])


@pytest.mark.parametrize("text", [ID[:22], ID + "4", "123456789018", "https://example.com/?q=1", "こんにちは", " x "])
def test_texts_come_out_as_they_stand_whatever_they_mean(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    code, (line,) = answers(capsys, saved(tmp_path / "a", drawn(modules_of(text))))
    assert (code, texts(line)) == (0, [text])


def test_a_part_of_a_set_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, (line,) = answers(capsys, saved(tmp_path / "a", drawn(set_of(ID.encode(), (11,))[0])))
    assert (code, line["codes"]) == (1, [])


def test_control_characters_do_not_break_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = 'a\n{"file":"x"}\r\x1b[2J\u2028"\\'
    modules = symbol_of_bits(byte_segment(written.encode()))
    _code, lines = answers(capsys, saved(tmp_path / "a", drawn(modules)))
    assert [texts(line) for line in lines] == [[written]]


@pytest.mark.parametrize("seed", range(3))
def test_damaged_pictures_give_the_text_or_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int) -> None:
    lots = random.Random(seed)
    data = bytearray(Path(saved(tmp_path / "a", drawn(modules_of(ID)), ending=".jpg")).read_bytes())
    for _ in range(12):
        data[lots.randrange(200, len(data))] = lots.randrange(256)
    (tmp_path / "b.jpg").write_bytes(data)
    code, (line,) = answers(capsys, str(tmp_path / "b.jpg"))
    assert "error" in line or set(texts(line)) <= {ID}
    assert code == (0 if line.get("codes") else 1)


def test_no_link_is_opened_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An audit hook sees every socket, program and file opened for writing while a sheet with a link is read."""
    import sys

    seen: list[str] = []
    watching = True

    def hook(event: str, values: tuple[object, ...]) -> None:
        if not watching:
            return
        if event.startswith(("socket.", "subprocess.", "os.system", "webbrowser.", "urllib.")):
            seen.append(event)
        if event == "open" and isinstance(values[1], str) and set(values[1]) & set("wax+"):
            seen.append(f"open {values[0]!r}")

    file = saved(tmp_path / "a", drawn(modules_of(f"https://net.kojinbango-card.go.jp/?id={ID}")))
    answers(capsys, file)
    sys.addaudithook(hook)
    code, (line,) = answers(capsys, file)
    watching = False
    assert (code, texts(line)) == (0, [f"https://net.kojinbango-card.go.jp/?id={ID}"])
    assert seen == []
