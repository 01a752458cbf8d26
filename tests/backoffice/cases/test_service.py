"""The case desk's verbs on both databases: idempotent receipt, decisions, optimistic lock, lists by key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from backoffice.audit import service as audit
from backoffice.cases import service
from backoffice.cases.errors import CaseChanged, CaseUnknown, StepImpossible
from backoffice.cases.ordering import Key, Sort, key_of
from backoffice.cases.repository import Filter
from backoffice.cases.service import Desk
from backoffice.cases.workflow import State, Step
from backoffice.database import Database
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.rules import desk as rule_desk
from backoffice.rules import service as rules
from schemas.answers import Override
from schemas.canonical import sha256_hex
from schemas.card import CardVerdict
from schemas.ids import CaseId, MunicipalityCode, PacketId, SlipNumber, StaffId, VisitId
from schemas.intake import FormKind, FormReading, IntakeRecord
from schemas.rules import Delivery, Method
from tests.backoffice.office import add_municipalities
from tests.backoffice.rules.files import rule_file
from tests.factories import FUKUSHIMA, KORIYAMA, MORNING, form_id, intake_record, jpeg_photo, photo_evidence, uuid7

A2, A5, B2 = SlipNumber.new("A1", 2), SlipNumber.new("A1", 5), SlipNumber.new("B2", 2)
MAYA, KEN = uuid7(StaffId, 71), uuid7(StaffId, 72)


def receive(database: Database, record: IntakeRecord | None = None, *, minutes: int = 0, **changes: Any) -> CaseId:
    record = record or intake_record(**changes)
    at = MORNING + timedelta(minutes=minutes)
    with transaction(database, now=lambda: at) as work:
        packet = PacketId(sha256_hex(record.canonical()))
        return service.open_case(work, record, photo_blob="photos/1", packet=packet, received_at=at)


def desk(case: CaseId, version: int = 1, *, by: str = MAYA, municipality: MunicipalityCode = FUKUSHIMA) -> Desk:
    return Desk(municipality, case, version, by)


def at_noon(database: Database, **later: int) -> Any:
    return transaction(database, now=lambda: MORNING + timedelta(hours=3) + timedelta(**later))


def overridden() -> IntakeRecord:
    photo = jpeg_photo()
    record = intake_record(photo=photo)
    return record.model_copy(update={"photo": photo_evidence(photo, accepted=False, accepted_by=KEN)})


def test_a_record_becomes_a_case_with_history_and_audit(database: Database) -> None:
    record = intake_record()
    case = receive(database, record)
    with transaction(database) as work:
        found = service.read(work, FUKUSHIMA, case)
        assert (found.slip, found.form_id, found.state) == (record.slip, record.form.form_id, State.RECEIVED)
        assert IntakeRecord.model_validate_json(found.record) == record
        assert [event.step for event in service.history(work, FUKUSHIMA, case)] == [Step.RECEIVED]
        assert audit.actions(work, FUKUSHIMA) == ["case.received"]


def test_the_same_record_again_is_the_same_case(database: Database) -> None:
    record = intake_record()
    assert receive(database, record) == receive(database, record, minutes=5)
    with transaction(database) as work:
        assert len(service.page(work, FUKUSHIMA, Filter(), oldest_first=True, after=None).cases) == 1
        assert audit.verify(work, FUKUSHIMA).entries == 1


def test_another_municipality_does_not_know_the_case(database: Database) -> None:
    case = receive(database)
    with transaction(database) as work, pytest.raises(CaseUnknown):
        service.read(work, KORIYAMA, case)
    with at_noon(database) as work, pytest.raises(CaseUnknown):
        service.approve(work, desk(case, municipality=KORIYAMA))


def test_approval_is_written_to_row_history_and_audit(database: Database) -> None:
    case = receive(database)
    with at_noon(database) as work:
        found = service.approve(work, desk(case))
        assert (found.state, found.version, found.decided_by) == (State.APPROVED, 2, MAYA)
        assert service.history(work, FUKUSHIMA, case)[0].actor == MAYA
        entry = audit.search(work, FUKUSHIMA, audit.Search(action="case.approved"))[0]
        assert (entry.actor, entry.subject) == (MAYA, f"case:{case}")


def test_return_keeps_reasons_and_note(database: Database) -> None:
    case = receive(database)
    with at_noon(database) as work:
        found = service.return_to_applicant(work, desk(case), reasons=["photo.unclear"], note=" 明るい場所で ")
        event = service.history(work, FUKUSHIMA, case)[0]
        assert (found.return_reasons, event.reasons, event.note) == ("photo.unclear", "photo.unclear", "明るい場所で")


def test_an_individual_number_in_a_note_changes_nothing(database: Database) -> None:
    case = receive(database)
    with pytest.raises(StepImpossible, match=r"workflow\.my_number"), at_noon(database) as work:
        service.return_to_applicant(work, desk(case), reasons=["photo.unclear"], note="番号は1234 5678 9018")
    with transaction(database) as work:
        assert service.read(work, FUKUSHIMA, case).version == 1


def test_a_confirmed_photo_takes_two_people(database: Database) -> None:
    case = receive(database, overridden())
    with at_noon(database) as work:
        assert service.approve(work, desk(case)).state is State.SECOND_CHECK
    with at_noon(database) as work, pytest.raises(StepImpossible, match=r"workflow\.same_person"):
        service.approve(work, desk(case, 2))
    with at_noon(database) as work:
        assert service.approve(work, desk(case, 2, by=KEN)).state is State.APPROVED


def decided_otherwise() -> IntakeRecord:
    made = Override(
        reason="転送は明日まで", decided_by=MAYA, seconded_by=KEN, delivery=Delivery.RESTRICTED_DELIVERY_MAIL,
        was_method=Method.APPLICATION_SUPPORT, was_delivery=Delivery.COUNTER,
    )  # fmt: skip
    return intake_record().model_copy(update={"override": made})


def test_a_decision_other_than_the_rules_takes_two_people(database: Database) -> None:
    case = receive(database, decided_otherwise())
    with at_noon(database) as work:
        assert service.approve(work, desk(case)).state is State.SECOND_CHECK
    with at_noon(database) as work, pytest.raises(StepImpossible, match=r"workflow\.same_person"):
        service.approve(work, desk(case, 2))
    with at_noon(database) as work:
        assert service.approve(work, desk(case, 2, by=KEN)).state is State.APPROVED


def test_one_person_is_enough_where_a_municipalitys_rules_ask_for_no_second(database: Database) -> None:
    """The fork stays a matter for two: it is no rule of the municipality's."""
    with at_noon(database) as work:
        add_municipalities(work)
        text = rule_file(('second_person = ["photo_confirmed", "photo_excused", "decision"]', "second_person = []"))
        file = rule_desk.upload(work, FUKUSHIMA, text.encode(), file_name="own.toml", by="a")
        rule_desk.activate(work, FUKUSHIMA, file, day=rules.today(MORNING), by="a")
    case = receive(database, decided_otherwise())
    with at_noon(database) as work:
        assert service.approve(work, desk(case)).state is State.APPROVED
    record = intake_record()
    with at_noon(database) as work:
        packet = PacketId(sha256_hex(record.canonical()))
        copy = service.open_case(work, record, photo_blob=None, packet=packet, received_at=MORNING, fork=True)
    with at_noon(database) as work:
        assert service.approve(work, desk(copy)).state is State.SECOND_CHECK


