"""Every page of the console in both languages and widths: no violation axe can find (WCAG 2.2 A and AA)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from backoffice.rules import service
from backoffice.staff.authorisation import Role
from backoffice.staff.models import Staff
from backoffice.visits import planning
from schemas.intake import FormKind, FormReading
from tests.backoffice.rules.files import COUNTER_ONLY, rule_file
from tests.browser.served import Served, furnish, serve
from tests.factories import FUKUSHIMA, form_id

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SIZES = {"desktop": {"width": 1440, "height": 900}, "tablet": {"width": 1024, "height": 768}}


@dataclass
class Furnished:
    """An office with everything in it, and the administrator who looks at it."""

    served: Served
    administrator: Staff
    pages: dict[str, str]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Furnished]:
    with serve(tmp_path_factory.mktemp("office"), free_port()) as served:
        empty = served.console.hire(Role.LEAD, name="空 を見る人")
        assert empty.login
        administrator = served.console.hire(Role.ADMINISTRATOR, name="管理 太郎")
        visit = served.console.office.visit()
        counter = served.console.office.counter(visit=visit)
        cases = furnish(served.console, administrator)
        twin = served.console.case(form=FormReading(kind=FormKind.QR, form_id=form_id(77)))
        served.console.case(form=FormReading(kind=FormKind.QR, form_id=form_id(77)))
        office = served.console.sign_in(person=administrator)
        office.post("/cases/views", {"name": "きょうの分", "conditions": "state=received&day=today", "shared": "true"})
        office.post(f"/cases/{twin}/note", {"note": "電話を待つ"})
        office.post(f"/cases/{twin}/draft/return", {"note": "書きかけ"})
        batch = office.post("/cases/batches/approve", {"pick": [f"{twin}.1", f"{cases['no photo']}.1"]})
        rules = office.post("/rules", files={"file": ("own.toml", rule_file(COUNTER_ONLY).encode())}).headers[
            "location"
        ]
        office.post(f"{rules}/activate", {"day": service.today(served.console.office.clock()).isoformat()})
        template = office.post(f"/visits/{visit}/template", {"weekday": "1", "weeks": "2"}).headers["location"]
        with served.console.office.work() as work:
            plan = planning.plan_of(work, FUKUSHIMA, visit)
            plan.booking_open, booking = True, f"/booking/{FUKUSHIMA}/{plan.code}"
        pages = {f"case {name}": f"/cases/{case}" for name, case in cases.items()}
        pages |= {
            "twins": f"/cases/{twin}/twins", "twin": f"/cases/{twin}", "batch": batch.headers["location"],
            "home": "/", "cases": "/cases", "all cases": "/cases?state=all", "nothing found": "/cases?q=Z9-9999",
            "return": f"/cases/{cases['plain']}/return", "staff": "/staff", "audit": "/audit?verify=true",
            "account": "/account", "password": "/account/password", "devices": "/devices",
            "device": f"/devices/{counter.device}", "visits": "/visits", "visit": f"/visits/{visit}",
            "crop": f"/cases/{cases['plain']}/crop",
            "handover": "/handover", "rules": "/rules", "rule file": f"{rules}?day=2030-01-01",
            "usb": "/usb", "move": f"/devices/{counter.device}/move?visit={visit}", "not found": "/nowhere",
            "papers": f"/visits/{visit}/papers", "bookings": f"/visits/{visit}/bookings", "batches": "/cases/batches",
            "week": "/visits/calendar/week", "plan": f"/visits/{visit}/plan", "mails": f"/visits/{visit}/mails",
            "visit rules": "/visits/rules", "templates": "/visits/templates", "template": template, "booking": booking,
            "quarantine": "/devices/quarantine", "sorted": "/visits?q=出張&sort=state&down=yes",
        }  # fmt: skip
        yield Furnished(served, administrator, pages)


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']]}" for one in found]


@pytest.mark.parametrize(("language", "size"), [("ja", "desktop"), ("en", "tablet")])
def test_no_page_has_a_violation_or_scrolls_sideways(
    chromium: Browser, furnished: Furnished, language: str, size: str
) -> None:
    context = chromium.new_context(viewport=SIZES[size], bypass_csp=True)  # axe is put into the page as a script
    furnished.served.signed_in(context, furnished.administrator, language=language)
    page = context.new_page()
    wrong: dict[str, list[str]] = {}
    for name, path in furnished.pages.items():
        page.goto(furnished.served.address + path)
        assert page.locator("html").get_attribute("lang") == language
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        if found := violations(page):
            wrong[name] = found
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.setdefault(name, []).append("scrolls sideways")
    context.close()
    assert wrong == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_before_signing_in_have_no_violation(chromium: Browser, furnished: Furnished, language: str) -> None:
    context = chromium.new_context(bypass_csp=True, locale=language)
    page = context.new_page()
    invited = furnished.served.console.hire(name="新人 花子")
    for address in (f"{furnished.served.address}/sign-in", furnished.served.invitation(invited)):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        assert violations(page) == []
    context.close()


def test_no_page_breaks_its_own_policy(chromium: Browser, furnished: Furnished) -> None:
    """The pages as people get them: no refused script, style or request, and no script error."""
    context = chromium.new_context()
    furnished.served.signed_in(context, furnished.administrator)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name, path in furnished.pages.items():
        if name not in ("not found", "nothing found"):
            page.goto(furnished.served.address + path, wait_until="load")
    context.close()
    assert complaints == []
