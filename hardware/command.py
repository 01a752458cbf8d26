"""The edge of `demado-hardware`: JSON lines on stdout and nothing else there; a closed pipe ends it quietly."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

import structlog

_OTHER_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x7f\x85\u2028\u2029"}
"""Beyond what JSON escapes: readers that split lines as Unicode does would cut an object in two."""


def print_line(value: Mapping[str, Any]) -> None:
    """One object on one line, at once. Raises `BrokenPipeError` when nobody reads any more (`main` ends quietly)."""
    if sys.stdout is None:
        raise BrokenPipeError("stdout is closed")
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    sys.stdout.write(line.translate(_OTHER_LINE_ENDS) + "\n")
    sys.stdout.flush()


def prepare_streams() -> None:
    """UTF-8 whatever the locale says (a name that is none becomes JSON's own `\\udcXX` escapes); logs on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr or open_nothing()),
    )


def open_nothing() -> Any:
    """A stream that swallows everything, for when stderr is closed."""
    import io

    return io.StringIO()
