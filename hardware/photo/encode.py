"""The ID photo file: baseline JPEG, sRGB, three components, no metadata, within the published limits.

Limits of the online application: JPEG, RGB, 480–6000 px a side, 20 KB–7 MB. The written bytes are decoded again by
Pillow and looked at before anyone is told that there is a photo.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from hardware.camera import Pixels
from hardware.errors import InputRefused
from hardware.photo import Crop, IdPhoto
from hardware.photo.crop import corners

LEAST_SIDE, MOST_SIDE = 480, 6000
LEAST_BYTES, MOST_BYTES = 20_000, 7_000_000
ROOM_BYTES = 25_000  # aimed at from below, so that a recount in KiB (20,480 bytes) passes too
MOST_WIDTH = 1050  # 35 mm at 762 dpi; larger camera pictures are reduced to it
QUALITY = 95
RAISED, LOWERED = (97, 99, 100), (90, 85, 80, 75, 70)


def finish(pixels: Pixels, crop: Crop) -> IdPhoto:
    """Cut the photo out of the picture and write it. Raises `InputRefused`: photo.outside, photo.too_small,
    photo.file_size, photo.unreadable."""
    return encode(cut(pixels, crop))


def cut(pixels: Pixels, crop: Crop) -> Pixels:
    """The photo's pixels: copied when the frame is upright, turned in one step when it is not, never enlarged."""
    height, width = pixels.shape[:2]
    frame = corners(crop)
    if frame.min() < -1.5 or (frame > np.array([width, height]) + 1.5).any():
        raise InputRefused("photo.outside", "the photo's frame reaches beyond the picture")
    if crop.width < LEAST_SIDE or crop.height < LEAST_SIDE:
        raise InputRefused("photo.too_small", f"{crop.width}×{crop.height} pixels, at least {LEAST_SIDE} a side")
    if crop.roll:
        target = np.array([[0, 0], [crop.width, 0], [crop.width, crop.height]], np.float32)
        matrix = cv2.getAffineTransform(frame[:3].astype(np.float32) - 0.5, target - 0.5)
        photo = cv2.warpAffine(
            pixels, matrix, (crop.width, crop.height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
    else:
        left = min(max(crop.x, 0), width - crop.width)
        top = min(max(crop.y, 0), height - crop.height)
        photo = pixels[top : top + crop.height, left : left + crop.width]
    return _reduced(np.asarray(photo))


def _reduced(photo: Pixels) -> Pixels:
    height, width = photo.shape[:2]
    if width <= MOST_WIDTH:
        return photo
    size = (MOST_WIDTH, round(height * MOST_WIDTH / width))
    return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA))


def encode(photo: Pixels) -> IdPhoto:
    """Write a photo (height, width, 3) BGR as a file within the limits; quality gives way in either direction."""
    height, width = photo.shape[:2]
    image = Image.fromarray(np.ascontiguousarray(photo[:, :, ::-1]))
    data = _jpeg(image, QUALITY)
    if len(data) < ROOM_BYTES:
        data = _first(image, RAISED, lambda size: size >= ROOM_BYTES)
    elif len(data) > MOST_BYTES:
        data = _first(image, LOWERED, lambda size: size <= MOST_BYTES)
    return verified(data, width, height)


def _first(image: Image.Image, qualities: tuple[int, ...], fits: Callable[[int], bool]) -> bytes:
    """The file of the first quality whose size fits, else of the last one."""
    data = b""
    for quality in qualities:
        data = _jpeg(image, quality)
        if fits(len(data)):
            break
    return data


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, subsampling=0, progressive=False)
    return file.getvalue()


def verified(data: bytes, width: int, height: int) -> IdPhoto:
    """The file as a reader sees it. Raises `InputRefused` when it breaks a limit: it is read again from its bytes."""
    if not LEAST_BYTES <= len(data) <= MOST_BYTES:
        raise InputRefused(
            "photo.file_size", f"{len(data):,} bytes, between {LEAST_BYTES:,} and {MOST_BYTES:,} allowed"
        )
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            image.load()
            progressive = bool(image.info.get("progressive") or image.info.get("progression"))
            plain = image.mode == "RGB" and not progressive and "exif" not in image.info
            right_size = image.size == (width, height)
    except (OSError, SyntaxError, ValueError) as error:
        raise InputRefused("photo.unreadable", "the written file cannot be read again") from error
    if not (plain and right_size):
        raise InputRefused("photo.unreadable", "the written file is not a plain RGB JPEG of the size meant")
    if not (min(width, height) >= LEAST_SIDE and max(width, height) <= MOST_SIDE):
        raise InputRefused("photo.too_small", f"{width}×{height} pixels, {LEAST_SIDE}–{MOST_SIDE} a side allowed")
    return IdPhoto(data, width, height)
