"""Headers of every answer, and that no page needs what the policy forbids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import backoffice.web
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console
from tests.backoffice.office import Office

TEMPLATES = sorted((Path(backoffice.web.__file__).parent / "templates").rglob("*.html"))


@pytest.fixture
def console(shared_console: Console) -> Console:
    return shared_console


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/static/frame.css", "/api/v1/nowhere", "/healthz"])
def test_every_answer_carries_the_policy(console: Console, path: str) -> None:
    headers = console.sign_in().get(path).headers
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/cases", "/account", "/sign-in", "/nowhere"])
def test_pages_are_never_stored(console: Console, path: str) -> None:
    assert console.sign_in().get(path).headers["cache-control"] == "no-store"


def test_our_own_files_may_be_kept_by_their_version(console: Console) -> None:
    page = console.sign_in().get("/").text
    address = re.search(r'href="(/static/frame\.css\?v=[0-9a-f]{12})"', page)
    assert address
    assert "immutable" in console.stranger().get(address[1]).headers["cache-control"]


@pytest.mark.parametrize("name", ["../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "vendor", "", "/etc/passwd"])
def test_no_other_file_is_served(console: Console, name: str) -> None:
    assert console.stranger().get(f"/static/{name}").status_code == 404


def test_https_asks_browsers_to_stay_on_it_and_names_the_cookie_so(make_office: object) -> None:
    office: Office = make_office(role="all", embedded_worker=False, public_url="https://office.example.jp")  # type: ignore[operator]
    console = Console(office)
    answer = console.stranger().get("/sign-in")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_templates_hold_no_inline_script_style_or_handler(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_only_sentences_written_in_a_template_count_as_markup(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"\b(_|ngettext)\((?!\")", text), "texts in variables go through |translated"
    assert set(re.findall(r"(\w+)\|safe", text)) <= {"totp_qr", "drawing"}, "drawings made here, without input"


def test_every_form_that_posts_carries_the_token() -> None:
    for file in TEMPLATES:
        for form in re.findall(r'<form[^>]*method="post".*?</form>', file.read_text("utf-8"), re.DOTALL):
            assert "csrf_field()" in form, file


def test_roles_see_only_their_rooms_in_the_navigation(console: Console) -> None:
    helper = console.sign_in(Role.HELPER).get("/").text
    assert 'href="/visits"' in helper
    for room in ("/cases", "/staff", "/audit", "/devices"):
        assert f'href="{room}"' not in helper
