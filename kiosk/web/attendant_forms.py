"""What the attendant's posts carry: documents and checks by checkbox names, answers by question."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from pydantic import Field
from starlette.datastructures import FormData

from kiosk.flow import FlowRefused
from kiosk.web.forms import Fields
from schemas.answers import Papers
from schemas.intake import Answer
from schemas.rules import Certifier, Delivery, DocumentCheck, NumberPaper, OldCard, Person, RuleSet

ANSWER = "answer_"


class SignInFields(Fields):
    staff: str
    pin: str


class OverrideFields(Fields):
    """`delivery` empty: the override is taken back. `second`: another member of the municipal staff."""

    delivery: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=300)
    second: str = ""
    second_pin: str = Field(default="", repr=False)

    @property
    def wanted(self) -> Delivery:
        if self.delivery not in set(Delivery):
            raise FlowRefused("override.same")
        return Delivery(self.delivery)


class SlipFields(Fields):
    slip: str


@dataclass(frozen=True)
class PartForm:
    """The attendant's part as the tablet's form has it.

    `shown`: values `person:document`, e.g. `applicant:passport`; `check`: `person:document:name` for each check made
    (original, in_date, name_matches, name_explained, birth_matches, address_matches, photo_matches; from a script that
    does not tell the two apart: birth_or_address_matches; of a certified photo: photo_recent); `certifier`:
    `person:document:who` of a certified photo; `answer_<condition>`: yes or no. `number_paper`, `old_card`,
    `juki_card`, `loss_report`, `pin_request`: papers handed in.
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

    def papers(self) -> Papers | None:
        """None where the form does not speak of papers."""
        if not {"number_paper", "old_card", "juki_card", "loss_report", "pin_request"} & set(self.form):
            return None
        try:
            return Papers(
                number_paper=NumberPaper(self._text("number_paper") or NumberPaper.UNKNOWN),
                old_card=OldCard(self._text("old_card") or OldCard.UNKNOWN),
                juki_card=OldCard(self._text("juki_card") or OldCard.UNKNOWN),
                loss_report=self._text("loss_report") == "yes",
                pin_request=unicodedata.normalize("NFKC", self._text("pin_request")),
            )
        except ValueError as error:
            raise FlowRefused("papers.invalid") from error

    def _check(self, shown: str, made: set[str]) -> DocumentCheck:
        person, _, document = shown.partition(":")
        kind = self.rules.document(document)
        if kind is None or person not in set(Person):
            raise FlowRefused("document.unknown")

        def did(name: str) -> bool:
            return f"{shown}:{name}" in made

        birth, address = did("birth_matches"), did("address_matches")
        apart = not did("birth_or_address_matches")
        return DocumentCheck(
            document=document,
            person=Person(person),
            original=did("original"),
            in_date=did("in_date"),
            name_matches=did("name_matches"),
            name_explained=did("name_explained"),
            birth_or_address_matches=not apart or kind.agrees(birth=birth, address=address),
            birth_matches=birth if apart and kind.may_show("birth") else None,
            address_matches=address if apart and kind.may_show("address") else None,
            photo_matches=did("photo_matches") if kind.photo else None,
            certified_by=self._certifier(shown) if kind.certified_by else None,
            photo_recent=did("photo_recent") if kind.photo_months else None,
        )

    def _certifier(self, shown: str) -> Certifier | None:
        named = (value for value in self.form.getlist("certifier") if isinstance(value, str))
        said = next((value.removeprefix(f"{shown}:") for value in named if value.startswith(f"{shown}:")), "")
        if said not in {"", *Certifier}:
            raise FlowRefused("document.unknown")
        return Certifier(said) if said else None

    def _text(self, name: str) -> str:
        value = self.form.get(name)
        return value.strip()[:500] if isinstance(value, str) else ""
