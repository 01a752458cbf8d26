"""The commands of `demado-backoffice` beside the service itself: each module adds its arguments and runs.

What a command says is JSON, one object a line, on stdout; logs go to stderr.
"""

from __future__ import annotations

import json
import sys


def say(**values: object) -> None:
    """One line of output."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()
