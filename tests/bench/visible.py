"""Visible in the review list within 10 s (p95) of coming online: 30 kiosks get their line back at the same moment.

A real back office on PostgreSQL with its worker (`serve --role all`), 30 real outboxes with their couriers at their
normal pace behind a line that is down long enough for every pause to have grown to its longest. Counted from the moment
the line is back until the case stands in the table the list is read from, packet by packet.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import structlog
from sqlalchemy import text

from backoffice import migrations
from backoffice.database import Database
from backoffice.devices import service as devices
from backoffice.kit.key_life import Keyring
from backoffice.kit.unit_of_work import transaction
from backoffice.visits import demo
from backoffice.visits import service as visits
from kiosk.outbox import Outbox
from tests.backoffice import postgres
from tests.backoffice.office import make_keys
from tests.bench.ingest import free_port, service
from tests.factories import FUKUSHIMA, intake_record, jpeg_photo
from tests.kiosk.outbox.gate import Gate

KIOSKS = 30
PACKETS = 2
DOWN_SECONDS = 12.0
_LONGEST = 120.0


def run() -> Iterable[dict[str, object]]:
    """The p95 over all packets, seconds."""
    if reason := postgres.unusable():
        yield {"skipped": reason}
        return
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as name, postgres.server(durable=True) as url:
        folder = Path(name)
        postgres.execute(url, "CREATE DATABASE office")
        address = url.format(name="office")
        database = Database.connect(address)
        migrations.upgrade(database)
        keyring = make_keys(folder)
        with transaction(database) as work:
            demo.plant(work, today=work.now.date())
        port = free_port()
        with service(folder, address, port=port, role="all"), Gate(port) as gate:
            seconds = sorted(_after_an_outage(folder, database, keyring, gate))
        database.close()
    p95 = seconds[int(0.95 * (len(seconds) - 1))]
    yield {
        "figure": "visible_after_coming_online_p95", "kiosks": KIOSKS, "packets": len(seconds), "unit": "s",
        "median": round(seconds[len(seconds) // 2], 2), "value": round(p95, 2), "max": 10, "ok": p95 <= 10,
    }  # fmt: skip


def _after_an_outage(folder: Path, database: Database, keyring: Keyring, gate: Gate) -> list[float]:
    outboxes = [_enrolled(folder, database, keyring, gate.url, number) for number in range(KIOSKS)]
    gate.down()
    for outbox in outboxes:
        outbox.start_courier()
        for _ in range(PACKETS):
            _keep(outbox)
    time.sleep(DOWN_SECONDS)
    gate.up()
    began = time.perf_counter()
    seen: list[float] = []
    while len(seen) < KIOSKS * PACKETS and time.perf_counter() - began < _LONGEST:
        with database.engine.connect() as connection:
            count = connection.execute(text('SELECT count(*) FROM "case"')).scalar_one()
        seen += [time.perf_counter() - began] * (count - len(seen))
        time.sleep(0.05)
    for outbox in outboxes:
        outbox.close()
    return seen + [_LONGEST] * (KIOSKS * PACKETS - len(seen))


def _enrolled(folder: Path, database: Database, keyring: Keyring, url: str, number: int) -> Outbox:
    outbox = Outbox.open(folder / f"kiosk-{number}")
    with transaction(database) as work:
        visit = visits.visits(work, FUKUSHIMA)[0].id
        made = devices.issue_ticket(
            work, FUKUSHIMA, signing=keyring.signing, office_url=url, minutes=5, actor="bench", visit=visit
        )
    outbox.enrol(made.ticket, f"bench {number}")
    outbox.refresh_bundle()
    return outbox


def _keep(outbox: Outbox) -> None:
    identity, bundle = outbox.identity, outbox.bundle
    assert identity is not None
    assert bundle is not None
    photo = jpeg_photo() + os.urandom(280_000)
    record = intake_record(
        photo=photo, device=identity.device, visit=bundle.visit, record=outbox.new_record_id(), slip=outbox.next_slip()
    )
    outbox.keep(record, photo)
