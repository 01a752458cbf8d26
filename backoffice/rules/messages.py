"""What the checker of rule files says, in words for the console: one pattern a message, translated where it is shown.

A message nobody has foreseen (a new one of the parser) is shown as it came.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from backoffice.web.language import mark

_PATTERNS: Final = (
    (r"not UTF-8", mark("文字コードがUTF-8ではありません")),
    (r"nested too deeply", mark("表が深く入れ子になりすぎています")),
    (r"code given twice.*", mark("同じcodeが二度あります")),
    (r"Field required", mark("必要な項目がありません")),
    (r"Extra inputs are not permitted", mark("知らない項目です")),
    (r"no English text", mark("英語の文がありません")),
    (r"no document has class (?P<a>.+)", mark("区分%(a)sの書類がありません")),
    (r"no document (?P<a>.+)", mark("書類%(a)sは、このファイルにありません")),
    (r"no item (?P<a>.+)", mark("持ち物%(a)sは、このファイルにありません")),
    (r"(?P<a>.+) holds twice on some days", mark("%(a)sの期間が重なっています")),
    (
        r"no combination of documents for (?P<a>.+) at an application",
        mark("申請のときの書類の組合せがありません(%(a)s)"),
    ),
    (r"effective_until is before effective_from", mark("終わりの日が始まりの日より前です")),
    (r"(Value error, )?(valid|accepted)_from is after .*", mark("始まりの日が終わりの日より後です")),
    (r"identity was not checked: the card cannot be posted", mark("本人確認をしないカードは郵送できません")),
    (r"application support checks no identity.*", mark("申請サポートでは本人確認をしないため、郵送できません")),
    (r"(Value error, )?a need names either classes or documents", mark("区分か書類のどちらか一つを書いてください")),
    (r"(Value error, )?a window is given in months or in days", mark("期間は月か日のどちらか一つで書いてください")),
    (r"String should match pattern.*", mark("書き方が決まりに合いません")),
    (r"String should have at most (?P<a>\d+) characters?", mark("長すぎます(%(a)s文字まで)")),
    (r"Input should be a valid boolean.*", mark("trueかfalseで書いてください")),
    (r"Input should be a valid integer.*", mark("整数で書いてください")),
    (r"Input should be a valid string", mark("文字列で書いてください")),
    (r"Input should be a valid date.*", mark("日付は2026-04-01のように書いてください")),
    (r"Input should be a valid (tuple|list)", mark("[ ] で囲んだ並びで書いてください")),
    (r"Input should be a valid dictionary.*", mark("{ } で囲んだ表で書いてください")),
    (r"Input should be greater than or equal to (?P<a>.+)", mark("%(a)s以上にしてください")),
    (r"Input should be less than or equal to (?P<a>.+)", mark("%(a)s以下にしてください")),
    (r"Input should be (?P<a>'.+)", mark("次のどれかにしてください: %(a)s")),
    (r"(Tuple|List) should have at least 1 item.*", mark("一つ以上必要です")),
    (r"(?P<a>.+) \(at line \d+, column (?P<b>\d+)\)", mark("TOMLとして読めません(%(b)s文字目: %(a)s)")),
    (r"(?P<a>.+) \(at end of document\)", mark("TOMLとして読めません(ファイルの終わり: %(a)s)")),
)  # fmt: skip
_KNOWN: Final = tuple((re.compile(pattern, re.DOTALL), text) for pattern, text in _PATTERNS)


def told(message: str, translate: Callable[[str], str]) -> str:
    """A message of the checker in the reader's language."""
    for pattern, text in _KNOWN:
        if found := pattern.fullmatch(message):
            return translate(text) % found.groupdict()
    return message
