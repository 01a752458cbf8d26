"""The outer wall: headers, limits, tokens, origins, and who sees the applicant's pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kiosk.web.security import BODY_LIMIT
from tests.kiosk.web.kiosk import Kiosk

PAGES = ["/", "/attendant", "/display", "/api/state", "/healthz", "/no-such-page"]
NUMBER = "123456789018"


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_headers_and_is_never_stored(kiosk: Kiosk, path: str) -> None:
    headers = kiosk.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_no_page_has_inline_script_or_style_or_a_word_to_elsewhere(kiosk: Kiosk) -> None:
    tablet = kiosk.attendant()
    for step in ("idle", "consent", "form", "card", "birth", "home", "photo", "attendant"):
        if step != "idle":
            kiosk.applicant.come_to(step)
        for page in (kiosk.applicant.page(), tablet.page("/attendant"), tablet.page("/display")):
            for forbidden in (" style=", "<style", " onclick=", "javascript:", "http://", "https://", "<script>"):
                assert forbidden not in page


def test_files_of_the_screens_are_served_and_asked_for_again(kiosk: Kiosk) -> None:
    for file in ("kiosk.css", "kiosk.js", "tablet.css", "tablet.js", "display.css", "window.svg", "vendor/tokens.css"):
        answer = kiosk.client.get(f"/static/{file}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
        assert "set-cookie" not in answer.headers


def test_the_cookie_is_for_this_service_only(kiosk: Kiosk) -> None:
    cookie = kiosk.browser().client.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" in kiosk.browser(base_url="https://testserver").client.get("/").headers["set-cookie"]


@pytest.mark.parametrize("token", [None, "", "another"])
def test_a_post_without_the_sessions_token_does_nothing(kiosk: Kiosk, token: str | None) -> None:
    data = {} if token is None else {"csrf": token}
    answer = kiosk.client.post("/start", data=data, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "request.csrf")
    assert kiosk.desk.intake is None


def test_the_token_of_another_session_is_not_mine(kiosk: Kiosk) -> None:
    other = kiosk.browser().state()["csrf"]
    answer = kiosk.client.post("/start", data={"csrf": other}, headers={"accept": "application/json"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_post_from_elsewhere_does_nothing_even_with_the_token(kiosk: Kiosk, headers: dict[str, str]) -> None:
    data = {"csrf": kiosk.applicant.state()["csrf"]}
    answer = kiosk.client.post("/start", data=data, headers={"accept": "application/json", **headers})
    assert answer.json()["code"] == "request.csrf"
    assert kiosk.desk.intake is None


def test_our_own_origin_is_welcome(kiosk: Kiosk) -> None:
    data = {"csrf": kiosk.applicant.state()["csrf"]}
    headers = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert kiosk.client.post("/start", data=data, headers=headers).status_code == 200
    assert kiosk.desk.intake is not None


def test_a_body_over_the_limit_is_a_413_problem(kiosk: Kiosk) -> None:
    answer = kiosk.client.post("/form", content=b"x" * (BODY_LIMIT + 1))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "request.too_large"


def test_a_body_that_does_not_say_its_length_is_limited_too(kiosk: Kiosk) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(BODY_LIMIT // 1024 + 2):
            yield b"x" * 1024

    assert kiosk.client.post("/form", content=pieces()).status_code == 413


@pytest.mark.parametrize(
    ("step", "path", "field"),
    [
        ("form", "/form", "code"), ("form", "/form", "form_id"), ("card", "/card", "pin"), ("birth", "/person", "year"),
        ("birth", "/person", "birth_date"), ("home", "/person", "municipality"), ("home", "/person/search", "q"),
    ],
)  # fmt: skip
def test_a_my_number_is_refused_in_every_text_field(kiosk: Kiosk, step: str, path: str, field: str) -> None:
    kiosk.applicant.come_to(step)
    before = kiosk.desk.intake
    answer = kiosk.applicant.post(
        path, {"action": "pin", "kind": "scanned" if field == "code" else "typed", field: NUMBER}
    )
    assert answer["code"] in ("text.my_number", "form_id.my_number")
    assert NUMBER not in str(answer)
    assert NUMBER not in kiosk.applicant.page()
    assert kiosk.desk.intake == before


def test_what_was_typed_is_not_repeated_when_it_does_not_fit_the_form(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("card")
    answer = kiosk.applicant.post("/card", action="sixtyseven-4649")
    assert (answer["status"], answer["code"]) == (422, "request.malformed")
    assert "4649" not in str(answer)


def test_the_applicants_pages_are_for_the_kiosks_own_browser(make_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = make_kiosk(development=False, client={"client": ("127.0.0.1", 5000)})
    from_lan = kiosk.browser(client=("192.168.10.7", 5000))
    assert kiosk.client.get("/").status_code == 200
    for path in ("/", "/api/state", "/photo/taken.jpg", "/photo/kept.jpg", "/api/moment"):
        answer = from_lan.client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "request.elsewhere")
    assert from_lan.client.get("/attendant").status_code == 200
    assert from_lan.client.get("/display").status_code == 200


def test_there_is_no_description_of_the_interface_to_explore(kiosk: Kiosk) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert kiosk.client.get(path).status_code == 404
