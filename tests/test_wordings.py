"""Every sentence a person reads stands in all seven languages, and やさしい日本語 keeps to its guideline.

Screens come from gettext catalogues (complete: tests/kiosk/web/test_texts.py); rules, triage, photo advice, reasons of
return, letters and papers from the TOML files shipped beside the code. Source for やさしい日本語: the guideline of 2020
(在留支援のためのやさしい日本語ガイドライン, 出入国在留管理庁・文化庁): short sentences, no double negation, no
honorific or administrative wording, readings over kanji.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk.web.furigana import Furigana
from kiosk.web.texts import catalogue
from schemas.language import Language

ROOT: Final = Path(__file__).parents[1]
SHIPPED: Final = sorted(
    [
        *(ROOT / "schemas").rglob("*.toml"),
        ROOT / "backoffice/cases/return_reasons.toml",
        ROOT / "backoffice/visits/letters.toml",
        ROOT / "backoffice/visits/papers.toml",
    ]
)
LONGEST: Final = 50
"""Letters of a sentence, readings and placeholders not counted; an address is as long as it is."""
NOT_EASY: Final = re.compile(
    "いただ|ござい|お願い|致し|申し上|伺|おります|における|及び|もしくは|若しくは|なければ ?なりません|ないわけ|ざるを"
)


def wordings(found: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Tables with a Japanese text, and where they stand."""
    if isinstance(found, dict):
        if isinstance(found.get("ja"), str):
            yield path, found
            return
        found = list(found.items())
    elif isinstance(found, list):
        found = list(enumerate(found))
    else:
        return
    for name, part in found:
        yield from wordings(part, f"{path}/{name}")


def easy_texts() -> Iterator[tuple[str, Furigana]]:
    """All of やさしい日本語, by the Japanese or the place it stands for."""
    for japanese, text in catalogue(Language.JA_EASY).items():
        yield japanese, Furigana(getattr(text, "marked", text))
    for file in SHIPPED:
        for path, wording in wordings(tomllib.loads(file.read_text("utf-8"))):
            yield f"{file.name}{path}", Furigana(wording["ja-x-easy"])


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_wording_stands_in_all_languages(file: Path) -> None:
    missing = [
        (path, language)
        for path, wording in wordings(tomllib.loads(file.read_text("utf-8")))
        for language in Language
        if not wording.get(language)
    ]
    assert missing == []


def test_all_kanji_of_easy_japanese_have_readings() -> None:
    bare = {
        at: text.marked for at, text in easy_texts() if re.search(r"[㐀-鿿々]", re.sub(r"\{[^{}]*\}", "", text.marked))
    }
    assert bare == {}


def test_readings_are_kana_and_leave_okurigana_outside() -> None:
    wrong = [
        (at, word, reading)
        for at, text in easy_texts()
        for word, reading in re.findall(r"\{([^{}|]+)\|([^{}|]+)\}", text.marked)
        if not re.fullmatch(r"[ぁ-ゖァ-ヺー]+", reading) or re.fullmatch(r"[ぁ-ゖ]", word[-1])
    ]
    assert wrong == []


def test_sentences_of_easy_japanese_are_short_and_plain() -> None:
    said = list(easy_texts())
    assert len(said) > 1_000
    hard = {at: str(text) for at, text in said if NOT_EASY.search(text) or _longest(text) > LONGEST}
    assert hard == {}


def _longest(text: str) -> int:
    if text.startswith("〒"):
        return 0
    sentences = re.split(r"[。!?！？\n]", re.sub(r"%\(\w+\)s|[  ]", "", text))
    return max(len(sentence) for sentence in sentences)
