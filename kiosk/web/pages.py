"""Pages from templates: one Jinja environment a language, autoescaped, strict about undefined names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Final  # Any: whatever a template names; StrictUndefined and the tests check it

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup
from starlette.responses import HTMLResponse

from kiosk.web import words
from kiosk.web.formats import both_calendars, clock_of, day_of
from kiosk.web.furigana import Furigana, plain, with_readings
from kiosk.web.hall.wire import Named
from kiosk.web.session import COVERED_AFTER, LOCKED_AFTER, Session
from kiosk.web.texts import OWN_NAMES, Texts
from schemas.ids import DeviceId
from schemas.language import Language, Wording


class Screens(Environment):
    """A wording of the rules or the visit in a language is a text with readings, as the catalogues' are."""

    def getitem(self, obj: Any, argument: Any) -> Any:
        found = super().getitem(obj, argument)
        return Furigana(found) if isinstance(obj, Wording) and isinstance(found, str) else found


class Compiled(BytecodeCache):
    """A template is compiled once for all languages: they differ in what `_` says only."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._codes.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED: Final = Compiled()


@cache
def _environment(texts: Texts, language: Language) -> Environment:
    environment = Screens(
        loader=PackageLoader("kiosk.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )
    environment.filters["plain"] = plain
    environment.filters["marked"] = with_readings
    environment.globals |= {
        "_": partial(_said, texts, language),
        "language": language,
        "languages": [(each, OWN_NAMES[each]) for each in texts.languages],
        "words": words,
        "both_calendars": partial(both_calendars, language=language),
        "day_of": day_of,
        "clock_of": clock_of,
    }
    return environment


def _said(texts: Texts, language: Language, text: str, **values: object) -> str:
    """The text in the language, with `%(name)s` filled in."""
    said = texts.get(language, text)
    return said % values if values else said


class Pages:
    def __init__(
        self,
        texts: Texts,
        *,
        kiosks: Callable[[], tuple[Named, ...]] = tuple,
        own: Callable[[], DeviceId | None] = lambda: None,
    ) -> None:
        """`kiosks`: those the tablet can choose from, `own`: which of them this one is."""
        self.texts, self._kiosks, self._own = texts, kiosks, own

    def say(self, language: Language, text: str, **values: object) -> str:
        return _said(self.texts, self.offered(language), text, **values)

    def offered(self, language: Language) -> Language:
        """The language itself when there is a catalogue, else the source language."""
        return language if language in self.texts.languages else Language.JA

    def html(self, template: str, language: Language, values: Mapping[str, Any]) -> str:
        return _environment(self.texts, self.offered(language)).get_template(template).render(values)

    def _holding(self, session: Session) -> Markup:
        """The strip of a tablet that has the applicant's pages: it speaks to staff, so in their language."""
        if not session.holds:
            return Markup()
        values = {"session": session, "csrf": session.csrf}
        return Markup(self.html("parts/holding.html", session.language, values))  # noqa: S704 – our own template

    def page(self, template: str, session: Session, language: Language, values: Mapping[str, Any]) -> HTMLResponse:
        """A page, or a part of one. `session` gives token, last refusal and the person's view switches."""
        refused = words.refusal(session.refused) if session.refused else None
        shared = {
            "session": session,
            "csrf": session.csrf,
            "refused": refused,
            "refused_code": session.refused,
            "typed": session.typed,
            "kiosks": self._kiosks,
            "own_device": self._own,
            "holding": self._holding(session),
            "silent": (COVERED_AFTER, LOCKED_AFTER),
        }
        return HTMLResponse(self.html(template, language, {**shared, **values}))
