"""Whatever happens in whatever order: nothing is sealed without consent, form, photo and decision."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.flow import CardAnswer, FlowRefused, Step, advance, events, missing, photo_needed, record_of
from schemas.card import CardCheck, CardVerdict
from schemas.ids import DeviceId, VisitId
from schemas.intake import FormKind, FormReading
from schemas.language import Language
from schemas.visit import AttendantRole
from tests.kiosk.flow import makes
from tests.kiosk.flow.makes import ADULT, BABY, CHILD, FUKUSHIMA, SAPPORO, STAFF, context, fresh

HAPPENINGS: tuple[events.Event, ...] = (
    makes.consented,
    makes.form_given,
    events.FormGiven(FormReading(kind=FormKind.SEALED_ENVELOPE)),
    makes.no_card,
    events.CardAnswered(CardAnswer(CardCheck(verdict=CardVerdict.EXPIRED))),
    events.BirthGiven(ADULT),
    events.BirthGiven(CHILD),
    events.BirthGiven(BABY),
    events.HomeGiven(FUKUSHIMA),
    events.HomeGiven(SAPPORO),
    makes.photo_kept(),
    makes.photo_kept(accepted=False),
    makes.photo_kept(accepted=False, by=STAFF),
    makes.documents_shown,
    makes.answered,
    makes.finished,
    events.AttendantFinished(STAFF, "委託", AttendantRole.CONTRACTOR, makes.NOW),
    events.Back(),
    events.Onward(),
    *(events.ChangeRequested(step) for step in Step),
    events.LanguageChosen(Language.EN),
    makes.confirmed,
    events.SealFailed(),
    events.Kept(),
)
# Random events alone seldom get far: mix in the event that leads on from wherever the intake stands.
LEAD_ON = dict(makes.way())
DEVICE = DeviceId.new(unix_ms=2, randomness=bytes(10))
VISIT = VisitId.new(unix_ms=1, randomness=bytes(10))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(HAPPENINGS), st.none()), max_size=60))
def test_a_sealed_intake_always_has_consent_form_photo_and_decision(happenings: list[events.Event | None]) -> None:
    intake = fresh()
    for happening in happenings:
        event = happening if happening is not None else LEAD_ON.get(intake.step, events.Back())
        try:
            after = advance(intake, event, context())
        except FlowRefused:
            continue
        if after.step in (Step.SEALING, Step.SEALED):
            assert after.consent is not None
            assert after.form is not None
            assert after.photo is not None or not photo_needed(after, context())
            assert after.attended is not None
            assert after.confirmed is not None
            assert missing(after, context()) == ()
        if after.step is Step.SEALING:
            made = record_of(after, municipality=FUKUSHIMA, visit=VISIT, device=DEVICE)
            assert made.photo is None or made.photo.accepted or made.photo.accepted_by is not None
        intake = after


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(HAPPENINGS), max_size=30))
def test_only_a_refusal_with_a_dotted_code_ever_comes_out(happenings: list[events.Event]) -> None:
    intake = fresh()
    for event in happenings:
        try:
            intake = advance(intake, event, context())
        except FlowRefused as refusal:
            area, _, word = refusal.code.partition(".")
            assert area.isidentifier()
            assert word.isidentifier()
