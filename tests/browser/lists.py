"""Every list of the console, each with its tools counted in a real browser: `python -m tests.browser.lists`.

One JSON line a list, exit 1 when something is missing. `sorts`: columns that sort (an empty list shows none),
`unsorted`: those with a name that do not, `rows`: lines that J and K reach, `files`: status of CSV and XLSX. Not part
of the suite; the pages' own tests are.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from backoffice.mail import service as mail
from backoffice.mail.models import MailKind
from backoffice.mail.service import Letter
from backoffice.organisations import service as organisations
from backoffice.staff.authorisation import Role
from backoffice.visits import service as visits
from schemas.protocol import BUNDLE_PATH
from tests.backoffice.rules.files import COUNTER_ONLY, rule_file
from tests.bench.ingest import free_port
from tests.browser.axe import Looking
from tests.browser.served import Served, furnish, serve
from tests.factories import FUKUSHIMA

ROSTER = "職員番号,氏名,所属\n1,出窓 太郎,本署\n,乙,本署\n".encode()


def main() -> int:
    program = shutil.which("chromium")
    if program is None:
        print("chromium is not installed (deploy/bootstrap.sh installs it)", file=sys.stderr)
        return 1
    whole = True
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), free_port()) as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        look = Looking()
        for name, path in _furnished(served, context):
            found = _tools(context, context.new_page(), served.address + path, look)
            print(json.dumps({"list": name, **found}, ensure_ascii=False), flush=True)
            whole = whole and bool(found["whole"])
        browser.close()
    return 0 if whole else 1


def _furnished(served: Served, context: BrowserContext) -> Iterator[tuple[str, str]]:
    """The address of each list in an office where most have something to show."""
    console = served.console
    administrator = console.hire(Role.ADMINISTRATOR, name="管理 太郎")
    served.signed_in(context, administrator)
    visit, cases = console.office.visit(), furnish(console, administrator)
    counter = console.office.counter(visit=visit)
    counter.get(f"{BUNDLE_PATH}?have=0&sealed=1&unsent=1&running=0.1.0&battery=80&mains=true")
    counter.send(b"broken on the way")
    office = console.sign_in(person=administrator)
    office.post("/rules", files={"file": ("own.toml", rule_file(COUNTER_ONLY).encode())})
    office.post("/cases/batches/approve", {"pick": [f"{cases['plain']}.1"]})
    office.post("/visits/attendants", {"name": "会場 花子", "role": "staff", "pin": "135790"})
    office.post(f"/visits/{visit}/template", {"weekday": "1", "weeks": "2"})
    with console.office.work() as work:
        slot = visits.look(work, FUKUSHIMA, visit).places[0].slots[0].id
        visits.book(work, FUKUSHIMA, slot, name="予約 花子（架空）", actor="test")
        letter = Letter(MailKind.CONFIRMATION, "hanako@example.jp", "確認", "", "booking:x", f"visit:{visit}", work.now)
        mail.queue(work, FUKUSHIMA, letter)
        brigade = f"/organisations/{organisations.organisations(work, FUKUSHIMA)[0].id}"
    file = office.post(f"{brigade}/roster", files={"file": ("names.csv", ROSTER)}).headers["location"]
    office.post(f"{file}/start", {"column_number": "0", "column_name": "1", "column_unit": "2"})
    console.office.worker.drain()
    yield from {
        "cases": "/cases?state=all", "bulk decisions": "/cases/batches", "photo checks": "/cases/photos",
        "returns": "/cases/returns", "erased": "/cases/erased",
        "photo groups": "/cases/photos/groups", "hand-over": "/handover", "roster": f"{brigade}/roster",
        "roster imports": f"{brigade}/roster/imports", "wrong lines": file, "organisations": "/organisations",
        "visits": "/visits", "venue staff": "/visits/attendants", "templates": "/visits/templates",
        "bookings": f"/visits/{visit}/bookings", "letters": f"/visits/{visit}/mails", "devices": "/devices",
        "quarantine": "/devices/quarantine", "days of rules": "/rules", "rule files": "/rules/files",
        "staff": "/staff", "audit": "/audit",
    }.items()  # fmt: skip


def _tools(context: BrowserContext, page: Page, address: str, look: Looking) -> dict[str, object]:
    page.goto(address)
    count = {
        "search": page.locator("[data-key='/']").count(), "sorts": page.locator("a.sorter").count(),
        "rows": page.locator("[data-row]").count(), "empty": page.locator(".empty").count(),
        "print": page.locator("[data-print]:visible").count(),
    }  # fmt: skip
    files = [context.request.get(_href(page, kind)).status for kind in ("csv", "xlsx")]
    sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    wrong = look(page) + (["scrolls sideways"] if sideways else [])
    unsorted = page.locator("th[scope=col]:not(:has(a.sorter)):not(:has(.unseen))").all_inner_texts()
    page.close()
    shown = count["empty"] or (count["rows"] and count["sorts"] and not unsorted)
    whole = bool(count["search"] and count["print"] and shown and files == [200, 200] and not wrong)
    return {**count, "unsorted": unsorted, "files": files, "axe": wrong, "whole": whole}


def _href(page: Page, kind: str) -> str:
    return str(page.locator(f"a[href*='{kind}']").first.evaluate("link => link.href"))


if __name__ == "__main__":
    sys.exit(main())
