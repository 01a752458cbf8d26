"""The office's console on a real port, with people, cases and everything else a page can show."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import BrowserContext

from backoffice import migrations
from backoffice.cases import service as cases
from backoffice.cases.service import Desk
from backoffice.database import Database
from backoffice.staff import service as staff
from backoffice.staff.authorisation import Role
from backoffice.staff.models import Staff
from schemas.card import CardVerdict
from schemas.ids import CaseId, StaffId
from tests.backoffice.console import Console
from tests.backoffice.office import add_municipalities, make_keys, open_office
from tests.factories import FUKUSHIMA, card_check, jpeg_photo, stamp


@dataclass
class Served:
    """A running office machine."""

    console: Console
    address: str

    def signed_in(self, context: BrowserContext, person: Staff, *, language: str = "ja") -> None:
        """Make the browser that person's."""
        browser = self.console.sign_in(person=person)
        context.add_cookies(
            [
                {"name": "demado_session", "value": str(browser.token), "url": self.address, "httpOnly": True},
                {"name": "demado_language", "value": language, "url": self.address},
            ]
        )

    def invitation(self, person: Staff) -> str:
        with self.console.office.work() as work:
            return f"{self.address}/invitation/{staff.invite(work, person, by='test')}"


@contextmanager
def serve(folder: Path, port: int, **settings: Any) -> Iterator[Served]:
    """An office with two municipalities at http://localhost:port, on SQLite."""
    make_keys(folder)
    url = f"sqlite:///{folder / 'office.db'}"
    database = Database.connect(url)
    migrations.upgrade(database)
    database.close()
    address = f"http://localhost:{port}"
    office = open_office(folder, url, public_url=address, **{"role": "all", "embedded_worker": False, **settings})
    with office.work() as work:
        add_municipalities(work)
    server = uvicorn.Server(uvicorn.Config(office.app, host="127.0.0.1", port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield Served(Console(office), address)
    finally:
        server.should_exit = True
        thread.join()


def furnish(console: Console, by: Staff) -> dict[str, CaseId]:
    """One case of every kind that looks different, named."""
    made = {
        "plain": console.case(),
        "expired": console.case(card=card_check(CardVerdict.EXPIRED), photo=jpeg_photo(2)),
        "support": console.case(identity=None, card=None, photo=jpeg_photo(3)),
        "no photo": console.case(photo=b""),
        "bad clock": console.case(started=stamp(offset_ms=5_400_000, uncertainty_ms=None), photo=jpeg_photo(4)),
        "confirmed": console.case(photo=jpeg_photo(5), photo_accepted_by=StaffId(by.id), note="眼鏡を外せない"),
        "approved": console.case(photo=jpeg_photo(6)),
        "returned": console.case(photo=jpeg_photo(7)),
    }
    other = console.hire(Role.STAFF, name="先 に見た人")
    with console.office.work() as work:
        cases.approve(work, Desk(FUKUSHIMA, made["approved"], 1, other.id))
        cases.approve(work, Desk(FUKUSHIMA, made["confirmed"], 1, other.id))
        reasons = ["photo.unclear", "identity.incomplete"]
        cases.return_to_applicant(
            work, Desk(FUKUSHIMA, made["returned"], 1, other.id), reasons=reasons, note="次の会場は15日です。"
        )
    return made
