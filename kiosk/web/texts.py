"""The screens' texts: gettext catalogues read at start. Japanese is the source language; a .po file adds another one.

A language without a catalogue is not offered. A message a catalogue lacks falls back to Japanese; a test fails first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po

from kiosk.web.furigana import Furigana
from schemas.language import Language

SOURCE = Language.JA
OWN_NAMES: Mapping[Language, str] = {
    Language.JA: "日本語",
    Language.JA_EASY: "やさしい日本語",
    Language.EN: "English",
    Language.ZH: "中文(简体)",
    Language.KO: "한국어",
    Language.ES: "Español",
    Language.PT: "Português",
}
"""Each language in its own words: never translated."""


def N_(text: str) -> str:  # noqa: N802 – gettext's own name for a text that is translated later
    """Marks a text for the catalogue; the translation happens where it is shown."""
    return text


@dataclass(frozen=True)
class Texts:
    """The catalogues by language."""

    catalogues: Mapping[Language, Mapping[str, str]]

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(language for language in Language if language is SOURCE or language in self.catalogues)

    def get(self, language: Language, text: str) -> str:
        return self.catalogues.get(language, {}).get(text) or text


def load_texts(languages: Iterable[Language] = tuple(Language)) -> Texts:
    """The catalogues that are there, `locale/<language>.po`."""
    found = {}
    for language in languages:
        file = files(__package__).joinpath("locale", f"{language}.po")
        if file.is_file():
            found[language] = _catalogue(file.read_bytes())
    return Texts(found)


def _catalogue(po: bytes) -> dict[str, str]:
    return {
        str(message.id): Furigana(str(message.string))
        for message in read_po(BytesIO(po))
        if message.id and message.string and not message.fuzzy
    }
