"""The outbox: what sealing costs beside a bare durable commit of the same bytes, and whether a long queue costs memory.

Bare: one `INSERT` of the same bytes into a SQLite file of its own on the calling thread, `synchronous=FULL`, once as
SQLite comes (rollback journal), once with every pragma like ours (WAL, page size, secure_delete, auto_vacuum). Ours:
`Outbox.keep` – check, ZIP, HPKE, hashes, signature, chain, durable commit. Taken in turns in one run, in the folder
DEMADO_BENCH or the repository's file system: a tmpfs commits nothing.

`seal_and_commit` is the demand (≤ 1.5), against SQLite as it comes. Against a commit with our own pragmas it does not
hold where a disk commits in a millisecond: what sealing must do one after the other (JSON, CRC, HPKE, SHA-256 over the
frame, a signature) is `seal_ms` of processor time whatever the disk does, and stub, chain and counters are four pages
more to write. Medians: neither pays for its checkpoints, which come between. Both ratios are meaningful on a quiet
machine only.
"""

from __future__ import annotations

import json
import os
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

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.outbox import Limits, Outbox
from kiosk.outbox.keys import DeviceKey
from kiosk.outbox.seal import payload_of, seal
from schemas.canonical import sha256_hex
from schemas.intake import IntakeRecord
from schemas.packet import Suite
from schemas.visit import RecipientKey
from tests.factories import intake_record, jpeg_photo, photo_evidence
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.office_keys import SealKey
from tests.kiosk.outbox.running_office import RunningOffice

ROUNDS = 200
PHOTO_BYTES = 300_000
QUEUES = (10, 10_000)
_NO_LIMITS = Limits(unsent=(10**6, 10**6), disk_bytes=(0, -1))
_INSERT = "INSERT INTO frames (frame) VALUES (?)"


def run() -> Iterable[dict[str, object]]:
    with tempfile.TemporaryDirectory(dir=os.environ.get("DEMADO_BENCH", Path(__file__).parents[2])) as folder:
        for suite in Suite:
            yield from _sealing(Path(folder) / suite.name, suite)
        memory = {}
        for number in QUEUES:
            found = _queue(Path(folder) / str(number), number)
            memory[number] = found["emptying_mib"]
            yield found
        grown = round(float(str(memory[QUEUES[1]])) - float(str(memory[QUEUES[0]])), 1)
        yield {
            "figure": "courier_memory_growth", "from": QUEUES[0], "to": QUEUES[1], "value": grown, "unit": "MiB",
            "max": 8, "ok": grown <= 8,
        }  # fmt: skip


def _sealing(folder: Path, suite: Suite) -> Iterable[dict[str, object]]:
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
    for turn, record in enumerate(records):
        data = os.urandom(size)
        acts: dict[str, Callable[[], object]] = {
            name: partial(connection.execute, _INSERT, (data,)) for name, connection in bare.items()
        }
        acts["ours"] = partial(outbox.keep, record, photo)
        names = list(acts)
        for name in names[turn % 3 :] + names[: turn % 3]:  # each is first, second and third as often
            times[name].append(_ms(acts[name]))
            outbox.balance()  # until the owning thread has tidied up behind the commit
    for connection in bare.values():
        connection.close()
    assert outbox.bundle is not None
    sealing = _cost_of_sealing(outbox, records[0], photo, outbox.bundle.recipient_keys[0])
    outbox.close()
    middle = {name: statistics.median(values) for name, values in times.items()}
    common = {"bytes": PHOTO_BYTES, "suite": suite.value, "rounds": ROUNDS, "max": 1.5, "ms": _spread(times["ours"])}
    ratio = middle["ours"] / middle["delete"]
    yield {
        "figure": "seal_and_commit", "value": round(ratio, 2), "ok": ratio <= 1.5, **common,
        "bare_ms": _spread(times["delete"]), "bare": "synchronous=FULL, else as SQLite comes",
    }  # fmt: skip
    ratio = middle["ours"] / middle["wal"]
    yield {
        "figure": "seal_and_commit_to_bare_wal", "value": round(ratio, 2), "ok": ratio <= 1.5, **common,
        "bare_ms": _spread(times["wal"]), "bare": "synchronous=FULL and every other pragma as ours",
        "seal_ms": round(sealing, 2),
    }  # fmt: skip


def _cost_of_sealing(outbox: Outbox, record: IntakeRecord, photo: bytes, recipient: RecipientKey) -> float:
    """Milliseconds of processor time, nothing written: the middle of many."""
    key, seconds = DeviceKey(Ed25519PrivateKey.generate()), []
    for sequence in range(1, ROUNDS):
        began = time.thread_time()
        payload = payload_of(record, photo)
        seal(record, payload, recipient=recipient, key=key, sequence=sequence, previous=None, sealed=outbox.stamp())
        seconds.append(time.thread_time() - began)
    return statistics.median(seconds) * 1000


def _bare(path: Path, journal: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    if journal == "wal":
        for pragma in ("page_size = 16384", "auto_vacuum = INCREMENTAL", "journal_mode = WAL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE frames (sequence INTEGER PRIMARY KEY, frame BLOB NOT NULL)")
    return connection


def _queue(folder: Path, number: int) -> dict[str, object]:
    """One kiosk process fills a queue, another empties it; the second one's largest resident memory."""
    folder.mkdir()
    with RunningOffice(Office(), _free_port()) as running:
        _enrolled(folder / "data", running).close()
        for act in ("fill", "empty"):
            command = [sys.executable, "-m", "tests.bench.outbox", act, str(folder / "data"), str(number)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return {"figure": "courier_queue", "packets": number, **found}


def fill(folder: Path, number: int) -> None:
    outbox = Outbox.open(folder, limits=_NO_LIMITS)
    for _ in range(number):
        outbox.keep(_record(outbox, None), None)
    outbox.close()


def empty(folder: Path, number: int) -> dict[str, object]:
    """The courier's own memory: a process that only carries. Its peak, and what it grew by while carrying."""
    outbox = Outbox.open(folder, limits=_NO_LIMITS)
    before = _peak()
    began = time.perf_counter()
    outbox.start_courier()
    while not outbox.balance().closed:
        time.sleep(0.2)
    seconds = time.perf_counter() - began
    outbox.close()
    peak = _peak()
    return {
        "emptying_mib": round(peak, 1), "grown_mib": round(peak - before, 1),
        "packets_a_second": round(number / seconds, 1),
    }  # fmt: skip


def _peak() -> float:
    """Largest resident memory of this program, MiB. `getrusage` would tell the parent's, which survives exec(2)."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) / 1024


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
    act, data, packets = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if act == "fill":
        fill(data, packets)
    else:
        print(json.dumps(empty(data, packets)))
