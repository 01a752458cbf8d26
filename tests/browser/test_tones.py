"""The kiosk's sounds, rendered to samples in Chromium and measured: whether they can be heard was never left to hope.

Bounds: JIS S 0013 and ISO 24500 keep signals for old people below 2.5 kHz; loud enough without being cut off at full
scale; long enough to be noticed (a tone below 0.1 s seems softer than it is).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib.resources import files
from itertools import pairwise

import pytest
from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(60)]
RATE, LEAST_DB, AUDIBLE = 16_000, -14.0, 0.05
RENDER = """async ([name, rate]) => {
  const audio = new OfflineAudioContext(1, 2 * rate, rate);
  sound(audio, name);
  return Array.from((await audio.startRendering()).getChannelData(0));
}"""
Rendered = Callable[[str], Sequence[float]]


@pytest.fixture(scope="module")
def rendered(chromium: Browser) -> Rendered:
    page = chromium.new_page()
    page.add_script_tag(path=str(files("kiosk.web") / "static" / "tone.js"))
    return lambda name: page.evaluate(RENDER, [name, RATE])


def loudest_db(samples: Sequence[float], seconds: float = 0.1) -> float:
    """Root mean square of the loudest stretch, in dB of full scale."""
    span = int(seconds * RATE)
    power = max(sum(each * each for each in samples[at : at + span]) for at in range(0, len(samples) - span, span // 4))
    return 10 * math.log10(power / span)


def pitch(samples: Sequence[float], begin: float, seconds: float = 0.1) -> float:
    """Hertz by zero crossings upwards."""
    part = samples[int(begin * RATE) : int((begin + seconds) * RATE)]
    return sum(a < 0 <= b for a, b in pairwise(part)) / seconds


@pytest.mark.parametrize(
    ("name", "seconds", "tones"),
    [("count", 0.12, {0.02: 880}), ("taken", 0.3, {0.02: 1320}), ("call", 1.3, {0.05: 659, 1.3: 523})],
)
def test_a_sound_is_loud_enough_long_enough_and_of_a_pitch_old_ears_hear(
    rendered: Rendered, name: str, seconds: float, tones: dict[float, int]
) -> None:
    samples = rendered(name)
    heard = [at for at, each in enumerate(samples) if abs(each) >= AUDIBLE]
    assert max(map(abs, samples)) <= 0.95
    assert loudest_db(samples) >= LEAST_DB
    assert (heard[-1] - heard[0]) / RATE >= seconds
    assert abs(samples[0]) < 0.01  # it swells: no click
    assert samples[-1] == 0.0
    for begin, hertz in tones.items():
        assert pitch(samples, begin) == pytest.approx(hertz, rel=0.03)
        assert 500 <= hertz <= 2500
