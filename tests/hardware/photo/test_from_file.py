"""A picture brought as a file: every way a telephone may have turned it, wide colours, odd kinds, hostile ones."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from hardware.camera import Pixels
from hardware.camera.load import FORMATS, decode_picture
from hardware.camera.portrait import draw_person
from hardware.errors import InputRefused
from hardware.photo.command import examine
from hardware.photo.studio import Studio

Draw = Callable[..., Pixels]
# What a camera did to the picture, so that the EXIF value brings it back (TIFF 6.0, tag 274).
TURNED: dict[int, Callable[[Image.Image], Image.Image]] = {
    1: lambda image: image,
    2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
    4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    6: lambda image: image.transpose(Image.Transpose.ROTATE_90),
    7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
    8: lambda image: image.transpose(Image.Transpose.ROTATE_270),
}


@pytest.fixture(scope="module")
def good(person: Draw) -> Image.Image:
    return Image.fromarray(person(seed=1)[:, :, ::-1])


@pytest.mark.parametrize("value", TURNED)
def test_however_the_telephone_was_held_the_same_picture_comes_out(good: Image.Image, value: int) -> None:
    exif = Image.Exif()
    exif[274] = value
    file = io.BytesIO()
    TURNED[value](good).save(file, "PNG", exif=exif)
    assert np.array_equal(decode_picture(file.getvalue()), np.asarray(good)[:, :, ::-1])


def test_a_turned_telephone_picture_is_accepted_and_the_photo_carries_no_exif(
    studio: Studio, good: Image.Image, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[274], exif[0x010E] = 6, "somebody's name"
    TURNED[6](good).save(tmp_path / "tall.jpg", quality=97, exif=exif)
    assert examine(studio, tmp_path / "tall.jpg", tmp_path / "out")["accepted"] is True
    with Image.open(tmp_path / "out" / "tall.jpg") as photo:
        assert "exif" not in photo.info
        assert "icc_profile" not in photo.info
        assert photo.height > photo.width


def fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def wide_profile() -> bytes:
    """An ICC v2 matrix profile with the primaries of Display P3 (D50 values of its published profile) and gamma 2.2."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    parts = {
        b"rXYZ": xyz(0.5151, 0.2412, -0.0011), b"gXYZ": xyz(0.2920, 0.6922, 0.0419),
        b"bXYZ": xyz(0.1571, 0.0666, 0.7841), b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve,
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(79),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
    }  # fmt: skip
    table, body, offset = struct.pack(">I", len(parts)), b"", 128 + 4 + 12 * len(parts)
    for name, part in parts.items():
        table += name + struct.pack(">II", offset + len(body), len(part))
        body += part + bytes(-len(part) % 4)
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ") + bytes(12) + b"acsp"
    head += bytes(28) + fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    return head + bytes(128 - len(head)) + table + body


def test_wide_colours_are_converted_to_srgb() -> None:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 100, 100)).save(file, "PNG", icc_profile=wide_profile())
    blue, green, red = (int(v) for v in decode_picture(file.getvalue())[8, 8])
    assert red > 208, "the same numbers mean a redder red in the wide space"
    assert green < 99
    assert abs(blue - 98) < 6


def test_a_grey_picture_in_wide_colours_stays_grey() -> None:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), (128, 128, 128)).save(file, "PNG", icc_profile=wide_profile())
    pixel = decode_picture(file.getvalue())[8, 8].astype(int)
    assert np.ptp(pixel) <= 2


def test_sixteen_bits_a_channel_lose_nothing_that_matters(good: Image.Image) -> None:
    deep = np.asarray(good)[:, :, ::-1].astype(np.uint16) * 257
    for kind in (".png", ".tif"):
        done, data = cv2.imencode(kind, deep)
        assert done
        try:
            again = decode_picture(data.tobytes())
        except InputRefused as refusal:
            assert (kind, refusal.code) == (".tif", "image.not_an_image"), "Pillow knows no such TIFF and says so"
            continue
        assert np.abs(again.astype(int) - np.asarray(good)[:, :, ::-1]).max() <= 1


