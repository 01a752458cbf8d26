"""The matrix in short, second half: bad lines, clocks, clones, replays, sticks. The long form: `make faults N=1000`."""

from __future__ import annotations

import pytest

from tests.faults.conftest import assert_harmless, named
from tests.faults.faults_line import FORGERIES
from tests.faults.matrix import Fault
from tests.faults.runner import Runner

pytestmark = pytest.mark.long

_RUNS = {"line-forges-answer": len(FORGERIES), "device-cloned": 1}
"""Each kind of forgery once; a clone needs a world of its own."""


@pytest.mark.parametrize("fault", named("line", "identity"), ids=lambda fault: fault.name)
def test_a_line_or_an_identity_goes_wrong_and_no_record_is_lost_doubled_or_readable(
    runner: Runner, fault: Fault
) -> None:
    assert_harmless(runner, fault, runs=_RUNS.get(fault.name, 2))
