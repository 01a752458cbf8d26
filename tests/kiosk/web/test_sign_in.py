"""PIN tries are limited, for one name and for all of them together."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.outbox import Outbox
from kiosk.outbox.tries import FILE, TryBook
from kiosk.web.session import SIGNED_IN_FOR, Sessions
from kiosk.web.sign_in import CLOSED_FOR, TRIES, TRIES_OF_ALL, SignIn, SignInRefused
from tests.kiosk.desk.counter import HandClock
from tests.kiosk.web.kiosk import CONTRACTOR, HELPER, PIN, STAFF


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def sign_in(tmp_path: Path, clock: HandClock) -> SignIn:
    return SignIn(TryBook(tmp_path), monotonic=clock)


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


def test_a_restart_gives_no_fresh_tries(tmp_path: Path) -> None:
    clock = HandClock()
    for _ in range(TRIES):
        clock.now = 0.0  # the machine was switched off and on
        with_outbox = Outbox.open(tmp_path / "data")
        assert fail(SignIn(with_outbox.tries, monotonic=clock)) == "sign_in.wrong"
        with_outbox.close()
    assert fail(SignIn(TryBook(tmp_path / "data"), monotonic=clock)) == "sign_in.locked"


def test_a_restart_does_not_shorten_the_closing(tmp_path: Path, sign_in: SignIn, clock: HandClock) -> None:
    for _ in range(TRIES + 1):
        fail(sign_in)
    clock.now = 3.0
    again = SignIn(TryBook(tmp_path), monotonic=clock)
    clock.now += CLOSED_FOR - 1
    assert fail(again) == "sign_in.locked"
    assert again.check(CONTRACTOR, PIN) is CONTRACTOR
    clock.now += 2
    assert again.check(STAFF, PIN) is STAFF
    assert (tmp_path / FILE).read_bytes() == b"{}"


def test_tries_over_many_names_are_counted_over_restarts(tmp_path: Path, clock: HandClock) -> None:
    people = [HELPER.model_copy(update={"staff": f"{number}"}) for number in range(TRIES_OF_ALL)]
    for person in people:
        assert fail(SignIn(TryBook(tmp_path), monotonic=clock), person) == "sign_in.wrong"
    assert fail(SignIn(TryBook(tmp_path), monotonic=clock), STAFF) == "sign_in.locked"


def test_the_file_of_tries_names_nobody(tmp_path: Path, sign_in: SignIn) -> None:
    fail(sign_in)
    said = (tmp_path / FILE).read_text()
    assert "wrong" in said
    assert not [word for word in (STAFF.staff, STAFF.name, PIN, "0000") if word in said]
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "damage", [b"", b"{", b'{"x": {"wrong": -1, "closed": false}}', b"[]", b"x" * 300_000, b"\xff"]
)
def test_a_damaged_file_of_tries_closes_everybody_once(tmp_path: Path, clock: HandClock, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    sign_in = SignIn(TryBook(tmp_path), monotonic=clock)
    assert fail(sign_in) == "sign_in.locked"
    clock.now += CLOSED_FOR + 1
    assert sign_in.check(STAFF, PIN) is STAFF
    assert SignIn(TryBook(tmp_path), monotonic=clock).check(STAFF, PIN) is STAFF


def test_a_count_that_cannot_be_written_goes_on_in_memory(tmp_path: Path, clock: HandClock) -> None:
    sign_in = SignIn(TryBook(tmp_path / "nowhere"), monotonic=clock)
    assert [fail(sign_in) for _ in range(TRIES + 1)] == ["sign_in.wrong"] * TRIES + ["sign_in.locked"]


def test_a_tablet_left_alone_is_signed_out(clock: HandClock) -> None:
    sessions = Sessions(monotonic=clock)
    session, _ = sessions.of(None)
    session.attendant = STAFF
    sessions.acted(session)
    clock.now += SIGNED_IN_FOR - 1
    assert sessions.of(session.key)[0].attendant is STAFF
    clock.now += 2
    assert sessions.of(session.key)[0].attendant is None