def png_of(width: int, height: int, *, rows: int) -> bytes:
    """A PNG of one colour with a right header, of which the first rows are there."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    line = bytes(1 + 3 * width)
    body = b"".join(packer.compress(line) for _ in range(rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def hostile_files(folder: Path) -> Iterator[Path]:
    """The costliest pictures that are decoded, and bombs that only promise."""
    bombs = {"bomb": (30_000, 30_000), "wide": (50_000_000, 1), "tall": (1, 50_000_000), "square": (7_700, 7_700)}
    for name, (width, height) in bombs.items():
        (folder / f"{name}.png").write_bytes(png_of(width, height, rows=4))
    large = Image.new("RGB", (7_700, 7_700), (190, 170, 160))
    large.save(folder / "progressive.jpg", progressive=True, subsampling=0)
    yield from sorted(folder.iterdir())


# VmHWM begins anew with the program; ru_maxrss would begin with what this test process holds.
JUDGED_ALONE = """
import json, pathlib, re, sys
from hardware.__main__ import main
status = main(["photo", *sys.argv[1:]])
peak = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())
print(json.dumps([status, int(peak[1]) // 1024]))
"""


@pytest.mark.long
def test_no_file_costs_more_than_600_mebibytes(engine: object, tmp_path: Path) -> None:
    """The command itself in a process of its own: its peak over all hostile files."""
    words = [sys.executable, "-c", JUDGED_ALONE, *map(str, hostile_files(tmp_path))]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    *reports, (status, mebibytes) = map(json.loads, done.stdout.splitlines())
    assert status == 1
    assert mebibytes < 600, mebibytes
    said = {Path(report["file"]).name: report.get("error") or report["advice"] for report in reports}
    refused = ("bomb.png", "wide.png", "tall.png", "square.png")
    assert {said.pop(name) for name in refused} == {"image.too_large"}
    assert set(map(str, said.values())) == {"['no_face']"}, said


def test_a_bomb_costs_no_time(studio: Studio, tmp_path: Path) -> None:
    """30,000 × 30,000 would be 2.7 GB decoded; its header is enough to refuse it."""
    (tmp_path / "bomb.png").write_bytes(png_of(30_000, 30_000, rows=16))
    start = time.perf_counter()
    assert examine(studio, tmp_path / "bomb.png", None)["error"] == "image.too_large"
    assert time.perf_counter() - start < 1


def test_a_picture_too_large_to_keep_whole_is_halved_and_judged(studio: Studio, tmp_path: Path) -> None:
    picture = Image.fromarray(draw_person(1450, 1100, seed=1)[:, :, ::-1]).resize((5_800, 4_400))
    exif = Image.Exif()
    exif[274] = 8
    for kind in ("jpg", "tif"):  # one is halved while it is decoded, the other afterwards
        picture.transpose(Image.Transpose.ROTATE_270).save(tmp_path / f"large.{kind}", exif=exif)
        report = examine(studio, tmp_path / f"large.{kind}", None)
        assert report["accepted"] is True, report.get("message")
        assert report["crop"][3] < 2_200  # type: ignore[index]


def test_every_refused_picture_gets_a_sentence(studio: Studio, person: Draw, tmp_path: Path) -> None:
    pictures = {"dark": person() * 0.2, "nobody": np.full((480, 640, 3), 200), "dot": np.zeros((1, 1, 3))}
    for name, picture in pictures.items():
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture.astype(np.uint8))
        report = examine(studio, tmp_path / f"{name}.png", None)
        assert (report["accepted"], "message" in report, bool(report["advice"])) == (False, True, True), name


def test_an_animation_is_refused_and_named(studio: Studio, good: Image.Image, tmp_path: Path) -> None:
    frames = [good.resize((160, 90)), good.resize((160, 90)).rotate(3)]
    for kind in ("gif", "png", "webp"):
        frames[0].save(tmp_path / f"moving.{kind}", save_all=True, append_images=frames[1:])
        assert examine(studio, tmp_path / f"moving.{kind}", None)["error"] == "image.animated", kind


def test_a_heic_picture_is_read_or_named_for_what_it_is(good: Image.Image) -> None:
    header = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic"
    with pytest.raises(InputRefused) as refusal:
        decode_picture(header + bytes(200))
    assert refusal.value.code in (
        ("image.not_an_image", "image.truncated") if "HEIF" in FORMATS else ("image.heic_unsupported",)
    )


def test_a_heic_picture_of_a_telephone_is_decoded(good: Image.Image) -> None:
    """`data/drawn.heic` is the drawn person of seed 1, written once by heif-enc: nothing here writes HEIC."""
    again = decode_picture((Path(__file__).parent / "data" / "drawn.heic").read_bytes())
    assert np.abs(again.astype(int) - np.asarray(good)[:, :, ::-1]).mean() < 2
