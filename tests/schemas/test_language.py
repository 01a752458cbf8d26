"""A wording in the reader's language, or in the next one they are likely to read."""

from __future__ import annotations

import pytest

from schemas.language import Language, Wording, with_reading


@pytest.mark.parametrize(
    ("language", "said"),
    [("ja", "福島市"), ("en", "Fukushima"), ("es", "Fukushima"), ("pt", "Fukushima"), ("ko", "Fukushima"),
     ("zh-Hans", "福島市"), ("ja-x-easy", "福島市")],
)  # fmt: skip
def test_a_missing_language_falls_back(language: str, said: str) -> None:
    assert Wording(ja="福島市", en="Fukushima")[Language(language)] == said


def test_without_english_it_is_japanese() -> None:
    assert {Wording(ja="福島市")[language] for language in Language} == {"福島市"}


@pytest.mark.parametrize(
    ("word", "reading", "marked"),
    [("福島市", "ふくしまし", "{福島市|ふくしまし}"), ("いわき市", "いわきし", "いわき{市|し}"),
     ("南あわじ市", "みなみあわじし", "{南あわじ市|みなみあわじし}"), ("つがる", "つがる", None), ("福島市", "", None),
     ("福{島|市", "ふくしまし", None)],
)  # fmt: skip
def test_a_reading_stands_over_what_is_not_kana_already(word: str, reading: str, marked: str | None) -> None:
    assert with_reading(word, reading) == marked
