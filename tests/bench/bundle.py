"""The start of a day: 30 kiosks ask for their bundle at the same moment, of an office with a large visit behind it.

The visit is what a large city may have: 1,200 bookings, 30 attendants, 20,000 forms received before, 1 MiB of
certificates and revocation lists. Then one booking changes, and all ask again for what is new.
"""

from __future__ import annotations

import http.client
import os
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import insert
from sqlmodel import select

from backoffice import migrations
from backoffice.cases.models import Case
from backoffice.database import Database
from backoffice.devices import service as devices
from backoffice.kit.key_life import Keyring
from backoffice.kit.unit_of_work import transaction
from backoffice.organisations import service as organisations
from backoffice.visits import service as visits
from backoffice.visits.models import Booking, Slot
from schemas.bundle import SignedBundle, holds
from schemas.ids import VisitId
from schemas.protocol import BUNDLE_PATH
from schemas.rules import Delivery, Method
from schemas.visit import AttendantRole
from tests.backoffice import postgres
from tests.backoffice.counter import Counter
from tests.backoffice.office import make_keys
from tests.bench.ingest import _PORT as PORT
from tests.bench.ingest import _enrolled as enrolled
from tests.bench.ingest import service
from tests.factories import FUKUSHIMA

KIOSKS, BOOKINGS, ATTENDANTS, FORMS, TRUST_BYTES = 30, 1_200, 30, 20_000, 1024 * 1024
_NINTH = KIOSKS * 9 // 10 - 1


def run() -> Iterable[dict[str, object]]:
    """On both databases: seconds within which nine tenths have their answer, and its size: whole, unchanged, one
    booking changed."""
    with tempfile.TemporaryDirectory() as name:
        yield from _office(Path(name), f"sqlite:///{name}/office.db")
    if reason := postgres.unusable():
        yield {"skipped": reason}
        return
    with tempfile.TemporaryDirectory() as name, postgres.server(durable=True) as url:
        postgres.execute(url, "CREATE DATABASE office")
        yield from _office(Path(name), url.format(name="office"))


def _office(folder: Path, url: str) -> Iterable[dict[str, object]]:
    database = Database.connect(url)
    migrations.upgrade(database)
    keyring = make_keys(folder)
    _trust(folder / "card-trust")
    visit = _plant(database)
    counters = _kiosks(database, keyring, visit)
    with service(folder, url):
        for figure in _figures(database, visit, counters):
            yield {"database": database.engine.dialect.name, **figure}
    database.close()


def _figures(database: Database, visit: VisitId, counters: list[Counter]) -> Iterable[dict[str, object]]:
    whole, bodies = _ask(counters, [f"{BUNDLE_PATH}?have=0"] * KIOSKS)
    yield _figure("bundle_p90_30_kiosks_at_once", whole, len(bodies[0]))
    first = [SignedBundle.model_validate_json(body) for body in bodies]
    again = [f"{BUNDLE_PATH}?have={signed.head().version}&holds={holds(signed.parts)}" for signed in first]
    unchanged, nothing = _ask(counters, again)
    yield _figure("bundle_p90_30_kiosks_nothing_new", unchanged, len(nothing[0]))
    with transaction(database) as work:
        slot = next(slot for place in visits.look(work, FUKUSHIMA, visit).places for slot in place.slots if slot.free)
        visits.book(work, FUKUSHIMA, slot.id, name="変更 一郎（架空）", actor="bench")
    changed, deltas = _ask(counters, again)
    yield _figure("bundle_p90_30_kiosks_one_booking_changed", changed, len(deltas[0]))
    yield {
        "figure": "bundle_delta_to_whole", "unit": "ratio", "value": round(len(deltas[0]) / len(bodies[0]), 3),
        "max": 0.5, "ok": len(deltas[0]) <= len(bodies[0]) / 2,
    }  # fmt: skip


