"""Finds every sentence that needs translating, and keeps the .po files in step with them.

`python -m backoffice.web.messages` adds new sentences to `locale/<language>/<room>.po` with an empty translation and
drops those no longer used; what is missing is then filled in by hand. A test fails while anything is empty.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import babel
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

import backoffice
from backoffice.web.language import OFFERED, PUBLIC
from schemas.language import Language

_OFFICE: Final = Path(backoffice.__file__).parent
LOCALE: Final = Path(__file__).parent / "locale"
# Refusals carry their sentence as the second argument (kit/errors.py).
_REFUSALS: Final = ("Refused", "NotFound", "NotAllowed", "NotSignedIn", "PasswordUnfit", "Unopenable", "Unavailable")
_KEYWORDS: Final = {
    "_": None, "gettext": None, "ngettext": (1, 2), "mark": None, "__init__": (2,),
    **dict.fromkeys(_REFUSALS, (2,)),
}  # fmt: skip
# What readers of a public page may meet: whole files, and sentences of files that are otherwise for staff.
_PUBLIC_FILES: Final = (
    "web/templates/visits/booking.html", "web/templates/base.html", "web/templates/problem.html", "web/problems.py",
    "web/forgery.py", "visits/public.py", "visits/console/public.py", "visits/bookings.py",
    "cases/telling.py",
)  # fmt: skip
_PUBLIC_SENTENCES: Final = (
    "メールアドレスを確かめてください。", "お知らせメールをお送りします", "お知らせメールをやめ、アドレスを消しました",
    "新規", "更新", "紛失による再交付", "任意",
)  # fmt: skip
_JAPANESE: Final = re.compile(r"[ぁ-んァ-ヶ一-龠]")
MessageId = str | tuple[str, ...]


def sentences() -> dict[str, list[MessageId]]:
    """Every sentence by the room it stands in; one that stands in several belongs to the first."""
    found: dict[str, list[MessageId]] = {}
    known: set[MessageId] = set()
    for file in sorted(_OFFICE.rglob("*")):
        if file.suffix not in (".py", ".html"):
            continue
        for sentence in _in_file(file):
            if sentence not in known:
                known.add(sentence)
                found.setdefault(_room(file), []).append(sentence)
    return found


def public_sentences() -> list[MessageId]:
    """Those of the pages everybody may open, in order."""
    found: dict[MessageId, None] = dict.fromkeys(_PUBLIC_SENTENCES)
    for name in _PUBLIC_FILES:
        found.update(dict.fromkeys(_in_file(_OFFICE / name)))
    return list(found)


def wanted(language: Language) -> dict[str, list[MessageId]]:
    """What a language needs, by its .po file."""
    return sentences() if language in OFFERED else {"booking": public_sentences()}


def _in_file(file: Path) -> Iterator[MessageId]:
    method = "python" if file.suffix == ".py" else "jinja2.ext:babel_extract"
    options = {"trimmed": "true", "encoding": "utf-8", "silent": "false"}
    with file.open("rb") as source:
        for _line, sentence, _comments, _context in extract(method, source, _KEYWORDS, options=options):
            text = sentence[0] if isinstance(sentence, tuple) else sentence
            if text and _JAPANESE.search(text):
                yield sentence


def _room(file: Path) -> str:
    parts = file.relative_to(_OFFICE).parts
    if parts[:2] == ("web", "templates") and len(parts) == 4 and parts[2] != "home":
        return parts[2]
    return parts[0] if len(parts) > 1 else "web"


def catalogue(language: Language, room: str) -> Catalog:
    """A room's translations as they stand."""
    file = LOCALE / language.value / f"{room}.po"
    locale = babel.Locale.parse(language.value.split("-")[0])
    return read_po(io.BytesIO(file.read_bytes()), locale=locale) if file.exists() else Catalog(locale=locale)


def update(language: Language) -> int:
    """Bring a language's files in step; returns how many sentences are still empty."""
    empty = 0
    for room, ids in wanted(language).items():
        before, after = catalogue(language, room), Catalog(locale=language.value.split("-")[0], charset="utf-8")
        for sentence in ids:
            known = before.get(sentence[0] if isinstance(sentence, tuple) else sentence)
            entry = after.add(sentence, known.string if known else None)
            empty += not all(entry.string if isinstance(entry.string, tuple) else (entry.string,))
        _write(LOCALE / language.value / f"{room}.po", after)
    return empty


def _write(file: Path, filled: Catalog) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, filled, width=120, omit_header=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {}\\n"\n\n'
    file.write_bytes(header.format(filled.plural_forms).encode() + text.getvalue().lstrip(b"\n"))


if __name__ == "__main__":
    for offered in PUBLIC:
        if offered is not Language.JA:
            print(f"{offered.value}: {update(offered)} sentences without translation")
