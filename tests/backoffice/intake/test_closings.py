"""The office keeps what a device states under its signature, answers under its own, and repeats what was stated."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.audit import service as audit
from backoffice.audit.service import Search
from backoffice.commands import office as commands
from backoffice.devices.service import DeviceState, EnrolledDevice
from backoffice.intake import closings
from backoffice.kit.errors import Refused
from backoffice.kit.hpke import key_id_of
from schemas.balance import Balance, BalanceStatement, ClosingBalance, Gifts
from schemas.ids import DeviceId, VisitId
from schemas.protocol import BALANCE_PATH
from schemas.stamp import Stamp
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, KORIYAMA, MORNING, uuid7


def statement(
    counter: Counter, *, key: Ed25519PrivateKey | None = None, gifts: Gifts | None = None, **changes: Any
) -> BalanceStatement:
    values = {
        "side": "kiosk", "device": counter.device, "visit": counter.visit, "captured": 1, "received": 1, "erased": 1,
        "refused": 0, "head": counter.previous, "at": Stamp(at=counter.now()),
    }  # fmt: skip
    signer = key_id_of(counter.key.public_key().public_bytes_raw())
    unsigned = BalanceStatement(
        municipality=counter.municipality,
        balance=Balance.model_validate({**values, **changes}),
        signer=signer,
        gifts=gifts,
    )
    return unsigned.model_copy(update={"signature": (key or counter.key).sign(unsigned.signed_part)})


def state(counter: Counter, stated: BalanceStatement, visit: VisitId | None) -> Response:
    path = f"{BALANCE_PATH}?visit={visit}" if visit else BALANCE_PATH
    body = stated.canonical()
    headers = {**counter.signed("POST", path, body).headers, "content-type": "application/json"}
    return counter.client.post(path, content=body, headers=headers)


def closed(counter: Counter, **changes: Any) -> ClosingBalance:
    stated = statement(counter, **changes)
    answer = state(counter, stated, stated.balance.visit)
    assert answer.status_code == 200, answer.text
    return ClosingBalance.model_validate_json(answer.content)


def test_both_sides_sign_the_same_numbers(each_office: Office) -> None:
    counter = each_office.counter()
    counter.send(counter.seal())
    closing = closed(counter)
    assert closing.closed
    office = closing.office
    assert office.answers == closing.kiosk.digest
    key = each_office.app.state.signing.current(each_office.clock())
    assert office.signer == key.key
    Ed25519PublicKey.from_public_bytes(key.public).verify(office.signature, office.signed_part)


def test_erased_is_what_the_device_stated_and_nothing_before(office: Office) -> None:
    counter = office.counter()
    counter.send(counter.seal())
    path = f"{BALANCE_PATH}?visit={counter.visit}"
    assert counter.get(path).json()["erased"] is None
    closed(counter)
    assert counter.get(path).json()["erased"] == 1
    assert counter.get(BALANCE_PATH).json()["erased"] is None


def test_packets_that_have_not_come_keep_the_balance_open(office: Office) -> None:
    counter = office.counter()
    counter.send(counter.seal())
    closing = closed(counter, captured=3, received=1)
    assert not closing.closed
    assert (closing.kiosk.balance.captured, closing.office.balance.received) == (3, 1)


def test_newest_one_is_kept_and_its_closing_and_opening_stand_in_the_audit_log(office: Office) -> None:
    counter = office.counter()
    counter.send(counter.seal())
    for changes in ({}, {}, {"captured": 2}, {}):
        office.clock.move(seconds=1)
        closing = closed(counter, **changes)
    with office.work() as work:
        assert closings.of(work, FUKUSHIMA, counter.device, visit=counter.visit) == closing
        assert closings.of_device(work, FUKUSHIMA, counter.device) == {counter.visit: closing}
        actions = [entry.action for entry in audit.search(work, FUKUSHIMA, Search())]
    assert [action for action in reversed(actions) if action.startswith("balance.")] == [
        "balance.closed", "balance.reopened", "balance.closed",
    ]  # fmt: skip


def code_of(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_statement_of_somebody_else_is_refused(office: Office) -> None:
    counter, other = office.counter(), office.counter(municipality=KORIYAMA)
    refused = state(counter, statement(other), counter.visit)
    assert code_of(refused) == (422, "balance.misdirected")
    assert code_of(state(counter, statement(counter), None)) == (422, "balance.misdirected")
    assert code_of(state(counter, statement(counter, side="office"), counter.visit)) == (422, "balance.misdirected")


def test_statement_signed_by_another_key_is_refused(office: Office) -> None:
    counter = office.counter()
    refused = state(counter, statement(counter, key=Ed25519PrivateKey.generate()), counter.visit)
    assert code_of(refused) == (422, "balance.signature_invalid")
    with office.work() as work:
        assert closings.of_device(work, FUKUSHIMA, counter.device) == {}


def test_changed_number_breaks_the_signature(office: Office) -> None:
    counter = office.counter()
    stated = statement(counter)
    prettier = stated.model_copy(update={"balance": stated.balance.model_copy(update={"erased": 9})})
    assert code_of(state(counter, prettier, counter.visit)) == (422, "balance.signature_invalid")


def test_request_nobody_signed_is_refused(office: Office) -> None:
    assert office.client.post(BALANCE_PATH, content=b"{}").status_code == 401


_KEY = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
_DEVICE = EnrolledDevice(
    municipality=FUKUSHIMA, id=uuid7(DeviceId, 1), name="A", counter="A1", public_key=_KEY, state=DeviceState.ACTIVE,
    visit=None, enrolled_at=MORNING, last_seen_at=None, ended_at=None,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode) | st.integers().map(lambda n: b"%d" % n))
def test_statement_parser_raises_its_own_error_only(body: bytes) -> None:
    with pytest.raises(Refused):
        closings.read_statement(body, _DEVICE, visit=None)


def test_balance_command_says_what_the_device_stated_and_null_before(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    stated, silent = office.counter(), office.counter()
    stated.send(stated.seal())
    silent.send(silent.seal())
    closed(stated, captured=2)
    capsys.readouterr()
    everything = argparse.Namespace(municipality=None)
    assert commands._balance(everything, office.settings, office.database, office.clock) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    said = {line["device"]: (line["captured"], line["erased"], line["closed"]) for line in lines if line["visit"]}
    assert said == {stated.device: (2, 1, False), silent.device: (None, None, None)}
