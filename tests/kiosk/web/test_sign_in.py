"""PIN tries are limited, for one name and for all of them together."""

from __future__ import annotations

import pytest

from kiosk.web.session import SIGNED_IN_FOR, Sessions
from kiosk.web.sign_in import CLOSED_FOR, TRIES, TRIES_OF_ALL, SignIn, SignInRefused
from tests.kiosk.desk.counter import HandClock
from tests.kiosk.web.kiosk import CONTRACTOR, HELPER, PIN, STAFF


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def sign_in(clock: HandClock) -> SignIn:
    return SignIn(monotonic=clock)


def fail(sign_in: SignIn, who: object = STAFF) -> str:
    with pytest.raises(SignInRefused) as caught:
        sign_in.check(who, "0000")  # type: ignore[arg-type]
    return caught.value.code


def test_the_right_pin_signs_in(sign_in: SignIn) -> None:
    assert sign_in.check(STAFF, PIN) is STAFF


def test_five_wrong_pins_close_the_name_for_five_minutes_even_for_the_right_one(
    sign_in: SignIn, clock: HandClock
) -> None:
    assert [fail(sign_in) for _ in range(TRIES)] == ["sign_in.wrong"] * TRIES
    for wait in (0.0, CLOSED_FOR - 1):
        clock.now += wait
        with pytest.raises(SignInRefused, match=r"sign_in\.locked"):
            sign_in.check(STAFF, PIN)
    clock.now += 2
    assert sign_in.check(STAFF, PIN) is STAFF


def test_another_name_is_not_closed_with_it(sign_in: SignIn) -> None:
    for _ in range(TRIES + 1):
        fail(sign_in)
    assert sign_in.check(CONTRACTOR, PIN) is CONTRACTOR


def test_a_success_forgives_the_earlier_tries(sign_in: SignIn) -> None:
    for _ in range(3):
        for _ in range(TRIES - 1):
            fail(sign_in)
        sign_in.check(STAFF, PIN)
    assert fail(sign_in) == "sign_in.wrong"


def test_tries_over_many_names_are_counted_together(sign_in: SignIn) -> None:
    people = [person.model_copy(update={"staff": f"{number}"}) for number in range(10) for person in (HELPER,)]
    codes = [fail(sign_in, person) for person in people for _ in range(3)]
    assert codes[:TRIES_OF_ALL] == ["sign_in.wrong"] * TRIES_OF_ALL
    assert set(codes[TRIES_OF_ALL:]) == {"sign_in.locked"}


def test_a_damaged_hash_signs_nobody_in(sign_in: SignIn) -> None:
    damaged = STAFF.model_copy(update={"pin_hash": "$argon2id$nonsense"})
    assert fail(sign_in, damaged) == "sign_in.wrong"


def test_a_tablet_left_alone_is_signed_out(clock: HandClock) -> None:
    sessions = Sessions(monotonic=clock)
    session, _ = sessions.of(None)
    session.attendant = STAFF
    sessions.acted(session)
    clock.now += SIGNED_IN_FOR - 1
    assert sessions.of(session.key)[0].attendant is STAFF
    clock.now += 2
    assert sessions.of(session.key)[0].attendant is None
