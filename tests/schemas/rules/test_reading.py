"""A broken rule file is refused with file and line, every problem at once; the shipped files have none."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import RulesInvalid
from schemas.rules import RuleSet, example_rules, examples, load, problems_of
from schemas.rules.__main__ import main
from schemas.rules.positions import line_of, positions

FOLDER = Path(str(files("schemas.rules")))
SHIPPED = [FOLDER / "default.toml", *sorted(FOLDER.glob("examples/*.toml"))]
DEFAULT = SHIPPED[0].read_text("utf-8")


def line(text: str, needle: str, nth: int = 1) -> int:
    """The line of the n-th occurrence of a text."""
    at = -1
    for _ in range(nth):
        at = text.index(needle, at + 1)
    return text.count("\n", 0, at) + 1


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files_are_sound_and_marked_as_examples(path: Path) -> None:
    text = path.read_text("utf-8")
    assert problems_of(text, name=path.name) == ()
    rules = load(text, name=path.name)
    assert rules.example
    assert text.startswith("# EXAMPLE")
    assert RuleSet.model_validate_json(rules.model_dump_json()) == rules


def test_both_main_variants_are_among_the_examples() -> None:
    assert {"nagoya_like", "owariasahi_like"} <= set(examples())
    ranks = {kind.rank for kind in example_rules("owariasahi_like").documents}
    assert set("SABCD") <= ranks
    assert set("ABT") <= {kind.rank for kind in example_rules("nagoya_like").documents}


@pytest.mark.parametrize(
    ("old", "new", "needle", "said"),
    [
        ('code = "a_a"\nperson = "applicant"', 'code = "a_a"\nperson = "uncle"', '"uncle"', "combination.0.person"),
        ("months = 3", 'months = "three"', 'months = "three"', "window.0.months"),
        ("[[window]]", "[[window]]\nyears = 7", "years = 7", "Extra inputs"),
        ("[[fee]]", "[[fees]]", "[[fees]]", "Extra inputs"),
        ('classes = "A", count = 2', 'classes = "X", count = 2', 'classes = "X"', "no document has class X"),
        ('classes = "A", count = 2', 'documents = ["pasport"], count = 2', "pasport", "no document pasport"),
        ('classes = "A", count = 2', "count = 2", "needs = [{ count", "either classes or documents"),
        ('classes = "A", count = 2', 'classes = "A", count = 9', "count = 9", "less than or equal to 5"),
        ('documents = ["court_registration"]', 'documents = ["court_paper"]', "court_paper", "no document court_paper"),
        ('bring = ["current_card"]', 'bring = ["old_card"]', 'bring = ["old_card"]', "no item old_card"),
        ("valid_until = 2024-12-01", "valid_until = 2024-12-02", "[[age]]|3", "photo_from holds twice"),
        ("valid_until = 2024-12-01", "valid_until = 2024-13-01", "= 2024-13-01", "at line"),
        ("valid_until = 2024-12-01", 'valid_until = "soon"', '= "soon"', "age.1.valid_until"),
        ("valid_from = 2024-12-02", "valid_from = 2024-12-02\nvalid_until = 2024-12-01", "[[fee]]|2", "is after"),
        ('code = "no_mail_forwarding"', 'code = "address_unchanged"', '"address_unchanged"|2', "code given twice"),
        ('purpose = ["certificate_only"]', 'purpose = ["papers"]', '["papers"]', "barrier.1.when.purpose.0"),
        ('number = "0120-95-0178"', 'number = "call us"', "call us", "phone.0.number"),
        (', en = "Passport"', "", 'ja = "旅券(パスポート)"', "no English text"),
        ("effective_from =", "effective_until = 2025-12-01\neffective_from =", "effective_until", "before"),
        ("yen = 1000", "yen = -1", "yen = -1", "greater than or equal to 0"),
        ('_delivery = "counter"', '_delivery = "restricted_delivery_mail"', "fallback", "was not checked"),
        ('method = "onsite_reception"', 'method = "application_support"', "method =", "checks no identity"),
        ("photo = true", "photo = maybe", "photo = maybe", "at line"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_at_its_line(old: str, new: str, needle: str, said: str) -> None:
    broken = DEFAULT.replace(old, new, 1)
    assert broken != DEFAULT
    text, _, nth = needle.partition("|")
    with pytest.raises(RulesInvalid) as refused:
        load(broken, name="fukushima.toml")
    place = f"fukushima.toml:{line(broken, text, int(nth or 1))}: "
    told = [message for message in str(refused.value).splitlines() if message.startswith(place)]
    assert any(said in message for message in told), str(refused.value)


def test_a_mark_of_the_byte_order_is_passed_over() -> None:
    assert problems_of("\ufeff" + DEFAULT.replace("\n", "\r\n"), name="notepad.toml") == ()


def test_a_missing_key_is_reported_where_its_table_begins() -> None:
    broken = DEFAULT.replace('code = "a_b"\n', "", 1)
    (problem,) = problems_of(broken, name="x.toml")
    assert problem.line == line(broken, "[[combination]]", 2)
    assert "combination.1.code" in str(problem)


def test_a_set_without_documents_for_a_representative_is_refused() -> None:
    broken = DEFAULT.replace('person = "legal_representative"', 'person = "proxy"')
    assert any("legal_representative" in problem.message for problem in problems_of(broken, name="x.toml"))


def test_all_mistakes_are_told_at_once_from_the_top_down() -> None:
    broken = DEFAULT.replace("photo = true", "photo = 3").replace("count = 2", "count = 7")
    problems = problems_of(broken, name="x.toml")
    assert len(problems) > 20
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    with pytest.raises(RulesInvalid, match="more"):
        load(broken, name="x.toml")


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 400 + "]" * 400, "x = " + "[" * 5000, "\x00"])
def test_hostile_texts_give_only_the_own_error(text: str) -> None:
    with pytest.raises(RulesInvalid, match=r"hostile\.toml:"):
        load(text, name="hostile.toml")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_brings_anything_but_the_own_error(text: str) -> None:
    with pytest.raises(RulesInvalid):
        load(text, name="any.toml")


@settings(deadline=None)
@given(st.integers(0, len(DEFAULT) - 1), st.sampled_from(['"', "]", "\n", "=", "{", "#", "2", ""]))
def test_a_slip_of_the_pen_is_read_or_refused_with_a_line_of_the_file(at: int, pen: str) -> None:
    text = DEFAULT[:at] + pen + DEFAULT[at + 1 :]
    for problem in problems_of(text, name="slip.toml"):
        assert 1 <= problem.line <= text.count("\n") + 1


# ── where things stand ───────────────────────────────────────────────────────────────────────────────

ODD = (
    '''
top = 1 # a = 2
"quoted key" = "a # no comment, ] and } too"
a.b.'c.d' = 'x\\'
list = [ 1, # one
  { in = [ "x", "y" ], "k 2" = 2 },
  [3,
   4] ]
long = """
[not.a.table]
k = "v" \\" """
raw = \'\'\'
it''s ['''
    + "'''"
    + """
[tab.le]
k = 2025-12-02
[[tab.rows]]
k = true
[[tab.rows]]
[tab.rows.sub]
k = 1.5
[[tab.rows.deep]]
k = 0
"""
)


def paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path}.union(*(paths(each, (*path, key)) for key, each in inside)) if inside else {path}


@pytest.mark.parametrize("text", [ODD, ODD.replace("\n", "\r\n"), *(path.read_text("utf-8") for path in SHIPPED)])
def test_every_value_has_a_position_and_nothing_else_has(text: str) -> None:
    assert set(positions(text)) == paths(tomllib.loads(text)) - {()}


def test_positions_are_the_lines_where_keys_stand() -> None:
    found = positions(ODD)
    assert {path: found[path] for path in (("top",), ("a", "b", "c.d"), ("list", 1, "k 2"), ("list", 2, 1))} == {
        ("top",): 2, ("a", "b", "c.d"): 4, ("list", 1, "k 2"): 6, ("list", 2, 1): 8,
    }  # fmt: skip
    assert found["tab", "rows", 1, "sub", "k"] == line(ODD, "k = 1.5")
    assert found["tab", "rows", 1, "deep", 0] == line(ODD, "[[tab.rows.deep]]")
    assert line_of(found, ("tab", "rows", 1, "missing")) == line(ODD, "[[tab.rows]]", 2)
    assert line_of(found, ("nowhere",)) == 1


# ── the command ──────────────────────────────────────────────────────────────────────────────────────


def test_the_command_accepts_the_shipped_files() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "schemas.rules", "check", *map(str, SHIPPED)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told = [json.loads(answer) for answer in ran.stdout.splitlines()]
    assert [(answer["ok"], answer["problems"]) for answer in told] == [(True, [])] * len(SHIPPED)


def test_the_command_names_file_and_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, gone = SHIPPED[0], tmp_path / "bad.toml", tmp_path / "gone.toml"
    broken = DEFAULT.replace("yen = 1000", "yen = -1", 1)
    bad.write_text(broken, "utf-8")
    (tmp_path / "latin.toml").write_bytes(b'a = 1\nb = "\xe9"\n')
    assert main(["check", str(bad), str(good), str(gone), str(tmp_path / "latin.toml")]) == 1
    out, err = capsys.readouterr()
    assert f"{bad}:{line(broken, 'yen = -1')}: fee.0.yen: " in err
    assert f"{tmp_path / 'latin.toml'}:2: not UTF-8" in err
    assert [json.loads(answer)["ok"] for answer in out.splitlines()] == [False, True, False, False]
