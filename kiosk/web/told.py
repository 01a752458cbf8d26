"""What a municipality tells everybody in its own words: how long it takes, what it costs.

Texts of the rule set by their codes, on the day; a municipality that gives none says nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from schemas.intake import IntakeRecord
from schemas.language import Wording
from schemas.rules import RuleSet

EXPECTED: Final = "expected_time"
EXPECTED_EXPRESS: Final = "expected_time_express"
FREE: Final = "free_of_charge"


def expected_time(record: IntakeRecord, rules: RuleSet, day: date) -> Wording | None:
    """How long until the card is there. Express issue taken at this desk has a time of its own, or none."""
    express = rules.express.here and record.circumstances.express is not None
    return rules.text(EXPECTED_EXPRESS if express else EXPECTED, day)
