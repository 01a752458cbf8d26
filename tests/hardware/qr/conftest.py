"""Codes drawn for tests: modules as pixels, and pictures made of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import cv2
import numpy as np
import qrcode
from numpy.typing import NDArray
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import BitBuffer, create_bytes, mode_sizes_for_version

from hardware.camera import Pixels

FORM_TEXT = "申請書ID 12345678901234567890123 福島市"


def modules_of(text: str | bytes, *, level: int = ERROR_CORRECT_M, version: int | None = None) -> NDArray[np.bool_]:
    """The symbol of a text, True dark, without quiet zone."""
    code = qrcode.QRCode(version=version, error_correction=level, border=0)
    code.add_data(text)
    code.make(fit=version is None)
    return np.array(code.get_matrix(), dtype=bool)


def drawn(modules: NDArray[np.bool_], *, module: int = 6, quiet: int = 4) -> Pixels:
    """The symbol as a BGR picture."""
    grey = np.where(np.pad(modules, quiet), 0, 255).astype(np.uint8)
    return np.asarray(
        cv2.cvtColor(np.kron(grey, np.ones((module, module), np.uint8)), cv2.COLOR_GRAY2BGR), dtype=np.uint8
    )


def turned(pixels: Pixels, degrees: float) -> Pixels:
    """The picture turned about its middle, white around it."""
    tall, wide = pixels.shape[:2]
    way = cv2.getRotationMatrix2D((wide / 2, tall / 2), degrees, 1.0)
    side = int(np.hypot(tall, wide)) + 8
    way[:, 2] += [side / 2 - wide / 2, side / 2 - tall / 2]
    white = (255, 255, 255)
    return np.asarray(cv2.warpAffine(pixels, way, (side, side), borderValue=white), dtype=np.uint8)


def symbol_of_bits(bits: list[tuple[int, int]], *, version: int = 5) -> NDArray[np.bool_]:
    """A symbol (level M) whose data are exactly these (value, length) bits: for modes `qrcode` does not write."""
    buffer = BitBuffer()
    for value, length in bits:
        buffer.put(value, length)
    blocks = qrcode.base.rs_blocks(version, ERROR_CORRECT_M)
    room = sum(block.data_count * 8 for block in blocks)
    for _ in range(min(4, room - len(buffer))):
        buffer.put_bit(False)
    while len(buffer) % 8:
        buffer.put_bit(False)
    for pad in range((room - len(buffer)) // 8):
        buffer.put((0xEC, 0x11)[pad % 2], 8)
    code = qrcode.QRCode(version=version, error_correction=ERROR_CORRECT_M, border=0)
    code.add_data("0")
    code.data_cache = create_bytes(buffer, blocks)
    code.makeImpl(False, 3)
    return np.array(code.modules, dtype=bool)


def byte_segment(data: bytes, *, version: int = 5) -> list[tuple[int, int]]:
    return [(4, 4), (len(data), mode_sizes_for_version(version)[4]), *((value, 8) for value in data)]


def kanji_segment(text: str, *, version: int = 5) -> list[tuple[int, int]]:
    """Kanji mode: Shift_JIS double bytes in 13 bits (ISO/IEC 18004, 7.4.6)."""
    bits = [(8, 4), (len(text), mode_sizes_for_version(version)[8])]
    for letter in text:
        value = int.from_bytes(letter.encode("shift_jis"), "big")
        value -= 0x8140 if value <= 0x9FFC else 0xC140
        bits.append(((value >> 8) * 0xC0 + (value & 0xFF), 13))
    return bits


def eci(number: int) -> list[tuple[int, int]]:
    """The character set of what follows (AIM ECI): 26 UTF-8, 20 Shift_JIS, 3 ISO 8859-1."""
    return [(7, 4), (number, 8)]


def append_header(index: int, count: int, parity: int) -> list[tuple[int, int]]:
    """What makes a symbol one part of a set (structured append, clause 8)."""
    return [(3, 4), (index, 4), (count - 1, 4), (parity, 8)]


def set_of(text: bytes, cuts: Sequence[int], *, parity: int | None = None) -> list[NDArray[np.bool_]]:
    """A text in several symbols, cut before these bytes; `parity` in place of the right one."""
    right = reduce(lambda one, other: one ^ other, text, 0) if parity is None else parity
    ends = [0, *cuts, len(text)]
    pieces = [text[begin:end] for begin, end in pairwise(ends)]
    return [
        symbol_of_bits(append_header(index, len(pieces), right) + byte_segment(piece))
        for index, piece in enumerate(pieces)
    ]
