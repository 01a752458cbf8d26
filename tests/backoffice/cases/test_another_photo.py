"""A new packet for an application that went back for its photo: the photo is replaced, the old one stays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from backoffice.cases import pictures, retention, service
from backoffice.cases.retention import Periods
from backoffice.cases.service import Desk
from backoffice.cases.workflow import State, Step
from schemas.canonical import sha256_hex
from schemas.ids import CaseId, PacketId
from schemas.intake import FormKind, FormReading, IntakeRecord
from schemas.rules import Delivery
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA, form_id, intake_record, jpeg_photo

FORM = FormReading(kind=FormKind.QR, form_id=form_id(8801))


def returned(console: Console, *, reasons: tuple[str, ...] = ("photo.unclear",)) -> CaseId:
    case = console.case(photo=jpeg_photo(71), form=FORM)
    with console.office.work() as work:
        service.return_to_applicant(work, Desk(FUKUSHIMA, case, 1, "somebody"), reasons=reasons, note="もう一度")
    return case


def come_again(console: Console, record: IntakeRecord, photo: bytes, *, fork: bool = False) -> CaseId:
    packet = PacketId(sha256_hex(record.canonical()))
    blob = console.office.app.state.vault.put(photo, municipality=FUKUSHIMA, of=packet)
    with console.office.work() as work:
        return service.open_case(work, record, photo_blob=blob, packet=packet, received_at=work.now, fork=fork)


def another(photo: bytes, **changes: Any) -> IntakeRecord:
    return intake_record(photo=photo, **{"form": FORM, **changes})


def test_the_new_photo_takes_the_place_and_the_case_waits_again(each_console: Console) -> None:
    case, photo = returned(each_console), jpeg_photo(72)
    record = another(photo)
    each_console.office.clock.move(days=9)
    assert come_again(each_console, record, photo) == case == come_again(each_console, record, photo)
    with each_console.office.work() as work:
        found = service.read(work, FUKUSHIMA, case)
        kept = IntakeRecord.model_validate_json(found.record)
        assert (found.state, found.version, found.return_reasons) == (State.RECEIVED, 3, "")
        assert kept.photo == record.photo
        assert kept.slip == found.slip != record.slip
        (newest, *_) = service.history(work, FUKUSHIMA, case)
        assert (newest.step, newest.note) == (Step.PHOTO_REPLACED, record.slip)
        assert [row.slip for row in pictures.of(work, FUKUSHIMA, case)] == [found.slip, record.slip]
    staff = each_console.sign_in()
    assert staff.get(f"/cases/{case}/photo").content == photo
    assert staff.get(f"/cases/{case}/photo?number=1").content == jpeg_photo(71)
    assert "本人が新しい写真を出しました" in staff.get(f"/cases/{case}").text


@pytest.mark.parametrize(
    ("reasons", "changes", "fork"),
    [
        (("photo.unclear", "form.id_mismatch"), {}, False),
        (("photo.unclear",), {"birth_date": date(1999, 1, 1)}, False),
        (("photo.unclear",), {"form": FormReading(kind=FormKind.QR, form_id=form_id(8802))}, False),
        (("photo.unclear",), {"delivery": Delivery.COUNTER}, False),
        (("photo.unclear",), {}, True),
    ],
)
def test_anything_else_is_a_case_of_its_own(
    console: Console, reasons: tuple[str, ...], changes: dict[str, Any], fork: bool
) -> None:
    case, photo = returned(console, reasons=reasons), jpeg_photo(73)
    delivery = changes.pop("delivery", None)
    record = another(photo, **changes)
    if delivery:
        decision = record.decision.model_copy(update={"delivery": delivery})
        record = record.model_copy(update={"decision": decision})
    assert come_again(console, record, photo, fork=fork) != case
    with console.office.work() as work:
        assert service.read(work, FUKUSHIMA, case).state is State.RETURNED


def test_a_photo_confirmed_by_staff_asks_for_two_people_and_a_better_one_does_not(console: Console) -> None:
    staff = console.sign_in()
    assert staff.person is not None
    photo = jpeg_photo(74)
    case = console.case(photo=photo, form=FORM, photo_accepted_by=staff.person.id)
    with console.office.work() as work:
        service.return_to_applicant(work, Desk(FUKUSHIMA, case, 1, "x"), reasons=("photo.unclear",), note="")
    come_again(console, another(jpeg_photo(75)), jpeg_photo(75))
    with console.office.work() as work:
        assert service.read(work, FUKUSHIMA, case).overrides == ""


def test_every_photo_goes_when_its_time_is_over(console: Console) -> None:
    case, photo = returned(console), jpeg_photo(76)
    come_again(console, another(photo), photo)
    staff = console.sign_in()
    staff.post(f"/cases/{case}/crop", {"version": "3", "x": "70", "y": "60", "width": "560", "roll": "0"})
    with console.office.work() as work:
        blobs = [row.blob for row in pictures.of(work, FUKUSHIMA, case)]
        service.return_to_applicant(work, Desk(FUKUSHIMA, case, 4, "x"), reasons=("photo.unclear",), note="")
    office = console.office
    office.clock.at = datetime(2029, 4, 2, tzinfo=UTC)
    vault = office.app.state.blobs
    assert len({vault.get(blob) for blob in blobs}) == 3
    retention.run(
        office.database, vault, FUKUSHIMA, Periods(photo=1, packet=1, record=9), now=office.clock, actor="command"
    )
    with console.office.work() as work:
        assert [row.blob for row in pictures.of(work, FUKUSHIMA, case)] == ["", "", ""]
    for blob in blobs:
        with pytest.raises(Exception, match=r"blob|not"):
            vault.get(blob)
    retention.run(
        office.database, vault, FUKUSHIMA, Periods(photo=1, packet=1, record=1), now=office.clock, actor="command"
    )
    with console.office.work() as work:
        assert pictures.of(work, FUKUSHIMA, case) == []
