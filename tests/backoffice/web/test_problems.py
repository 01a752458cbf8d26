"""Refusals: RFC 9457 for programs, a plain page for people, nothing of an unexpected error for anybody."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from backoffice.kit.errors import NotFound, Refused, Unavailable
from backoffice.staff.authorisation import Role
from schemas.ids import RecordId
from tests.backoffice.console import Console
from tests.backoffice.routes import SAMPLE
from tests.factories import FUKUSHIMA, uuid7


@pytest.fixture
def console(shared_console: Console) -> Console:
    app: FastAPI = shared_console.office.app
    app.get("/try/fault")(_fault)
    app.get("/api/try/fault")(_fault)
    app.get("/api/try/refused")(_refused)
    app.get("/api/try/away")(_away)
    app.get("/try/markup")(_markup)
    app.get("/api/try/number")(_number)
    return shared_console


def test_a_character_no_column_takes_is_told_and_not_a_fault(each_console: Console) -> None:
    staff, case = each_console.sign_in(), each_console.case(photo=b"")
    lead = each_console.sign_in(Role.ADMINISTRATOR)
    for browser, path, given in (
        (each_console.stranger(), "/sign-in", {"municipality": FUKUSHIMA, "login": "\0", "password": "x", "code": "1"}),
        (staff, f"/cases/{case}/note", {"note": "a\0b"}), (lead, "/organisations", {"name": "\0", "kind": "other"}),
        (lead, "/handover", {"pick": "\0"}),
    ):  # fmt: skip
        assert browser.post(path, given).status_code in (303, 401, 404, 422), path
    assert lead.get("/audit?subject=%00").status_code in (200, 422)


def test_who_sent_a_form_is_led_back_to_its_page(each_console: Console) -> None:
    """After signing in again, and from an answer that says what cannot be read; never to another site."""
    host, staff = "http://127.0.0.1:8500", each_console.sign_in(Role.LEAD)
    for referer, page in (
        (f"{host}/visits/calendar?month=2026-07", "/visits/calendar?month=2026-07"),
        (f"{host}/visits/{SAMPLE}/frame", f"/visits/{SAMPLE}"), (f"{host}//evil.example/", ""),
        ("https://evil.example/cases", ""), ("", ""),
    ):  # fmt: skip
        browser = each_console.stranger()
        browser.client.cookies.set("demado_session", "072010." + "A" * 43)
        answer = browser.post("/organisations", {"name": "x"}, csrf="x", headers={"referer": referer, "host": host[7:]})
        assert answer.headers["location"] == (f"/sign-in?next={quote(page)}" if page else "/sign-in")
        answer = staff.post("/organisations", {"kind": "none"}, headers={"referer": referer, "host": host[7:]})
        assert (answer.status_code, f'href="{page}"' in answer.text) == (422, bool(page))


def _fault() -> None:
    raise RuntimeError("secret detail 12345")


def _refused() -> None:
    raise Refused("thing.refused", "できません。", status=409)


def _away() -> None:
    raise Unavailable("office.unavailable", "いま利用できません。")


def _markup() -> None:
    raise NotFound("thing.unknown", "<b>ない</b>")


def _number(number: int) -> int:
    return number


def test_a_refusal_is_a_problem_document_for_programs(console: Console) -> None:
    answer = console.stranger().get("/api/try/refused")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["type"]) == ("thing.refused", "urn:demado:problem:thing.refused")
    assert (problem["status"], problem["transient"]) == (409, False)


def test_what_may_succeed_later_says_so(console: Console) -> None:
    assert console.stranger().get("/api/try/away").json()["transient"] is True


def test_a_malformed_request_is_400_with_the_place_and_not_the_value(console: Console) -> None:
    answer = console.stranger().get("/api/try/number?number=secret")
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")
    assert answer.json()["detail"] == "query.number"
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/try/fault", "/api/try/fault"])
def test_an_unexpected_error_leaks_nothing(console: Console, path: str) -> None:
    answer = console.stranger().get(path)
    assert answer.status_code == 500
    assert "office.fault" in answer.text
    for leaked in ("secret detail", "RuntimeError", "Traceback", "test_problems"):
        assert leaked not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_unknown_page_is_a_page(console: Console) -> None:
    answer = console.sign_in().get("/nowhere")
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text
    assert "request.not_found" in answer.text


def test_an_unknown_address_of_the_interface_is_a_problem(console: Console) -> None:
    assert console.stranger().get("/api/v1/nowhere").json()["code"] == "request.not_found"


def test_a_wrong_method_is_405_with_the_allowed_ones(console: Console) -> None:
    answer = console.stranger().client.delete("/sign-in")
    assert answer.status_code == 405
    assert "request.method_not_allowed" in answer.text
    assert answer.headers["allow"]


def test_a_forbidden_page_says_whom_to_ask(console: Console) -> None:
    answer = console.sign_in(Role.HELPER).get("/cases")
    assert answer.status_code == 403
    assert "管理者に役割の変更を相談してください" in answer.text


def test_markup_in_a_title_is_text(console: Console) -> None:
    assert "&lt;b&gt;ない&lt;/b&gt;" in console.stranger().get("/try/markup").text


def test_without_a_session_pages_lead_to_the_sign_in_and_back(console: Console) -> None:
    stranger = console.stranger()
    assert stranger.get("/cases?q=1&day=2").headers["location"] == "/sign-in?next=/cases%3Fq%3D1%26day%3D2"
    assert stranger.get("/", headers={"hx-request": "true"}).headers["hx-redirect"] == "/sign-in"
    assert stranger.get("/", headers={"accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "streamed"])
def test_a_body_over_the_limit_is_413(console: Console, declared: bool) -> None:
    body = b"x" * (300 * 1024)
    content = body if declared else iter([body[:200_000], body[200_000:]])
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = console.stranger().client.post("/sign-in", content=content, headers=headers)
    assert answer.status_code == 413
    assert "送られたデータが大きすぎます" in answer.text


def test_a_database_that_is_away_is_a_page_for_people_and_transient_for_programs(console: Console) -> None:
    def gone() -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection to 10.1.2.3 refused"))

    console.office.app.get("/try/gone")(gone)
    console.office.app.get("/api/try/gone")(gone)
    page = console.stranger().get("/try/gone")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "いま利用できません" in page.text
    assert "10.1.2.3" not in page.text
    assert console.stranger().get("/api/try/gone").json()["transient"] is True


def test_files_of_people_who_are_signed_in_may_be_larger(console: Console) -> None:
    """A stick's file and a roster reach the room that judges them; a stranger's body is not read to its end."""
    large = {"files": ("stick.tar", b"x" * 400_000)}
    lead = console.sign_in(Role.LEAD)
    assert lead.post("/usb", files=large).status_code == 422  # read, and found to be no stick's file
    roster = f"/organisations/{uuid7(RecordId, 5)}/roster"
    assert lead.post(roster, files={"file": ("all.csv", b"x" * 400_000)}).status_code != 413
    assert lead.post("/rules", files={"file": ("own.toml", b"x" * 400_000)}).status_code == 413
    stranger = console.stranger()
    stranger.client.cookies.set("demado_session", "072010." + "A" * 43)
    for path, name in (("/usb", "files"), (roster, "file")):
        assert stranger.post(path, csrf="x", files={name: ("f", b"x" * 400_000)}).status_code == 413
