"""The languages of the screens, and a wording in several of them (rule sets, venue texts)."""

from __future__ import annotations

from enum import StrEnum
from itertools import takewhile

from pydantic import BaseModel, ConfigDict, Field


class Language(StrEnum):
    """BCP 47 tags. やさしい日本語 has a private subtag."""

    JA = "ja"
    JA_EASY = "ja-x-easy"
    EN = "en"
    ZH = "zh-Hans"
    KO = "ko"
    ES = "es"
    PT = "pt"


class Wording(BaseModel):
    """One sentence in the languages a municipality has given, Japanese always.

    やさしい日本語 may mark readings, `{住所|じゅうしょ}`. A missing Spanish, Portuguese or Korean one falls back to
    English, everything else to Japanese: readers of Chinese know the characters of a place name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    ja: str
    ja_easy: str | None = Field(default=None, alias="ja-x-easy")
    en: str | None = None
    zh: str | None = Field(default=None, alias="zh-Hans")
    ko: str | None = None
    es: str | None = None
    pt: str | None = None

    def __getitem__(self, language: Language) -> str:
        given = {
            Language.JA_EASY: self.ja_easy, Language.EN: self.en, Language.ZH: self.zh,
            Language.KO: self.ko, Language.ES: self.es, Language.PT: self.pt,
        }  # fmt: skip
        latin = self.en if language in (Language.KO, Language.ES, Language.PT) else None
        return given.get(language) or latin or self.ja


def with_reading(word: str, reading: str) -> str | None:
    """The word marked for やさしい日本語, the kana both share left bare: `いわき{市|し}`. None without a reading."""
    if not reading or {"{", "|", "}"} & {*word, *reading}:
        return None
    begins = _shared(word, reading)
    ends = _shared(word[begins:][::-1], reading[begins:][::-1])
    middle = word[begins : len(word) - ends], reading[begins : len(reading) - ends]
    return f"{word[:begins]}{{{middle[0]}|{middle[1]}}}{word[len(word) - ends :]}" if all(middle) else None


def _shared(one: str, other: str) -> int:
    """How many letters both begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
