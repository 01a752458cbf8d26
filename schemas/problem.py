"""RFC 9457 problem details: how either service refuses a request over HTTP.

`code` is the stable dotted code that scripts and translations key on; `transient` tells a sender whether the
same request may succeed later. Content type: application/problem+json.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

PROBLEM_JSON = "application/problem+json"


class Problem(BaseModel):
    """A refusal. `type` is a URN made of the code; extensions beyond RFC 9457: `code`, `transient`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: str
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None
    code: str
    transient: bool = False

    @classmethod
    def of(cls, code: str, status: int, title: str, *, detail: str | None = None, transient: bool = False) -> Problem:
        return cls(
            type=f"urn:demado:problem:{code}",
            title=title,
            status=status,
            detail=detail,
            code=code,
            transient=transient,
        )
