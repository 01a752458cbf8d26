"""The console's languages: Japanese is the source, every other language is a folder `locale/<tag>/` of .po files.

Each room keeps its own .po file; all files of a folder are joined when the service starts (gettext through Babel).
A sentence without translation falls back to Japanese. Adding a language: add the folder and a line in `OFFERED`.
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
OFFERED: Final[dict[Language, str]] = {Language.JA: "日本語", Language.EN: "English"}


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


def chosen(request: Request) -> Language:
    """The language of this request: the reader's choice, then what the browser asks for, then Japanese."""
    wanted = [request.cookies.get(COOKIE, "")]
    wanted += [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    for tag in wanted:
        for language in OFFERED:
            if tag == language or tag.split("-")[0] == language:
                return language
    return Language.JA


def mark(text: str) -> str:
    """Marks a sentence for translation where it is written down; it is translated where it is shown."""
    return text
