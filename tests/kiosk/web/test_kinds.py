"""Every kind of applicant end to end: the screens they see, and that the office opens a record with the right method.

All come to one kiosk, one after the other, once for the whole file. By the way it is noted which values of the rules'
facts their answers gave: a fact the rules can ask for and nobody can say at the counter fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import zip_longest
from typing import get_args

import pytest

from hardware.card import CardReport
from kiosk.flow.facts import situation_of
from kiosk.web.counter import context_of
from schemas.card import CardVerdict
from schemas.intake import IntakeRecord
from schemas.rules import (
    CardLife,
    Delivery,
    Facts,
    NumberPaper,
    Occasion,
    OldCard,
    Residence,
    asked_facts,
    default_rules,
    example_rules,
    examples,
    known,
)
from schemas.rules.when import When
from tests.kiosk.web.conftest import _kiosk, _office, _port
from tests.kiosk.web.kiosk import CONTRACTOR, STAFF, Browser, Kiosk
from tests.simulation.kinds import Kind, kinds
from tests.simulation.person import attend, seal, walk

pytestmark = pytest.mark.long
NAMES = [kind.name for kind in kinds(date(2026, 7, 10))]
AT_THE_CITY_HALL = {Occasion.SUPPORT, Occasion.AT_ISSUE, Occasion.LOSS_REPORT, Occasion.PROXY_ISSUE}
"""Occasions no applicant of a visit is at: what is needed there is told (`Decision.collect`), not checked here."""


@dataclass
class Came:
    """What became of one person."""

    kind: Kind
    screens: list[str]
    record: IntakeRecord


@dataclass
class Table:
    """Everybody, and all values of the rules' facts that were given."""

    came: dict[str, Came] = field(default_factory=dict)
    given: dict[str, set[object]] = field(default_factory=dict)

    def note(self, kiosk: Kiosk, _screen: str = "") -> None:
        intake, context = kiosk.desk.intake, context_of(kiosk.outbox)
        situation = situation_of(intake, context) if intake and context else None
        if situation is None or context is None:
            return
        seen = known(context.rules, situation)
        for name in (name for name in When.model_fields if not name.startswith("age_")):
            self.given.setdefault(name, set()).add(seen.value(name))
        for each in fields(Facts):
            self.given.setdefault(each.name, set()).add(getattr(situation.facts, each.name))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        kiosk = _kiosk(stack, tmp_path_factory.mktemp("kinds"), office)
        made = Table()
        tablets = {True: kiosk.attendant(STAFF), False: kiosk.attendant(CONTRACTOR)}
        for kind in kinds(kiosk.outbox.today()):
            screens, slip = comes(kiosk, kind, tablets[kind.staff], made)
            made.came[slip] = Came(kind, screens, None)  # type: ignore[arg-type]
        every_choice(kiosk, tablets[True], made)
        kiosk.applicant.until(lambda _: kiosk.outbox.gauges().unsent == 0)
        for record, _ in office.office.opened(kiosk.outbox.identity.device).values():  # type: ignore[union-attr]
            made.came[record.slip].record = record
        made.came = {each.kind.name: each for each in made.came.values()}
        yield made


def comes(kiosk: Kiosk, kind: Kind, tablet: Browser, table: Table) -> tuple[list[str], str]:
    """One person's whole way."""
    kiosk.clear()
    assert kiosk.applicant.post("/start", language=kind.language)["status"] == 200
    screens = walk(kiosk.applicant, kind, card=partial(lay_card, kiosk), watched=partial(table.note, kiosk))
    table.note(kiosk)
    attend(tablet, kind)
    table.note(kiosk)
    return screens, seal(kiosk.applicant)


def every_choice(kiosk: Kiosk, tablet: Browser, table: Table) -> None:
    """One undecided person, who tries every choice of a screen; staff do the same."""
    kiosk.clear()
    kiosk.applicant.come_to("home")
    for residence in Residence:
        for days in (None, -1, 20, 900):
            day = "" if days is None else (kiosk.outbox.today() + timedelta(days=days)).isoformat()
            kiosk.applicant.post("/residence", residence=residence, stay_until=day)
            table.note(kiosk)
    kiosk.applicant.come_to("wishes")
    for delivery in (*default_rules().deliveries, Delivery.COUNTER):
        kiosk.applicant.post("/wishes", chosen="1", delivery=delivery, then="express")
        table.note(kiosk)
    for paper, card in zip_longest(NumberPaper, OldCard, fillvalue="unknown"):
        tablet.post("/attendant/papers", number_paper=paper, old_card=card, juki_card=card)
        table.note(kiosk)


