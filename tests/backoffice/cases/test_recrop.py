"""A photo cut anew: within the published rules, not retouched, the earlier one kept, looked at again by people."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from backoffice.audit import service as audit
from backoffice.cases import service
from backoffice.cases.models import Case
from backoffice.cases.photo_file import checked
from backoffice.cases.recrop import Frame, FrameUnfit, cut, whole
from backoffice.cases.workflow import State
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console, field_of
from tests.factories import FUKUSHIMA, KORIYAMA, jpeg_photo

FRAME = {"x": "70", "y": "60", "width": "560", "roll": "0"}


def opened(jpeg: bytes) -> Image.Image:
    with Image.open(io.BytesIO(jpeg)) as image:
        return image.convert("RGB")


def far_apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def now(console: Console, case: str) -> Case:
    with console.office.work() as work:
        return service.read(work, FUKUSHIMA, case)


def test_an_upright_frame_copies_the_pixels_of_its_place() -> None:
    photo = jpeg_photo(61)
    made = checked(cut(photo, Frame(70, 60, 560)).jpeg)
    assert (made.width, made.height) == (560, 720)
    assert far_apart(opened(made.jpeg), opened(photo).crop((70, 60, 630, 780))) < 2


@pytest.mark.parametrize("roll", [-7.5, 3.0])
def test_a_turned_frame_levels_what_was_turned(roll: float) -> None:
    """A picture turned clockwise and cut with a frame turned as far is the picture again."""
    photo = opened(jpeg_photo(62))
    turned = io.BytesIO()
    photo.rotate(-roll, Image.Resampling.BICUBIC, center=(350, 450)).save(turned, "JPEG", quality=98)
    made = opened(cut(turned.getvalue(), Frame(105, 135, 490, roll)).jpeg)
    straight = photo.crop((105, 135, 595, 765))
    crooked = opened(cut(turned.getvalue(), Frame(105, 135, 490)).jpeg)
    assert far_apart(made, straight) < 4 < far_apart(crooked, straight)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (Frame(0, 0, 479), "crop.too_small"),
        (Frame(300, 0, 560), "crop.outside"),
        (Frame(0, 0, 700, 2.0), "crop.outside"),
        (Frame(70, 60, 560, 15.1), "crop.turned_too_far"),
    ],
)
def test_a_frame_against_the_rules_is_refused(frame: Frame, code: str) -> None:
    with pytest.raises(FrameUnfit) as refused:
        cut(jpeg_photo(63), frame)
    assert refused.value.code == code


@pytest.mark.parametrize(("width", "height"), [(700, 900), (900, 900), (600, 1200), (481, 619)])
def test_the_whole_picture_is_a_frame_that_fits(width: int, height: int) -> None:
    made = cut(jpeg_photo(64, width=width, height=height), whole(width, height))
    assert made.width <= width
    assert abs(made.height / made.width - 45 / 35) < 0.01


def test_a_photo_is_cut_anew_and_a_second_person_has_to_look(shared_console: Console) -> None:
    staff, photo = shared_console.sign_in(), jpeg_photo(65)
    case = shared_console.case(photo=photo)
    staff.post(f"/cases/{case}/note", {"note": "枠が広い"})
    page = staff.get(f"/cases/{case}/crop").text
    assert field_of(page, "version") == "1"
    preview = staff.get(f"/cases/{case}/crop.jpg?x=70&y=60&width=560&roll=0")
    answer = staff.post(f"/cases/{case}/crop", {"version": "1", **FRAME})
    assert answer.headers["location"] == f"/cases/{case}"
    assert staff.get(f"/cases/{case}/photo").content == preview.content != photo
    assert staff.get(f"/cases/{case}/photo?number=1").content == photo
    seen = staff.get(f"/cases/{case}").text
    assert "これまでの写真(2枚)" in seen
    assert "写真の枠を切り直しました" in seen
    assert "検査の値は、切り直す前のものです" in seen
    with shared_console.office.work() as work:
        (entry,) = audit.search(work, FUKUSHIMA, audit.Search(action="case.photo_recropped", subject=f"case:{case}"))
        assert "frame 70 60 560 0.0" in entry.detail
    staff.post(f"/cases/{case}/approve", {"version": "2"})
    assert now(shared_console, case).state is State.SECOND_CHECK
    assert staff.post(f"/cases/{case}/approve", {"version": "3"}).status_code == 409


def test_a_first_approval_does_not_outlive_the_photo_it_was_given_for(shared_console: Console) -> None:
    first, second = shared_console.sign_in(), shared_console.sign_in()
    assert first.person is not None
    case = shared_console.case(photo=jpeg_photo(66), photo_accepted_by=first.person.id)
    first.post(f"/cases/{case}/approve", {"version": "1"})
    second.post(f"/cases/{case}/crop", {"version": "2", **FRAME})
    assert (now(shared_console, case).state, now(shared_console, case).first_approved_by) == (State.RECEIVED, None)


def test_the_photo_as_it_came_can_stand_again(shared_console: Console) -> None:
    staff, photo = shared_console.sign_in(), jpeg_photo(67)
    case = shared_console.case(photo=photo)
    staff.post(f"/cases/{case}/crop", {"version": "1", **FRAME})
    staff.post(f"/cases/{case}/crop", {"version": "2", **FRAME, "roll": "2.5"})
    assert 'value="2.5"' in staff.get(f"/cases/{case}/crop").text
    assert staff.post(f"/cases/{case}/crop/restore", {"version": "3"}).status_code == 303
    assert staff.get(f"/cases/{case}/photo").content == photo
    assert now(shared_console, case).overrides == ""
    assert staff.get(f"/cases/{case}/photo?number=3").status_code == 200


def test_what_cannot_be_cut_is_refused_and_changes_nothing(shared_console: Console) -> None:
    staff = shared_console.sign_in()
    case = shared_console.case(photo=jpeg_photo(68))
    outside = staff.post(f"/cases/{case}/crop", {"version": "1", **FRAME, "x": "400"})
    assert (outside.status_code, "枠が写真の外" in outside.text, 'value="400"' in outside.text) == (422, True, True)
    assert "それでも" not in staff.post(f"/cases/{case}/crop/look", FRAME).text
    assert staff.post(f"/cases/{case}/crop", {"version": "7", **FRAME}).status_code == 409
    assert staff.get(f"/cases/{shared_console.case(photo=b'')}/crop").status_code == 404
    staff.post(f"/cases/{case}/approve", {"version": "1"})
    assert staff.post(f"/cases/{case}/crop", {"version": "2", **FRAME}).status_code == 409
    assert staff.get(f"/cases/{case}/photo?number=1").status_code == 404
    foreign = shared_console.sign_in(Role.LEAD, municipality=KORIYAMA)
    assert foreign.post(f"/cases/{case}/crop", {"version": "2", **FRAME}).status_code == 404
