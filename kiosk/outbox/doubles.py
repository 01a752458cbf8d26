"""Has this form been received already? From the bundle's salted hashes, and from what was sealed here since the start.

A yes is a question to people, never a refusal: forms are handed in again for good reasons. Nothing readable is kept;
the salt of our own hashes dies with the process.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from schemas.ids import ApplicationFormId
from schemas.visit import VisitBundle


class Doubles:
    """Form ids sealed by this process, beside those the bundle knows."""

    def __init__(self, randomness: Callable[[int], bytes]) -> None:
        self._salt = randomness(16)
        self._sealed: set[bytes] = set()

    def sealed(self, form: ApplicationFormId | None) -> None:
        if form is not None:
            self._sealed.add(self._hashed(form))

    def knows(self, form: ApplicationFormId, bundle: VisitBundle | None) -> bool:
        known = bundle.known_forms if bundle else None
        return self._hashed(form) in self._sealed or (known is not None and form in known)

    def _hashed(self, form: ApplicationFormId) -> bytes:
        return sha256(self._salt + form.encode()).digest()
