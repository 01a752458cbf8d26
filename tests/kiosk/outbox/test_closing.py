"""The closing balance: stated by itself, signed by both sides, believed only when it answers this very statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from kiosk.errors import AnswerInvalid, UplinkUnreachable
from kiosk.outbox import Outbox
from kiosk.outbox.closing import read_closing
from kiosk.outbox.keys import Identity, verified
from schemas.balance import Balance, BalanceStatement, ClosingBalance
from schemas.ids import DeviceId, KeyId, VisitId
from schemas.protocol import BALANCE_PATH
from schemas.stamp import Stamp
from schemas.visit import OfficeKey
from tests.factories import FUKUSHIMA, MORNING, uuid7
from tests.kiosk.outbox.conftest import QUICK, wait_until
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.office_keys import Refusal, SigningKey
from tests.kiosk.outbox.running_office import RunningOffice


def identity_of(outbox: Outbox) -> Identity:
    assert outbox.identity is not None
    return outbox.identity


def test_it_is_stated_by_itself_when_everything_is_erased(outbox: Outbox, office: Office, a_record: Any) -> None:
    record = a_record(outbox)
    outbox.keep(record, None)
    outbox.start_courier()
    wait_until(lambda: outbox.closing() is not None)
    for visit in (None, record.visit):
        closing = outbox.closing(visit)
        assert closing is not None
        assert closing.closed
        assert (closing.kiosk.balance.captured, closing.office.balance.erased) == (1, 1)
        office_key = closing.office
        trusted = identity_of(outbox).office_keys
        assert verified(office_key.signed_part, office_key.signature, office_key.signer, trusted)


def test_packets_the_office_has_not_are_stated_too(outbox: Outbox, office: Office, a_record: Any) -> None:
    office.refuse[2] = Refusal("packet.signature_invalid", 422)
    for _ in range(2):
        outbox.keep(a_record(outbox), None)
    outbox.start_courier()
    wait_until(lambda: outbox.closing() is not None)
    closing = outbox.closing()
    assert closing is not None
    assert not closing.closed
    kiosk = closing.kiosk.balance
    assert (kiosk.captured, kiosk.received, kiosk.erased, kiosk.refused) == (2, 1, 1, 1)
    assert closing.office.balance.received == 1


def test_it_is_stated_again_when_something_has_changed(
    open_outbox: Callable[..., Outbox], running_office: RunningOffice, a_record: Any
) -> None:
    outbox = open_outbox(pace=QUICK.__class__(**{**QUICK.__dict__, "closing_every": 0.05}))
    outbox.enrol(running_office.office.ticket(running_office.url), "端末")
    outbox.refresh_bundle()
    outbox.start_courier()
    for number in (1, 2):
        outbox.keep(a_record(outbox), None)

        def told(number: int = number) -> bool:
            closing = outbox.closing()
            return closing is not None and closing.closed and closing.kiosk.balance.captured == number

        wait_until(told)


def test_unchanged_it_is_not_stated_again(outbox: Outbox, office: Office, a_record: Any) -> None:
    outbox.keep(a_record(outbox), None)
    outbox.start_courier()
    wait_until(lambda: outbox.closing() is not None)
    before = outbox.closing()
    outbox._stop_courier()
    outbox.start_courier()
    rounds = office.requests.count("/api/v1/bundle")
    wait_until(lambda: office.requests.count("/api/v1/bundle") > rounds + 1)
    assert outbox.closing() == before


def test_without_a_line_the_last_one_can_still_be_printed(
    outbox: Outbox, running_office: RunningOffice, a_record: Any
) -> None:
    outbox.keep(a_record(outbox), None)
    closing = outbox.close_balance()
    assert (closing.closed, closing.kiosk.balance.captured, closing.office.balance.received) == (False, 1, 0)
    running_office.down()
    with pytest.raises(UplinkUnreachable):
        outbox.close_balance()
    assert outbox.closing() == closing


def other_key(closing: ClosingBalance) -> ClosingBalance:
    stranger = SigningKey()
    said = closing.office.model_copy(update={"signer": stranger.public.key})
    return closing.model_copy(
        update={"office": said.model_copy(update={"signature": stranger.private.sign(said.signed_part)})}
    )


def prettier(closing: ClosingBalance) -> ClosingBalance:
    balance = closing.office.balance.model_copy(update={"received": closing.office.balance.received + 1})
    return closing.model_copy(update={"office": closing.office.model_copy(update={"balance": balance})})


def other_statement(closing: ClosingBalance) -> ClosingBalance:
    balance = closing.kiosk.balance.model_copy(update={"captured": 0})
    return closing.model_copy(update={"kiosk": closing.kiosk.model_copy(update={"balance": balance})})


@pytest.mark.parametrize("spoil", [other_key, prettier, other_statement])
def test_an_answer_that_is_not_the_offices_own_is_not_kept(
    outbox: Outbox, office: Office, a_record: Any, spoil: Callable[[ClosingBalance], ClosingBalance]
) -> None:
    def mischief(path: str, response: Response) -> Response:
        if path != BALANCE_PATH:
            return response
        spoilt = spoil(ClosingBalance.model_validate_json(response.body))
        return Response(spoilt.canonical(), media_type="application/json")

    office.mischief = mischief
    outbox.keep(a_record(outbox), None)
    with pytest.raises(AnswerInvalid):
        outbox.close_balance()
    assert outbox.closing() is None


def test_an_old_answer_played_again_is_not_kept(outbox: Outbox, office: Office, a_record: Any) -> None:
    played: list[bytes] = []

    def mischief(path: str, response: Response) -> Response:
        if path == BALANCE_PATH:
            played.append(bytes(response.body))
            return Response(played[0], media_type="application/json")
        return response

    office.mischief = mischief
    first = outbox.close_balance()
    outbox.keep(a_record(outbox), None)
    with pytest.raises(AnswerInvalid) as caught:
        outbox.close_balance()
    assert caught.value.code == "balance.misdirected"
    assert outbox.closing() == first


_DEVICE = uuid7(DeviceId, 1)
_STATED = BalanceStatement(
    municipality=FUKUSHIMA, signer=KeyId("0" * 16),
    balance=Balance(
        side="kiosk", device=_DEVICE, visit=uuid7(VisitId, 1), captured=1, received=1, erased=1, refused=0,
        at=Stamp(at=MORNING),
    ),
)  # fmt: skip
_OFFICE = SigningKey()
_IDENTITY = Identity(
    municipality=FUKUSHIMA, device=_DEVICE, name="端末", counter="A1", device_key=KeyId("0" * 16),
    office_url="http://127.0.0.1", office_keys=(OfficeKey(key=_OFFICE.public.key, public=_OFFICE.public.public),),
    enrolled_at=MORNING,
)  # fmt: skip


@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner)).map(
        lambda value: _STATED.canonical().replace(b'"version":1', f'"version":{value!r}'.encode())
    )
)
def test_whatever_comes_back_only_its_own_error_comes_out(body: bytes) -> None:
    with pytest.raises(AnswerInvalid):
        read_closing(body, stated=_STATED, identity=_IDENTITY)
