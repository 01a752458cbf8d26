"""The office's side of the balance, for the device that asks and for the municipality."""

from __future__ import annotations

from backoffice.intake import balance
from schemas.balance import Balance
from schemas.ids import VisitId
from schemas.protocol import BALANCE_PATH
from tests.backoffice.counter import packet_id
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, KORIYAMA, uuid7


def asked(office: Office, path: str) -> Balance:
    answer = office.counters[0].get(path)
    assert answer.status_code == 200, answer.text
    return Balance.model_validate_json(answer.content)


def test_device_that_sent_everything_is_told_so(each_office: Office) -> None:
    counter = each_office.counter()
    frames = [counter.seal() for _ in range(3)]
    for frame in frames:
        counter.send(frame)
    found = asked(each_office, BALANCE_PATH)
    assert (found.side, found.captured, found.received, found.refused, found.gaps) == ("office", 3, 3, 0, ())
    assert found.head == packet_id(frames[-1])
    assert found.at.at == each_office.clock()


def test_missing_and_refused_packets_show(each_office: Office) -> None:
    counter = each_office.counter()
    first, _lost, third = (counter.seal() for _ in range(3))
    counter.send(first)
    counter.send(third)
    counter.send(b"broken on the way")
    found = asked(each_office, BALANCE_PATH)
    assert (found.captured, found.received, found.refused, found.gaps) == (3, 2, 1, (2,))
    assert not found.closed


def test_balance_of_one_visit_counts_its_packets_only(office: Office) -> None:
    counter = office.counter()
    counter.send(counter.seal())
    counter.visit = uuid7(VisitId, 2)
    counter.send(counter.seal())
    found = asked(office, f"{BALANCE_PATH}?visit={counter.visit}")
    assert (found.visit, found.captured, found.received) == (counter.visit, 1, 1)


def test_balance_needs_a_signature(office: Office) -> None:
    assert office.client.get(BALANCE_PATH).status_code == 401


def test_visit_that_is_no_id_is_malformed(office: Office) -> None:
    counter = office.counter()
    answer = counter.get(f"{BALANCE_PATH}?visit=x")
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


def test_municipality_sees_its_own_devices_only(each_office: Office) -> None:
    here, there = each_office.counter(), each_office.counter(municipality=KORIYAMA)
    here.send(here.seal())
    there.send(there.seal())
    each_office.worker.drain()
    with each_office.work() as work:
        (found,) = balance.of_municipality(work, FUKUSHIMA)
        counted = balance.visits_of(work, FUKUSHIMA, here.device)
    assert (found.device.id, found.chain.received, found.quarantined) == (here.device, 1, 0)
    assert [(count.visit, count.received, count.opened, count.failed) for count in counted] == [(here.visit, 1, 1, 0)]
