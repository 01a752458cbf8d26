"""Every page of the console in both languages and widths: no violation axe can find (WCAG 2.2 A and AA)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from backoffice.kit.unit_of_work import utc_now
from backoffice.organisations import service as organisations
from backoffice.rules import service
from backoffice.staff.authorisation import Role
from backoffice.staff.models import ProviderIdentity, Staff
from backoffice.visits import planning
from backoffice.visits import service as visits
from schemas.intake import FormKind, FormReading
from tests.backoffice.rules.files import COUNTER_ONLY, rule_file
from tests.backoffice.staff.openid_provider import CLIENT, ec_key, openid_server
from tests.browser.axe import Looking
from tests.browser.served import Served, furnish, serve
from tests.factories import FUKUSHIMA, form_id

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(300)]
VARIANTS = {
    "case expired", "case support", "case bad clock", "case confirmed", "case approved", "case returned", "twin",
    "all cases", "nothing found", "sorted", "case no photo",
}  # fmt: skip
NOT_FOUND = {"not found", "nothing found"}
SIZES = {"desktop": {"width": 1440, "height": 900}, "tablet": {"width": 1024, "height": 768}}


@dataclass
class Furnished:
    """An office with everything in it, and the administrator who looks at it."""

    served: Served
    administrator: Staff
    pages: dict[str, str]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Furnished]:
    with (
        openid_server(utc_now, ec_key("axe")) as provider,
        serve(
            tmp_path_factory.mktemp("office"), free_port(), oidc_issuer=provider.issuer, oidc_client_id=CLIENT
        ) as served,
    ):
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
            link = {"issuer": provider.issuer, "subject": "suzuki", "linked_at": work.now}
            work.session.add(ProviderIdentity(municipality_id=FUKUSHIMA, staff_id=administrator.id, **link))
            brigade = organisations.organisations(work, FUKUSHIMA)[0].id
            plan = planning.plan_of(work, FUKUSHIMA, visit)
            plan.booking_open, booking = True, f"/booking/{FUKUSHIMA}/{plan.code}"
        table = ("names.csv", "職員番号,氏名,所属\n1,出窓 太郎,本署\n".encode())
        roster = office.post(f"/organisations/{brigade}/roster", files={"file": table}).headers["location"]
        pages = {f"case {name}": f"/cases/{case}" for name, case in cases.items()}
        with served.console.office.work() as work:
            slot = visits.look(work, FUKUSHIMA, visit).places[0].slots[0].id
            visits.book(work, FUKUSHIMA, slot, name="予約 太郎", actor="test")
            booked = visits.look(work, FUKUSHIMA, visit).places[0].slots[0].bookings[0].id
        pages |= {
            "confirmation": f"/visits/{visit}/bookings/{booked}", "municipality": "/municipality",
            "returns": "/cases/returns", "erased": "/cases/erased", "sessions": f"/staff/{administrator.id}/sessions",
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
            "organisations": "/organisations", "organisation": f"/organisations/{brigade}", "photos": "/cases/photos",
            "roster": f"/organisations/{brigade}/roster", "roster file": roster, "calendar": "/visits/calendar",
            "new visit": "/visits/new", "attendants": "/visits/attendants", "equipment": f"/visits/{visit}/equipment",
            "balance": f"/devices/{counter.device}/balance", "quarantine": "/devices/quarantine",
            "sorted": "/visits?q=出張&sort=state&down=yes", "told": f"/cases/{cases['returned']}/told",
            "backlog": "/cases/backlog",
        }  # fmt: skip
        yield Furnished(served, administrator, pages)


@pytest.mark.parametrize(("language", "size"), [("ja", "desktop"), ("en", "tablet")])
def test_no_page_has_a_violation_scrolls_sideways_or_breaks_its_policy(
    chromium: Browser, furnished: Furnished, looking: Looking, language: str, size: str
) -> None:
    """In both languages every template; what looks different with the same template, once."""
    context = chromium.new_context(viewport=SIZES[size])
    furnished.served.signed_in(context, furnished.administrator, language=language)
    page = context.new_page()
    wrong: dict[str, list[str]] = {}
    complaints: list[str] = []  # a refused script, style or request, a script error
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name, path in furnished.pages.items():
        if language == "en" and name in VARIANTS:
            continue
        page.goto(furnished.served.address + path)
        assert page.locator("html").get_attribute("lang") == language
        found = looking(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("scrolls sideways")
        if found := found + ([] if name in NOT_FOUND else complaints):
            wrong[name] = found
        complaints.clear()
    context.close()
    assert wrong == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_before_signing_in_have_no_violation(
    chromium: Browser, furnished: Furnished, looking: Looking, language: str
) -> None:
    context = chromium.new_context(locale=language)
    page = context.new_page()
    invited = furnished.served.console.hire(name="新人 花子")
    for address in (furnished.served.invitation(invited), f"{furnished.served.address}/sign-in/provider/back"):
        page.goto(address)
        assert looking(page) == []
    page.route("**/authorize?*", lambda route: route.fulfill(status=204))  # the page stays where it is
    page.locator("#provider-municipality").select_option(FUKUSHIMA)
    page.locator("form[action='/sign-in/provider'] button").click()
    page.locator("#onward").wait_for()
    assert looking(page) == []
    context.close()
