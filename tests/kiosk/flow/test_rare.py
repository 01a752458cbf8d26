"""The questions few people meet, in the pure flow: bookings, families, 本籍, proxies, express, hidden addresses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from kiosk.flow import (
    BookedTime,
    Context,
    FlowRefused,
    Intake,
    Step,
    advance,
    decision_now,
    events,
    express_events,
    express_word,
    needed_now,
    next_member,
    purpose_by_chip,
    record_of,
    shared_answers,
    steps_for,
)
from kiosk.flow.facts import occasion_of
from schemas.answers import Coming, Company, Contact, Licence, Wishes
from schemas.circumstances import Booking, Domicile, Express
from schemas.ids import DeviceId, RecordId, VisitId
from schemas.rules import Delivery, Method, Occasion, Person, Purpose, Representative, default_rules
from tests.kiosk.flow import makes
from tests.kiosk.flow.makes import CHILD, FUKUSHIMA, NOW, STAFF, TODAY, WITH_PARENT, at, context, fresh, sound

VISIT = VisitId.new(unix_ms=1, randomness=bytes(10))
OTHER = VisitId.new(unix_ms=2, randomness=bytes(10))
BOOKED = {"001": BookedTime(TODAY, time(10, 30)), "002": BookedTime(TODAY + timedelta(days=1), time(9))}
APART = Company(representative=Representative.PARENT, representative_present=True, same_household=False)
PROXY = Company(representative=Representative.PROXY, applicant_present=False, representative_present=True)


def booked(**changes: object) -> Context:
    return context(visit=VISIT, bookings=BOOKED, **changes)


def after(intake: Intake, *happened: events.Event, seen: Context | None = None) -> Intake:
    for event in happened:
        intake = advance(intake, event, seen or context())
    return intake


_BEFORE = (Step.CONSENT, Step.WHY, Step.FORM, Step.CARD, Step.BIRTH, Step.HOME)


def test_who_has_no_booking_goes_on_with_one_touch_and_nobody_is_asked_without_bookings() -> None:
    assert after(fresh(), makes.consented, seen=booked()).step is Step.BOOKING
    assert after(fresh(), makes.consented, events.BookingShown(None), seen=booked()).step is Step.WHY
    assert after(fresh(), makes.consented).step is Step.WHY


def test_a_booking_slip_leads_on_and_may_still_be_shown_while_one_says_why() -> None:
    shown = events.BookingShown("001", VISIT)
    came = after(fresh(), makes.consented, shown, seen=booked())
    assert (came.step, came.came.booking) == (Step.WHY, Booking(number="001"))  # type: ignore[union-attr]
    late = after(fresh(), makes.consented, events.BookingShown(None), shown, seen=booked())
    assert (late.step, late.came) == (Step.WHY, came.came)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (events.BookingShown("001", OTHER), "booking.other_visit"),
        (events.BookingShown("009", VISIT), "booking.unknown"),
        (events.BookingShown("002"), "booking.other_day"),
        (events.BookingShown("001"), "booking.used"),
        (events.BookingShown("009", accepted_by=STAFF), "booking.unknown"),
    ],
)
def test_a_booking_that_does_not_count_says_why(event: events.BookingShown, code: str) -> None:
    with pytest.raises(FlowRefused) as refused:
        after(fresh(), makes.consented, event, seen=booked(used=frozenset({"001"})))
    assert refused.value.code == code


@pytest.mark.parametrize("number", ["001", "002"])
def test_staff_take_a_used_booking_or_one_of_another_day_at_any_step(number: str) -> None:
    seen = booked(used=frozenset({"001"}))
    came = after(fresh(), makes.consented, events.BookingShown(None), makes.first_card, seen=seen)
    taken = after(came, events.BookingShown(number, accepted_by=STAFF), seen=seen)
    assert taken.step is came.step
    assert taken.came.booking == Booking(number=number, accepted_by=STAFF)  # type: ignore[union-attr]


def walked(intake: Intake, way: dict[Step, events.Event], *, until: Step, seen: Context | None = None) -> Intake:
    """Each step answered as the way says."""
    while intake.step is not until:
        intake = after(intake, way[intake.step], seen=seen)
    return intake


def child_at(step: Step, company: Company = WITH_PARENT) -> Intake:
    way = {**dict(makes.way(CHILD)), Step.WHO: events.CompanyTold(company)}
    return walked(fresh(), way, until=step)


@pytest.mark.parametrize(("domicile", "needed"), [(Domicile.HERE, False), (Domicile.ELSEWHERE, True)])
def test_the_family_register_is_asked_only_where_the_domicile_is_elsewhere(domicile: Domicile, needed: bool) -> None:
    asked = child_at(Step.DOMICILE, APART)
    told = after(asked, events.DomicileTold(domicile))
    assert told.step is Step.WISHES
    decision = decision_now(told, context(), identity_checker=True)
    assert ("authority.parenthood" in [reason.code for reason in decision.reasons]) is needed  # type: ignore[union-attr]


def test_a_child_of_the_same_household_is_not_asked_for_its_domicile() -> None:
    assert Step.DOMICILE not in steps_for(child_at(Step.WISHES), context())


def adult_with(company: Company, **changes: object) -> Intake:
    intake = makes.walk(fresh(), [event for step, event in makes.way() if step in _BEFORE[:-1]])
    intake = after(intake, events.CompanyTold(company), events.HomeGiven(FUKUSHIMA))
    return replace(intake, **changes)  # type: ignore[arg-type]


def test_a_proxy_says_who_collects_and_the_slip_lists_what_they_need() -> None:
    asked = adult_with(PROXY)
    assert asked.step is Step.PROXY
    told = after(asked, events.ProxyTold("hospital"))
    decision = decision_now(told, context(), identity_checker=True)
    assert decision is not None
    assert decision.delivery is Delivery.COUNTER
    assert "proxy.reason_accepted" in [reason.code for reason in decision.reasons]
    assert {item.one_of for item in decision.collect} >= {Person.APPLICANT, Person.PROXY}
    alone = decision_now(after(asked, events.ProxyTold("")), context(), identity_checker=True)
    assert Person.PROXY not in {item.one_of for item in alone.collect}  # type: ignore[union-attr]


def test_being_busy_is_no_reason() -> None:
    with pytest.raises(FlowRefused, match=r"proxy\.reason_unknown"):
        after(adult_with(PROXY), events.ProxyTold("busy"))


def lost() -> Intake:
    way = {**dict(makes.way()), Step.LICENCE: events.LicenceTold(Licence.NONE)}
    way[Step.WHY] = events.WhyTold(Coming(purpose=Purpose.LOST, asked=True))
    return walked(fresh(), way, until=Step.WISHES)


def test_express_names_the_events_that_can_be_the_persons_own() -> None:
    codes = {event.code for event in express_events(lost(), context())}
    assert {"lost", "from_abroad"} <= codes
    assert not {"under_one", "damaged", "new_foreign_resident"} & codes


@pytest.mark.parametrize(("ago", "state"), [(0, "not_here"), (30, "not_here"), (31, "too_late")])
def test_express_says_what_the_rules_say_and_until_when(ago: int, state: str) -> None:
    wished = after(lost(), events.ExpressWished(Express(event="lost", day=TODAY - timedelta(days=ago))))
    word = express_word(wished, context())
    assert word is not None
    assert (word.state, word.until) == (state, TODAY + timedelta(days=30 - ago))
    assert wished.step is Step.WISHES


def test_express_taken_here_comes_by_registered_mail() -> None:
    rules = default_rules()
    here = context(rules=rules.model_copy(update={"express": rules.express.model_copy(update={"here": True})}))
    wished = after(lost(), events.ExpressWished(Express(event="from_abroad", day=TODAY)), seen=here)
    word = express_word(wished, here)
    assert word is not None
    assert word.state == "eligible"
    assert occasion_of(wished, here) is Occasion.ONSITE, "the set has no other documents for adults"
    assert occasion_of(child_with_express(), here) is Occasion.EXPRESS


def child_with_express() -> Intake:
    return replace(child_at(Step.WISHES), express=Express(event="from_abroad", day=TODAY))


def test_a_desk_in_the_city_hall_is_reception_at_application() -> None:
    rules = default_rules().model_copy(update={"method": Method.RECEPTION_AT_APPLICATION})
    assert occasion_of(lost(), context(rules=rules)) is Occasion.AT_APPLICATION


@pytest.mark.parametrize(
    ("express", "code"),
    [
        (Express(event="lost"), "express.no_day"),
        (Express(event="lost", day=TODAY + timedelta(days=1)), "express.in_future"),
        (Express(event="damaged", day=TODAY), "express.unknown"),
    ],
)
def test_an_express_wish_that_cannot_be_is_refused(express: Express, code: str) -> None:
    with pytest.raises(FlowRefused) as refused:
        after(lost(), events.ExpressWished(express))
    assert refused.value.code == code


def test_a_hidden_address_takes_post_express_and_questions_away() -> None:
    intake = after(lost(), events.ExpressWished(Express(event="lost", day=TODAY)))
    wished = replace(intake, wishes=Wishes(delivery=Delivery.RESTRICTED_DELIVERY_MAIL))
    hidden = after(wished, events.AddressHidden(True))
    assert (hidden.express, hidden.wishes.delivery) == (None, None)  # type: ignore[union-attr]
    decision = decision_now(hidden, context(), identity_checker=True)
    assert decision is not None
    assert (decision.delivery, decision.collect) == (Delivery.COUNTER, ())
    with pytest.raises(FlowRefused, match=r"express\.hidden"):
        after(hidden, events.ExpressWished(Express(event="lost", day=TODAY)))


def test_staff_hide_an_address_late_and_look_again() -> None:
    hidden = after(makes.at(Step.REVIEW), events.AddressHidden(True))
    assert (hidden.step, hidden.attended) == (Step.ATTENDANT, None)


def sealed_parent() -> Intake:
    contact = Contact(phone="0240000000")
    done = makes.walk(fresh(), [event for _, event in makes.way()])
    return replace(done, contact=contact, contact_wanted=True)


RECORD = RecordId.new(unix_ms=1_783_000_000_001, randomness=bytes(range(10)))


def test_the_next_of_a_family_brings_home_and_contact_and_nothing_of_the_person_before() -> None:
    before = sealed_parent()
    member = next_member(shared_answers(before), record=RECORD, started=NOW)
    assert (member.slip, member.home, member.contact) == (before.slip, before.home, before.contact)
    assert member.step is Step.CONSENT
    given = (member.consent, member.form, member.photo, member.birth_date, member.card, member.attended, member.wishes)
    assert set(given) == {None}
    assert Step.BOOKING not in steps_for(member, booked())


def test_children_of_a_family_share_their_representative_and_its_documents() -> None:
    first = replace(
        child_at(Step.WISHES), documents=(sound("driving_licence", Person.LEGAL_REPRESENTATIVE), sound("staff_id"))
    )  # fmt: skip
    second = next_member(shared_answers(first), record=RECORD, started=NOW)
    second = walked(second, dict(makes.way(CHILD)), until=Step.WISHES)
    assert second.company == WITH_PARENT
    assert [check.person for check in second.documents] == [Person.LEGAL_REPRESENTATIVE]
    third = next_member(shared_answers(second), record=RECORD, started=NOW)
    assert third.family is not None
    assert (third.family.member, third.family.first) == (3, first.record)
    grown = after(replace(third, step=Step.BIRTH), events.BirthGiven(date(1990, 4, 1)))
    assert grown.company is None


def test_the_record_says_which_of_the_family_it_is_and_how_they_came() -> None:
    seen, member = booked(), next_member(shared_answers(sealed_parent()), record=RECORD, started=NOW)
    member = walked(member, dict(makes.way()), until=Step.SEALING, seen=seen)
    record = record_of(
        member, municipality=FUKUSHIMA, visit=VISIT, device=DeviceId.new(unix_ms=2, randomness=bytes(10))
    )
    assert record.family is not None
    assert (record.family.member, record.family.first) == (2, sealed_parent().record)
    assert record.booking is None
    assert record.circumstances.domicile is Domicile.NOT_ASKED


def test_a_family_is_no_bus() -> None:
    shared = shared_answers(sealed_parent())
    for _ in range(19):
        shared = shared_answers(next_member(shared, record=RECORD, started=NOW))
    with pytest.raises(FlowRefused, match=r"family\.too_many"):
        next_member(shared, record=RECORD, started=NOW)


def test_what_to_show_is_what_the_rules_ask_of_these_people_papers_of_authority_included() -> None:
    def told(company: Company) -> list[tuple[Person, int, list[str]]]:
        child = replace(fresh(), birth_date=CHILD, company=company, domicile=Domicile.ELSEWHERE)
        return [
            (person, len(sets), [each.ja for each in papers]) for person, sets, papers in needed_now(child, context())
        ]

    assert [(person, papers) for person, _, papers in told(WITH_PARENT)] == [
        (Person.APPLICANT_UNDER_15, []), (Person.LEGAL_REPRESENTATIVE, []),
    ]  # fmt: skip
    ((_, sets, none), (_, _, (proof,))) = told(APART)
    assert sets >= 2
    assert none == []
    assert "戸籍謄本" in proof
    assert needed_now(fresh(), context()) == ()


def test_the_printed_date_stays_at_the_card_and_decides_as_the_chips_would() -> None:
    def reads(day: date, purpose: Purpose = Purpose.RENEWAL) -> Intake:
        return after(replace(at(Step.CARD), coming=Coming(purpose=purpose, asked=True)), events.PrintedRead(day))

    soon = reads(TODAY + timedelta(days=30))
    assert (soon.step, purpose_by_chip(soon, context())) == (Step.CARD, Purpose.RENEWAL)
    early = replace(reads(TODAY + timedelta(days=900)), birth_date=makes.ADULT, home=FUKUSHIMA)
    decision = decision_now(early, context(), identity_checker=True)
    assert decision is not None
    assert "barrier.renewal_too_early" in [reason.code for reason in decision.reasons]
    for unlikely in (date(2015, 12, 31), TODAY.replace(year=TODAY.year + 12)):
        with pytest.raises(FlowRefused, match=r"printed\.unlikely"):
            reads(unlikely)
