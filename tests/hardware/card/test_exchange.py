"""Every state of a card leads to its verdict; every fault to an honest one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from structlog.testing import capture_logs

from hardware.card.channel import Channel
from hardware.card.exchange import CardCheckup, PinEntry
from hardware.card.my_number import AuthenticationLayout, SigningInput
from hardware.card.trust import Anchor
from hardware.card.verify import Verifier
from hardware.card.virtual.authority import JST, VirtualAuthority
from hardware.card.virtual.card import Mood
from hardware.card.virtual.states import CardMaker, CardState, Holder
from hardware.card.virtual.transport import InProcessTransport
from schemas.card import CardVerdict, Revocation
from tests.hardware.card.conftest import NOW, WITH_PIN, WITHOUT_PIN, RunCheck


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (CardState.VALID, CardVerdict.VALID),
        (CardState.EXPIRED, CardVerdict.EXPIRED),
        (CardState.NOT_YET_VALID, CardVerdict.NOT_YET_VALID),
        (CardState.UNTRUSTED, CardVerdict.UNTRUSTED),
        (CardState.SAME_NAME, CardVerdict.UNTRUSTED),
        (CardState.FORGED, CardVerdict.FORGED),
        (CardState.GARBAGE, CardVerdict.FORGED),
        (CardState.NOT_ISSUED, CardVerdict.NOT_ISSUED),
        (CardState.LOCKED, CardVerdict.LOCKED),
        (CardState.PHONE, CardVerdict.NOT_MY_NUMBER_CARD),
        (CardState.OTHER_CARD, CardVerdict.NOT_MY_NUMBER_CARD),
    ],
)
@pytest.mark.parametrize("pin", [None, "1234"])
def test_each_state_has_its_verdict(
    maker: CardMaker, check: RunCheck, state: CardState, verdict: CardVerdict, pin: str | None
) -> None:
    report = check(maker.card(state), pin=pin)
    assert report.verdict is verdict
    assert report.possession == (verdict is CardVerdict.VALID and pin is not None)
    assert report.revocation is Revocation.UNCHECKED


def test_a_valid_card_costs_few_commands(maker: CardMaker, check: RunCheck) -> None:
    assert check(maker.card(CardState.VALID)).apdus == WITHOUT_PIN
    assert check(maker.card(CardState.VALID), pin="1234").apdus == WITH_PIN


def test_dates_serial_and_tries_are_reported(maker: CardMaker, check: RunCheck) -> None:
    report = check(maker.card(CardState.VALID, Holder(tries=2)))
    assert report.not_after is not None
    assert report.not_after.strftime("%H:%M:%S%z") == "23:59:59+0900"
    assert report.serial is not None
    assert len(report.serial) % 2 == 0
    assert report.tries_left == 2


def test_the_last_second_still_counts(maker: CardMaker, check: RunCheck) -> None:
    end = maker.profile(CardState.VALID).not_after
    assert check(maker.card(CardState.VALID), now=end + timedelta(milliseconds=999)).verdict is CardVerdict.VALID
    assert check(maker.card(CardState.VALID), now=end + timedelta(seconds=1)).verdict is CardVerdict.EXPIRED


def test_the_first_moment_counts(maker: CardMaker, check: RunCheck) -> None:
    begin = maker.profile(CardState.VALID).not_before
    assert check(maker.card(CardState.VALID), now=begin).verdict is CardVerdict.VALID
    before = begin - timedelta(milliseconds=1)
    assert check(maker.card(CardState.VALID), now=before).verdict is CardVerdict.NOT_YET_VALID


def test_a_revoked_card_is_revoked_only_by_the_list(maker: CardMaker, check: RunCheck) -> None:
    card = maker.card(CardState.REVOKED)
    report = check(card, crl=maker.revocation_list(card), pin="1234")
    assert (report.verdict, report.revocation) == (CardVerdict.REVOKED, Revocation.REVOKED)
    assert not report.possession
    assert check(card, crl=maker.revocation_list()).revocation is Revocation.GOOD


def test_a_clone_without_the_key_is_forged_when_the_pin_is_given(maker: CardMaker, check: RunCheck) -> None:
    report = check(maker.card(CardState.CLONED), pin="1234")
    assert (report.verdict, report.possession) == (CardVerdict.FORGED, False)


def test_a_full_width_pin_is_the_same_pin(maker: CardMaker, check: RunCheck) -> None:
    assert check(maker.card(CardState.VALID), pin=" １２３４ ").possession


def test_a_wrong_pin_costs_one_try_and_no_more(maker: CardMaker, check: RunCheck) -> None:
    card = maker.card(CardState.VALID)
    report = check(card, pin="9999")
    assert (report.verdict, report.tries_left) == (CardVerdict.WRONG_PIN, 2)
    assert check(card).tries_left == 2
    assert sum(1 for command in card.commands if command.ins == 0x20 and command.data) == 1


@pytest.mark.parametrize("typed", ["", "123", "12345", "12a4", "一二三四", "12 34", "1234\x00", "-123", "²³¹⁴5"])
def test_a_pin_of_the_wrong_form_never_reaches_the_card(maker: CardMaker, check: RunCheck, typed: str) -> None:
    card = maker.card(CardState.VALID)
    report = check(card, pin=typed)
    assert (report.verdict, report.tries_left) == (CardVerdict.WRONG_PIN, 3)
    assert not any(command.ins == 0x20 and command.data for command in card.commands)


def test_the_last_try_waits_for_an_explicit_yes(maker: CardMaker, check: RunCheck) -> None:
    card = maker.card(CardState.VALID, Holder(tries=1))
    report = check(card, pin="1234")
    assert (report.verdict, report.tries_left) == (CardVerdict.WRONG_PIN, 1)
    assert not any(command.ins == 0x20 and command.data for command in card.commands)
    assert check(card, pin="1234", last_try=True).possession


def test_losing_the_last_try_locks_the_card(maker: CardMaker, check: RunCheck) -> None:
    report = check(maker.card(CardState.VALID, Holder(tries=1)), pin="9999", last_try=True)
    assert (report.verdict, report.tries_left) == (CardVerdict.LOCKED, 0)


@pytest.mark.parametrize("locked_sw", [0x6983, 0x6984])
def test_a_query_that_answers_like_verify_means_locked_too(maker: CardMaker, check: RunCheck, locked_sw: int) -> None:
    holder = Holder(locked_sw=locked_sw, locked_query_sw=locked_sw)
    report = check(maker.card(CardState.LOCKED, holder), pin="1234", last_try=True)
    assert (report.verdict, report.tries_left) == (CardVerdict.LOCKED, 0)


@pytest.mark.parametrize("state", [CardState.EXPIRED, CardState.UNTRUSTED, CardState.FORGED, CardState.LOCKED])
def test_the_pin_goes_only_to_a_card_in_order(maker: CardMaker, check: RunCheck, state: CardState) -> None:
    card = maker.card(state)
    check(card, pin="1234", last_try=True)
    assert not any(command.ins == 0x20 and command.data for command in card.commands)


def test_a_right_pin_gives_the_tries_back(maker: CardMaker, check: RunCheck) -> None:
    card = maker.card(CardState.VALID, Holder(tries=2))
    assert check(card, pin="1234").tries_left == 3
    assert check(card).tries_left == 3


@pytest.mark.parametrize("tear", [False, True])
@pytest.mark.parametrize("after", range(WITH_PIN))
def test_removal_at_every_command_is_removed(maker: CardMaker, check: RunCheck, after: int, tear: bool) -> None:
    report = check(maker.card(CardState.VALID, mood=Mood(remove_after=after, tear=tear)), pin="1234")
    assert report.verdict is CardVerdict.REMOVED
    assert not report.possession
    if after < WITHOUT_PIN:
        card = maker.card(CardState.VALID, mood=Mood(remove_after=after, tear=tear))
        assert check(card).verdict is CardVerdict.REMOVED


@pytest.mark.parametrize("state", [CardState.FORGED, CardState.EXPIRED, CardState.NOT_ISSUED, CardState.OTHER_CARD])
def test_removal_is_removed_whatever_the_card_was_about_to_say(
    maker: CardMaker, check: RunCheck, state: CardState
) -> None:
    whole = check(maker.card(state)).apdus
    for after in range(whole):
        assert check(maker.card(state, mood=Mood(remove_after=after))).verdict is CardVerdict.REMOVED


@pytest.mark.parametrize("most", [1, 7, 100, 255])
def test_short_answers_are_put_together(maker: CardMaker, check: RunCheck, most: int) -> None:
    assert check(maker.card(CardState.VALID, mood=Mood(most_bytes=most)), pin="1234").possession


def test_the_sleepy_first_answer_is_survived(maker: CardMaker, check: RunCheck) -> None:
    assert check(maker.card(CardState.VALID, mood=Mood(asleep=True)), pin="1234").possession


def test_the_generation_is_chosen_by_signature_not_by_name(maker: CardMaker, check: RunCheck, anchor: Anchor) -> None:
    twin = Anchor(VirtualAuthority.create(NOW).certificate, "other-generation.pem")
    assert check(maker.card(CardState.VALID), anchors=(twin, anchor)).verdict is CardVerdict.VALID
    assert check(maker.card(CardState.VALID), anchors=(twin,)).verdict is CardVerdict.UNTRUSTED


def test_the_authority_on_the_card_is_never_trusted(maker: CardMaker, check: RunCheck) -> None:
    report = check(maker.card(CardState.VALID), anchors=())
    assert report.verdict is CardVerdict.UNTRUSTED
    assert "trust add" in report.reason


def test_reasons_hold_neither_pin_nor_serial(maker: CardMaker, check: RunCheck) -> None:
    for state in CardState:
        report = check(maker.card(state, Holder(pin="8642")), pin="8642")
        assert "8642" not in report.reason
        assert report.serial is None or report.serial not in report.reason
        assert "8642" not in repr(PinEntry("8642"))


def test_the_traffic_log_shows_commands_and_no_data(maker: CardMaker, check: RunCheck) -> None:
    holder = Holder(pin="8642")
    with capture_logs() as lines:
        report = check(maker.card(CardState.VALID, holder), pin="8642")
    assert len(lines) == report.apdus
    written = repr(lines)
    assert "VERIFY" in written
    assert report.serial is not None
    for secret in ("8642", b"8642".hex(), report.serial, report.serial.lower()):
        assert secret not in written


def test_no_file_with_the_my_number_is_ever_selected(maker: CardMaker, check: RunCheck) -> None:
    card = maker.card(CardState.VALID)
    check(card, pin="1234")
    selected = {command.data for command in card.commands if command.ins == 0xA4}
    assert not selected & {bytes.fromhex("D3921000310001010402"), bytes.fromhex("D3921000310001010401")}


def test_the_plastic_cards_expiry_is_read_when_asked_for(maker: CardMaker, anchor: Anchor) -> None:
    checkup = CardCheckup(Verifier((anchor,), (), NOW), bytes, card_expiry=True)
    holder = Holder(card_expires=date(2031, 3, 14))
    report = checkup.run(Channel(InProcessTransport(maker.card(CardState.VALID, holder))), PinEntry("1234"))
    assert (report.possession, report.card_expires) == (True, date(2031, 3, 14))
    bare = maker.card(CardState.VALID)
    bare.applications = bare.applications[:1]
    report = checkup.run(Channel(InProcessTransport(bare)), None)
    assert (report.verdict, report.card_expires) == (CardVerdict.VALID, None)


def test_the_next_generation_is_a_layout_with_another_algorithm(maker: CardMaker, anchor: Anchor) -> None:
    layout = AuthenticationLayout(aid=b"NEXT CARD", certificate_ef=0x0101, signing=SigningInput.HASH_SHA384)
    following = CardMaker(maker.authority, maker.now, ec.generate_private_key(ec.SECP384R1()), layout)
    checkup = CardCheckup(Verifier((anchor,), (), NOW), bytes, (AuthenticationLayout(), layout))
    for each in (maker, following):
        report = checkup.run(Channel(InProcessTransport(each.card(CardState.VALID))), PinEntry("1234"))
        assert (report.verdict, report.possession) == (CardVerdict.VALID, True)
    other = checkup.run(Channel(InProcessTransport(maker.card(CardState.OTHER_CARD))), None)
    assert other.verdict is CardVerdict.NOT_MY_NUMBER_CARD


def test_moments_are_japanese(maker: CardMaker, check: RunCheck) -> None:
    begin: datetime | None = check(maker.card(CardState.VALID)).not_before
    assert begin is not None
    assert begin.tzinfo == JST
    assert replace(check(maker.card(CardState.VALID)), ms=1.0).ms == 1.0
