"""Pictures from outside, opened safely: files given on the command line, JPEGs a tablet's browser sends.

The header is looked at before a pixel is decoded, so a decompression bomb costs nothing. A picture larger than
`WHOLE_PIXELS` is halved (a JPEG while it is decoded), so that no file takes more than 600 MB. Rotation by EXIF is
applied, colours end up in sRGB (the ICC profile is honoured), everything leaves as (height, width, 3) BGR uint8.

HEIC, which telephones write, is read when `pi-heif` or `pillow-heif` is installed (their own libraries, in the wheel);
without them such a file is named for what it is and refused.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from importlib import import_module
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps

from hardware.camera import Pixels
from hardware.errors import InputRefused

# Telephones' pictures of 48 to 50 megapixels, and a square of the published 6,000 pixels a side.
MOST_PIXELS = 60_000_000
# What a decoder must hold whole: Pillow's four bytes a pixel, WebP's own three copies besides.
MOST_DECODED = {"JPEG": 60_000_000, "MPO": 60_000_000, "WEBP": 20_000_000}
MOST_DECODED_ELSE = 50_000_000
WHOLE_PIXELS = 25_000_000  # 6,000 × 4,000, what most cameras make: a photo is 1,050 pixels wide at most
LONGEST_SIDE = 30_000
STRIP = 512  # rows, an even number
LARGEST_FILE = 100_000_000
LARGEST_PROFILE = 4_000_000
HEIF_READERS = ("pi_heif", "pillow_heif")
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def _heif() -> tuple[str, ...]:
    """Teach Pillow HEIC when a library for it is there: the names of the formats gained."""
    for name in HEIF_READERS:
        try:
            import_module(name).register_heif_opener(thumbnails=False)
        except ImportError:
            continue
        return ("HEIF",)
    return ()


FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "PPM", *_heif())
# What Pillow's decoders raise on damaged data.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError)
_BROKEN = (*_DAMAGED, MemoryError, struct.error, zlib.error, Image.DecompressionBombError)


def load_picture(path: Path, *, most_pixels: int = MOST_PIXELS) -> Pixels:
    """The picture in a file. Raises `InputRefused`: image.not_found, image.not_a_file, image.unreadable,
    image.file_too_large and everything `decode_picture` refuses."""
    try:
        if not path.is_file():
            code = "image.not_a_file" if path.exists() else "image.not_found"
            raise InputRefused(code, "not a regular file" if path.exists() else "no such file")
        if path.stat().st_size > LARGEST_FILE:
            raise InputRefused("image.file_too_large", f"more than {LARGEST_FILE:,} bytes")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputRefused("image.unreadable", f"cannot be read: {error}") from error
    return decode_picture(data, most_pixels=most_pixels)


def decode_picture(data: bytes, *, most_pixels: int = MOST_PIXELS, formats: tuple[str, ...] = FORMATS) -> Pixels:
    """The picture in bytes. Raises `InputRefused`: image.empty, image.not_an_image, image.heic_unsupported,
    image.too_large, image.animated, image.truncated, image.mode_unsupported."""
    if not data:
        raise InputRefused("image.empty", "no bytes at all")
    if "HEIF" not in formats and data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise InputRefused("image.heic_unsupported", "a HEIC picture: please save it as JPEG and bring that")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns about odd metadata; the checks below decide
        with _open(data, formats) as image:
            _check(image, most_pixels)
            return _pixels(image)


def _open(data: bytes, formats: tuple[str, ...]) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=formats)
    except Image.DecompressionBombError as error:
        raise InputRefused("image.too_large", "more pixels than any camera makes") from error
    except _BROKEN as error:
        raise InputRefused("image.not_an_image", f"not a picture in one of {', '.join(formats)}") from error


def _check(image: Image.Image, most_pixels: int) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise InputRefused("image.not_an_image", "a picture without pixels")
    most = min(most_pixels, MOST_DECODED.get(image.format or "", MOST_DECODED_ELSE))
    if width * height > most or max(width, height) > LONGEST_SIDE:
        limits = f"at most {most:,} in all and {LONGEST_SIDE:,} a side"
        raise InputRefused("image.too_large", f"{width}×{height} pixels, {limits}")
    try:
        views = int(getattr(image, "n_frames", 1))
    except _BROKEN as error:
        raise InputRefused("image.truncated", f"the picture is damaged or cut off: {error}") from error
    # Phones write MPO: a JPEG with a second view behind it, the first one is the picture.
    if views > 1 and image.format != "MPO":
        raise InputRefused("image.animated", "more than one picture in the file")


def _pixels(image: Image.Image) -> Pixels:
    try:
        small = _decoded(image)
        ImageOps.exif_transpose(small, in_place=True)
    except _BROKEN as error:
        raise InputRefused("image.truncated", f"the picture is damaged or cut off: {error}") from error
    rgb = np.asarray(_srgb(small), dtype=np.uint8)
    return np.ascontiguousarray(rgb[:, :, ::-1])


def _decoded(image: Image.Image) -> Image.Image:
    """The picture whole, or halved when it is larger than `WHOLE_PIXELS`; the large one is let go at once."""
    if image.width * image.height > WHOLE_PIXELS:
        image.draft(image.mode, (image.width // 2, image.height // 2))
    image.load()
    if image.width * image.height <= WHOLE_PIXELS:
        return image
    small = _halved(image)
    small.info["icc_profile"] = image.info.get("icc_profile")
    small.getexif()[ExifTags.Base.Orientation] = image.getexif().get(ExifTags.Base.Orientation, 1)
    image.close()
    return small


def _halved(image: Image.Image) -> Image.Image:
    """Squares of two by two pixels averaged, in strips, so that no second large picture is made on the way."""
    parts = []
    for top in range(0, image.height, STRIP):
        strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
        parts.append(_plain(strip).reduce(2))
    small = Image.new(parts[0].mode, ((image.width + 1) // 2, (image.height + 1) // 2))
    for place, part in enumerate(parts):
        small.paste(part, (0, place * STRIP // 2))
    return small


def _srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    image = _plain(image)
    if not isinstance(profile, bytes) or not 0 < len(profile) <= LARGEST_PROFILE:
        return image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *_BROKEN):
        return image.convert("RGB")  # a broken profile, or one for another colour model: the plain values stand
    return image.convert("RGB") if converted is None else converted


def _plain(image: Image.Image) -> Image.Image:
    """8 bits a channel, no palette, no transparency (laid on white): L, RGB or CMYK."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.clip(np.asarray(image), 0, 65_535) >> 8).astype(np.uint8))
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    if image.mode in ("1", "P", "YCbCr"):
        return image.convert("RGB")
    if image.mode not in ("L", "RGB", "CMYK"):
        raise InputRefused("image.mode_unsupported", f"colour mode {image.mode} is not handled")
    return image
