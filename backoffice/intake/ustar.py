"""Reading a tar of the one plain kind that schemas/usb.py allows (POSIX.1-2017, ustar interchange format).

Regular files only, names as written, sizes bounded before anything is read: no links, no extensions, no extraction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

_BLOCK = 512
_REGULAR = (b"0", b"\x00")


class UstarBroken(Exception):
    """The file is cut short or is no such tar; `cut`: it ended before it should."""

    def __init__(self, message: str, *, cut: bool = False) -> None:
        super().__init__(message)
        self.cut = cut


@dataclass(frozen=True)
class Member:
    """One file of the tar, its content read whole."""

    name: str
    content: bytes


def members(file: BinaryIO, *, limit: Callable[[str], int]) -> Iterator[Member]:
    """The files in order. `limit`: the most bytes a file of this name may have. Raises `UstarBroken`."""
    while True:
        header = file.read(_BLOCK)
        if header == bytes(_BLOCK):
            return
        if len(header) < _BLOCK:
            raise UstarBroken("ends before the end mark", cut=True)
        name, size = _parse(header)
        if size > limit(name):
            raise UstarBroken(f"{name}: larger than allowed")
        content = file.read(size)
        padding = file.read(-size % _BLOCK)
        if len(content) < size or len(padding) < -size % _BLOCK:
            raise UstarBroken(f"{name}: cut short", cut=True)
        yield Member(name, content)


def _parse(header: bytes) -> tuple[str, int]:
    """(name, size) of a regular file."""
    summed = sum(header[:148]) + 8 * ord(" ") + sum(header[156:])
    if _octal(header[148:156]) != summed:
        raise UstarBroken("header does not add up")
    if header[257:262] != b"ustar" or header[156:157] not in _REGULAR or header[345:500].strip(b"\x00"):
        raise UstarBroken("holds something else than plain files")
    try:
        return header[:100].rstrip(b"\x00").decode("ascii"), _octal(header[124:136])
    except UnicodeDecodeError:
        raise UstarBroken("a name is not ASCII") from None


def _octal(field: bytes) -> int:
    digits = field.strip(b" \x00")
    if not digits or digits.strip(b"01234567"):
        raise UstarBroken("a number is not octal")
    return int(digits, 8)
