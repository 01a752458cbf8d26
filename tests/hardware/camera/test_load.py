"""Opening pictures from outside: what is accepted comes out as BGR, everything else as `InputRefused` with its code."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from hardware.camera.load import LARGEST_FILE, decode_picture, load_picture
from hardware.errors import InputRefused


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def two_halves(mode: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, (255, 0, 0))
    image.paste((0, 0, 255), (size[0] // 2, 0, size[0], size[1]))
    return image.convert(mode)


def refusal(data: bytes, **options: Any) -> str:
    with pytest.raises(InputRefused) as caught:
        decode_picture(data, **options)
    assert not caught.value.transient
    return caught.value.code


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its few bytes do not hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM", "WEBP", "JPEG"])
def test_every_accepted_format_comes_out_as_bgr(kind: str) -> None:
    pixels = decode_picture(encoded(two_halves(), kind))
    assert pixels.shape == (20, 40, 3)
    assert pixels.dtype == np.uint8
    assert pixels[10, 5].tolist() == pytest.approx([0, 0, 255], abs=8)
    assert pixels[10, 35].tolist() == pytest.approx([255, 0, 0], abs=8)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I"])
def test_every_colour_mode_comes_out_as_bgr(mode: str) -> None:
    if mode in ("I;16", "I"):
        image = Image.fromarray(np.full((20, 40), 40_000, dtype=np.uint16 if mode == "I;16" else np.int32))
    else:
        image = Image.new("L", (40, 20), 156).convert(mode)
    pixels = decode_picture(encoded(image, "TIFF"))
    assert pixels.shape == (20, 40, 3)
    assert abs(int(pixels.mean()) - 156) <= 4


def test_transparency_is_laid_on_white() -> None:
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    assert decode_picture(encoded(clear, "PNG")).min() == 255


def test_a_transparent_palette_is_laid_on_white() -> None:
    image = two_halves("P")
    pixels = decode_picture(encoded(image, "PNG", transparency=image.getpixel((0, 0))))
    assert pixels[10, 5].tolist() == [255, 255, 255]


def test_exif_rotation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90° clockwise to see it upright
    pixels = decode_picture(encoded(two_halves(), "JPEG", exif=exif, quality=95))
    assert pixels.shape == (40, 20, 3)
    assert pixels[5, 10, 2] > 200
    assert pixels[35, 10, 0] > 200


def test_an_icc_profile_is_converted_to_srgb() -> None:
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = decode_picture(encoded(two_halves(), "PNG", icc_profile=same))
    assert pixels[10, 5].tolist() == pytest.approx([0, 0, 255], abs=2)


@pytest.mark.parametrize(
    "profile", [b"", b"not a profile", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()]
)
def test_a_useless_profile_leaves_the_plain_values(profile: bytes) -> None:
    assert decode_picture(encoded(two_halves(), "PNG", icc_profile=profile))[10, 5].tolist() == [0, 0, 255]


def test_a_bomb_is_refused_before_a_pixel_is_decoded() -> None:
    assert refusal(png_claiming(30_000, 30_000)) == "image.too_large"
    assert refusal(png_claiming(9_000, 9_000)) == "image.too_large"
    assert refusal(encoded(two_halves(), "PNG"), most_pixels=799) == "image.too_large"
    assert decode_picture(encoded(two_halves(), "PNG"), most_pixels=800).shape == (20, 40, 3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP"])
def test_a_file_that_was_cut_off_is_refused(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8))
    whole = encoded(noise, kind)
    assert refusal(whole[: len(whole) // 2]) in ("image.truncated", "image.not_an_image")


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_several_pictures_in_one_file_are_refused(kind: str) -> None:
    first, second = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")
    assert refusal(encoded(first, kind, save_all=True, append_images=[second])) == "image.animated"


def test_a_phone_picture_with_a_second_view_behind_it_is_accepted() -> None:
    first, second = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")
    data = encoded(first, "MPO", save_all=True, append_images=[second])
    assert decode_picture(data)[5, 5, 2] > 200


def test_what_is_no_picture_is_refused() -> None:
    assert refusal(b"") == "image.empty"
    assert refusal(b"%PDF-1.7 ...") == "image.not_an_image"
    assert refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == "image.not_an_image"
    assert refusal(encoded(two_halves(), "PNG"), formats=("JPEG",)) == "image.not_an_image"
    assert refusal(encoded(Image.new("F", (4, 4)), "TIFF")) == "image.mode_unsupported"


def test_a_file_is_loaded_and_its_troubles_have_codes(tmp_path: Path) -> None:
    good = tmp_path / "写真 1.png"
    good.write_bytes(encoded(two_halves(), "PNG"))
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(LARGEST_FILE + 1)
    assert load_picture(good).shape == (20, 40, 3)
    codes = {}
    for name in ("none.png", ".", "pipe", "huge", "a\0b", "x" * 5000):
        with pytest.raises(InputRefused) as caught:
            load_picture(tmp_path / name)
        codes[name[:9]] = caught.value.code
    assert codes == {
        "none.png": "image.not_found",
        ".": "image.not_a_file",
        "pipe": "image.not_a_file",
        "huge": "image.file_too_large",
        "a\0b": codes["a\0b"],
        "x" * 9: codes["x" * 9],
    }
    assert {codes["a\0b"], codes["x" * 9]} <= {"image.not_found", "image.unreadable"}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM"]),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=12),
    st.integers(0, 5000),
)
def test_damaged_bytes_never_raise_anything_else(kind: str, changes: list[tuple[int, int]], cut: int) -> None:
    noise = Image.fromarray(np.random.default_rng(2).integers(0, 255, (24, 24, 3), dtype=np.uint8))
    data = bytearray(encoded(noise, kind))
    for place, value in changes:
        data[place % len(data)] = value
    try:
        pixels = decode_picture(bytes(data[: max(1, len(data) - cut % 40)]))
    except InputRefused as refused:
        assert refused.code.startswith("image.")
    else:
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 3


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(data: bytes) -> None:
    with pytest.raises(InputRefused):
        decode_picture(b"\xff\xd8\xff\xe0" + data)
