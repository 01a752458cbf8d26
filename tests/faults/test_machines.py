"""The matrix in short, first half: machines that stop and stores that fail. The long form: `make faults N=1000`."""

from __future__ import annotations

import pytest

from tests.faults.conftest import assert_harmless, named
from tests.faults.matrix import Fault
from tests.faults.runner import Runner

pytestmark = pytest.mark.long


@pytest.mark.parametrize("fault", named("machine", "power", "stores"), ids=lambda fault: fault.name)
def test_a_machine_or_a_store_fails_and_no_record_is_lost_doubled_or_readable(runner: Runner, fault: Fault) -> None:
    assert_harmless(runner, fault, runs=1 if fault.postgres else 2)