def test_an_old_version_is_refused_with_the_present_one(database: Database) -> None:
    case = receive(database)
    with at_noon(database) as work:
        service.approve(work, desk(case))
    with at_noon(database) as work, pytest.raises(CaseChanged) as conflict:
        service.return_to_applicant(work, desk(case, by=KEN), reasons=["photo.unclear"], note="")
    assert conflict.value.version == 2


def test_of_two_people_deciding_at_once_one_is_told(database: Database) -> None:
    case = receive(database)

    def decide(by: str) -> str:
        try:
            with at_noon(database) as work:
                service.approve(work, desk(case, by=by))
        except CaseChanged:
            return "changed"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, [MAYA, KEN])) == ["changed", "done"]
    with transaction(database) as work:
        assert service.read(work, FUKUSHIMA, case).version == 2
        assert audit.verify(work, FUKUSHIMA).intact


def test_undo_and_reopen_put_the_case_back(database: Database) -> None:
    case = receive(database)
    with at_noon(database) as work:
        service.approve(work, desk(case))
    with at_noon(database, minutes=9) as work:
        assert service.undo(work, desk(case, 2)).state is State.RECEIVED
    with at_noon(database) as work:
        service.return_to_applicant(work, desk(case, 3), reasons=["photo.unclear"], note="")
    with at_noon(database, hours=1) as work:
        found = service.reopen(work, desk(case, 4), note="写真を見直す")
        assert (found.state, found.return_reasons, found.decided_by) == (State.RECEIVED, "", None)
        steps = [event.step for event in service.history(work, FUKUSHIMA, case)]
    assert steps == [Step.REOPENED, Step.RETURNED, Step.UNDONE, Step.APPROVED, Step.RECEIVED]


