"""Files that somebody names on the command line or lays into a folder: never more of them than they may be long."""

from __future__ import annotations

from pathlib import Path


def bounded(path: Path, most: int) -> bytes:
    """The whole content. `OSError` as from reading, and for a file that is longer than `most` bytes or has no end: what
    the file system says of a device's or a pipe's size is not true."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(f"{path.name} is longer than {most} bytes")
    return content