def _figure(name: str, seconds: float, octets: int) -> dict[str, object]:
    return {
        "figure": name, "unit": "s", "value": round(seconds, 2), "max": 2, "ok": seconds <= 2, "bytes": octets,
        "machine_load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _ask(counters: list[Counter], paths: list[str]) -> tuple[float, list[bytes]]:
    """All at once: the ninth tenth's seconds, and every answer's body."""
    asked = [(path, counter.signed("GET", path).headers) for counter, path in zip(counters, paths, strict=True)]

    def fetch(request: tuple[str, dict[str, str]]) -> tuple[float, bytes]:
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        connection.request("GET", request[0], headers=request[1])
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status in (200, 204), body
        connection.close()
        return time.perf_counter() - began, body

    with ThreadPoolExecutor(KIOSKS) as pool:
        answers = list(pool.map(fetch, asked))
    return sorted(seconds for seconds, _ in answers)[_NINTH], [body for _, body in answers]


def _plant(database: Database) -> VisitId:
    with transaction(database) as work:
        organisations.add_municipality(work, FUKUSHIMA, name="福島市", kana="ふくしまし", actor="bench")
        brigade = organisations.add_organisation(work, FUKUSHIMA, name="消防本部", actor="bench")
        day = work.now.date()
        new = visits.NewVisit(organisation=brigade, title="出張申請受付", starts_on=day, ends_on=day)
        visit = visits.plan(work, FUKUSHIMA, new, actor="bench")
        for each in range(3):
            place = visits.add_place(work, FUKUSHIMA, visit, name=f"会場{each + 1}")
            for later in range(10):
                visits.open_slots(
                    work, FUKUSHIMA, place, day=day + timedelta(days=later), hours=(hour(9), hour(19)), minutes=15,
                    capacity=2,
                )  # fmt: skip
        for number in range(ATTENDANTS):
            role = AttendantRole.STAFF
            visits.add_attendant(work, FUKUSHIMA, name=f"窓口{number}（架空）", role=role, pin="135790", actor="bench")
    _fill(database, visit)
    return visit


def _fill(database: Database, visit: VisitId) -> None:
    """Rows in bulk, as a year of work leaves them."""
    now = datetime.now(UTC)
    case = {
        "municipality_id": FUKUSHIMA, "packet_id": "packet", "visit_id": visit, "device_id": "it", "slip": "slip",
        "slip_running": 1, "birth_date": now.date(), "method": Method.ONSITE_RECEPTION,
        "delivery": Delivery.RESTRICTED_DELIVERY_MAIL, "record": "", "taken_at": now, "received_at": now,
    }  # fmt: skip
    with transaction(database) as work:
        slots = work.session.exec(select(Slot.id)).all()[:BOOKINGS]
        bookings = [
            {
                "municipality_id": FUKUSHIMA, "id": f"booking-{number}", "visit_id": visit, "slot_id": slot,
                "number": f"{number:04d}", "name": f"予約 {number}郎（架空）", "created_at": now,
            }
            for number, slot in enumerate(slots)
        ]  # fmt: skip
        forms = [{"id": f"case-{n}", "record_id": f"record-{n}", "form_id": f"{n:3>23d}"} for n in range(FORMS)]
        work.session.execute(insert(Booking), bookings)
        work.session.execute(insert(Case), [case | form for form in forms])


def _kiosks(database: Database, keyring: Keyring, visit: VisitId) -> list[Counter]:
    counters = [enrolled(database, keyring) for _ in range(KIOSKS)]
    with transaction(database) as work:
        for counter in counters:
            devices.assign(work, FUKUSHIMA, counter.device, visit=visit, actor="bench")
    return counters


def _trust(folder: Path) -> None:
    """Revocation lists that make up the wanted size together."""
    folder.mkdir()
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name, day = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bench")]), timedelta(days=1)
    size = number = 0
    while size < TRUST_BYTES:
        made = x509.CertificateRevocationListBuilder(name, now, now + day)
        for serial in range(1_000):
            revoked = x509.RevokedCertificateBuilder(2**64 + number * 1_000 + serial, now)
            made = made.add_revoked_certificate(revoked.build())
        content = made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
        (folder / f"{number}.crl").write_bytes(content)
        size, number = size + len(content), number + 1
