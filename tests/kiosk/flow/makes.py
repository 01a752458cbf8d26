"""Factories for the flow's tests: a context, an intake at any step, and the events that lead through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.flow import CardAnswer, Context, FlowRefused, Intake, Step, TakenPhoto, advance, events
from schemas.answers import Coming, Company, Wishes
from schemas.dates import age_on
from schemas.ids import ApplicationFormId, MunicipalityCode, RecordId, SlipNumber, StaffId
from schemas.intake import Answer, Consent, FormKind, FormReading, PhotoEvidence
from schemas.language import Language
from schemas.rules import DocumentCheck, Person, Representative, default_rules
from schemas.stamp import Stamp
from schemas.visit import AttendantRole

FUKUSHIMA = MunicipalityCode("072010")
SAPPORO = MunicipalityCode("011002")
FORM_ID = ApplicationFormId("12345678901234567890123")
STAFF = StaffId.new(unix_ms=1_783_000_000_000, randomness=bytes(10))
TODAY = date(2026, 7, 10)
NOW = Stamp(at=datetime(2026, 7, 10, 6, 0, tzinfo=UTC))
ADULT = date(1990, 4, 1)
CHILD = date(2015, 4, 1)
BABY = date(2026, 1, 5)


def context(**changes: object) -> Context:
    made = Context(
        rules=default_rules(),
        receiving=FUKUSHIMA,
        municipalities=frozenset({FUKUSHIMA, SAPPORO}),
        today=TODAY,
        notice="example-1",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def fresh(**changes: object) -> Intake:
    made = Intake(
        record=RecordId.new(unix_ms=1_783_000_000_000, randomness=bytes(range(10))),
        slip=SlipNumber.new("A1", 42),
        language=Language.JA,
        started=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def photo(*, accepted: bool = True, by: StaffId | None = None) -> TakenPhoto:
    evidence = PhotoEvidence(sha256="0" * 64, width=700, height=900, taken=NOW, accepted=accepted, accepted_by=by)
    return TakenPhoto(jpeg=b"\xff\xd8photo", evidence=evidence)


def sound(document: str, person: Person = Person.APPLICANT, **changes: bool) -> DocumentCheck:
    checks = {"original": True, "in_date": True, "name_matches": True, "birth_or_address_matches": True} | changes
    return DocumentCheck(document=document, person=person, **checks)


ENOUGH = (sound("driving_licence"), sound("staff_id"))
YES = tuple(Answer(condition=code, yes=True) for code in ("address_unchanged", "no_mail_forwarding", "pin_request"))

consented = events.Consented(Consent(notice="example-1", given=NOW))
first_card = events.WhyTold(Coming(asked=True))
WITH_PARENT = Company(representative=Representative.PARENT, representative_present=True, same_household=True)
as_usual = events.Wished(Wishes())
form_given = events.FormGiven(FormReading(kind=FormKind.QR, form_id=FORM_ID))
no_card = events.CardAnswered(CardAnswer(None))
documents_shown = events.DocumentsShown(ENOUGH, AttendantRole.STAFF)
answered = events.ConditionsAnswered(YES)
finished = events.AttendantFinished(STAFF, "担当", AttendantRole.STAFF, NOW)
confirmed = events.Confirmed(NOW)


def photo_kept(**how: object) -> events.PhotoKept:
    return events.PhotoKept(photo(**how))  # type: ignore[arg-type]


def way(born: date = ADULT, home: MunicipalityCode = FUKUSHIMA) -> tuple[tuple[Step, events.Event], ...]:
    """The straight way of an applicant, each event with the step it is taken at."""
    return (
        (Step.CONSENT, consented),
        (Step.WHY, first_card),
        (Step.FORM, form_given),
        (Step.CARD, no_card),
        (Step.BIRTH, events.BirthGiven(born)),
        (Step.HOME, events.HomeGiven(home)),
        *([(Step.WHO, events.CompanyTold(WITH_PARENT))] if age_on(born, TODAY) < 15 else []),
        (Step.WISHES, as_usual),
        (Step.PHOTO, photo_kept()),
        (Step.ATTENDANT, finished),
        (Step.REVIEW, confirmed),
        (Step.SEALING, events.Kept()),
    )


def walk(intake: Intake, happenings: Iterable[events.Event], where: Context | None = None) -> Intake:
    for event in happenings:
        intake = advance(intake, event, where or context())
    return intake


def at(step: Step, born: date = ADULT) -> Intake:
    """An intake that has come straight to the step."""
    intake = fresh()
    for place, event in way(born):
        if intake.step is step:
            return intake
        if intake.step is place:
            intake = advance(intake, event, context())
    assert intake.step is step
    return intake


def refused(intake: object, event: events.Event) -> str:
    with pytest.raises(FlowRefused) as caught:
        advance(intake, event, context())  # type: ignore[arg-type]
    return caught.value.code
