"""Readings over kanji, for やさしい日本語 (guideline of 2020 by the Immigration Services Agency).

A catalogue writes `{住所|じゅうしょ}`: <ruby> on a page; the plain word everywhere else (slip, scripts, labels).
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


def plain_words(text: str) -> str:
    """A text without its readings, for paper and other places that know no ruby."""
    return _MARKED.sub(r"\1", getattr(text, "marked", text))


def plain(text: str) -> str:
    """For attributes and titles, where no element may stand."""
    return str(text)
