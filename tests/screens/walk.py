"""Walks from screen to screen and looks at each in every language and way that are wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Error

from deploy.demo.intake import Kiosk
from deploy.demo.processes import DemoFailed
from schemas.language import Language
from tests.screens.eye import TRIES, Changed, Eye, Seen
from tests.screens.modes import Mode, modes_of, seen_in, tongues_of
from tests.screens.stage import Venue
from tests.screens.steps import Do, Look, Step, Tongues, Until, Who

PATIENCE = 10.0
COLOURED = ("landscape", "contrast")
"""Modes in which axe computes contrast, in the first language: colours are the same in every other."""


@dataclass(frozen=True)
class Wanted:
    """`only`: names of looks, none for all; `modes`: names of modes, none for all."""

    languages: tuple[Language, ...]
    out: Path
    only: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()


@dataclass
class Walk:
    """`seen`: every look so far."""

    venue: Venue
    browser: Browser
    wanted: Wanted
    counter: Kiosk
    said: Callable[[Seen], None]
    values: dict[str, str]
    seen: list[Seen] = field(default_factory=list)
    _eyes: dict[tuple[Who, str], Eye] = field(default_factory=dict)

    def steps(self, steps: Iterable[Step], languages: Sequence[Language] | None = None) -> None:
        """Raises `DemoFailed` when the counter does not go the way."""
        languages = tuple(languages or self.wanted.languages)
        self.values["language"] = languages[0]
        for step in steps:
            match step:
                case Look():
                    self._look(step, tuple(languages))
                case Do():
                    self._do(step)
                case Until():
                    self._until(step)

    def _until(self, step: Until) -> None:
        def done(state: Mapping[str, object]) -> bool:
            return state[step.key] in step.values

        self.counter.until(f"{step.key} is {step.values}", done)

    def _do(self, step: Do) -> None:
        fields = {name: self._filled(value) for name, value in step.fields.items()}
        if step.refused or step.typed:
            expected = range(400, 500) if step.refused else range(200, 300)
            for switch in ("", "large", "contrast"):
                self._posts(self._eye(Who.APPLICANT, switch), step.path, fields, expected=expected)
        elif step.who is Who.APPLICANT:
            state = self.counter.state()
            self._act(step, fields)
            self.values["slip"] = str(state.get("slip") or self.values.get("slip", ""))
        else:
            self._posts(self._eye(step.who), step.path, fields, expected=range(200, 300))

    def _act(self, step: Do, fields: dict[str, str | list[str]]) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.counter.act(step.path, **fields)
                return
            except DemoFailed:
                if not step.again or time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def _filled(self, value: str | list[str]) -> str | list[str]:
        return value.format(**self.values) if isinstance(value, str) else value

    def _posts(self, eye: Eye, path: str, fields: Mapping[str, str | list[str]], *, expected: range) -> None:
        """A post of this window's own session, as a script would send it."""
        state = eye.context.request.get(f"{eye.at}/api/state").json()
        answer = eye.context.request.post(
            eye.at + path,
            data=urlencode({"csrf": state["csrf"], **fields}, doseq=True),
            headers={"accept": "application/json", "content-type": "application/x-www-form-urlencoded"},
        )
        if answer.status not in expected:
            raise DemoFailed(f"POST {path}: {answer.status} {answer.text()[:300]}")

    def _eye(self, who: Who, switch: str = "") -> Eye:
        if (who, switch) not in self._eyes:
            self._eyes[who, switch] = Eye.open(self.browser, self.venue.urls[who])
        return self._eyes[who, switch]

    # ── one screen ───────────────────────────────────────────────────────────────────────────────────

    def _look(self, look: Look, languages: tuple[Language, ...]) -> None:
        if self.wanted.only and look.name not in self.wanted.only:
            return
        spoken = tongues_of(look, self.wanted.languages)
        for language in tongues_of(look, languages):
            self._speak(look, language)
            before, after = look.around
            if before:
                self._do(before)
            self._look_at(look, language, spoken)
            if after:
                self._do(after)

    def _look_at(self, look: Look, language: Language, spoken: tuple[Language, ...]) -> None:
        modes = [
            mode
            for mode in modes_of(look)
            if seen_in(look, mode, language, spoken) and (not self.wanted.modes or mode.name in self.wanted.modes)
        ]
        for switch in sorted({mode.switch for mode in modes}):
            some = [mode for mode in modes if mode.switch == switch]
            eye = self._eye(look.who, switch)
            for seen in self._patiently(eye, look, language, some, first=language == spoken[0]):
                self.seen.append(seen)
                self.said(seen)
            eye.leave()

    def _speak(self, look: Look, language: Language) -> None:
        if look.tongues is Tongues.STAFF:
            self._posts(self._eye(look.who), "/attendant/language", {"language": language}, expected=range(200, 300))
        elif look.tongues is Tongues.ALL and self.counter.state().get("screen") not in ("sealed", "idle"):
            self.counter.act("/language", language=language)

    def _patiently(self, eye: Eye, look: Look, language: Language, modes: Sequence[Mode], *, first: bool) -> list[Seen]:
        """Looks again when the page was drawn anew meanwhile. Raises `DemoFailed` when it never stands still."""
        trouble: Exception | None = None
        for _ in range(TRIES):
            try:
                return list(self._looks(eye, look, language, modes, first=first))
            except (Changed, Error) as changed:
                trouble = changed
        raise DemoFailed(f"{look.name} in {language}: {trouble}")

    def _looks(self, eye: Eye, look: Look, language: Language, modes: Sequence[Mode], *, first: bool) -> Iterator[Seen]:
        for at, mode in enumerate(modes):
            eye.set(mode)
            if at == 0 or look.opens:
                self._come(eye, look, mode)
            plain = not mode.few
            coloured = first and mode.name in COLOURED
            found = eye.findings(look, mode, axe=plain or bool(mode.switch), colours=coloured)
            file = self.wanted.out / f"{look.name}.{language}.{mode.name}.jpg"
            eye.picture(file, whole=look.who not in (Who.APPLICANT, Who.CLOSED) or mode.zoom > 1)
            if plain and first:
                found += eye.keys()
            yield Seen(look, language, mode, found, file)

    def _come(self, eye: Eye, look: Look, mode: Mode) -> None:
        """The page with its switches: a new person at the counter has none."""
        eye.go(look.url, look.screen)
        if mode.switch and mode.switch not in (eye.page.locator("html").get_attribute("class") or "").split():
            self._posts(eye, "/view", {mode.switch: "on"}, expected=range(200, 300))
            eye.go(look.url, look.screen)


@contextmanager
def walking(venue: Venue, browser: Browser, wanted: Wanted, said: Callable[[Seen], None]) -> Iterator[Walk]:
    person = venue.stage.attendants[0]
    values = {"staff": person.staff, "pin": person.pin, "kiosk": venue.device, "slip": "", "language": ""}
    with closing(Kiosk(venue.stage.kiosk_url)) as counter:
        yield Walk(venue, browser, wanted, counter, said, values)
