"""The report on returned photos: the arithmetic, honesty about small numbers, and the way from record to line."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from backoffice.cases import service
from backoffice.cases.photo_cases import HEADER, lines, long_photo_report, photo_report
from backoffice.cases.photo_report import (
    LEAST_ACCEPTED,
    LEAST_RETURNED,
    CheckLine,
    PhotoReport,
    Picture,
    Share,
    Value,
    quantile,
    report,
)
from backoffice.cases.service import Desk
from backoffice.commands.photo import period, run
from backoffice.database import Database
from backoffice.kit.errors import SetUpInvalid
from backoffice.kit.unit_of_work import transaction
from backoffice.staff.authorisation import Role
from schemas.canonical import sha256_hex
from schemas.ids import CaseId, PacketId, StaffId
from schemas.intake import ApprovedReason, PhotoCheck, PhotoPlace
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA, KORIYAMA, MORNING, intake_record, jpeg_photo, photo_evidence, uuid7

MAYA = uuid7(StaffId, 71)
ALWAYS = {"since": datetime(2026, 1, 1, tzinfo=UTC), "until": datetime(2027, 1, 1, tzinfo=UTC)}


def picture(value: float, *, returned: bool, place: str = "本部", check: str = "sharpness") -> Picture:
    reasons = ("photo.unclear",) if returned else ()
    return Picture(returned, reasons, {"place": place}, {check: Value(value, "ratio", 0.34, None)})


def blurred_come_back() -> Iterator[Picture]:
    """300 accepted around 0.60, 30 returned around 0.40."""
    lots = Random(7)
    yield from (picture(lots.gauss(0.60, 0.08), returned=False) for _ in range(300))
    yield from (picture(lots.gauss(0.40, 0.05), returned=True) for _ in range(30))


def line_of(found: PhotoReport, check: str = "sharpness", kind: str = "all") -> CheckLine:
    return next(line for line in found.checks if line.check == check and line.kind == kind)


def test_a_check_that_tells_the_returned_apart_gets_a_candidate_bound() -> None:
    line = line_of(report(blurred_come_back()))
    assert line.enough
    assert line.separation is not None
    assert line.separation.low > 0.9
    assert line.candidate is not None
    assert line.candidate.side == "minimum"
    assert 0.42 < line.candidate.bound < 0.52  # the fifth percentile of the accepted
    assert line.candidate.stopped.count >= 20


def test_a_check_that_tells_nothing_apart_gets_no_candidate() -> None:
    lots = Random(8)
    same = [picture(lots.gauss(0.6, 0.08), returned=number % 8 == 0) for number in range(400)]
    line = line_of(report(same))
    assert line.separation is not None
    assert line.separation.low < 0.5 < line.separation.high
    assert line.candidate is None


@pytest.mark.parametrize(
    ("accepted", "returned"),
    [(LEAST_ACCEPTED - 1, 40), (400, LEAST_RETURNED - 1)],
    ids=["few accepted", "few returned"],
)
def test_too_few_pictures_give_counts_and_no_conclusion(accepted: int, returned: int) -> None:
    made = [picture(0.6, returned=False) for _ in range(accepted)] + [
        picture(0.2, returned=True) for _ in range(returned)
    ]
    line = line_of(report(made))
    assert (line.enough, line.separation, line.candidate) == (False, None, None)
    assert line.accepted is not None
    assert line.returned is not None
    assert (line.accepted.count, line.returned.count) == (accepted, returned)


def test_an_upper_bound_is_judged_from_above() -> None:
    lots = Random(9)

    def backdrop(mean: float, *, returned: bool) -> Picture:
        return Picture(returned, (), {}, {"background": Value(lots.gauss(mean, 0.8), "dE", None, 6.0)})

    made = [backdrop(3.0, returned=False) for _ in range(200)] + [backdrop(5.5, returned=True) for _ in range(20)]
    line = line_of(report(made), "background")
    assert line.candidate is not None
    assert line.candidate.side == "maximum"
    assert line.candidate.bound < 6.0


def test_wilsons_interval_is_the_published_one() -> None:
    low, high = Share(1, 10).interval  # Newcombe 1998: 0.0179..0.4042
    assert (round(low, 4), round(high, 4)) == (0.0179, 0.4042)
    assert Share(0, 20).interval[0] == 0.0
    assert Share(0, 20).interval[1] > 0.1  # none in twenty is not none


def test_quantiles_are_interpolated() -> None:
    assert quantile([1, 2, 3, 4], 0.5) == 2.5
    assert quantile([5], 0.95) == 5


def test_groups_stand_beside_the_whole() -> None:
    made = [picture(0.6, returned=number < 3, place="A" if number % 2 else "B") for number in range(80)]
    found = report(made)
    assert [(line.kind, line.group, line.returned.of) for line in found.groups] == [
        ("all", "", 80), ("place", "A", 40), ("place", "B", 40),
    ]  # fmt: skip
    assert found.reasons == (("photo.unclear", 3),)


# ── from the record ──────────────────────────────────────────────────────────────────────────────────


def decide(database: Database, sharpness: str, *, reasons: tuple[str, ...] = (), **evidence: Any) -> CaseId:
    """A case with this capture-time value, approved or returned."""
    photo = jpeg_photo()
    check = PhotoCheck(name="sharpness", value=sharpness, unit="ratio", minimum="0.34", ok=True)
    conditions = PhotoPlace(place="本部・会議室", lamp="L1", camera="Cam 1", engine="mediapipe tflite (OpenCV)")
    made = photo_evidence(photo, **{"checks": (check,), "conditions": conditions, **evidence})
    record = intake_record().model_copy(update={"photo": made})
    with transaction(database, now=lambda: MORNING) as work:
        packet = PacketId(sha256_hex(record.canonical()))
        case = service.open_case(work, record, photo_blob="photos/1", packet=packet, received_at=MORNING)
    with transaction(database, now=lambda: MORNING + timedelta(hours=1)) as work:
        desk = Desk(FUKUSHIMA, case, 1, MAYA)
        if reasons:
            service.return_to_applicant(work, desk, reasons=reasons, note="")
        else:
            service.approve(work, desk)
    return case


def test_values_travel_from_the_record_to_the_report(database: Database) -> None:
    for number in range(4):
        decide(database, f"0.6{number}")
    decide(database, "0.36", reasons=("photo.unclear",))
    decide(database, "0.99", reasons=("form.outdated",))  # says nothing about the photo
    found = long_photo_report(database, FUKUSHIMA, **ALWAYS)
    with transaction(database) as work:
        assert photo_report(work, FUKUSHIMA, **ALWAYS) == found
    line = line_of(found)
    assert line.accepted is not None
    assert line.returned is not None
    assert (line.accepted.count, line.returned.count, line.returned.median) == (4, 1, 0.36)
    assert {(group.kind, group.group) for group in found.groups} >= {
        ("place", "本部・会議室"), ("lamp", "L1"), ("camera", "Cam 1"), ("source", "camera"),
    }  # fmt: skip
    assert found.reasons == (("photo.unclear", 1),)


def test_a_reopened_case_is_not_counted_and_periods_narrow(database: Database) -> None:
    case = decide(database, "0.5")
    assert line_of(long_photo_report(database, FUKUSHIMA, **ALWAYS)).accepted is not None
    early = long_photo_report(database, FUKUSHIMA, since=ALWAYS["since"], until=MORNING)
    assert early.groups == ()
    with transaction(database, now=lambda: MORNING + timedelta(hours=2)) as work:
        service.reopen(work, Desk(FUKUSHIMA, case, 2, MAYA), note="もう一度見ます")
    assert long_photo_report(database, FUKUSHIMA, **ALWAYS).groups == ()


def test_another_municipality_sees_nothing_of_it(database: Database) -> None:
    decide(database, "0.5")
    assert long_photo_report(database, KORIYAMA, **ALWAYS).groups == ()


def said(database: Database, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines of the command for this year and the next."""
    asked = argparse.Namespace(municipality=FUKUSHIMA, since=date(2026, 1, 1), until=date(2027, 1, 1), csv=None)
    assert run(asked, database, lambda: MORNING) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_command_says_that_there_is_nothing_to_report(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(database, capsys) == [{"line": "nothing", "since": "2026-01-01", "until": "2027-01-01", "of": 0}]
    decide(database, "0.5")
    assert {line["line"] for line in said(database, capsys)} == {"group", "check"}


def test_an_excused_check_does_not_count(database: Database) -> None:
    check = PhotoCheck(name="eyes_open", value="0.02", unit="ratio", minimum="0.225", ok=False, excused=True)
    special = ApprovedReason(code="eyes_closed", excuses=("eyes_closed",), approved_by=MAYA)
    photo = photo_evidence(jpeg_photo(), checks=(check,), special=special)
    record = intake_record().model_copy(update={"photo": photo})
    with transaction(database, now=lambda: MORNING) as work:
        packet = PacketId(sha256_hex(record.canonical()))
        case = service.open_case(work, record, photo_blob="photos/1", packet=packet, received_at=MORNING)
        assert service.read(work, FUKUSHIMA, case).overrides == "photo_excused"  # asks for a second pair of eyes
    for by in (MAYA, uuid7(StaffId, 72)):
        with transaction(database, now=lambda: MORNING + timedelta(hours=1)) as work:
            service.approve(work, Desk(FUKUSHIMA, case, service.read(work, FUKUSHIMA, case).version, by))
    found = long_photo_report(database, FUKUSHIMA, **ALWAYS)
    assert found.checks == ()
    assert found.groups[0].returned.of == 1


def test_days_the_wrong_way_round_are_said_and_no_empty_report() -> None:
    with pytest.raises(SetUpInvalid, match="2026-05-02 lies after"):
        period(date(2026, 5, 2), date(2026, 5, 1), MORNING)


def test_the_table_is_a_table(database: Database) -> None:
    decide(database, "0.36", reasons=("photo.unclear",))
    rows = list(lines(long_photo_report(database, FUKUSHIMA, **ALWAYS)))
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    assert rows[0] == list(HEADER)
    assert {len(row) for row in rows} == {len(HEADER)}
    assert rows[1][:7] == ["all", "", "sharpness", "ratio", "0.34", "", ""]
    assert rows[1][HEADER.index("enough")] == "too few"


# ── the console ──────────────────────────────────────────────────────────────────────────────────────


def test_the_page_and_the_file(shared_console: Console) -> None:
    console = shared_console
    decide(console.office.database, "0.36", reasons=("photo.unclear",))
    decide(console.office.database, "0.61")
    staff = console.sign_in(Role.LEAD)
    page = staff.get("/cases/photos?since=2026-01-01&until=2026-12-31")
    assert page.status_code == 200
    assert "件数が足りません" in page.text
    assert "%%" not in page.text
    groups = staff.get("/cases/photos/groups?since=2026-01-01&until=2026-12-31&sort=returned&down=yes").text
    assert ("本部・会議室" in groups, 'aria-sort="descending"' in groups) == (True, True)
    assert "本部・会議室" not in staff.get("/cases/photos/groups?since=2026-01-01&until=2026-12-31&q=ほか").text
    exported = staff.get("/cases/photos?since=2026-01-01&until=2026-12-31&as=csv").content.decode("utf-8-sig")
    assert "0.34" in exported
    assert console.sign_in(Role.STAFF).get("/cases/photos/groups?as=xlsx").status_code == 403
    table = staff.get("/cases/photos.csv?since=2026-01-01&until=2026-12-31")
    assert table.headers["content-type"].startswith("text/csv")
    assert "sharpness" in table.text
    assert staff.get("/cases/photos?since=nonsense&until=9999-99-99").status_code == 200


def test_a_special_reason_and_a_brought_file_stand_on_the_cases_page(shared_console: Console) -> None:
    special = ApprovedReason(code="wheelchair", excuses=("wheelchair",), approved_by=MAYA)
    case = decide_later(shared_console, special=special, source="file", taken_on="2026-05-01")
    page = shared_console.sign_in().get(f"/cases/{case}").text
    assert "車椅子の背もたれなどが写る" in page
    assert "2026-05-01" in page


def decide_later(console: Console, **evidence: Any) -> CaseId:
    photo = jpeg_photo()
    record = intake_record().model_copy(update={"photo": photo_evidence(photo, **evidence)})
    with console.office.work() as work:
        packet = PacketId(sha256_hex(record.canonical()))
        return service.open_case(work, record, photo_blob="photos/1", packet=packet, received_at=MORNING)
