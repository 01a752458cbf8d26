"""An office with keys, schema and the demo's visit, made once and copied for every world."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from backoffice import migrations
from backoffice.database import Database
from backoffice.devices import service as devices
from backoffice.kit import key_life
from backoffice.kit.key_life import Passphrases
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import transaction, utc_now
from backoffice.visits import demo
from schemas.enrolment import EnrolmentTicket
from schemas.ids import StaffId, VisitId

SECRETS = {"signing": b"signing-secret-of-the-faults", "records": b"records-secret-of-the-faults"}
_CHEAP = 2**4  # scrypt's n: opening the keys is not what is tried here
_alembic = threading.Lock()  # its context is one a process
_JST = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Template:
    """`staff`, `pin`: somebody who may sign in on the tablet."""

    folder: Path
    visit: VisitId
    staff: StaffId
    pin: str

    def copy(self, to: Path) -> None:
        shutil.copytree(self.folder, to)


def make_template(folder: Path) -> Template:
    """Keys, secrets, an SQLite database with the demo's visit."""
    (folder / "secrets").mkdir(parents=True, mode=0o700)
    for name, secret in SECRETS.items():
        file = folder / "secrets" / name
        file.touch(mode=0o600)
        file.write_bytes(secret)
    passphrases = Passphrases(SECRETS["signing"], SECRETS["records"], cost=_CHEAP)
    key_life.create(folder / "keys", passphrases, now=utc_now() - timedelta(days=30))
    planted = plant(f"sqlite:///{folder / 'office.db'}")
    person = planted.attendants[0]
    return Template(folder, planted.visit, person.staff, person.pin)


def plant(database_url: str) -> demo.Demo:
    """Schema and demo data into an empty database."""
    database = Database.connect(database_url)
    try:
        with _alembic:
            migrations.upgrade(database)
        with transaction(database) as work:
            return demo.plant(work, today=utc_now().astimezone(_JST).date())
    finally:
        database.close()


def ticket(database_url: str, folder: Path, visit: VisitId, *, office_url: str) -> EnrolmentTicket:
    """A one-time ticket for a device of the visit, as the console's page gives it."""
    database = Database.connect(database_url)
    try:
        with transaction(database) as work:
            signing = SigningKeys.load(folder / "keys", SECRETS["signing"])
            made = devices.issue_ticket(
                work, demo.CODE, signing=signing, office_url=office_url, minutes=30, actor="faults", visit=visit
            )  # fmt: skip
            return made.ticket
    finally:
        database.close()
