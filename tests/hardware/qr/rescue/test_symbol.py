"""From modules to words and back, for every version, level and mask that we read."""

from __future__ import annotations

import numpy as np
import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hardware.qr.rescue.anatomy import anatomy, formats, side_of
from hardware.qr.rescue.equaliser import equalised
from hardware.qr.rescue.symbol import decode
from tests.hardware.qr.conftest import FORM_TEXT, modules_of


def grid_of(modules: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.where(modules, -1.0, 1.0)


@pytest.mark.parametrize("version", range(1, 15))
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_a_clean_symbol_decodes_to_itself(version: int, level: int) -> None:
    modules = modules_of("12345", version=version, level=level)
    decoded = decode(grid_of(modules), version)
    assert decoded.whole
    assert np.array_equal(decoded.signs, np.where(modules, -1, 1))


@pytest.mark.parametrize("version", [1, 2, 6, 7, 10, 14])
def test_the_fixed_modules_stand_in_every_symbol(version: int) -> None:
    modules = modules_of("A", version=version)
    fixed = anatomy(version).fixed
    assert np.array_equal(np.where(modules, -1, 1)[fixed != 0], fixed[fixed != 0])
    rows, columns = anatomy(version).places
    assert len(set(zip(rows.tolist(), columns.tolist(), strict=True))) == len(rows)
    assert not fixed[rows, columns].any()
    assert side_of(version) == len(modules)


def test_level_and_mask_are_told_from_damaged_format_modules() -> None:
    for mask in range(8):
        code = qrcode.QRCode(version=3, error_correction=2, mask_pattern=mask, border=0)
        code.add_data("x")
        code.make(fit=False)
        grid = grid_of(np.array(code.modules, dtype=bool))
        grid[:6, 8] = 0
        assert formats(grid)[0] == (2, mask)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.0, 0.5))
def test_noise_gives_the_right_modules_or_none(seed: int, noise: float) -> None:
    modules = modules_of(FORM_TEXT, version=4)
    grid = grid_of(modules) + np.random.default_rng(seed).normal(0, noise, modules.shape)
    decoded = decode(grid, 4)
    assert not decoded.whole or np.array_equal(decoded.signs, np.where(modules, -1, 1))
    if noise < 0.3:
        assert decoded.whole


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 2, 4, 6]))
def test_random_modules_are_no_symbol(seed: int, version: int) -> None:
    grid = np.random.default_rng(seed).normal(0, 1, (side_of(version), side_of(version)))
    assert not decode(grid, version).whole


def test_a_washed_out_corner_is_read_with_erasures() -> None:
    modules = modules_of(FORM_TEXT, version=6)
    grid = grid_of(modules)
    grid[20:31, 22:34] = np.random.default_rng(1).normal(0, 0.05, (11, 12))
    decoded = decode(grid, 6)
    assert decoded.whole
    assert np.array_equal(decoded.signs, np.where(modules, -1, 1))


def test_blur_between_modules_is_taken_out() -> None:
    modules = modules_of(FORM_TEXT, version=6)
    clean = grid_of(modules)
    wide = np.pad(clean, 2, constant_values=1)
    row = np.array([0.02, 0.2, 0.56, 0.2, 0.02])
    blurred = sum(
        row[down] * row[right] * wide[down : down + 41, right : right + 41] for down in range(5) for right in range(5)
    )
    assert isinstance(blurred, np.ndarray)
    wrong = (np.sign(blurred) != clean).mean()
    clear = (np.sign(equalised(blurred, anatomy(6).fixed)) != clean).mean()
    assert wrong > 0.02
    assert clear < 0.005
