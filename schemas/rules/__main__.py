"""`python -m schemas.rules check FILE…`: a JSON line a file on stdout, each problem as file:line: on stderr.

Exit 0 only when every file can be used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from schemas.rules.model import RuleSet
from schemas.rules.reading import Problem, load, problems_of


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m schemas.rules", description="rule sets of a municipality")
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="say what is wrong with rule files, with file and line")
    check.add_argument("files", nargs="+", metavar="FILE")
    told = parser.parse_args(arguments)
    checked = [_check(name) for name in told.files]
    return 0 if all(checked) else 1


def _check(name: str) -> bool:
    try:
        text = Path(name).read_text("utf-8")
    except OSError as error:
        problems: tuple[Problem, ...] = (Problem(name, 0, "", error.strerror or "cannot be read"),)
    except UnicodeDecodeError as error:
        problems = (Problem(name, error.object.count(b"\n", 0, error.start) + 1, "", "not UTF-8"),)
    else:
        problems = problems_of(text, name=name)
    rules = None if problems else load(text, name=name)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(json.dumps({"file": name, "ok": not problems, **_counts(rules), "problems": _plain(problems)},
                     ensure_ascii=False))  # fmt: skip
    return not problems


def _counts(rules: RuleSet | None) -> dict[str, str | int | bool]:
    if rules is None:
        return {}
    return {
        "id": rules.id, "example": rules.example, "effective_from": rules.effective_from.isoformat(),
        "documents": len(rules.documents), "combinations": len(rules.combinations),
        "conditions": len(rules.conditions), "barriers": len(rules.barriers),
    }  # fmt: skip


def _plain(problems: Sequence[Problem]) -> list[dict[str, str | int]]:
    return [{"line": each.line, "path": each.path, "message": each.message} for each in problems]


if __name__ == "__main__":
    sys.exit(main())
