"""The written file keeps every published limit, or there is none."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from hardware.camera import Pixels
from hardware.errors import InputRefused
from hardware.photo import Crop, IdPhoto
from hardware.photo.encode import cut, encode, finish, verified


def textured(width: int, height: int, *, strength: float, seed: int = 1) -> Pixels:
    """A slope with noise on it: how much detail a photo has decides how large its file gets."""
    slope = np.linspace(60, 200, height)[:, None, None] + np.zeros((height, width, 3))
    grain = np.random.default_rng(seed).normal(0, strength, (height, width, 3))
    return np.clip(slope + grain, 0, 255).astype(np.uint8)


def opened(photo: IdPhoto) -> Image.Image:
    image = Image.open(io.BytesIO(photo.jpeg))
    image.load()
    return image


@pytest.mark.parametrize("width", [480, 700, 1050])
@pytest.mark.parametrize("strength", [1.5, 8.0, 60.0])
def test_the_file_is_baseline_rgb_within_the_limits(width: int, strength: float) -> None:
    photo = encode(textured(width, round(width * 45 / 35), strength=strength))
    image = opened(photo)
    assert 20_480 <= len(photo.jpeg) <= 7_000_000
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (photo.width, photo.height))
    assert not image.info.get("progressive")
    assert len(image.getexif()) == 0


def test_a_soft_photo_is_written_with_more_quality_until_it_is_large_enough() -> None:
    soft = textured(480, 617, strength=0.45)
    plain = io.BytesIO()
    Image.fromarray(soft).save(plain, "JPEG", quality=95, subsampling=0)
    assert len(plain.getvalue()) < 25_000, "the example must be one that needs it"
    assert len(encode(soft).jpeg) >= 25_000


def test_a_flat_picture_gives_no_file_instead_of_a_padded_one() -> None:
    with pytest.raises(InputRefused) as refusal:
        encode(np.full((617, 480, 3), 128, np.uint8))
    assert refusal.value.code == "photo.file_size"


def test_a_huge_noisy_picture_is_brought_below_seven_megabytes(chance: np.random.Generator) -> None:
    photo = encode(chance.integers(0, 256, (2200, 1700, 3), dtype=np.uint8))
    assert len(photo.jpeg) <= 7_000_000


def test_a_larger_cut_is_reduced_to_1050_pixels_across() -> None:
    photo = finish(textured(2000, 2500, strength=8), Crop(100, 50, 1400, 1800))
    assert (photo.width, photo.height) == (1050, 1350)


def test_an_upright_cut_copies_the_pixels_as_they_are() -> None:
    picture = textured(1280, 720, strength=20)
    assert np.array_equal(cut(picture, Crop(300, 40, 490, 630)), picture[40:670, 300:790])


def test_a_turned_cut_brings_a_sloping_line_level() -> None:
    picture = np.full((900, 1200, 3), 255, np.uint8)
    slope = np.tan(np.radians(4))
    rows, columns = np.mgrid[0:900, 0:1200]
    picture[rows > 450 + slope * (columns - 600)] = 0
    photo = cut(picture, Crop(350, 130, 500, 643, roll=4.0))
    edge = (photo[:, :, 0] > 127).sum(axis=0)
    assert edge.max() - edge.min() <= 1
    assert np.median(edge) == pytest.approx(450 - 130, abs=1.5)


@pytest.mark.parametrize("crop", [Crop(0, 0, 479, 616), Crop(0, 0, 100, 129)])
def test_nothing_is_enlarged(crop: Crop) -> None:
    with pytest.raises(InputRefused) as refusal:
        finish(textured(800, 800, strength=8), crop)
    assert refusal.value.code == "photo.too_small"


@pytest.mark.parametrize("crop", [Crop(-20, 0, 490, 630), Crop(400, 200, 490, 630), Crop(100, 60, 490, 630, roll=30)])
def test_a_frame_beyond_the_picture_is_refused(crop: Crop) -> None:
    with pytest.raises(InputRefused) as refusal:
        finish(textured(800, 700, strength=8), crop)
    assert refusal.value.code == "photo.outside"


def _saved(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **options)  # type: ignore[arg-type]
    return file.getvalue()


def _passes(data: bytes) -> bool:
    try:
        verified(data, 480, 617)
    except InputRefused:
        return False
    return True


def test_the_written_bytes_are_read_again_before_anyone_trusts_them() -> None:
    picture = Image.fromarray(textured(480, 617, strength=20))
    good = _saved(picture, quality=95)
    assert verified(good, 480, 617).jpeg == good
    with_exif = Image.Exif()
    with_exif[0x010E] = "x"
    broken = {
        "progressive": _saved(picture, quality=95, progressive=True),
        "grey": _saved(picture.convert("L"), quality=95),
        "CMYK": _saved(picture.convert("CMYK"), quality=95),
        "EXIF": _saved(picture, quality=95, exif=with_exif),
        "cut off": good[: len(good) // 2],
        "no picture": b"\xff" * 30_000,
    }
    for name, data in broken.items():
        assert not _passes(data), name
