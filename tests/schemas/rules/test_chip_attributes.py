"""Reading name and birth date from the chip as a rule: a dated entry with a reason, off where there is none."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest

from schemas.rules import default_rules, example_rules, examples, problems_of

OWARI = files("schemas.rules").joinpath("examples", "owariasahi_like.toml").read_text("utf-8")
BEGIN = date(2026, 4, 1)


def test_it_is_off_in_the_examples_but_one() -> None:
    sets = {name: example_rules(name) for name in examples()} | {"default": default_rules()}
    asking = [name for name, rules in sets.items() if rules.chip_attributes_on(date(2026, 7, 10))]
    assert asking == ["owariasahi_like"]


@pytest.mark.parametrize(("day", "asked"), [(date(2026, 3, 31), False), (BEGIN, True), (date(2040, 1, 1), True)])
def test_it_holds_on_its_days(day: date, asked: bool) -> None:
    found = example_rules("owariasahi_like").chip_attributes_on(day)
    assert (found is not None) is asked


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("", "purpose"),
        ('purpose = { ja = "理由" }', "no English text"),
        ('purpose = { ja = "理由", en = "why" }\nvalid_from = 2026-06-01', "chip_attributes holds twice on some days"),
        ('purpose = { ja = "理由", en = "why" }\npin = "1234"', "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(entry: str, message: str) -> None:
    text = OWARI + f"\n[[chip_attributes]]\n{entry}\n"
    found = [problem for problem in problems_of(text, name="x.toml") if problem.path.startswith("chip_attributes")]
    assert any(message in str(problem) for problem in found)
    assert all(problem.line > OWARI.count("\n") for problem in found)
