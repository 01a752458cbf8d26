"""`python -m tests.venue [story | kinds | privacy | slips | display]`: what a venue shows, by hand, not in the suite.

story: two real kiosks, a tablet over TLS, the line cut, a service killed, everything balanced (minutes). kinds: every
kind of applicant by touch to the end. privacy: nothing of a person stays. slips: the paper in seven languages. display:
every number read from 8 m, however many kiosks there are.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.venue import far, kinds, privacy, slips, story


def main(words: Sequence[str]) -> int:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.venue", description=__doc__, formatter_class=form)
    parser.add_argument("what", nargs="?", default="story", choices=("story", "kinds", "privacy", "slips", "display"))
    parser.add_argument("--only", default="", help="kinds whose name has this (a regular expression)")
    parser.add_argument("--pictures", type=Path, help="where screens of who got stuck, or slips, are saved")
    parser.add_argument("--port", type=int, default=19300, help="the first of five free ports")
    wanted = parser.parse_args(words)
    if wanted.what == "kinds":
        return kinds.run(wanted.only, wanted.pictures)
    if wanted.what == "slips":
        return slips.run(wanted.pictures)
    if wanted.what == "display":
        return far.run()
    return {"story": story.run, "privacy": privacy.run}[wanted.what](wanted.port)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
