"""Readings over kanji, for やさしい日本語 (guideline of 2020 by the Immigration Services Agency).

A catalogue writes `{住所|じゅうしょ}`: <ruby> on a page, above the word on a slip; the plain word in
scripts and labels.
"""

from __future__ import annotations

import re
from typing import Any, Final

from markupsafe import Markup, escape

_MARKED: Final = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
_RUBY: Final = r"<ruby>\1<rp>(</rp><rt>\2</rt><rp>)</rp></ruby>"


class Furigana(str):
    """A text whose str is plain and whose HTML has the readings."""

    marked: str

    def __new__(cls, marked: str) -> Furigana:
        plain = super().__new__(cls, _MARKED.sub(r"\1", marked))
        plain.marked = marked
        return plain

    def __html__(self) -> Markup:
        return Markup(_MARKED.sub(_RUBY, str(escape(self.marked))))  # noqa: S704 – escaped before

    def __mod__(self, values: Any) -> Furigana:  # as str's own
        return Furigana(self.marked % values)


def with_readings(text: str) -> str:
    """As the catalogue writes it: for scripts that draw the readings themselves."""
    return str(getattr(text, "marked", text))


def marks(text: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """The plain text, and for each reading from which to which letter (exclusive) of it: for paper."""
    whole, found, said, at = getattr(text, "marked", text), [], "", 0
    for word in _MARKED.finditer(whole):
        said += whole[at : word.start()]
        found.append((len(said), len(said) + len(word[1]), word[2]))
        said, at = said + word[1], word.end()
    return said + whole[at:], tuple(found)


def joined(*parts: str) -> str:
    """Texts one after the other, readings and all."""
    return Furigana("".join(getattr(part, "marked", part) for part in parts))


def plain(text: str) -> str:
    """For attributes and titles, where no element may stand."""
    return str(text)
