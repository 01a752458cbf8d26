"""The screens' texts: gettext catalogues. Japanese is the source language; a .po file adds another one.

A language without a catalogue is not offered. A message a catalogue lacks falls back to Japanese; a test fails first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from types import MappingProxyType

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
    """The languages that are there; each catalogue is read when the first text of it is wanted."""

    languages: tuple[Language, ...]

    def get(self, language: Language, text: str) -> str:
        return catalogue(language).get(text) or text


def load_texts() -> Texts:
    """The source language and those with a catalogue."""
    return Texts(tuple(language for language in Language if language is SOURCE or _file(language).is_file()))


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """The texts of `locale/<language>.po` by their Japanese, read once a process; empty for a language without one."""
    if not _file(language).is_file():
        return MappingProxyType({})
    return MappingProxyType(
        {
            str(message.id): Furigana(str(message.string))
            for message in read_po(BytesIO(_file(language).read_bytes()))
            if message.id and message.string and not message.fuzzy
        }
    )


def _file(language: Language) -> Traversable:
    return files(__package__).joinpath("locale", f"{language}.po")
