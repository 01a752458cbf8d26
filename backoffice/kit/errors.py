"""The error trees of the office.

OfficeError          something a caller asked for was refused; `code` is stable, `status` is HTTP
├── NotFound         404
├── NotAllowed       403
├── NotSignedIn      401
├── Refused          400, 409, 413, 422 …: the request as it stands cannot be carried out
│   └── Stale        401, 409, transient: ask again with a fresh signature
├── Unopenable       422: a packet the office has signed for does not open or holds what it must not; it is kept
└── Unavailable      503, transient: the same request may succeed later

SetUpInvalid         settings, keys or schema cannot be used; the message names what to change. Ends a command

One handler (web/problems.py) renders an OfficeError as RFC 9457 or as a page.
"""

from __future__ import annotations

from typing import ClassVar


class OfficeError(Exception):
    """`title` is one Japanese sentence for a person; `code` is for scripts and translations."""

    status: int = 400
    transient: ClassVar[bool] = False

    def __init__(self, code: str, title: str, *, status: int | None = None) -> None:
        super().__init__(f"{code}: {title}")
        self.code = code
        self.title = title
        if status is not None:
            self.status = status


class NotFound(OfficeError):
    status = 404


class NotAllowed(OfficeError):
    status = 403


class NotSignedIn(OfficeError):
    status = 401


class Refused(OfficeError):
    status = 400


class Stale(Refused):
    transient = True


class Unopenable(OfficeError):
    status = 422


class Unavailable(OfficeError):
    status = 503
    transient = True


class SetUpInvalid(Exception):
    """The installation cannot run as it is set up; one sentence with the line, file or command that helps."""
