"""Every predicate a rule file may use: it holds for whom it names, for nobody else, and not for the unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from schemas.ids import MunicipalityCode
from schemas.rules import RuleSet, Situation, decide, default_rules, load
from schemas.rules.entries import Barrier, Combination, Condition
from schemas.rules.spans import known
from schemas.rules.when import When, matches
from tests.schemas.rules.table import facts

HERE, ELSEWHERE = MunicipalityCode.parse("072010"), MunicipalityCode.parse("131016")
RULES = default_rules()
RULES_TEXT = files("schemas.rules").joinpath("default.toml").read_text("utf-8")
ADULT = Situation(day=date(2026, 7, 10), age=36, receiving=HERE, home=HERE, identity_checker=True)

# predicate | facts it holds for | facts it does not hold for (empty: nothing is known beyond the defaults)
TABLE = """
age_from=36 | age=36 | age=35
age_below=36 | age=35 | age=36
occasion=at_application | occasion=at_application | occasion=onsite
purpose=renewal,space_full | purpose=space_full | purpose=lost
residence=limited | residence=limited | residence=permanent
stay=ending | residence=limited stay_until=2026-09-09 | residence=limited stay_until=2026-09-10
stay=unknown | residence=limited | residence=japanese
guardianship=adult_ward | guardianship=adult_ward | guardianship=curatelage
representative=parent,minor_guardian | representative=parent | representative=proxy
number_paper=lost | number_paper=lost |
old_card=kept | old_card=kept |
juki_card=kept | juki_card=kept | old_card=kept
card_life=renewable | card_expires=2026-10-09 | card_expires=2026-10-10
card_life=expired | card_expires=2026-07-09 |
certificate_life=renewable | certificate_expires=2026-10-09 | certificate_expires=2026-10-10
form=before_move | form=before_move | form=current
delivery_wish=return_visit | delivery_wish=return_visit |
elsewhere=true | home=131016 |
elsewhere=false | | home=131016
same_household=true | same_household=true |
same_household=false | same_household=false |
domicile_here=true | domicile_here=true | domicile_here=false
special_photo=true | special_photo=true |
face_authentication=true | face_authentication=true |
licence_on_card=true | licence_on_card=true | licence_on_card=false
licence_on_card=false | licence_on_card=false |
address_hidden=true | address_hidden=true |
photo_too_old=true | photo_taken=2026-01-09 | photo_taken=2026-01-10
photo_too_old=false | photo_taken=2026-01-10 |
express=true | express_event=lost |
purpose=lost age_from=75 | purpose=lost age=75 | purpose=lost age=74
"""
ROWS = [tuple(part.strip() for part in row.split("|")) for row in TABLE.strip().splitlines()]


def predicate(words: str) -> When:
    given = dict(word.split("=") for word in words.split())
    lists = {name: value.split(",") for name, value in given.items() if not name.startswith("age_")}
    truths = {"true": True, "false": False}
    return When.model_validate(
        {name: truths.get(given[name], lists.get(name, given[name])) for name in given}
        | {name: int(value) for name, value in given.items() if name.startswith("age_")}
    )


def person(words: str) -> Situation:
    given = dict(word.split("=") for word in words.split())
    age, home = int(given.pop("age", "36")), MunicipalityCode.parse(given.pop("home", HERE))
    return replace(ADULT, age=age, home=home, facts=facts(given))


@pytest.mark.parametrize(("when", "fitting", "other"), ROWS, ids=[row[0] + " / " + row[1] for row in ROWS])
def test_a_predicate_holds_for_whom_it_names_and_no_other(when: str, fitting: str, other: str) -> None:
    assert matches(predicate(when), known(RULES, person(fitting)))
    assert not matches(predicate(when), known(RULES, person(other)))


def test_every_predicate_is_in_the_table() -> None:
    used = {word.split("=")[0] for row in ROWS for word in row[0].split()}
    assert used == set(When.model_fields)


def test_an_empty_predicate_holds_for_everybody() -> None:
    assert all(matches(When(), known(RULES, person(row[1]))) for row in ROWS)


def test_a_combination_may_be_for_some_people_only() -> None:
    """E.g. one residence card is enough for people who have just moved in from abroad, in a set that says so."""
    extra = Combination.model_validate(
        {
            "code": "newcomer", "person": "applicant", "needs": [{"documents": ["residence_card"], "count": 1}],
            "when": {"residence": ["limited"], "purpose": ["first"]},
            "name": {"ja": "在留カード", "en": "Residence card"},
        }
    )  # fmt: skip
    rules = RULES.model_copy(update={"combinations": (*RULES.combinations, extra)})

    def choices(words: str) -> list[str]:
        return [item.code for item in decide(rules, person(words)).bring]

    assert "newcomer" in choices("residence=limited")
    assert "newcomer" not in choices("residence=permanent")
    assert "newcomer" not in choices("residence=limited purpose=renewal")


@pytest.mark.parametrize(("day", "holds"), [(date(2026, 3, 31), False), (date(2026, 4, 1), True)])
@pytest.mark.parametrize("until", [None, date(2026, 4, 1)])
def test_every_kind_of_entry_begins_on_its_day(day: date, holds: bool, until: date | None) -> None:
    dates = {"valid_from": date(2026, 4, 1), "valid_until": until}
    words = {"ja": "ことば", "en": "words"}
    barrier = Barrier.model_validate({"code": "new", "when": {}, "text": words, **dates})
    question = Condition.model_validate({"code": "new_question", "question": words, "unmet": words, **dates})
    choice = Combination.model_validate(
        {"code": "new_choice", "person": "applicant", "needs": [{"classes": "B", "count": 1}], "name": words, **dates}
    )
    rules: RuleSet = RULES.model_copy(
        update={
            "barriers": (barrier,), "conditions": (question,), "combinations": (*RULES.combinations, choice),
        }
    )  # fmt: skip
    decision = decide(rules, replace(ADULT, day=day))
    assert ("barrier.new" in decision.unmet) is holds
    assert ("delivery.new_question" in decision.unmet) is holds
    assert ("new_choice" in [item.code for item in decision.bring]) is holds
    after = decide(rules, replace(ADULT, day=date(2026, 4, 2)))
    assert ("barrier.new" in after.unmet) is (until is None)


def test_an_exception_may_have_alternatives_in_a_file() -> None:
    """`unless` as a list: any one of them lifts the rule (facts 1.6: same household, or 本籍 in the city)."""
    text = "\n".join(
        (
            "[[barrier]]", 'code = "register"', "when = { age_below = 15 }",
            "unless = [{ same_household = true }, { domicile_here = true }]",
            'text = { ja = "戸籍謄本が要ります", en = "A family register is needed" }',
        )
    )  # fmt: skip
    rules = load(RULES_TEXT + "\n" + text, name="hagi.toml")
    barred = {words: "barrier.register" in decide(rules, person(words)).unmet for words in LIFTED}
    assert barred == LIFTED


LIFTED = {
    "age=14": True, "age=14 same_household=true": False, "age=14 same_household=false domicile_here=true": False,
    "age=14 domicile_here=false": True, "age=15": False,
}  # fmt: skip
