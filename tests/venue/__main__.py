"""`python -m tests.venue [kinds]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.venue import kinds, story


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.venue", description=__doc__)
    parser.add_argument("what", nargs="?", default="story", choices=("story", "kinds"))
    parser.add_argument("--only", default="", help="kinds with this word in their name")
    parser.add_argument("--pictures", type=Path, help="where the screens of who got stuck are saved")
    parser.add_argument("--port", type=int, default=19300, help="the first of five free ports")
    wanted = parser.parse_args(words)
    if wanted.what == "kinds":
        return kinds.run(wanted.only, wanted.pictures)
    return story.run(wanted.port)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
