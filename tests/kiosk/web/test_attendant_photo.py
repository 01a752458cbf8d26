"""The photo on the tablet: a file that was brought, the tablet's camera, special reasons; and what is refused."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from importlib.resources import files
from inspect import getsource
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image

from hardware.camera import load
from hardware.photo import Advice, Assessment, SpecialReason
from kiosk.web import words
from kiosk.web.security import BODY_LIMIT
from kiosk.web.words.refusals import REFUSALS
from schemas.intake import PhotoPoint, PhotoSource
from schemas.photo_rules import months_before, photo_rules
from schemas.rules.terms import PhotoExcuse, PhotoSaid
from tests.kiosk.desk.counter import noisy
from tests.kiosk.web.kiosk import CONTRACTOR, HELPER, STAFF, Browser, Kiosk


def jpeg(*, width: int = 900, height: int = 1100, form: str = "JPEG") -> bytes:
    written = BytesIO()
    Image.fromarray(noisy(5, width=width, height=height)).save(
        written, form, **({"quality": 80} if form == "JPEG" else {})
    )
    return written.getvalue()


def bring(tablet: Browser, data: bytes, taken_on: str, *, kind: str = "application/octet-stream") -> dict[str, Any]:
    answer = tablet.client.post(
        f"/attendant/photo/file?taken_on={taken_on}",
        content=data,
        headers={"accept": "application/json", "content-type": kind, "x-csrf-token": tablet.state()["csrf"]},
    )
    return {"status": answer.status_code, **answer.json()}


@pytest.fixture
def tablet(kiosk: Kiosk) -> Browser:
    kiosk.applicant.until(lambda _: not kiosk.desk.booth.cameras.tablet_sends)  # an earlier test's tablet has gone
    kiosk.applicant.come_to("photo")
    return kiosk.attendant()


@pytest.fixture
def today(kiosk: Kiosk) -> str:
    return kiosk.outbox.today().isoformat()


def test_a_file_is_judged_and_kept_with_its_day(kiosk: Kiosk, tablet: Browser, today: str) -> None:
    assert bring(tablet, jpeg(), today)["photo"] == "judged"
    assert kiosk.applicant.post("/photo/keep")["step"] == "attendant"
    evidence = kiosk.desk.intake.photo.evidence  # type: ignore[union-attr]
    assert (evidence.source, evidence.taken_on, evidence.accepted) == (PhotoSource.FILE, kiosk.outbox.today(), True)


def test_a_png_will_do(tablet: Browser, today: str) -> None:
    assert bring(tablet, jpeg(form="PNG"), today)["photo"] == "judged"


def test_a_telephones_heic_picture_will_do(tablet: Browser, today: str) -> None:
    picture = Path(__file__).parents[2] / "hardware" / "photo" / "data" / "drawn.heic"
    assert bring(tablet, picture.read_bytes(), today)["photo"] == "judged"


def test_whatever_is_wrong_with_a_file_has_a_sentence_of_its_own() -> None:
    raised = set(re.findall(r'"(image\.[a-z_]+)"', getsource(load))) - {"image.not_found", "image.not_a_file"}
    assert raised - {"image.unreadable"} <= set(REFUSALS)  # those three are for paths, not for bytes


def test_six_months_are_the_bound(kiosk: Kiosk, tablet: Browser) -> None:
    oldest = months_before(kiosk.outbox.today(), photo_rules().max_age_months)
    assert bring(tablet, jpeg(), oldest.isoformat())["photo"] == "judged"
    assert bring(tablet, jpeg(), (oldest - timedelta(days=1)).isoformat())["code"] == "photo.too_old"


@pytest.mark.parametrize(
    ("data", "day", "code"),
    [
        (b"", "today", "image.empty"),
        (b"%PDF-1.7 not a picture", "today", "image.not_an_image"),
        (jpeg()[:20_000], "today", "image.truncated"),
        (jpeg(), "", "photo.date_missing"),
        (jpeg(), "2019-01-01", "photo.too_old"),
        (jpeg(), "2999-01-01", "photo.date_in_future"),
    ],
    ids=["empty", "pdf", "cut off", "no date", "too old", "future"],
)
def test_what_cannot_be_used_is_refused_with_its_reason(
    tablet: Browser, today: str, data: bytes, day: str, code: str
) -> None:
    answer = bring(tablet, data, today if day == "today" else day)
    assert (answer["status"], answer["code"]) == (422, code)
    assert tablet.page("/attendant").count('class="refusal"') == 1


def test_a_picture_never_comes_as_a_multipart_form_which_would_reach_the_disk(tablet: Browser, today: str) -> None:
    answer = tablet.client.post(
        f"/attendant/photo/file?taken_on={today}",
        files={"photo": ("photo.jpg", bytes(BODY_LIMIT + 1), "image/jpeg")},
        headers={"accept": "application/json", "x-csrf-token": tablet.state()["csrf"]},
    )
    assert answer.status_code == 413


def test_a_large_body_is_taken_from_nobody_who_is_not_signed_in(kiosk: Kiosk, today: str) -> None:
    kiosk.applicant.come_to("photo")
    stranger = kiosk.browser()
    answer = bring(stranger, bytes(BODY_LIMIT + 1), today)
    assert answer["status"] == 413


def test_helpers_bring_no_pictures(kiosk: Kiosk, today: str) -> None:
    kiosk.applicant.come_to("photo")
    assert bring(kiosk.attendant(HELPER), jpeg(), today)["code"] == "attendant.helper"


def test_elsewhere_than_at_the_photo_no_file_is_taken(kiosk: Kiosk, today: str) -> None:
    kiosk.applicant.come_to("home")
    assert bring(kiosk.attendant(), jpeg(), today)["code"] == "photo.tablet_late"


def test_nothing_of_a_picture_reaches_the_disk(kiosk: Kiosk, tablet: Browser, today: str) -> None:
    data = jpeg(width=2400, height=3000)
    assert len(data) > 1024 * 1024
    opened: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[1], str) and any(mode in arguments[1] for mode in "wax+"):
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    assert bring(tablet, data, today)["photo"] == "judged"
    assert [name for name in opened if "outbox" not in name and "/dev/" not in name] == []


# ── the tablet's camera ──────────────────────────────────────────────────────────────────────────────


def frame(tablet: Browser, data: bytes) -> Any:
    return tablet.client.post(
        "/attendant/camera/frame",
        content=data,
        headers={"accept": "application/json", "content-type": "image/jpeg", "x-csrf-token": tablet.state()["csrf"]},
    )


def test_only_the_cameras_page_may_ask_for_a_camera(tablet: Browser) -> None:
    assert "camera=(self)" in tablet.client.get("/attendant/camera").headers["permissions-policy"]
    assert "camera=()" in tablet.client.get("/attendant").headers["permissions-policy"]


def test_a_picture_is_taken_with_the_tablet(kiosk: Kiosk, tablet: Browser) -> None:
    data = jpeg(width=1280, height=960)
    assert frame(tablet, data).json()["phase"] == "live"
    kiosk.applicant.until(lambda _: kiosk.desk.booth.cameras.tablet_sends)
    assert tablet.post("/attendant/camera/shoot")["status"] == 200

    def judged(_: dict[str, Any]) -> bool:
        return bool(frame(tablet, data).json()["phase"] == "judged")

    kiosk.applicant.until(judged)
    kiosk.applicant.post("/photo/keep")
    assert kiosk.desk.intake.photo.evidence.source is PhotoSource.TABLET  # type: ignore[union-attr]


def test_a_frame_that_comes_too_late_is_dropped_without_a_word(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("home")
    tablet = kiosk.attendant()
    assert frame(tablet, jpeg()).status_code == 409
    assert tablet.state()["refused"] is None


# ── special reasons ──────────────────────────────────────────────────────────────────────────────────


def test_municipal_staff_approve_a_reason_and_it_travels(kiosk: Kiosk, tablet: Browser) -> None:
    assert "特別な事情がある方" in tablet.page("/attendant")
    assert tablet.post("/attendant/photo/reason", reason="head_covering")["status"] == 200
    kiosk.applicant.take_photo()
    assert kiosk.simulated.studio.excused[-1] == frozenset({SpecialReason.HEAD_COVERING})
    special = kiosk.desk.intake.photo.evidence.special  # type: ignore[union-attr]
    assert (special.code, special.approved_by) == ("head_covering", STAFF.staff)


def test_a_reason_withdrawn_leaves_nothing(kiosk: Kiosk, tablet: Browser) -> None:
    tablet.post("/attendant/photo/reason", reason="head_covering")
    tablet.post("/attendant/photo/reason", reason="")
    assert kiosk.desk.intake.special is None  # type: ignore[union-attr]


@pytest.mark.parametrize("who", [CONTRACTOR, HELPER], ids=["contractor", "helper"])
def test_nobody_else_approves_a_reason(kiosk: Kiosk, who: Any) -> None:
    kiosk.applicant.come_to("photo")
    answer = kiosk.attendant(who).post("/attendant/photo/reason", reason="head_covering")
    assert (answer["status"], answer["code"]) == (403, "attendant.not_municipal_staff")


def test_an_unknown_reason_is_refused(tablet: Browser) -> None:
    assert tablet.post("/attendant/photo/reason", reason="because")["code"] == "photo.reason_unknown"


def test_after_the_photo_a_changed_reason_brings_the_person_back_to_it(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("attendant")
    assert kiosk.attendant().post("/attendant/photo/reason", reason="wheelchair")["step"] == "photo"


def test_what_a_reason_speaks_of_nobody_is_asked_to_confirm(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.simulated.studio.judgement = Assessment(accepted=False, advice=(), checks=(), crop=None)
    tablet.post("/attendant/photo/reason", reason="head_covering")
    kiosk.applicant.take_photo()
    board = tablet.page("/attendant")
    assert 'value="no_hat"' not in board
    assert 'value="no_hands"' in board
    left = ["no_glare", "no_hands", "eyes_free"]
    assert tablet.post("/attendant/photo", action="accept", confirm=left)["step"] == "attendant"


def test_every_reason_switches_off_something_the_studio_knows() -> None:
    known = {reason.value for reason in SpecialReason}
    assert all(reason.excuses and known.issuperset(reason.excuses) for reason in photo_rules().reasons)
    assert known == set(get_args(PhotoExcuse))
    assert set(PhotoPoint) == set(get_args(PhotoSaid))


def test_every_advice_has_words_and_a_picture_of_its_own() -> None:
    pictures = {path.stem for path in (Path(str(files("kiosk.web"))) / "static" / "advice").glob("*.svg")}
    assert pictures == {advice.value for advice in Advice} | {"ready"}
    assert set(words.ADVICE) == set(Advice)


def test_a_position_changes_what_is_told_and_staff_see_it(kiosk: Kiosk, tablet: Browser) -> None:
    assert "正面を向いて、口を閉じる" in kiosk.applicant.page()
    page = kiosk.applicant.submit("/photo/position", position="child")
    assert "うしろから支え" in page
    assert "正面を向いて、口を閉じる" not in page
    board = tablet.page("/attendant")
    assert board.index("赤ちゃん・小さい子ども") < board.index("いまの姿勢")
    assert not kiosk.desk.help_wanted
    assert kiosk.applicant.post("/photo/position", position="standing")["status"] == 422
    tablet.post("/attendant/park")
    kiosk.desk.resume(kiosk.desk.parked()[0].slip)
    assert "うしろから支え" in kiosk.applicant.page()


def test_who_lies_gets_staff_with_the_tablets_camera(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.post("/photo/position", position="lying")
    assert kiosk.desk.help_wanted
    assert "職員を呼びました" in kiosk.applicant.page()
    assert "タブレットのカメラで、上から撮ってください" in tablet.page("/attendant")
    kiosk.desk.call_staff(wanted=False)
