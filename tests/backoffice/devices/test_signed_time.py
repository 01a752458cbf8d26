"""The office's signed time on answers: on refusals too, bound to the request, and for verified requests only."""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schemas.office_time import TIME_HEADER, OfficeTime
from schemas.protocol import BALANCE_PATH, PACKETS_PATH
from tests.backoffice.office import Office


def test_an_answer_tells_the_offices_time_signed_and_bound_to_the_request(office: Office) -> None:
    answer = office.counter().get(BALANCE_PATH, nonce="this-very-request")
    time = OfficeTime.parse(answer.headers[TIME_HEADER])
    key = office.app.state.signing.current(office.clock())
    Ed25519PublicKey.from_public_bytes(key.public).verify(time.signature, time.signed_part)
    assert (time.at, time.nonce, time.office_key) == (office.clock(), "this-very-request", key.key)


def test_a_kiosk_refused_for_its_clock_hears_the_hour_on_the_refusal(office: Office) -> None:
    counter = office.counter()
    answer = counter.send(counter.seal(), created=office.clock() - timedelta(days=365), nonce="a-year-behind")
    assert answer.status_code == 401
    assert OfficeTime.parse(answer.headers[TIME_HEADER]).nonce == "a-year-behind"


def test_nobody_else_is_told(office: Office) -> None:
    counter = office.counter()
    forged = counter.get(BALANCE_PATH, key=Ed25519PrivateKey.generate())
    unsigned = office.client.post(PACKETS_PATH, content=b"x")
    assert TIME_HEADER not in forged.headers
    assert TIME_HEADER not in unsigned.headers
