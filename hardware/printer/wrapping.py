"""Lines of a slip by the rules of JIS X 4051 as far as it needs them: none begins with a closing mark or ends with an
opening one, Latin words stay whole, and so does a word with its reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ImageFont

from hardware.printer import Reading

MOST_LETTERS = 400
_NOT_FIRST = set(
    "、。，．・：；？！ー゛゜ヽヾゝゞ々’”）〕］｝〉》」』】,.:;?!)]}%‰ぁぃぅぇぉっゃゅょァィゥェォッャュョヵヶ"
)
_NOT_LAST = set("‘“（〔［｛〈《「『【([{¥$")
_TOKEN = re.compile(r"[ \t]+|[\x21-\x7e\u00a1-\u024f]+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """What stands on one line; the readings count from its first letter."""

    text: str
    readings: tuple[Reading, ...] = ()


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines that fit, at least one. Words stay whole unless they are wider than a line."""
    return [piece.text for piece in pieces(text, (), face, width)]


def pieces(text: str, readings: tuple[Reading, ...], face: ImageFont.FreeTypeFont, width: int) -> list[Piece]:
    """The same with the readings that fall on each line. `width` in the face's pixels."""
    clean = "".join(" " if _breaks(letter) else letter for letter in text[:MOST_LETTERS])
    found: list[Piece] = []
    line: list[str] = []
    start = 0
    for token in _tokens(clean, readings, face, width):
        if line and face.getlength("".join(line) + token) > width:
            moved = [token]
            while len(line) > 1 and (moved[0][0] in _NOT_FIRST or line[-1][-1] in _NOT_LAST):
                if face.getlength(line[-1] + "".join(moved)) > width:
                    break
                moved.insert(0, line.pop())
            found.append(_piece("".join(line), start, readings))
            start += len("".join(line))
            line = moved
        else:
            line.append(token)
        while line and line[0].isspace():
            start += len(line.pop(0))
    return [*found, _piece("".join(line), start, readings)]


def _breaks(letter: str) -> bool:
    """Control characters, and Unicode's own line and paragraph ends, which no font can draw."""
    kind = unicodedata.category(letter)
    return kind.startswith("C") or kind in ("Zl", "Zp")


def _piece(line: str, start: int, readings: tuple[Reading, ...]) -> Piece:
    end = start + len(line)
    own = (one for one in readings if start <= one.start and one.end <= end)
    return Piece(line.rstrip(), tuple(Reading(one.start - start, one.end - start, one.text) for one in own))


def _tokens(text: str, readings: tuple[Reading, ...], face: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """What stays together, in order."""
    at = 0
    for word in (*readings, Reading(len(text), len(text), "")):
        for token in (*_TOKEN.findall(text[at : word.start]), text[word.start : word.end]):
            if token:
                yield from token if face.getlength(token) > width else (token,)
        at = word.end
