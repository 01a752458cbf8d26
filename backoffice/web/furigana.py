"""Readings over kanji, for やさしい日本語 (guideline of 2020 by the Immigration Services Agency).

A text writes `{住所|じゅうしょ}`: <ruby> on a page, the word alone in attributes, titles and options, where no
element may stand, and `住所(じゅうしょ)` in a letter.
"""

from __future__ import annotations

import re
from typing import Final

_MARKED: Final = re.compile(r"\{([^{}|<>]+)\|([^{}|<>]+)\}")
_PLAIN: Final = re.compile(r"<(title|option|textarea)\b[^>]*>.*?</\1>|<[^>]*>", re.DOTALL)
_RUBY: Final = r"<ruby>\1<rp>(</rp><rt>\2</rt><rp>)</rp></ruby>"


def with_readings(page: str) -> str:
    """A whole page."""
    parts, at = [], 0
    for tag in _PLAIN.finditer(page):
        parts += [_MARKED.sub(_RUBY, page[at : tag.start()]), _MARKED.sub(r"\1", tag[0])]
        at = tag.end()
    return "".join([*parts, _MARKED.sub(_RUBY, page[at:])])


def spelled(text: str) -> str:
    """A text without elements, the readings in brackets."""
    return _MARKED.sub(r"\1(\2)", text)