def test_pages_follow_each_other_without_gap_or_double_even_within_a_moment(database: Database) -> None:
    made = [receive(database, minutes=number // 4) for number in range(11)]
    with transaction(database) as work:
        for number, each in enumerate(made):
            case = service.read(work, FUKUSHIMA, each)
            case.method, case.visit_id = list(Method)[number % 3], str(uuid7(VisitId, number % 2))
            case.state, case.slip = (
                list(State)[number % 4],
                SlipNumber.new("B2A1"[number % 2 * 2 :][:2], 1 + number % 5),
            )
            case.form_id = str(form_id(number % 4)) if number % 3 else None
            case.card_verdict = list(CardVerdict)[number % 2] if number % 4 else None
    for sort, oldest_first in product(Sort, (True, False)):
        with transaction(database) as work:
            cases = list(service.everything(_portions(work, sort, oldest_first=oldest_first)))
        assert sorted(case.id for case in cases) == sorted(made)
        keys = [key_of(case, sort) for case in cases]
        up = sorted(keys, key=lambda key: (not key.value, key.value, key.received_at, key.id))
        assert keys == (up if oldest_first else up[::-1])


def _portions(work: UnitOfWork, sort: Sort, *, oldest_first: bool) -> Any:
    def portion(after: Key | None) -> service.Page:
        return service.page(work, FUKUSHIMA, Filter(), sort=sort, oldest_first=oldest_first, after=after, size=3)

    return portion


def test_a_place_in_another_order_is_the_beginning(database: Database) -> None:
    made = receive(database)
    with transaction(database) as work:
        for sort, after in ((Sort.SLIP, Key(MORNING, "f" * 36)), (Sort.RECEIVED, Key(MORNING, "f" * 36, "B2"))):
            found = service.page(work, FUKUSHIMA, Filter(), sort=sort, oldest_first=True, after=after).cases
            assert [case.id for case in found] == [made]


@pytest.mark.parametrize(
    ("wanted", "slips"),
    [
        (Filter(running=2), [B2, A2]),
        (Filter(running=2, counter="B2"), [B2]),
        (Filter(form=str(form_id(5))), [A5]),
        (Filter(form=str(form_id(5))[:6]), [A5]),
        (Filter(since=MORNING + timedelta(minutes=2)), [A5]),
        (Filter(until=MORNING + timedelta(minutes=1)), [A2]),
        (Filter(state=State.APPROVED), []),
    ],
    ids=["number", "counter", "form", "form begins", "since", "until", "state"],
)
def test_lists_narrow(database: Database, wanted: Filter, slips: list[str]) -> None:
    receive(database, slip=A2, minutes=0, form=FormReading(kind=FormKind.NONE))
    receive(database, slip=B2, minutes=1, form=FormReading(kind=FormKind.NONE))
    receive(database, slip=A5, minutes=2, form=FormReading(kind=FormKind.QR, form_id=form_id(5)))
    with transaction(database) as work:
        found = service.page(work, FUKUSHIMA, wanted, oldest_first=False, after=None).cases
    assert [case.slip for case in found] == slips


def test_the_next_case_is_the_oldest_behind_the_one_decided(database: Database) -> None:
    first, second, third = (receive(database, minutes=number) for number in range(3))
    with at_noon(database) as work:
        assert service.next_to_review(work, FUKUSHIMA).id == first  # type: ignore[union-attr]
        decided = service.approve(work, desk(second))
        following = service.next_to_review(work, FUKUSHIMA, past=decided)
        assert following is not None
        assert following.id == third


def test_todays_figures_count_japans_day(database: Database) -> None:
    yesterday, today = receive(database, minutes=-60 * 10), receive(database)
    receive(database, overridden())
    with at_noon(database) as work:
        service.approve(work, desk(yesterday))
        service.return_to_applicant(work, desk(today), reasons=["photo.unclear"], note="")
        day = service.day_of_work(work, FUKUSHIMA)
    assert (day.received, day.waiting, day.second_check, day.approved, day.returned) == (2, 1, 0, 1, 1)
