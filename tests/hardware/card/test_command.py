"""The command line: one JSON line, the exit code, nothing else."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hardware.card import CardReport, command
from hardware.card.generations import read_generations
from hardware.card.virtual import command as virtual_command
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.slot import SECOND_PORT, VirtualSlot, reader_name
from hardware.card.virtual.states import CardMaker, CardState, Holder
from schemas.card import CardVerdict
from tests.hardware.card.conftest import Holding
from tests.hardware.card.responder import Behaviour, serving
from tests.hardware.card.test_generations import NEXT

KEYS = [
    "verdict",
    "reason",
    "not_before",
    "not_after",
    "serial",
    "tries_left",
    "revocation",
    "possession",
    "apdus",
    "ms",
]


def demado_hardware(*arguments: str, stdin: str = "") -> tuple[int, dict[str, object]]:
    """Exit code and the one line on standard output; nothing may be on standard error but JSON log lines."""
    command = [sys.executable, "-m", "hardware", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    (line,) = done.stdout.splitlines()
    return done.returncode, json.loads(line)


@pytest.fixture(scope="module")
def today() -> CardMaker:
    """The command has the real clock."""
    return CardMaker(VirtualAuthority.create(datetime.now(UTC)), lambda: datetime.now(UTC))


@pytest.fixture
def folder(today: CardMaker, tmp_path: Path) -> Path:
    (tmp_path / "authority.pem").write_bytes(today.authority.pem)
    return tmp_path


@pytest.mark.pcsc
def test_a_valid_card_with_its_pin_exits_zero(today: CardMaker, folder: Path, holding: Holding, tmp_path: Path) -> None:
    crl = tmp_path / "list.crl"
    crl.write_bytes(today.revocation_list())
    with holding(today.card(CardState.VALID)):
        code, line = demado_hardware(
            "card",
            *("--reader", reader_name(SECOND_PORT), "--trust", str(folder), "--crl", str(crl), "--pin-stdin"),
            stdin="1234\n",
        )
    assert code == 0
    assert list(line) == KEYS
    assert (line["verdict"], line["possession"], line["revocation"]) == ("valid", True, "good")
    assert datetime.fromisoformat(str(line["not_after"])) > datetime.now(UTC)


@pytest.mark.pcsc
@pytest.mark.parametrize("state", [CardState.REVOKED, CardState.EXPIRED, CardState.NOT_ISSUED])
def test_every_other_card_exits_one(
    today: CardMaker, folder: Path, holding: Holding, tmp_path: Path, state: CardState
) -> None:
    card = today.card(state)
    crl = tmp_path / "list.crl"
    crl.write_bytes(today.revocation_list(None if state is CardState.NOT_ISSUED else card))
    with holding(card):
        code, line = demado_hardware("card", *("--reader", "00 01", "--trust", str(folder), "--crl", str(crl)))
    assert (code, line["verdict"]) == (1, state.value)


@pytest.mark.pcsc
def test_expiry_attributes_and_responder_are_said_when_asked_for(
    today: CardMaker, folder: Path, holding: Holding
) -> None:
    now = datetime.now(UTC)
    behaviour = Behaviour(today.authority, this_update=now, next_update=now + timedelta(hours=1))
    more = ("--card-expiry", "--attributes", "--pin-stdin", "--ocsp")
    with holding(today.card(CardState.VALID)), serving(behaviour) as url:
        code, line = demado_hardware(
            "card", "--reader", "00 01", "--trust", str(folder), *more, url, stdin="1234\n1234\n"
        )
    assert (code, line["verdict"], line["revocation"], line["possession"]) == (0, "valid", "good", True)
    assert list(line) == [*KEYS, "card_expires", "attributes"]
    assert line["card_expires"] == "2033-02-17"
    assert isinstance(line["attributes"], dict)
    assert line["attributes"]["name"] == Holder().name
    assert line["attributes"]["birth_date"] == "1990-02-17"


@pytest.mark.pcsc
def test_a_card_of_the_next_generation_is_read_by_a_file(tmp_path: Path, holding: Holding) -> None:
    file = tmp_path / "generations.toml"
    file.write_text(NEXT, "utf-8")
    authority = VirtualAuthority.create(datetime.now(UTC), key=ec.generate_private_key(ec.SECP384R1()))
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "next.pem").write_bytes(authority.pem)
    key = ec.generate_private_key(ec.SECP384R1())
    maker = CardMaker(authority, lambda: datetime.now(UTC), key, read_generations(file)[0])
    with holding(maker.card(CardState.VALID)):
        asked = ("card", "--reader", "00 01", "--trust", str(tmp_path / "trust"), "--pin-stdin")
        code, line = demado_hardware(*asked, "--generations", str(file), stdin="1234\n")
        other, without = demado_hardware(*asked, stdin="1234\n")
    assert (code, line["verdict"], line["possession"]) == (0, "valid", True)
    assert (other, without["verdict"]) == (1, "not_my_number_card")


def test_settings_that_cannot_be_used_are_named_not_raised() -> None:
    code, line = demado_hardware("card", "--ocsp", "file:///etc/passwd", "--wait", "0")
    assert (code, line["error"]) == (2, "settings")


@pytest.mark.pcsc
def test_no_card_is_said_after_the_wait(empty: VirtualSlot) -> None:
    code, line = demado_hardware("card", "--reader", empty.reader, "--wait", "0")
    assert (code, line["verdict"]) == (1, "no_card")


def test_missing_folders_and_lists_are_no_traceback(tmp_path: Path) -> None:
    nowhere = ("--trust", str(tmp_path / "nowhere"), "--crl", str(tmp_path / "nowhere"))
    code, line = demado_hardware("card", "--reader", "No Such Reader", *nowhere, "--wait", "0")
    assert (code, line["verdict"]) == (1, "no_card")


def test_the_line_has_no_field_more_than_promised() -> None:
    assert list(command.report_fields(CardReport(CardVerdict.NO_CARD, "x"))) == KEYS


def test_trust_add_shows_the_fingerprint_before_it_installs(folder: Path, tmp_path: Path) -> None:
    given, installed = str(folder / "authority.pem"), tmp_path / "installed"
    code, shown = demado_hardware("trust", "add", given, "--trust", str(installed))
    assert (code, shown["installed"], shown["known"]) == (1, False, None)
    code, line = demado_hardware("trust", "add", given, "--trust", str(installed), "--sha256", str(shown["sha256"]))
    assert (code, line["installed"]) == (0, True)
    assert len(list(installed.iterdir())) == 1


def test_trust_add_refuses_what_is_no_authority(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"garbage")
    code, line = demado_hardware("trust", "add", str(tmp_path / "x"), "--trust", str(tmp_path / "t"))
    assert (code, line["installed"]) == (1, False)


@pytest.mark.pcsc
def test_the_attribute_pin_goes_to_no_doubtful_card(today: CardMaker, folder: Path, holding: Holding) -> None:
    card = today.card(CardState.UNTRUSTED)
    with holding(card):
        asked = ("card", "--reader", "00 01", "--trust", str(folder), "--attributes")
        code, line = demado_hardware(*asked, stdin="1234\n")
    assert (code, line["verdict"]) == (1, "untrusted")
    assert not any(command.ins == 0x20 and command.data for command in card.commands)


def test_endless_files_come_to_an_end(tmp_path: Path) -> None:
    code, line = demado_hardware("trust", "add", "/dev/zero", "--trust", str(tmp_path))
    assert (code, line) == (1, {"installed": False, "reason": "the file cannot be read"})


def test_no_standard_input_at_all_is_no_pin() -> None:
    asked = [sys.executable, "-m", "hardware", "card", "--reader", "No Such Reader", "--wait", "0", "--pin-stdin"]
    done = subprocess.run(["sh", "-c", 'exec "$@" <&-', "sh", *asked], capture_output=True, text=True, timeout=60)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (1, "no_card")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--tries", "4"), ("--tries", "-1"), ("--pin", "12345"), ("--pin", "abcd"), ("--pin", "１２３４"),
        ("--remove-after", "-1"), ("--slow", "-5"), ("--slow", "soon"), ("--most-bytes", "0"), ("--port", "1"),
        ("--state", "gold"),
    ],
)  # fmt: skip
def test_a_virtual_card_that_cannot_be_is_refused(option: str, value: str) -> None:
    parser = argparse.ArgumentParser()
    virtual_command.add_arguments(parser)
    with pytest.raises(SystemExit) as refused:
        parser.parse_args([f"{option}={value}"])
    assert refused.value.code == 2
