"""The photo as the official online application takes it: baseline JPEG, 480–6000 px a side, 20 KB–7 MB, no metadata.

The same limits the kiosk writes to (published conditions of the online application); here they are looked at once more
before a file leaves the office. Pixels are never touched but for a crop (`cut`), and nothing is enlarged.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, UnidentifiedImageError

LEAST_SIDE: Final = 480
MOST_SIDE: Final = 6000
LEAST_BYTES: Final = 20_000
MOST_BYTES: Final = 7_000_000
ROOM_BYTES: Final = 25_000  # aimed at, so that a recount in KiB passes too
QUALITIES: Final = (95, 97, 99, 100)
LOWERED: Final = (90, 85, 80)
PIXELS_LIMIT: Final = MOST_SIDE * MOST_SIDE


class PhotoUnfit(ValueError):
    """The photo cannot be handed in as it is. `code`: photo.unreadable, .size, .bytes, .colour, .progressive,
    .metadata."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class OnlinePhoto:
    """A file within the published limits."""

    jpeg: bytes
    width: int
    height: int
    grey: bool


def checked(jpeg: bytes) -> OnlinePhoto:
    """The file as a reader sees it. Raises `PhotoUnfit` with the first limit it breaks."""
    image = opened(jpeg)
    if min(image.size) < LEAST_SIDE or max(image.size) > MOST_SIDE:
        raise PhotoUnfit("photo.size")
    if not LEAST_BYTES <= len(jpeg) <= MOST_BYTES:
        raise PhotoUnfit("photo.bytes")
    if image.mode not in ("RGB", "L"):
        raise PhotoUnfit("photo.colour")
    if image.info.get("progressive") or image.info.get("progression"):
        raise PhotoUnfit("photo.progressive")
    if "exif" in image.info or "comment" in image.info:
        raise PhotoUnfit("photo.metadata")
    return OnlinePhoto(jpeg, image.width, image.height, image.mode == "L")


def opened(jpeg: bytes) -> Image.Image:
    """The decoded picture. Raises `PhotoUnfit`."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            if image.width * image.height > PIXELS_LIMIT:
                raise PhotoUnfit("photo.size")
            image.load()
            return image
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise error if isinstance(error, PhotoUnfit) else PhotoUnfit("photo.unreadable") from error


def written(image: Image.Image) -> OnlinePhoto:
    """A picture as such a file; the quality gives way where the size asks for it. Raises `PhotoUnfit`."""
    data = b""
    for quality in QUALITIES:
        data = _jpeg(image, quality)
        if len(data) >= ROOM_BYTES:
            break
    for quality in LOWERED if len(data) > MOST_BYTES else ():
        data = _jpeg(image, quality)
        if len(data) <= MOST_BYTES:
            break
    return checked(data)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, subsampling=0, progressive=False)
    return file.getvalue()
