"""Every door of the console, knocked at with the real ids of another municipality by somebody whose role would open it:
nothing of theirs is there, nothing of theirs is shown, nothing of theirs changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from backoffice import migrations
from backoffice.organisations import service as organisations
from backoffice.staff.authorisation import Role, allows
from backoffice.staff.models import LoginSession, Passkey
from backoffice.visits import service as visits
from schemas.ids import Uuid7
from tests.backoffice.console import Browser, Console
from tests.backoffice.counter import packet_id
from tests.backoffice.routes import Door, console_doors
from tests.backoffice.rules.files import COUNTER_ONLY, rule_file
from tests.factories import FUKUSHIMA, KORIYAMA

ROSTER = ("roster.csv", "職員番号,氏名,所属\n1,秘密 太郎,本署\n".encode())
SHOWN = ("秘密", FUKUSHIMA)
OWN_ONLY = {"/account/sessions/{session}/end"}  # ends one's own; asked for another's it ends nothing
# What every form could ask for, so that no door turns people away before it has looked whose thing it is.
FILLED: dict[str, Any] = {
    "version": "1", "name": "他市", "name_en": "x", "title": "他市", "note": "他市", "reason": "photo.unclear",
    "kind": "other", "partner": "done", "role": "helper", "pin": "135790", "mail": "a@example.jp", "day": "2027-07-10",
    "begins": "10:00", "ends": "11:00", "stations": "1", "minutes": "15", "minutes_each": "5", "expected": "9",
    "minimum": "5", "cut_off_hours": "1", "weekday": "1", "first": "2027-07-01", "last": "2027-08-01", "x": "0",
    "y": "0", "width": "500", "roll": "0", "lost": "true", "anyway": "true", "to": "talking", "column_number": "0",
    "column_name": "1", "conditions": "state=received", "label": "x", "seen": "0",
}  # fmt: skip
OTHERS = {"/move": {"to": "2027-07-10"}}


@dataclass(frozen=True)
class Theirs:
    """One of everything in 福島市, by the name a path gives it."""

    ids: dict[str, str]
    fields: dict[str, str]


def theirs(console: Console) -> Theirs:
    office = console.office
    lead = console.sign_in(Role.ADMINISTRATOR, name="秘密 管理")
    assert lead.person
    visit = office.visit()
    with office.work() as work:
        place = visits.look(work, FUKUSHIMA, visit).places[0]
        slot = place.slots[0].id
        organisation = organisations.organisations(work, FUKUSHIMA)[0].id
        unit = organisations.add_unit(work, FUKUSHIMA, organisation, name="秘密の所属")
        passkey = Passkey(
            municipality_id=FUKUSHIMA, id=work.new_id(Uuid7), staff_id=lead.person.id, credential_id="c",
            public_key=b"k", sign_count=0, label="秘密", created_at=work.now,
        )  # fmt: skip
        work.session.add(passkey)
    lead.post(f"/visits/{visit}/slots/{slot}", {"name": "秘密 予約"})
    lead.post("/visits/attendants", {"name": "秘密 会場", "role": "staff", "pin": "135790"})
    template = _id(lead.post(f"/visits/{visit}/template", {"weekday": "1"}))
    imported = _id(lead.post(f"/organisations/{organisation}/roster", files={"file": ROSTER}))
    lead.post("/cases/views", {"name": "秘密の一覧", "conditions": "state=received", "shared": "true"})
    batched, case = console.case(), console.case()
    batch = _id(lead.post("/cases/batches/approve", {"pick": [f"{batched}.1"]}))
    lead.post(f"/cases/{case}/note", {"note": "秘密のメモ"})
    rules = lead.post("/rules", files={"file": ("own.toml", rule_file(COUNTER_ONLY).encode())})
    lead.post(f"{rules.headers['location']}/activate", {"day": "2027-08-01"})
    counter = office.counter(visit=visit)
    first, second = (counter.frame(counter.header(counter.record().record), text) for text in (b"one", b"two"))
    for frame in (first, second):
        counter.send(frame)
    with office.work() as work:
        booking = visits.look(work, FUKUSHIMA, visit).places[0].slots[0].bookings[0].id
        attendant = visits.attendants(work, FUKUSHIMA)[0].staff
        own = work.session.scalars(select(LoginSession).where(LoginSession.staff_id == lead.person.id)).one().id
    ids = {
        "visit": visit, "place": place.id, "slot": slot, "booking": booking, "template": template, "since": visit,
        "organisation": organisation, "unit": unit, "wanted": imported, "imported": imported, "case": case,
        "batch": batch, "at_ms": "1783670400000", "was": "booked", "left": slot,
        "view": _one(office, "saved_view"), "device": counter.device,
        "packet": packet_id(second),
        "file": _id(rules), "activation": _one(office, "rule_activation"), "session": own, "passkey": passkey.id,
        "staff": lead.person.id, "attendant": attendant, "letter": str(Uuid7("019f496e-6740-7817-bd72-baa5570b870b")),
        "day": "2026-07-10", "paper": "bring", "kind": "csv", "form": "note", "digest": "0" * 64,
    }  # fmt: skip
    fields = {"slot": slot, "visit": str(visit), "organisation": organisation, "place": place.id, "of": str(batched),
              "member": _one(office, "staff"), "pick": f"{case}.1"}  # fmt: skip
    return Theirs({name: str(value) for name, value in ids.items()}, fields)


def _id(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def _one(office: Any, table: str) -> str:
    with office.database.engine.connect() as connection:
        return str(connection.exec_driver_sql(f'SELECT id FROM "{table}"').first()[0])


def rows_of(console: Console, municipality: str) -> dict[str, list[Any]]:
    """Everything a municipality has, table by table."""
    with console.office.database.engine.connect() as connection:
        return {
            table.name: connection.execute(
                table.select().where(table.c.municipality_id == municipality).order_by(*table.primary_key.columns)
            ).all()
            for table in migrations.metadata().sorted_tables
            if "municipality_id" in table.c
        }


def knock(browser: Browser, door: Door, address: str, fields: dict[str, Any]) -> Any:
    if door.method == "GET":
        return browser.get(f"{address}?language=ja&x=0&y=0&width=500&roll=0")
    files = {"file": ROSTER} if door.path in ("/organisations/{organisation}/roster",) else None
    own = OTHERS.get(door.path[door.path.rindex("/") :], {})
    return browser.post(address, {**fields, **own}, csrf=fields["csrf"], files=files)


@pytest.mark.long
@pytest.mark.parametrize("role", Role)
def test_no_door_opens_to_another_municipalitys_things(console: Console, role: Role) -> None:
    held = theirs(console)
    before = rows_of(console, FUKUSHIMA)
    stranger = console.sign_in(role, municipality=KORIYAMA)
    wrong: list[str] = []
    token = stranger.csrf()
    marks = [*SHOWN, *(held_id for held_id in held.ids.values() if held_id.count("-") == 4)]
    for door in console_doors():
        if door.action is None or not allows(role, door.action) or door.path == "/visits/{visit}/mails/{letter}/again":
            continue
        named = set(re.findall(r"\{(\w+)\}", door.path))
        assert named <= held.ids.keys(), named - held.ids.keys()
        ids = {**held.ids, "staff": held.ids["attendant"]} if door.path.startswith("/visits/attendants") else held.ids
        address = re.sub(r"\{(\w+)\}", lambda found, ids=ids: ids[found[1]], door.path)
        answer = knock(stranger, door, address, {"csrf": token, **FILLED, **held.fields})
        theirs_named = named - {"kind", "day", "paper", "form", "digest", "at_ms", "was"}
        if theirs_named and door.path not in OWN_ONLY and answer.status_code not in (403, 404):
            wrong.append(f"{door.method} {door.path}: {answer.status_code}")
        if shown := [mark for mark in marks if mark in _answered(answer, address, *held.fields.values())]:
            wrong.append(f"{door.method} {door.path} shows {shown}")
    assert not wrong, "\n".join(wrong)
    after = rows_of(console, FUKUSHIMA)
    assert [name for name in before if before[name] != after[name]] == []


def _answered(answer: Any, *said: str) -> str:
    """The page without what was asked for, which links and hidden fields may repeat."""
    text = str(answer.text)
    for each in said:
        text = text.replace(each, "")
    return text
