"""What applies to some people only: a booking, a family under one number, 本籍, express issue, a proxy, a hidden
address.

Every part has a usual value, so a counter may leave the question out. A reason is a code of the municipality's rule
set, never words of the applicant's own.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from pydantic import Field, model_validator

from schemas.canonical import Wire
from schemas.ids import RecordId, StaffId

BOOKING_NUMBER: Final = r"[0-9A-Z-]{1,12}"
_CODE: Final = r"^[a-z0-9_]*$"


class Booking(Wire):
    """The booking a person came with. `accepted_by`: staff took it although it is for another day or was used."""

    number: str = Field(pattern=f"^{BOOKING_NUMBER}$")
    accepted_by: StaffId | None = None


class FamilyPlace(Wire):
    """A further member of a family under one slip number. `first`: the record of the first member; `member`: 2 for the
    one after it."""

    first: RecordId
    member: int = Field(ge=2, le=20)


class Domicile(StrEnum):
    """本籍: whether it is in the receiving municipality. Foreign nationals have none and are never asked."""

    NOT_ASKED = "not_asked"
    HERE = "here"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


class Express(Wire):
    """特急発行 is wished (facts 5.4): the event by its code, and its day where the days since then count."""

    event: str = Field(min_length=1, max_length=40, pattern=_CODE)
    day: date | None = None


class Circumstances(Wire):
    """`proxy_reason`: why somebody else will collect the card, a code of the rule set; empty for none.

    `address_hidden`: nothing may be sent or said that tells where the person is (支援措置 and the like); why is not
    written anywhere.
    """

    domicile: Domicile = Domicile.NOT_ASKED
    proxy_reason: str = Field(default="", max_length=40, pattern=_CODE)
    express: Express | None = None
    address_hidden: bool = False

    @model_validator(mode="after")
    def _no_promise(self) -> Circumstances:
        if self.address_hidden and self.express is not None:
            raise ValueError("an express card goes by post, which a hidden address does not")
        return self
