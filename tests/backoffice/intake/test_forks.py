"""A copied disk: two packets of one device under one number. A person accepts the second; nothing does it by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import col, select

from backoffice.audit.models import AuditEntry
from backoffice.cases.models import Case
from backoffice.devices import service as devices
from backoffice.intake import balance, forks, service
from backoffice.intake.balance import DeviceBalance
from backoffice.intake.models import ReceivedPacket
from backoffice.kit.errors import NotFound, Refused
from schemas.balance import Balance
from schemas.ids import PacketId
from schemas.protocol import BALANCE_PATH
from schemas.receipt import Receipt
from tests.backoffice.counter import Counter, packet_id, zipped
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, KORIYAMA


@dataclass
class Copied:
    """One device on two machines. `common`: packets from before; `first` arrived first, `second` was refused."""

    office: Office
    counter: Counter
    common: list[bytes]
    first: list[bytes]
    second: list[bytes]

    def accept(self, packet: PacketId, **changes: Any) -> forks.Accepted:
        given: dict[str, Any] = {"actor": "lead", "reason": "端末が複製されていた", **changes}
        with self.office.work() as work:
            return forks.accept(
                work, self.office.app.state.intake, given.pop("municipality", FUKUSHIMA), packet, **given
            )

    def balance(self) -> DeviceBalance:
        with self.office.work() as work:
            (found,) = balance.of_municipality(work, FUKUSHIMA)
        return found

    def of_machine(self, frames: list[bytes]) -> Balance:
        """What the office answers a machine whose last packet is the last of these."""
        with self.office.work() as work:
            device = devices.find(work, self.counter.device)
            assert device is not None
            return balance.of_device(work, device, visit=None, head=packet_id(frames[-1]))


def copied(office: Office) -> Copied:
    """Three packets before the copy, three on the machine that arrives first, two on the other."""
    counter = office.counter()
    common = [counter.seal() for _ in range(3)]
    at, before = counter.sequence, counter.previous
    first = [counter.seal() for _ in range(3)]
    counter.sequence, counter.previous = at, before
    second = [counter.seal() for _ in range(2)]
    assert [counter.send(frame).status_code for frame in common + first + second] == [201] * 6 + [409] * 2
    return Copied(office, counter, common, first, second)


def test_conflict_in_quarantine_is_known_by_number_and_record_and_named_as_a_fork(each_office: Office) -> None:
    found = copied(each_office)
    with each_office.work() as work:
        kept = sorted(service.quarantined(work, FUKUSHIMA), key=lambda each: each.sequence or 0)
    assert [(each.sequence, each.packet, each.forked) for each in kept] == [
        (4, packet_id(found.second[0]), True), (5, packet_id(found.second[1]), True),
    ]  # fmt: skip
    assert all(each.record for each in kept)
    here = found.balance()
    assert (here.chain.forks, here.quarantined, here.chain.received, here.chain.missing) == ((4, 5), 2, 6, 0)


def test_accepted_packets_are_received_beside_the_chain_and_every_count_is_right(each_office: Office) -> None:
    found = copied(each_office)
    for frame in reversed(found.second):  # in any order
        done = found.accept(packet_id(frame))
        assert (done.new, done.receipt.packet) == (True, packet_id(frame))
        answer = found.counter.send(frame)  # the kiosk's next try
        assert (answer.status_code, Receipt.model_validate_json(answer.content)) == (200, done.receipt)
    here = found.balance()
    assert (here.chain.received, here.chain.head, here.chain.missing, here.chain.gaps) == (8, 6, 0, ())
    assert (here.chain.forks, here.quarantined) == ((4, 5), 0)
    asked = Balance.model_validate_json(found.counter.get(BALANCE_PATH).content)
    assert (asked.captured, asked.received, asked.refused, asked.gaps) == (8, 8, 0, ())
    for frames in (found.first, found.second):  # each machine has its own history
        said = found.of_machine(frames)
        own = len(found.common + frames)
        assert (said.captured, said.received, said.refused, said.head) == (own, own, 0, packet_id(frames[-1]))


def test_machine_that_goes_on_after_the_fork_is_received_and_counted(each_office: Office) -> None:
    found = copied(each_office)
    for frame in found.second:
        found.accept(packet_id(frame))
    later, last = found.counter.seal(), found.counter.seal()
    assert found.counter.send(later).status_code == 409  # number 6 is the other machine's
    found.accept(packet_id(later))
    assert found.counter.send(last).status_code == 201
    here = found.balance()
    assert (here.chain.received, here.chain.head, here.chain.missing) == (10, 7, 0)
    assert here.chain.forks == (4, 5, 6, 7)
    assert found.of_machine([*found.second, later, last]).received == 7


def test_accepted_packet_becomes_a_case_that_asks_whether_it_is_a_double(each_office: Office) -> None:
    found = copied(each_office)
    for frame in found.second:
        found.accept(packet_id(frame))
    each_office.worker.drain()
    with each_office.work() as work:
        marked = {case.packet_id: case.overrides for case in work.session.exec(select(Case))}
    forked = {packet_id(frame) for frame in found.second}
    assert len(marked) == 8
    assert {packet for packet, overrides in marked.items() if overrides == "fork"} == forked


def test_accepting_again_gives_the_same_receipt_and_is_audited_once(each_office: Office) -> None:
    found = copied(each_office)
    packet = packet_id(found.second[0])
    first, again = found.accept(packet), found.accept(packet, actor="another", reason="もう一度")
    assert (again.new, again.receipt) == (False, first.receipt)
    with each_office.work() as work:
        entries = select(AuditEntry).where(col(AuditEntry.action) == "packet.accepted")
        (entry,) = work.session.exec(entries)
        assert (entry.actor, entry.detail) == ("lead", "sequence 4: 端末が複製されていた")
        assert len(list(work.session.exec(select(ReceivedPacket)))) == 7


def test_nothing_is_accepted_by_trying_often(office: Office) -> None:
    found = copied(office)
    answers = {found.counter.send(found.second[0]).json()["code"] for _ in range(5)}
    assert answers == {"packet.sequence_conflict"}
    with office.work() as work:
        assert {each.times for each in service.quarantined(work, FUKUSHIMA)} == {1, 6}


FORGERIES: dict[str, Callable[[Counter, Counter], bytes]] = {
    "another key": lambda counter, other: counter.frame(
        counter.header(counter.record().record, sequence=1), b"x", key=other.key
    ),
    "another device": lambda _counter, other: other.frame(other.header(other.record().record, sequence=1), b"x"),
    "no packet": lambda _counter, _other: b"no packet at all",
}


@pytest.mark.parametrize("made", FORGERIES.values(), ids=FORGERIES)
def test_what_the_device_has_not_signed_is_never_accepted(
    each_office: Office, made: Callable[[Counter, Counter], bytes]
) -> None:
    counter, other = each_office.counter(), each_office.counter()
    counter.send(counter.seal())
    forged = made(counter, other)
    assert counter.send(forged).status_code == 422
    with each_office.work() as work:
        (kept,) = service.quarantined(work, FUKUSHIMA)
    assert (kept.sequence, kept.record, kept.forked) == (None, None, False)
    found = Copied(each_office, counter, [], [], [])
    with pytest.raises(NotFound):
        found.accept(kept.packet)


def test_conflict_whose_kept_bytes_were_exchanged_is_never_accepted(office: Office) -> None:
    found = copied(office)
    with office.work() as work:
        kept = next(each for each in service.quarantined(work, FUKUSHIMA) if each.sequence == 4)
    forged = found.counter.frame(found.counter.header(found.counter.record().record, sequence=4), zipped(
        found.counter.record()), key=office.counter().key,
    )  # fmt: skip
    (office.folder / "blobs" / kept.blob).write_bytes(forged)
    with pytest.raises(Refused) as refused:
        found.accept(kept.packet)
    assert refused.value.code == "quarantine.damaged"
    with office.work() as work:
        assert len(list(work.session.exec(select(ReceivedPacket)))) == 6


def test_unknown_packet_and_another_municipalitys_are_not_found(office: Office) -> None:
    found = copied(office)
    other = office.counter().device
    for packet, changes in (
        (PacketId("0" * 64), {}),
        (packet_id(found.first[0]), {}),
        (packet_id(found.second[0]), {"municipality": KORIYAMA}),
        (packet_id(found.second[0]), {"device": other}),
    ):
        with pytest.raises(NotFound):
            found.accept(packet, **changes)


@pytest.mark.parametrize("reason", ["", " \n", "理" * 201, "番号は 1234 5678 9018 です"])
def test_reason_must_be_told_and_hold_no_my_number(office: Office, reason: str) -> None:
    found = copied(office)
    with pytest.raises(Refused) as refused:
        found.accept(packet_id(found.second[0]), reason=reason)
    assert refused.value.code == "quarantine.reason_invalid"
