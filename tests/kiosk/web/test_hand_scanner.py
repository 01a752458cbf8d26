"""A hand scanner that types: whatever has the focus, its line reaches the form's step or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route, expect

from hardware.card import CardReport
from schemas.card import CardVerdict
from tests.kiosk.web.kiosk import FORM_ID, Kiosk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
KIOSK = "http://kiosk.test"
NONE = "99999999999999999999999"


@pytest.fixture
def page(kiosk: Kiosk, chromium: Chromium) -> Iterator[Page]:
    """The shared kiosk's own pages in a browser; the live picture and events stay away."""
    context = chromium.new_context(viewport={"width": 1080, "height": 1920})
    client = kiosk.applicant.client

    def answer(route: Route) -> None:
        asked = route.request
        address = urlsplit(asked.url)
        if address.path.startswith("/live/"):
            return route.abort()
        headers = {name: value for name, value in asked.headers.items() if name in ("accept", "content-type")}
        got = client.request(
            asked.method,
            f"{address.path}?{address.query}",
            content=asked.post_data_buffer,
            headers=headers,
            follow_redirects=True,
        )
        route.fulfill(status=got.status_code, body=got.content, content_type=got.headers.get("content-type", ""))

    context.route("**/*", answer)
    page = context.new_page()
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    yield page
    context.close()


def typed(page: Page, text: str, *, every: int) -> None:
    """Keys `every` milliseconds apart by the page's own clock, however slow the machine is."""
    for key in text:
        page.clock.run_for(every)
        page.keyboard.press(key)


def scan(page: Page, text: str, *, ends: str = "Enter") -> None:
    """What a scanner does: keys a few milliseconds apart, then one that ends the line."""
    page.clock.run_for(1000)
    typed(page, text, every=4)
    page.keyboard.press(ends)


@pytest.mark.parametrize(("text", "ends"), [(FORM_ID, "Enter"), (f"]Q1ID:{FORM_ID}", "Tab")])
def test_on_the_forms_screen_the_line_is_the_form(kiosk: Kiosk, page: Page, text: str, ends: str) -> None:
    kiosk.applicant.come_to("form")
    page.goto(KIOSK)
    scan(page, text, ends=ends)
    expect(page.locator("body.screen-card")).to_be_visible()
    assert kiosk.desk.intake is not None
    assert kiosk.desk.intake.form is not None
    assert kiosk.desk.intake.form.form_id == FORM_ID


def test_a_wrong_code_is_refused_with_its_sentence(kiosk: Kiosk, page: Page) -> None:
    kiosk.applicant.come_to("form")
    page.goto(KIOSK)
    scan(page, "123456789018")
    expect(page.get_by_role("alert").get_by_text("マイナンバー")).to_be_visible()
    assert "123456789018" not in page.content()


def test_a_scanner_cannot_type_into_the_field_that_has_the_focus(kiosk: Kiosk, page: Page) -> None:
    kiosk.applicant.come_to("form")
    page.goto(f"{KIOSK}/?by=typing")
    first, second = page.locator("#form_id"), page.locator("#form_id_again")
    first.focus()
    scan(page, NONE)
    scan(page, NONE, ends="Tab")
    expect(first).to_have_value("")
    expect(second).to_have_value("")
    expect(first).to_be_focused()
    assert kiosk.applicant.state()["step"] == "form"


def test_a_scanner_costs_no_try_of_the_pin(kiosk: Kiosk, page: Page) -> None:
    kiosk.applicant.come_to("card")
    kiosk.applicant.post("/card", action="check")
    page.goto(f"{KIOSK}/?by=pin")
    page.locator("#pin").focus()
    asked = list(kiosk.simulated.card.asked)
    scan(page, NONE)
    scan(page, "1234")
    expect(page.locator("#pin")).to_have_value("")
    assert kiosk.simulated.card.asked == asked
    page.clock.run_for(1000)
    typed(page, "1234", every=90)
    expect(page.locator("#pin")).to_have_value("1234")
    kiosk.simulated.card.report(CardReport(CardVerdict.NO_CARD, "no card"))  # the check that is still waiting ends


def test_what_a_person_typed_stays_when_a_scanner_comes_between(kiosk: Kiosk, page: Page) -> None:
    kiosk.applicant.come_to("form")
    page.goto(f"{KIOSK}/?by=typing")
    typed(page, "2026", every=90)
    scan(page, NONE)
    expect(page.locator("#form_id")).to_have_value("2026")
