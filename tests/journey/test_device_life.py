"""A device's life between the real office and the real outbox: enrolled, told what changed, revoked, and gone.

No device is needed for this: HTTP, signatures, sealing, quarantine and erasing are the real parts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from backoffice import migrations
from backoffice.app import create_app
from backoffice.database import Database
from backoffice.devices import service as devices
from backoffice.intake import service as intake
from backoffice.kit.unit_of_work import transaction
from backoffice.settings import Settings
from backoffice.visits import service as visits
from kiosk.outbox import Outbox, Pace
from kiosk.outbox.personal import open_personal
from schemas.ids import VisitId
from schemas.visit import AttendantRole
from tests.backoffice.office import CHEAP, add_municipalities, make_keys, plan_visit
from tests.factories import FUKUSHIMA, intake_record, jpeg_photo

PIN, NAME = "135790", "予約 太郎（架空）"
QUICK = Pace(line_first=0.02, line_most=0.1, packet_first=0.02, packet_most=0.1, hold=0.1, bundle_every=0.2)


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    folder = tmp_path / "office"
    folder.mkdir(mode=0o700)
    make_keys(folder)
    settings = Settings.load(data_dir=folder, scrypt_cost=CHEAP, embedded_worker=False)
    database = Database.connect(settings.database)
    migrations.upgrade(database)
    with transaction(database) as work:
        add_municipalities(work)
    database.close()
    return create_app(settings)


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


def enrolled(app: FastAPI, folder: Path, url: str, visit: VisitId) -> Outbox:
    with transaction(app.state.database) as work:
        ticket = devices.issue_ticket(
            work, FUKUSHIMA, signing=app.state.signing, office_url=url, minutes=5, actor="test", visit=visit
        )
    outbox = Outbox.open(folder, pace=QUICK)
    outbox.enrol(ticket.ticket, "会場の端末")
    assert outbox.refresh_bundle()
    return outbox


def keep(outbox: Outbox, number: int) -> None:
    photo = jpeg_photo(1)
    for _ in range(number):
        assert outbox.identity is not None
        assert outbox.bundle is not None
        record = intake_record(
            photo=photo, device=outbox.identity.device, municipality=FUKUSHIMA, visit=outbox.bundle.visit,
            record=outbox.new_record_id(), slip=outbox.next_slip(),
        )  # fmt: skip
        outbox.keep(record, photo)


def test_enrolled_told_what_changed_revoked_and_gone(
    app: FastAPI, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    database, data = app.state.database, tmp_path / "kiosk"
    with transaction(database) as work:
        visit = plan_visit(work)
        slot = visits.look(work, FUKUSHIMA, visit).places[0].slots[0].id
    with served(app, free_port()) as url:
        outbox = enrolled(app, data, url, visit)
        assert outbox.identity is not None
        assert outbox.bundle is not None
        device, first = outbox.identity.device, outbox.bundle

        with transaction(database) as work:
            visits.add_attendant(work, FUKUSHIMA, name="窓口", role=AttendantRole.STAFF, pin=PIN, actor="test")
            visits.book(work, FUKUSHIMA, slot, name=NAME, actor="test")
            devices.rename(work, FUKUSHIMA, device, name="新しい名前", actor="test")
        assert outbox.refresh_bundle()
        bundle = outbox.bundle
        assert (bundle.version, outbox.identity.name, bundle.rules) == (first.version + 1, "新しい名前", first.rules)
        opened = open_personal(bundle, bundle.attendants[0], PIN)
        assert opened is not None
        assert [booking.name for booking in opened.bookings] == [NAME]
        assert all(NAME.encode() not in path.read_bytes() for path in data.rglob("*") if path.is_file())

        keep(outbox, 3)
        with transaction(database) as work:
            devices.end(work, FUKUSHIMA, device, lost=True, actor="test")
        outbox.start_courier()
        until(lambda: outbox.ended is not None and not (data / "identity.json").exists())
        outbox.close()
        with transaction(database) as work:
            told = devices.find(work, device)
            kept = intake.quarantined(work, FUKUSHIMA, device)
    assert told is not None
    assert told.told_at is not None
    assert told.told_at - (told.ended_at or told.told_at) < timedelta(minutes=1)
    assert len({each.packet for each in kept}) == 3
    assert {path.name for path in data.rglob("*") if path.is_file()} == {"outbox.lock", "ended.json"}
