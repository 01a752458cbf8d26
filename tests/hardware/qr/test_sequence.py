"""Texts spread over several symbols: a part is never given as a text, all parts together are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.qr.decode import FrameQrReader
from hardware.qr.sequence import Part, Place, place_in_set, whole_text
from hardware.qr.zxing import look
from tests.hardware.qr.conftest import byte_segment, drawn, modules_of, set_of, symbol_of_bits

ID = b"20260710000000000000017"
Modules = NDArray[np.bool_]


def texts(pixels: Pixels, *, live: bool) -> list[str]:
    return [code.text for code in FrameQrReader(live=live).read(pixels).codes]


def sheet(symbols: list[Modules]) -> Pixels:
    return np.hstack([drawn(one, module=5, quiet=5) for one in symbols])


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("shown", [(0,), (1,), (2,), (0, 2), (0, 0, 2)])
def test_a_part_of_a_set_is_no_text(shown: tuple[int, ...], live: bool) -> None:
    parts = set_of(b"https://example.jp/" + ID * 2, (23, 50))
    assert texts(sheet([parts[index] for index in shown]), live=live) == []


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 0, 2, 1)])
def test_all_parts_in_any_order_are_one_text(order: tuple[int, ...], live: bool) -> None:
    parts = set_of("申請書ID 20260710000000000000017".encode(), (4, 14))  # the first cut goes through a letter
    assert texts(sheet([parts[index] for index in order]), live=live) == ["申請書ID 20260710000000000000017"]


def test_parts_of_two_sets_are_not_mixed() -> None:
    first, second = set_of(b"A" * 11 + b"1", (6,)), set_of(b"B" * 11 + b"3", (6,))
    assert texts(sheet([first[0], second[1]]), live=False) == []


def test_a_set_whose_parity_is_wrong_is_no_text() -> None:
    assert texts(sheet(set_of(ID, (11,), parity=1)), live=False) == []


def test_a_whole_code_beside_a_part_is_read() -> None:
    part = set_of(ID, (11,))[0]
    whole = symbol_of_bits(byte_segment(ID))
    assert texts(sheet([part, whole]), live=False) == [ID.decode()]


@pytest.mark.parametrize(
    "change",
    [
        lambda modules: modules,
        lambda modules: modules.T,
        lambda modules: _damaged(modules),
        lambda modules: _damaged(modules).T,
    ],
    ids=["as it is", "mirrored", "damaged", "mirrored and damaged"],
)
def test_a_part_is_known_for_one_in_the_modules(change: Callable[[Modules], Modules]) -> None:
    part = set_of(ID, (11,))[1]
    (seen,) = look(drawn(part)[:, :, 0])
    assert seen.part is not None
    assert place_in_set(change(part), 5, "M", 3) == seen.part.place == Place(1, 2, seen.part.place.parity)


def _damaged(modules: Modules) -> Modules:
    """The corner where the first words lie turned over."""
    worse = modules.copy()
    worse[-6:, -2:] ^= True
    return worse


@pytest.mark.parametrize("version", [1, 2, 6, 7, 9, 14, 21, 40])
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_symbols_of_every_size_and_level_are_whole(version: int, level: int) -> None:
    symbol = modules_of("Ab1", level=level, version=version)
    (seen,) = look(drawn(symbol, module=3)[:, :, 0])
    assert (seen.text, seen.part, seen.spare) == ("Ab1", None, 1.0)
    assert len(symbol) == seen.modules


@pytest.mark.parametrize(("version", "level", "mask"), [(5, "M", 3), (6, "M", 3), (5, "X", 3), (5, "M", 8)])
def test_modules_that_are_no_symbol_are_refused(version: int, level: str, mask: int) -> None:
    noise = np.random.default_rng(3).random((37, 37)) < 0.5
    with pytest.raises(ValueError, match=r"modules of such|first block"):
        place_in_set(noise, version, level, mask)


def test_what_contradicts_itself_is_no_text() -> None:
    def part(index: int, raw: bytes, *, count: int = 2) -> Part:
        return Part(Place(index, count, 0), raw.decode(), raw)

    assert whole_text([part(0, b"a"), part(1, b"a")]) == "aa"
    assert whole_text([part(0, b"a"), part(0, b"b"), part(1, b"a")]) is None
    assert whole_text([part(0, b"a"), part(1, b"a", count=3)]) is None
    assert whole_text([part(1, b"a")]) is None
    assert whole_text([]) is None