def lay_card(kiosk: Kiosk) -> None:
    """A card on its last day lies on the reader and is read with its PIN."""
    until = datetime.combine(kiosk.outbox.today(), datetime.max.time(), UTC).replace(microsecond=0)
    report = CardReport(CardVerdict.VALID, "", not_after=until, card_expires=until.date(), possession=True)
    kiosk.simulated.card.report(report)
    kiosk.applicant.post("/card", action="check")
    kiosk.applicant.until(lambda state: state["card"] == "reported")
    assert kiosk.applicant.post("/card", action="keep")["status"] == 200


@pytest.mark.parametrize("name", NAMES)
def test_each_kind_of_applicant_comes_through(table: Table, name: str) -> None:
    came = table.came[name]
    kind, decision = came.kind, came.record.decision
    said = {*(reason.code for reason in decision.reasons), *(notice.code for notice in decision.notices)}
    assert (decision.method, decision.delivery) == (kind.method, kind.delivery), sorted(said)
    assert set(kind.reasons) <= said
    assert set(kind.screens) <= set(came.screens)
    assert not set(kind.without) & set(came.screens)
    assert (came.record.photo is None) == ("photo" in kind.without)
    assert came.record.language is kind.language


def test_a_hidden_address_and_a_proxy_leave_the_right_traces(table: Table) -> None:
    hidden, proxy = table.came["hidden address"].record, table.came["proxy alone"].record
    assert hidden.circumstances.address_hidden
    assert hidden.decision.collect == ()
    assert {item.one_of for item in proxy.decision.collect} >= {"applicant", "proxy"}
    assert "mandate" in [item.code for item in proxy.decision.collect]


# Values of the facts that no screen must give, each with its reason; everything else must have been given by somebody.
NOT_GIVEN: dict[str, set[object]] = {
    "occasion": {*AT_THE_CITY_HALL, Occasion.AT_APPLICATION, Occasion.EXPRESS},  # by the rule set: test_rare
    "card_life": {CardLife.EXPIRED, CardLife.RUNNING},  # what the chip says
    "certificate_life": {CardLife.EXPIRED, CardLife.RUNNING},
    "delivery_wish": set(Delivery) - {*default_rules().deliveries, Delivery.COUNTER},  # offered where a set has them
    "photo_too_old": {True, False},  # a picture brought along: test_attendant_photo
    "special_photo": {True},
}


def wanted(name: str) -> set[object]:
    """All values a predicate of the rules may name for a fact."""
    kind = next(each for each in get_args(When.model_fields[name].annotation) if each is not type(None))
    inner = next((each for each in get_args(kind) if isinstance(each, type) and issubclass(each, StrEnum)), None)
    return set(inner) if inner is not None else {True, False}


@pytest.mark.parametrize("name", [name for name in When.model_fields if not name.startswith("age_")])
def test_every_fact_the_rules_can_ask_for_is_given_on_some_screen(table: Table, name: str) -> None:
    assert wanted(name) - NOT_GIVEN.get(name, set()) <= table.given[name]


@pytest.mark.parametrize("name", [each.name for each in fields(Facts)])
def test_every_fact_of_the_engine_takes_more_than_its_usual_value(table: Table, name: str) -> None:
    if name not in ("occasion", "photo_taken", "special_photo"):
        assert len(table.given[name]) > 1


def test_the_shipped_sets_ask_for_nothing_else() -> None:
    for rules in (default_rules(), *map(example_rules, examples())):
        assert asked_facts(rules) <= set(When.model_fields)


def test_the_kinds_are_the_94_of_an_afternoon() -> None:
    assert sum(kind.share for kind in kinds(date(2026, 7, 10))) == 94
    assert len(set(NAMES)) == len(NAMES)
