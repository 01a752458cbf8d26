"""zxing-cpp, the first reader (ISO/IEC 18004): what it sees in a grey picture, read or only located.

Settings come from measurement: one symbology only (reading all formats once invented a text), no rotated or inverted
search in the live loop (a third of the time for nothing), downscaling kept (without it close-up codes are lost).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from hardware.qr.sequence import Part, place_in_set

Grey = NDArray[np.uint8]
Quad = NDArray[np.float64]


@dataclass(frozen=True)
class Sighting:
    """A code seen: `corners` (4, 2) x and y, from the symbol's top left clockwise; `text` None when only located.

    `modules` is the number of modules a side where the version could be read, else 0. `spare`: the share of the error
    correction that was not needed. `part`: what it says as one symbol of several; then it has no text of its own.
    """

    corners: Quad
    text: str | None
    modules: int = 0
    spare: float = 1.0
    part: Part | None = None

    @property
    def read(self) -> bool:
        return self.text is not None or self.part is not None

    @property
    def side(self) -> float:
        """Mean side length in pixels."""
        return float(np.linalg.norm(self.corners - np.roll(self.corners, -1, axis=0), axis=1).mean())


def look(grey: Grey, *, rotated: bool = False, inverted: bool = False, pure: bool = False) -> list[Sighting]:
    """Codes in a (height, width) uint8 picture. `pure`: the picture is nothing but one upright, flat code."""
    found = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2),
        try_rotate=rotated,
        try_invert=inverted,
        try_downscale=True,
        is_pure=pure,
        text_mode=zxingcpp.TextMode.Plain,
        return_errors=True,
    )
    return [_sighting(code) for code in found]


def _sighting(code: zxingcpp.Barcode) -> Sighting:
    place = code.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    extra = code.extra if isinstance(code.extra, dict) else {}
    version = str(extra.get("Version", ""))
    modules = 17 + 4 * int(version) if version.isdigit() else 0
    located = Sighting(np.array([(point.x, point.y) for point in points], dtype=np.float64), None, modules)
    text = plain_text(code.text, code.bytes) if code.valid else None
    return located if text is None else _told(code, extra, replace(located, text=text))


def _told(code: zxingcpp.Barcode, extra: dict[str, object], read: Sighting) -> Sighting:
    """A read code with what is known of its certainty and of the set it may belong to."""
    try:
        modules = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) < 128
        place = place_in_set(modules, (read.modules - 17) // 4, str(extra.get("ECLevel")), int(str(extra["DataMask"])))
        spare = float(str(extra["UEC"]))
    except (ValueError, KeyError, IndexError):
        return replace(read, text=None)  # not a symbol as we know it: seen, not read
    if place is None or read.text is None:
        return replace(read, spare=spare)
    return replace(read, text=None, spare=spare, part=Part(place, read.text, bytes(code.bytes)))


def plain_text(text: str, raw: bytes) -> str | None:
    """The text, or None when it is none: empty, or bytes that no character set explains.

    zxing-cpp reads Shift_JIS as JIS X 0208 only; names are written with the vendor characters of CP932 too (髙, ①, ㈱).
    """
    if "\ufffd" not in text:
        return text or None
    for charset in ("utf-8", "cp932"):
        try:
            decoded = raw.decode(charset)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(letter) in ("Co", "Cc", "Cn") and letter > "\x7f" for letter in decoded):
            return decoded
    return None
