"""The languages of pages: Japanese is the source, every other language is a folder `locale/<tag>/` of .po files.

Each room keeps its own .po file; all files of a folder are joined when the service starts (gettext through Babel). A
sentence without translation falls back to Japanese. Staff read `OFFERED`; what everybody may open (`PUBLIC_PAGES`)
speaks all languages of the product; their other folders hold `booking.po` alone. Adding one: folder and line here.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from starlette.requests import Request

from schemas.language import Language

COOKIE: Final = "demado_language"
PUBLIC: Final[dict[Language, str]] = {
    Language.JA: "日本語", Language.JA_EASY: "やさしい日本語", Language.EN: "English", Language.ZH: "简体中文",
    Language.KO: "한국어", Language.ES: "Español", Language.PT: "Português",
}  # fmt: skip
OFFERED: Final[dict[Language, str]] = {language: PUBLIC[language] for language in (Language.JA, Language.EN)}
PUBLIC_PAGES: Final = "/booking/"


@cache
def texts(language: Language) -> NullTranslations:
    """The translations of a language, read once a process."""
    joined = Catalog(locale=language.split("-")[0])
    folder = files("backoffice.web").joinpath("locale", language.value)
    if language is Language.JA or not folder.is_dir():
        return NullTranslations()
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".po"):
            for message in read_po(io.BytesIO(entry.read_bytes()), locale=joined.locale):
                if message.id:
                    joined.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, joined)
    compiled.seek(0)
    return Translations(compiled)


def offered(request: Request) -> dict[Language, str]:
    """The languages of the page that is asked for, each by its own name."""
    return PUBLIC if request.url.path.startswith(PUBLIC_PAGES) else OFFERED


def chosen(request: Request) -> Language:
    """The language of this request: the reader's choice, then what the browser asks for, then Japanese."""
    wanted = [request.cookies.get(COOKIE, "")]
    wanted += [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    known = {language.split("-")[0]: language for language in reversed(offered(request))}  # zh-CN is read as zh-Hans
    known |= {language: language for language in offered(request)}
    return next((known[part] for tag in wanted for part in (tag, tag.split("-")[0]) if part in known), Language.JA)


def mark(text: str) -> str:
    """Marks a sentence for translation where it is written down; it is translated where it is shown."""
    return text
