"""The words of letters about a booking: number, time, place, the person's own list of what to bring."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from backoffice.mail.models import MailKind
from backoffice.visits.bring import Bring, say
from backoffice.visits.papers import dated
from backoffice.web.furigana import spelled
from schemas.language import Language, Wording


@dataclass(frozen=True)
class Told:
    """What a letter says. `bring`: None where nothing is to be brought any more; `page`: empty while it is closed."""

    kind: MailKind
    language: Language
    title: Wording
    number: str
    day: date
    begins: time
    ends: time
    place: Wording
    waiting: bool
    contact: str
    page: str
    bring: Bring | None


def title(told: Told) -> str:
    return _say(told.kind.value, told.language, number=told.number, title=told.title[told.language])


def body(told: Told) -> str:
    """The letter's text."""
    return "\n".join([*lines(told), "", _say("why", told.language), ""])


def lines(told: Told) -> list[str]:
    """The same for paper, or to be sent in some other way: without why it was mailed."""
    language = told.language
    when = f"{dated(told.day, language)} {told.begins:%H:%M}–{told.ends:%H:%M}"
    said = [
        told.title[language], "", _say("number", language, number=told.number), _say("when", language, when=when),
        _say("where", language, where=told.place[language]),
    ]  # fmt: skip
    if told.waiting:
        said.append(_say("waiting", language))
    if told.bring is None:
        said += ["", _say("over", language)]
    else:
        said += ["", *_listed(told.bring, language), "", spelled(say("voluntary", language))]
    page = [_say("page", language, page=told.page)] if told.page else []
    return [*said, "", *page, _say("contact", language, contact=told.contact)]


def _listed(bring: Bring, language: Language) -> list[str]:
    lines = [say("bring", language)]
    for items in bring.choices.values():
        lines.append(f"  {say('one_of', language)}:")
        lines += [f"    - {item[language]}" for item in items]
    lines += [f"  - {item[language]}" for item in bring.always]
    return [spelled(line) for line in [*lines, f"  - {say('form', language)}"]]


@cache
def sentences() -> dict[str, Wording]:
    """What letters say, by name."""
    text = files(__package__).joinpath("letters.toml").read_text("utf-8")
    return TypeAdapter(dict[str, Wording]).validate_python(tomllib.loads(text))


def _say(name: str, language: Language, **values: str) -> str:
    sentence = spelled(sentences()[name][language])
    for key, value in values.items():
        sentence = sentence.replace(f"{{{key}}}", value)
    return sentence
