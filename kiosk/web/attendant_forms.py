"""What the attendant's posts carry: documents and checks by checkbox names, answers by question."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData

from kiosk.flow import FlowRefused
from kiosk.web.forms import Fields
from schemas.intake import Answer
from schemas.rules import DocumentCheck, Person, RuleSet

ANSWER = "answer_"


class SignInFields(Fields):
    staff: str
    pin: str


class SlipFields(Fields):
    slip: str


@dataclass(frozen=True)
class PartForm:
    """The attendant's part as the tablet's form has it.

    `shown`: values `person:document`, e.g. `applicant:passport`; `check`: `person:document:name` for each check made
    (original, in_date, name_matches, birth_or_address_matches, photo_matches); `answer_<condition>`: yes or no.
    """

    form: FormData
    rules: RuleSet

    @property
    def note(self) -> str:
        return self._text("note")

    @property
    def left_open(self) -> bool:
        return self.form.get("left_open") == "yes"

    def documents(self) -> tuple[DocumentCheck, ...]:
        made = {value for value in self.form.getlist("check") if isinstance(value, str)}
        return tuple(self._check(value, made) for value in self.form.getlist("shown") if isinstance(value, str))

    def answers(self) -> tuple[Answer, ...]:
        given = {name.removeprefix(ANSWER): self._text(name) for name in self.form if name.startswith(ANSWER)}
        if not set(given).issubset({condition.code for condition in self.rules.conditions}):
            raise FlowRefused("answer.unknown")
        return tuple(Answer(condition=code, yes=word == "yes") for code, word in given.items() if word)

    def _check(self, shown: str, made: set[str]) -> DocumentCheck:
        person, _, document = shown.partition(":")
        kind = self.rules.document(document)
        if kind is None or person not in set(Person):
            raise FlowRefused("document.unknown")

        def did(name: str) -> bool:
            return f"{shown}:{name}" in made

        return DocumentCheck(
            document=document,
            person=Person(person),
            original=did("original"),
            in_date=did("in_date"),
            name_matches=did("name_matches"),
            birth_or_address_matches=did("birth_or_address_matches"),
            photo_matches=did("photo_matches") if kind.photo else None,
        )

    def _text(self, name: str) -> str:
        value = self.form.get(name)
        return value.strip()[:500] if isinstance(value, str) else ""
