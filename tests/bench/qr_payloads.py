"""Wrong texts, the worst outcome: payloads that libraries guess wrong, and symbols damaged to the edge of correction.

Every payload is drawn clean, so what differs is the meaning of bits: character sets, Kanji, ECI, GS1 (zxing-cpp alone
gives its form for people, with brackets), and parts of a set (structured append), whose text is wrong when given as a
whole. The damaged symbols have blots of modules turned over, from a little to far more than error correction mends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.qr.decode import FrameQrReader
from tests.bench.qr_readers import readers
from tests.hardware.qr.conftest import (
    byte_segment,
    drawn,
    eci,
    kanji_segment,
    modules_of,
    set_of,
    symbol_of_bits,
)

HELD_OUT = 20_000
Symbol = NDArray[np.bool_]
WORDS = (
    "交付申請書",
    "東京都千代田区",
    "髙橋﨑子",
    "ｶｰﾄﾞ ①㈱",
    "申請書ID",
    "点茗能表",
    "Größe é",
    "한국어 中文 🗻",
    "福島市消防本部",
)


def run() -> Iterable[dict[str, object]]:
    """Counts of right and wrong texts for each reader."""
    yield from _payloads()
    yield from _damaged()


def _payloads() -> Iterator[dict[str, object]]:
    kinds = {kind: list(_symbols(kind)) for kind in ("utf-8", "shift_jis", "kanji", "eci", "gs1", "part of a set")}
    for name, reader in readers().items():
        for kind, symbols in kinds.items():
            answers = [(text, reader(drawn(symbol, module=5))) for text, symbol in symbols]
            right = sum(texts == [text] if text else not texts for text, texts in answers)
            wrong = sum(any(given != text for given in texts) for text, texts in answers)
            yield {"figure": f"{name}: {kind}, right", "value": right, "unit": f"of {len(symbols)}", "wrong": wrong}


def _symbols(kind: str) -> Iterator[tuple[str | None, Symbol]]:
    """Text and symbol; no text where none may be given."""
    for word in WORDS:
        vendor = word.encode("cp932", "ignore").decode("cp932")
        double = "".join(letter for letter in vendor if len(letter.encode("shift_jis", "ignore")) == 2)
        match kind:
            case "utf-8":
                yield word, symbol_of_bits(byte_segment(word.encode()))
            case "shift_jis" if vendor == word:
                yield word, symbol_of_bits(byte_segment(word.encode("cp932")))
            case "kanji" if double:
                yield f"ID7 {double}", symbol_of_bits(byte_segment(b"ID7 ") + kanji_segment(double))
            case "eci":
                yield word, symbol_of_bits(eci(26) + byte_segment(word.encode()))
            case "gs1":
                text = f"0104912345123459\x1d21{len(word)}"
                yield text, symbol_of_bits([(5, 4), *byte_segment(text.encode())])
            case "part of a set":
                yield None, set_of(f"{word} 20260710000000000000017".encode(), (17,))[len(word) % 2]
            case _:
                continue


def _damaged(each: int = 150) -> Iterator[dict[str, object]]:
    quick = FrameQrReader(live=False, budget_s=0.25)
    compared = readers() | {"ours, a file": lambda pixels: [code.text for code in quick.read(pixels).codes]}
    shots = [_hurt(Random(HELD_OUT + number)) for number in range(each)]
    for name, reader in compared.items():
        answers = [(text, reader(pixels)) for text, pixels in shots]
        right = sum(text in texts for text, texts in answers)
        wrong = sum(any(given != text for given in texts) for text, texts in answers)
        yield {"figure": f"{name}: damaged symbols, right", "value": right, "unit": f"of {each}", "wrong": wrong}


def _hurt(lots: Random) -> tuple[str, Pixels]:
    """A symbol of any level with blots of modules turned over, a little blurred."""
    text = "".join(lots.choice("0123456789ABCDEFabcdef") for _ in range(lots.choice((4, 12, 23, 40))))
    symbol = modules_of(text, level=lots.randrange(4))
    side = len(symbol)
    for _ in range(round(lots.uniform(0, 0.35) * side * side / 9)):
        row, column = lots.randrange(side), lots.randrange(side)
        if min(row, side - 1 - row) > 8 or 8 < column < side - 9:  # finder patterns stay, or nobody finds it
            symbol[row : row + 3, column : column + 3] ^= True
    picture = cv2.GaussianBlur(drawn(symbol, module=5), (0, 0), lots.uniform(0.3, 2.5))
    return text, np.asarray(picture, dtype=np.uint8)
