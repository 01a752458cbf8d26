"""The outbox: what sealing costs beside a bare durable commit of the same bytes, and whether a long queue costs memory.

Bare: one `INSERT` of the same 300 KB into a SQLite file of its own, `synchronous=FULL`, on the calling thread; once
with a write-ahead log like ours, once as SQLite comes (rollback journal). Ours: `Outbox.keep` – check, ZIP, HPKE,
hashes, signature, chain, durable commit. Taken in turns in one run. What sealing adds is processor time, so the ratio
falls with the slowness of the disk.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.outbox import Limits, Outbox
from schemas.canonical import sha256_hex
from schemas.intake import IntakeRecord
from schemas.packet import Suite
from tests.factories import intake_record, jpeg_photo, photo_evidence
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.office import Office, RunningOffice, SealKey

ROUNDS = 200
PHOTO_BYTES = 300_000
QUEUES = (10, 10_000)
_INSERT = "INSERT INTO frames (frame) VALUES (?)"


def run() -> Iterable[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        for suite in Suite:
            yield _sealing(Path(folder) / suite.name, suite)
        for number in QUEUES:
            yield _queue(Path(folder) / str(number), number)


def _sealing(folder: Path, suite: Suite) -> dict[str, object]:
    folder.mkdir()
    office = Office()
    office.sealing = SealKey(suite)
    with RunningOffice(office, _free_port()) as running:
        outbox = _enrolled(folder / "data", running)
    photo = jpeg_photo() + os.urandom(PHOTO_BYTES - len(jpeg_photo()))
    records = [_record(outbox, photo) for _ in range(ROUNDS)]
    outbox.keep(_record(outbox, photo), photo)
    size = len(photo) + 8_000
    bare = {journal: _bare(folder / journal, journal) for journal in ("wal", "delete")}
    times: dict[str, list[float]] = {"ours": [], **{journal: [] for journal in bare}}
    for record in records:
        data = os.urandom(size)
        for journal, connection in bare.items():
            times[journal].append(_ms(partial(connection.execute, _INSERT, (data,))))
        times["ours"].append(_ms(partial(outbox.keep, record, photo)))
        outbox.balance()  # until the owning thread has tidied up behind the commit
    for connection in bare.values():
        connection.close()
    outbox.close()
    middle = {name: statistics.median(values) for name, values in times.items()}
    return {
        "what": f"seal and commit {PHOTO_BYTES // 1000} KB, {suite.value}", "rounds": ROUNDS,
        "ms": _spread(times["ours"]), "bare_wal_ms": _spread(times["wal"]), "bare_delete_ms": _spread(times["delete"]),
        "ratio_wal": round(middle["ours"] / middle["wal"], 2),
        "ratio_delete": round(middle["ours"] / middle["delete"], 2),
        "ratio_wal_mean": round(statistics.fmean(times["ours"]) / statistics.fmean(times["wal"]), 2),
        "ratio_wal_p99": round(_spread(times["ours"])["p99"] / _spread(times["wal"])["p99"], 2),
    }  # fmt: skip


def _bare(path: Path, journal: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE frames (sequence INTEGER PRIMARY KEY, frame BLOB NOT NULL)")
    return connection


def _queue(folder: Path, number: int) -> dict[str, object]:
    """A kiosk process of its own fills a queue and empties it; its largest resident memory."""
    folder.mkdir()
    with RunningOffice(Office(), _free_port()) as running:
        _enrolled(folder / "data", running).close()
        command = [sys.executable, "-m", "tests.bench.outbox", str(folder / "data"), str(number)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return {"what": f"courier with {number} packets queued", **found}


def fill_and_empty(folder: Path, number: int) -> dict[str, object]:
    outbox = Outbox.open(folder, limits=Limits(unsent=(10**6, 10**6), disk_bytes=(0, -1)))
    for _ in range(number):
        outbox.keep(_record(outbox, None), None)
    filled = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed, seconds=900)
    seconds = time.perf_counter() - began
    outbox.close()
    return {
        "filled_rss_mib": filled // 1024,
        "emptied_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "packets_a_second": round(number / seconds, 1),
    }


def _enrolled(folder: Path, running: RunningOffice) -> Outbox:
    outbox = Outbox.open(folder, limits=Limits(disk_bytes=(0, -1)))
    outbox.enrol(running.office.ticket(running.url), "bench")
    outbox.refresh_bundle()
    return outbox


def _record(outbox: Outbox, photo: bytes | None) -> IntakeRecord:
    assert outbox.identity is not None
    assert outbox.bundle is not None
    own: dict[str, Any] = {
        "device": outbox.identity.device,
        "visit": outbox.bundle.visit,
        "record": outbox.new_record_id(),
    }
    record = intake_record(**own)
    if photo is None:
        return record
    evidence = photo_evidence(jpeg_photo()).model_copy(update={"sha256": sha256_hex(photo)})
    return record.model_copy(update={"photo": evidence})


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    places = {"median": 0.5, "p90": 0.9, "p99": 0.99}
    return {name: round(ordered[int(place * (len(ordered) - 1))], 2) for name, place in places.items()}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    print(json.dumps(fill_and_empty(Path(sys.argv[1]), int(sys.argv[2]))))
