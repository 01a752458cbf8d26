"""A wording in the reader's language, or in the next one they are likely to read."""

from __future__ import annotations

import pytest

from schemas.language import Language, Wording


@pytest.mark.parametrize(
    ("language", "said"),
    [("ja", "福島市"), ("en", "Fukushima"), ("es", "Fukushima"), ("pt", "Fukushima"), ("ko", "Fukushima"),
     ("zh-Hans", "福島市"), ("ja-x-easy", "福島市")],
)  # fmt: skip
def test_a_missing_language_falls_back(language: str, said: str) -> None:
    assert Wording(ja="福島市", en="Fukushima")[Language(language)] == said


def test_without_english_it_is_japanese() -> None:
    assert {Wording(ja="福島市")[language] for language in Language} == {"福島市"}
