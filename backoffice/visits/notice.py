"""The announcement and reminder of a visit as plain text, for mail, intranet or chat of the organisation: when, where,
what to bring, how to book, that it is voluntary. Made of the sentences of the printed matter, in every language."""

from __future__ import annotations

from collections.abc import Iterator

from backoffice.visits.bring import Kind, say
from backoffice.visits.papers import Announced, dated, kind_name
from backoffice.web.furigana import spelled
from schemas.language import Language

KINDS = (Kind.ADULT, Kind.RENEWAL, Kind.CHILD)


def notice(about: Announced, language: Language, *, booking: bool) -> str:
    """`booking`: its page is open."""
    return spelled("\n".join(_lines(about, language, booking=booking)))


def _lines(about: Announced, language: Language, *, booking: bool) -> Iterator[str]:
    yield say("headline", language).replace("\n", " ")
    yield about.title[language]
    yield ""
    yield say("voluntary", language)
    yield say("photo", language)
    yield ""
    yield f"{say('when', language)} / {say('where', language)}:"
    for sitting in about.sittings:
        hours = f"{sitting.begins:%H:%M}–{sitting.ends:%H:%M}"
        yield f"  - {dated(sitting.day, language)} {hours}  {sitting.place[language]}"
    if not about.sittings:
        yield f"  - {say('undecided', language)}"
    if about.walk_in:
        yield say("walk_in", language)
    if booking:
        yield f"{say('book', language)}: {about.address}"
    yield ""
    yield from _bring(about, language)
    yield f"{say('contact', language)}: {about.contact or about.office[language]}"
    if about.rules.example:
        yield say("example", language)


def _bring(about: Announced, language: Language) -> Iterator[str]:
    yield say("bring", language)
    for kind in KINDS:
        wanted = about.wanted[kind]
        yield f"{kind_name(kind, about.rules, about.first, language)}:"
        for items in wanted.choices.values():
            yield f"  {say('one_of', language)}:"
            yield from (f"    - {item[language]}" for item in items)
        yield from (f"  - {item[language]}" for item in wanted.always)
        yield f"  - {say('form', language)}"
        yield ""
