"""Commands, responses and status words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card.apdu import Command, Response, StatusWord, decode_command
from hardware.card.errors import ResponseMalformed

_BYTE = st.integers(0, 255)
_COMMANDS = st.builds(
    Command, _BYTE, _BYTE, _BYTE, _BYTE, st.binary(max_size=255), st.none() | st.integers(min_value=1, max_value=256)
)


@given(_COMMANDS)
def test_every_short_command_survives_encoding(command: Command) -> None:
    assert decode_command(command.encode()) == command


@given(st.binary(max_size=400))
def test_any_bytes_are_a_command_or_malformed(apdu: bytes) -> None:
    try:
        command = decode_command(apdu)
    except ResponseMalformed:
        return
    assert apdu.startswith(bytes([command.cla, command.ins, command.p1, command.p2]))
    assert command.data in apdu


def test_le_256_is_written_as_zero() -> None:
    assert Command(0x00, 0xB0, 0, 0, le=256).encode() == bytes.fromhex("00B0000000")


def test_extended_commands_are_understood_on_the_card_side() -> None:
    apdu = bytes.fromhex("00B00000000000")
    assert decode_command(apdu).le == 65536
    assert decode_command(bytes.fromhex("00A4020C000002000A")).data == b"\x00\x0a"


@pytest.mark.parametrize(("data", "le"), [(b"x" * 256, None), (b"", 257), (b"", 0)])
def test_what_does_not_fit_a_short_command_is_refused(data: bytes, le: int | None) -> None:
    with pytest.raises(ValueError, match="short"):
        Command(0, 0, 0, 0, data, le).encode()


@pytest.mark.parametrize("sw", [0x63C0, 0x6983, 0x6984])
def test_three_status_words_mean_locked(sw: int) -> None:
    assert StatusWord(sw).locked
    assert StatusWord(sw).tries_left == 0


@pytest.mark.parametrize(("sw", "tries"), [(0x63C3, 3), (0x63C1, 1), (0x63CF, 15), (0x6300, None), (0x9000, None)])
def test_tries_are_read_from_63cx_only(sw: int, tries: int | None) -> None:
    assert StatusWord(sw).tries_left == tries
    assert not StatusWord(sw).locked


@given(st.integers(0, 0xFFFF))
def test_only_9000_is_ok(sw: int) -> None:
    word = StatusWord(sw)
    assert word.ok == (sw == 0x9000)
    assert not (word.ok and (word.locked or word.not_found))


def test_neither_commands_nor_answers_show_their_data() -> None:
    command = Command(0x00, 0x20, 0x00, 0x80, b"4649")
    response = Response(b"\x30\x82secret", StatusWord(0x9000))
    shown = repr(command) + str(command) + repr(response) + str(response)
    assert "4649" not in shown
    assert b"4649".hex() not in shown
    assert "secret" not in shown
    assert "Lc=4" in shown
