"""Names as people write them, and one folded key to find them by.

A name is kept exactly as it came (variation sequences, 旧氏, 通称 included). The key drops what a person at a keyboard
cannot know: width, case, variation selectors (UTS #37), spaces, katakana or hiragana, voicing marks written apart.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_UNSEEN: Final = re.compile(r"[\s・･'’‐‑‒–—―−-]")
# The common pairs of one surname written two ways; the full table is a person's job, not a search field's.
_SAME: Final = str.maketrans("髙﨑邊邉澤濱齋齊斎德惠廣瀨櫻國萬眞龍嶋島", "高崎辺辺沢浜斉斉斉徳恵広瀬桜国万真竜島島")


def folded(name: str) -> str:
    """The search key of a name or of a piece of one."""
    bare = _SELECTORS.sub("", name)
    plain = unicodedata.normalize("NFKC", bare).casefold().translate(_HIRAGANA)
    return _UNSEEN.sub("", plain).translate(_SAME)


def graphemes_fit(name: str, limit: int) -> bool:
    """Whether a name has at most `limit` characters as a reader counts them: marks and selectors are none."""
    if len(name) <= limit:
        return True
    return sum(1 for sign in name if not unicodedata.combining(sign) and not _SELECTORS.match(sign)) <= limit
