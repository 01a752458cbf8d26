"""Where in a TOML file each value stands: key path → line (TOML 1.0, toml.io).

`tomllib` keeps no positions. This walks the same text once more, after tomllib has accepted it, so it need not find
errors; it only has to agree on keys. Paths are those of tomllib's values: ("document", 0, "class").
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from typing import Final

Path = tuple[str | int, ...]

_BLANK: Final = re.compile(r"(?:[ \t]|\r?\n|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")' r"|'''.*?'{3,5}(?!')" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'", re.DOTALL
)
_SCALAR: Final = re.compile(r"[^,\]}#\n]+")


def positions(text: str) -> dict[Path, int]:
    """The line (from 1) of every key, table and array element of a TOML text that `tomllib` accepts."""
    return _Walk(text).lines()


def line_of(found: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest entry around it: a missing key is reported where its table begins."""
    while path and path not in found:
        path = path[:-1]
    return found.get(path, 1)


class _Walk:
    """One pass over the text. `at` is the position in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self.counted: Counter[Path] = Counter()
        self.breaks = [match.start() for match in re.finditer("\n", text)]

    def lines(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self.found

    def _header(self) -> Path:
        listed = self.text.startswith("[[", self.at)
        begun = self.at
        self.at += 2 if listed else 1
        keys = self._keys()
        self.at += 2 if listed else 1
        path = (*self._inside(keys[:-1], begun), keys[-1])
        if listed:
            self._note(path, begun)
            path = (*path, self.counted[path])
            self.counted[path[:-1]] += 1
        else:
            path = self._inside(keys, begun)
        self._note(path, begun)
        return path

    def _inside(self, keys: tuple[str, ...], begun: int) -> Path:
        """A header's keys with the index of the newest element of each array of tables on the way. Tables on the way
        that nobody has named before begin here."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            self._note(path, begun)
            if self.counted[path]:
                path = (*path, self.counted[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        begun = self.at
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, begun)
        self.at += 1  # =
        self._skip(_SPACE)
        self._value(path)

    def _keys(self) -> tuple[str, ...]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = self.text[self.at] in "\"'"
            part = (_STRING if quoted else _BARE).match(self.text, self.at)
            assert part is not None
            keys.append(_plain(part[0]) if quoted else part[0])
            self.at = part.end()
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return tuple(keys)
            self.at += 1

    def _value(self, path: Path) -> None:
        if self.text[self.at] == "[":
            self._array(path)
        elif self.text[self.at] == "{":
            self._inline_table(path)
        else:
            self._skip(_STRING if self.text[self.at] in "\"'" else _SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        self._skip(_BLANK)
        while self.text[self.at] != "]":
            self._note((*path, index), self.at)
            self._value((*path, index))
            index += 1
            self._skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _note(self, path: Path, at: int) -> None:
        self.found.setdefault(path, bisect_left(self.breaks, at) + 1)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        matched = pattern.match(self.text, self.at)
        if matched is not None:
            self.at = matched.end()


def _plain(quoted: str) -> str:
    """A quoted key as tomllib reads it."""
    return next(iter(tomllib.loads(f"{quoted} = 0")))
