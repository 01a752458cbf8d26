"""Hundreds of cards that are not ours, by seed: every verdict as the rules say, nothing raised, nothing leaked."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hardware.card import CardReport
from hardware.card.channel import Channel
from hardware.card.exchange import CardCheckup
from hardware.card.revocation import load_crls
from hardware.card.verify import Verifier
from hardware.card.virtual.card import VirtualCard
from hardware.card.virtual.transport import InProcessTransport
from schemas.card import CardVerdict
from tests.hardware.card.makes import Make, anchors, make

MAKES = int(os.environ.get("CARD_MAKES", "144"))
SHARE = 24


def _run(made: Make, card: VirtualCard, folder: Path) -> CardReport:
    found, paths = made.revocation_list(), []
    if found is not None:
        paths = [folder / "list.crl"]
        paths[0].write_bytes(found)
    checkup = CardCheckup(Verifier(anchors(), load_crls(paths), made.now), bytes)
    return checkup.run(Channel(InProcessTransport(card)), made.entry)


@pytest.mark.parametrize("first", range(0, MAKES, SHARE))
def test_every_make_has_the_verdict_of_the_rules(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + SHARE):
        made = make(seed)
        card = made.card()
        with capture_logs() as logs:
            report = _run(made, card, tmp_path)
        assert report.verdict is made.expected(), made
        sent = [command for command in card.commands if command.ins == 0x20 and command.data]
        assert len(sent) <= 1, made
        assert report.possession == (made.entry is not None and report.verdict is CardVerdict.VALID), made
        if report.verdict is CardVerdict.VALID:
            assert report.revocation is made.expected_revocation(), made
        assert "1234" not in str(logs) + report.reason, made


def test_the_makes_cover_every_verdict_a_card_can_give() -> None:
    expected = {make(seed).expected() for seed in range(MAKES)}
    unreachable = {CardVerdict.NO_CARD, CardVerdict.REMOVED, CardVerdict.NOT_MY_NUMBER_CARD, CardVerdict.NOT_ISSUED}
    assert expected == set(CardVerdict) - unreachable


@pytest.mark.parametrize("seed", range(6))
def test_every_make_torn_at_every_command_is_removed_or_what_it_was(seed: int, tmp_path: Path) -> None:
    made = make(seed)
    made = replace(made, mood=replace(made.mood, most_bytes=None))
    whole = len(_card_after(made, None, tmp_path)[0].commands)
    for after in range(whole):
        for tear in (False, True):
            card, report = _card_after(made, after, tmp_path, tear=tear)
            assert report.verdict is CardVerdict.REMOVED, (after, made)
            assert not report.possession
            assert sum(1 for command in card.commands if command.ins == 0x20 and command.data) <= 1


def _card_after(made: Make, after: int | None, folder: Path, *, tear: bool = False) -> tuple[VirtualCard, CardReport]:
    card = replace(made, mood=replace(made.mood, remove_after=after, tear=tear)).card()
    return card, _run(made, card, folder)


def test_one_flipped_bit_anywhere_in_the_certificate_is_never_valid(tmp_path: Path) -> None:
    made = next(m for m in map(make, range(500)) if m.expected() is CardVerdict.VALID and m.entry is None and m.filler)
    dice = random.Random(7)
    for _ in range(100):
        card = made.card()
        jpki = card.applications[0]
        stored = jpki.files[0x000A]
        at, bit = dice.randrange(4, len(stored) - len(made.filler)), 1 << dice.randrange(8)
        jpki.files = {**jpki.files, 0x000A: stored[:at] + bytes([stored[at] ^ bit]) + stored[at + 1 :]}
        assert _run(made, card, tmp_path).verdict is not CardVerdict.VALID, (at, bit)


def test_the_moment_of_japanese_midnight_is_exact(tmp_path: Path) -> None:
    """15:00:00 UTC is the next day: the last second before it is still valid to its very end."""
    usual = next(m for m in map(make, range(500)) if m.expected() is CardVerdict.VALID and m.entry is None)
    end = datetime(2028, 2, 29, 14, 59, 59, tzinfo=UTC)
    for moment, verdict in (
        (datetime(2028, 2, 29, 14, 59, 59, 999_999, tzinfo=UTC), CardVerdict.VALID),
        (datetime(2028, 2, 29, 15, 0, 0, tzinfo=UTC), CardVerdict.EXPIRED),
    ):
        made = replace(usual, now=moment, ends=end, listed="none")
        assert _run(made, made.card(), tmp_path).verdict is verdict
