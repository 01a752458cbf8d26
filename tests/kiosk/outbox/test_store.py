"""The store: durable, numbered without gaps, and after erasing nothing sealed is left in any file."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.errors import OutboxFault, RecordUnfit
from kiosk.outbox.clock import Anchor
from kiosk.outbox.seal import Sealed
from kiosk.outbox.store import State, Store
from schemas.ids import PacketId, RecordId
from tests.factories import MORNING, uuid7
from tests.kiosk.outbox.packets import OTHER_VISIT, VISIT, append, receipt_of, sealed


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Callable[..., Store]]:
    opened: list[Store] = []

    def make(**options: bool) -> Store:
        opened.append(Store(tmp_path / "outbox.db", **options))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., Store]) -> Store:
    return open_store()


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_each_packet_gets_the_next_number_and_the_one_before(store: Store) -> None:
    seen: list[tuple[int, PacketId | None]] = []

    def make(sequence: int, previous: PacketId | None) -> Sealed:
        seen.append((sequence, previous))
        return sealed(sequence, previous, uuid7(RecordId, sequence), frame=b"frame %d" % sequence)

    ids = [store.append(uuid7(RecordId, n), VISIT, at=MORNING, make=make, most_unsent=99).packet_id for n in (1, 2, 3)]
    assert seen == [(1, None), (2, ids[0]), (3, ids[1])]


def test_a_packet_that_could_not_be_made_uses_no_number(store: Store) -> None:
    def fail(_sequence: int, _previous: PacketId | None) -> Sealed:
        raise RecordUnfit("record.too_large", "too large")

    append(store, 1)
    with pytest.raises(RecordUnfit):
        store.append(uuid7(RecordId, 2), VISIT, at=MORNING, make=fail, most_unsent=99)
    append(store, 3)
    assert [stub.sequence for stub in store.stubs(State.QUEUED)] == [1, 2]


def test_a_doubt_of_the_callers_thread_leaves_nothing_kept(store: Store) -> None:
    def doubt() -> None:
        raise RecordUnfit("record.photo_differs", "another photo")

    def make(sequence: int, previous: PacketId | None) -> Sealed:
        return sealed(sequence, previous, uuid7(RecordId, 2), frame=b"frame")

    with pytest.raises(RecordUnfit):
        store.append(uuid7(RecordId, 2), VISIT, at=MORNING, make=make, most_unsent=99, meanwhile=doubt)
    append(store, 3)
    assert [stub.record for stub in store.stubs(*State)] == [uuid7(RecordId, 3)]


def test_a_file_with_the_indexes_of_before_is_taken_over(
    store: Store, open_store: Callable[..., Store], tmp_path: Path
) -> None:
    packets = [append(store, number) for number in (1, 2, 3)]
    store.close()
    old = sqlite3.connect(tmp_path / "outbox.db")
    old.executescript(
        "DROP INDEX present; CREATE INDEX by_state ON packets (state, sequence);"
        "CREATE INDEX unsent ON packets (sequence) WHERE state IN ('queued', 'sending');"
    )
    old.close()
    store = open_store()
    store.receive(receipt_of(store, packets[0]))
    store.erase_received()
    assert store.find_unsent(packets[0]) is None
    assert store.find_unsent(packets[2]) == store.find(3)
    assert (store.counts().unsent, store.counts().erased) == (2, 1)
    store.close()
    with closing(sqlite3.connect(tmp_path / "outbox.db")) as file:
        indexes = {row[0] for row in file.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql > ''")}
    assert indexes == {"present"}


def test_many_threads_keep_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: append(store, number), range(1, 41)))
    assert [stub.sequence for stub in store.stubs(State.QUEUED)] == list(range(1, 41))
    assert store.counts().captured == 40


def test_everything_survives_reopening(store: Store, open_store: Callable[..., Store]) -> None:
    packet = append(store, 1)
    frame = store.frame(1)
    store.note_office_time(Anchor(MORNING, 12.5, 0.25, "boot"))
    numbers = [store.next_slip(), store.next_slip()]
    store.close()
    again = open_store()
    assert (again.frame(1), again.counts().head, again.office_time()) == (
        frame, packet, Anchor(MORNING, 12.5, 0.25, "boot"),
    )  # fmt: skip
    assert [*numbers, again.next_slip()] == [1, 2, 3]


def test_a_packet_caught_while_sending_waits_again_after_a_crash(
    store: Store, open_store: Callable[..., Store]
) -> None:
    append(store, 1)
    store.sending(1)
    store.close()
    (stub,) = open_store().stubs(State.QUEUED)
    assert stub.attempts == 1


def test_states_are_counted_for_each_visit(store: Store) -> None:
    for number in range(1, 7):
        append(store, number, visit=VISIT if number < 5 else OTHER_VISIT)
    store.refuse(2, "packet.wrong_municipality")
    packet = store.stubs(State.QUEUED)[0].packet_id
    store.receive(receipt_of(store, packet))
    counts = store.counts(VISIT)
    assert (counts.captured, counts.received, counts.erased, counts.unsent, counts.refused) == (4, 1, 0, 2, 1)
    assert store.erase_received() == 1
    assert (store.counts(VISIT).erased, store.counts(OTHER_VISIT).unsent, store.counts().captured) == (1, 2, 6)


def test_erased_packets_leave_no_byte_in_any_file(store: Store, tmp_path: Path) -> None:
    packets = [append(store, number, frame=b"SEALED-%03d-" % number * 30_000) for number in range(1, 9)]
    assert b"SEALED-003-" in files(tmp_path)
    for packet in packets[:4]:
        store.receive(receipt_of(store, packet))
    assert store.erase_received() == 4
    left = files(tmp_path)
    assert not any(b"SEALED-%03d-" % number in left for number in range(1, 5))
    assert all(b"SEALED-%03d-" % number in left for number in range(5, 9))
    for packet in packets[4:]:
        store.receive(receipt_of(store, packet))
    assert store.erase_received() == 4
    assert b"SEALED-" not in files(tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.glob("outbox.db*")) < 400_000


def test_while_another_process_reads_nothing_counts_as_erased(store: Store, tmp_path: Path) -> None:
    packet = append(store, 1, frame=b"SEALED-" * 30_000)
    reader = sqlite3.connect(f"file:{tmp_path}/outbox.db?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM frames").fetchone()
    store.receive(receipt_of(store, packet))
    assert store.erase_received() == 0
    assert (store.counts().received, store.counts().erased) == (1, 0)
    reader.close()
    assert store.erase_received() == 1
    assert b"SEALED-" not in files(tmp_path)


def test_an_erasure_cut_off_is_finished_at_the_next_start(
    store: Store, open_store: Callable[..., Store], tmp_path: Path
) -> None:
    packet = append(store, 1, frame=b"SEALED-" * 30_000)
    store.receive(receipt_of(store, packet))
    store.close()
    assert open_store().counts().erased == 1
    assert b"SEALED-" not in files(tmp_path)


def test_a_receipt_for_an_erased_packet_changes_nothing(store: Store) -> None:
    packet = append(store, 1)
    receipt = receipt_of(store, packet)
    store.receive(receipt)
    store.erase_received()
    store.receive(receipt)
    assert store.find(1) is not None
    assert store.counts().erased == 1


@pytest.mark.parametrize("late", ["postpone", "refuse", "sending"])
def test_no_late_word_of_the_line_undoes_what_a_stick_has_settled(store: Store, late: str) -> None:
    """The courier has a packet in hand for half a minute; receipts from a stick may come meanwhile."""
    packet = append(store, 1)
    store.sending(1)
    store.receive(receipt_of(store, packet))
    store.erase_received()
    words = () if late == "sending" else ("uplink.unreachable",)
    getattr(store, late)(1, *words)
    assert (store.counts().erased, store.counts().unsent, store.counts().refused) == (1, 0, 0)


def test_slip_numbers_begin_again_after_the_last(store: Store, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "outbox.db") as other:
        other.execute("UPDATE counters SET slip = 9998")
    other.close()
    assert [store.next_slip() for _ in range(3)] == [9999, 1, 2]


def test_the_files_are_the_services_alone(store: Store, tmp_path: Path) -> None:
    append(store, 1)
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 999, b"SQLite format 3\x00" + b"\xff" * 60_000])
def test_a_damaged_file_is_an_outbox_fault(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(damage)
    if not damage:
        Store(path).close()
        return
    with pytest.raises(OutboxFault) as caught:
        Store(path)
    assert caught.value.code == "outbox.corrupt"
    assert path.read_bytes() == damage


def test_a_moment_keeps_its_milliseconds(store: Store) -> None:
    at = datetime(2026, 7, 10, 1, 2, 3, 456000, tzinfo=UTC)
    record = uuid7(RecordId, 1)
    store.append(
        record,
        VISIT,
        at=at,
        most_unsent=99,
        make=lambda sequence, previous: sealed(sequence, previous, record, frame=b"x"),
    )
    assert store.stubs(State.QUEUED)[0].kept_at == at
    assert store.counts().oldest == at
