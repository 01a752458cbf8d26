"""Form ids the office has received already, as a kiosk may know them: salted, cut short, and not to be read back.

A hash is the first 8 bytes of SHA-256 over salt and form id. A chance hit is one in 10^14 for a list of the largest
size, and a hit is a question to the attendant, never a refusal. The salt is the visit's own, so that the lists of two
visits cannot be laid beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from typing import Self

from pydantic import Field

from schemas.canonical import Octets, Wire
from schemas.ids import ApplicationFormId

HASH_BYTES = 8
FORMS_LIMIT = 50_000
_CONTEXT = b"demado known form v1\x00"


class KnownForms(Wire):
    """`hashes`: all hashes one after the other, in ascending order."""

    salt: Octets = Field(min_length=16, max_length=16)
    hashes: Octets = Field(default=b"", max_length=FORMS_LIMIT * HASH_BYTES, repr=False)

    @classmethod
    def of(cls, forms: Iterable[str], *, salt: bytes) -> Self:
        return cls(salt=salt, hashes=b"".join(sorted({_hashed(salt, form) for form in forms})))

    @cached_property
    def _known(self) -> frozenset[bytes]:
        size = HASH_BYTES
        return frozenset(self.hashes[at : at + size] for at in range(0, len(self.hashes), size))

    def __contains__(self, form: ApplicationFormId) -> bool:
        return _hashed(self.salt, form) in self._known

    @property
    def count(self) -> int:
        return len(self.hashes) // HASH_BYTES


def _hashed(salt: bytes, form: str) -> bytes:
    return sha256(_CONTEXT + salt + form.encode()).digest()[:HASH_BYTES]
