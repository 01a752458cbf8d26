"""Role × route: every post of the tablet, for staff, contractors, helpers and strangers, decided on the server.

A new route under /attendant is not forgotten here: the table must name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from schemas.visit import Attendant
from tests.kiosk.web.kiosk import CONTRACTOR, ENOUGH, HELPER, STAFF, Browser, Kiosk

STAFF_ONLY, NOT_HELPERS, ANYBODY = "attendant.not_municipal_staff", "attendant.helper", ""
POSTS = {
    "/attendant/documents": STAFF_ONLY,
    "/attendant/override": STAFF_ONLY,
    "/attendant/photo/reason": STAFF_ONLY,
    "/attendant/hidden": STAFF_ONLY,
    **dict.fromkeys(
        (
            "/attendant/booking",
            "/attendant/answers", "/attendant/papers", "/attendant/part", "/attendant/finish", "/attendant/discard",
            "/attendant/retry", "/attendant/reset", "/attendant/gift", "/attendant/photo", "/attendant/photo/file",
            "/attendant/camera/frame", "/attendant/camera/shoot", "/attendant/machine/export",
            "/attendant/machine/receipts", "/attendant/balance", "/attendant/hold/take", "/attendant/hold/eye",
            "/attendant/hold/give", "/attendant/hold/frame", "/attendant/venue/gift", "/attendant/venue/papers",
            "/attendant/venue/pair", "/attendant/venue/pair/frame", "/attendant/venue/part",
        ),
        NOT_HELPERS,
    ),
    **dict.fromkeys(
        (
            "/attendant/help", "/attendant/park", "/attendant/resume",
            "/attendant/prolong", "/attendant/venue/prolong", "/attendant/reprint", "/attendant/attendance",
            "/attendant/lost",
            "/attendant/venue/look", "/attendant/venue/call", "/attendant/venue/arrive", "/attendant/venue/walk-in",
            "/attendant/venue/no-show", "/attendant/venue/undo", "/attendant/venue/park", "/attendant/venue/resume",
            "/attendant/venue/answer", "/attendant/venue/lost",
        ),
        ANYBODY,
    ),
}  # fmt: skip
FOR_EVERYBODY = {
    "/attendant/sign-in", "/attendant/sign-out", "/attendant/leave", "/attendant/language",
    "/attendant/here", "/attendant/lock", "/attendant/unlock",  # of a stranger: nothing to lock, nobody's PIN
}  # fmt: skip
PAGES = {
    "/attendant/photo.jpg": NOT_HELPERS,
    "/attendant/camera": NOT_HELPERS,
    "/attendant/balance": ANYBODY,
    "/attendant/machine": ANYBODY,
    "/attendant/board": ANYBODY,
    "/attendant/photo/part": ANYBODY,
    "/attendant/numbers": ANYBODY,
    "/attendant/venue": ANYBODY,
    "/attendant/venue/board": ANYBODY,
    "/attendant/venue/papers": ANYBODY,
    "/attendant/venue/pair": NOT_HELPERS,
    "/attendant/venue/paired": NOT_HELPERS,
    "/attendant/venue/code": NOT_HELPERS,
    "/attendant/venue/pair.svg": NOT_HELPERS,
}
FIELDS = {
    "/attendant/documents": ENOUGH,
    "/attendant/override": {"delivery": ""},
    "/attendant/photo/reason": {"reason": ""},
    "/attendant/hidden": {"hidden": "no"},
    "/attendant/booking": {"number": "x"},
    "/attendant/photo": {"action": "retake"},
    "/attendant/gift": {"slip": "A1-0001-0"},
    "/attendant/venue/gift": {"slip": "A1-0001-0"},
    "/attendant/venue/pair": {"code": "x"},
    "/attendant/discard": {"slip": "A1-0001-0"},
    "/attendant/resume": {"slip": "A1-0001-0"},
    "/attendant/prolong": {"slip": "A1-0001-0"},
    "/attendant/venue/prolong": {"slip": "x"},
    "/attendant/reprint": {"slip": "A1-0001-0"},
    "/attendant/attendance": {"slip": "A1-0001-0"},
    "/attendant/venue/resume": {"slip": "x"},
    "/attendant/venue/call": {"kiosk": "x"},
    "/attendant/machine/export": {"stick": "x"},
    "/attendant/machine/receipts": {"file": "x"},
    "/attendant/venue/arrive": {"number": "x"},
    "/attendant/venue/no-show": {"number": "x"},
    "/attendant/venue/undo": {"number": "x"},
}
PEOPLE = {"staff": STAFF, "contractor": CONTRACTOR, "helper": HELPER}


def routes(kiosk: Kiosk, method: str) -> Iterator[str]:
    for path, methods in kiosk.app.openapi()["paths"].items():
        if path.startswith("/attendant") and method.lower() in methods:
            yield path


def post(tablet: Browser, path: str, csrf: str) -> str:
    data = {"csrf": csrf, **FIELDS.get(path, {})}
    answer = tablet.client.post(path, data=data, headers={"accept": "application/json"}, follow_redirects=False)
    return str(answer.json().get("code", "")) if answer.content and "json" in answer.headers["content-type"] else ""


def test_the_table_names_every_route(kiosk: Kiosk) -> None:
    assert set(routes(kiosk, "POST")) == {*POSTS, *FOR_EVERYBODY}
    assert set(routes(kiosk, "GET")) == {*PAGES, "/attendant"}


@pytest.mark.parametrize("role", [*PEOPLE, "stranger"])
def test_what_a_role_may_not_do_is_refused_by_the_server(kiosk: Kiosk, role: str) -> None:
    who = PEOPLE.get(role)
    kiosk.applicant.come_to("birth")
    kiosk.applicant.post("/person", birth_date="1990-04-01")
    tablet = kiosk.attendant(who) if who else kiosk.browser()
    csrf = tablet.state()["csrf"]
    for path, closed_to in POSTS.items():
        code = post(tablet, path, csrf)
        kiosk.app.state.room.hall.hold.release()
        assert (code in _refusals(who, closed_to)) is _closed(who, closed_to), (role, path, code)


@pytest.mark.parametrize("role", [*PEOPLE, "stranger"])
def test_what_a_role_may_not_see_is_refused_by_the_server(kiosk: Kiosk, role: str) -> None:
    who = PEOPLE.get(role)
    tablet = kiosk.attendant(who) if who else kiosk.browser()
    for path, closed_to in PAGES.items():
        answer = tablet.client.get(path)
        assert (answer.status_code == 403) is _closed(who, closed_to), (role, path)


def test_a_helper_sees_numbers_only(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("attendant", born="1953-02-11")
    slip = kiosk.applicant.state()["slip"]
    helper, staff = kiosk.attendant(HELPER), kiosk.attendant(STAFF)
    assert "昭和28年" in staff.page("/attendant")
    for path in ("/attendant", "/attendant/venue", "/attendant/machine"):
        page = helper.page(path)
        assert not any(word in page for word in ("昭和28年", "1953", "73歳", "福島市</dd>")), path
    assert slip in helper.page("/attendant")


def _closed(who: Attendant | None, closed_to: str) -> bool:
    if who is None:
        return True
    return (closed_to == STAFF_ONLY and who is not STAFF) or (closed_to == NOT_HELPERS and who is HELPER)


def _refusals(who: Attendant | None, closed_to: str) -> tuple[str, ...]:
    return ("attendant.not_signed_in",) if who is None else (closed_to or "nothing",)


def test_a_board_whose_attendant_has_gone_leaves_the_screen(kiosk: Kiosk) -> None:
    tablet = kiosk.attendant(HELPER)
    tablet.post("/attendant/sign-out")
    for path in ("/attendant/board", "/attendant/venue/board"):
        answer = tablet.client.get(path, headers={"hx-request": "true"})
        assert answer.headers["hx-redirect"] == "/attendant"


def test_staff_go_in_and_out_at_the_kiosks_own_screen(make_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = make_kiosk(development=False, client={"client": ("127.0.0.1", 5000)})
    assert 'href="/attendant"' in kiosk.applicant.page("/")
    kiosk.applicant.sign_in()
    assert "/attendant/leave" in kiosk.applicant.page("/attendant")
    answer = kiosk.client.post(
        "/attendant/leave", data={"csrf": kiosk.applicant.state()["csrf"]}, follow_redirects=False
    )
    assert answer.headers["location"] == "/"
    assert "職員のサインイン" in kiosk.applicant.page("/attendant")
    tablet = kiosk.browser(client=("192.168.10.7", 5000))
    assert "/attendant/leave" not in tablet.page("/attendant")
