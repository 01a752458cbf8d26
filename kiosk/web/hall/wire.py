"""What kiosks of one venue tell each other over the local network: numbers and states, nobody's personal data.

The lead (the kiosk the tablet stands at) asks, the others answer. Fields a newer kiosk adds are passed over.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.ids import DeviceId, MunicipalityCode, SlipNumber, VisitId

BookingMark = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Waiting = Literal["nobody", "applicant", "attendant", "machine"]


class Word(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", str_max_length=4000)


class JoinWord(Word):
    """The lead asks to be let in. `token`: from the code on the other kiosk's screen."""

    token: str = Field(max_length=20)
    municipality: MunicipalityCode
    visit: VisitId
    counter: str = Field(max_length=4)
    name: str = Field(max_length=80)


class JoinAnswer(Word):
    """`key`: what the lead shows from now on, 64 hexadecimal digits."""

    device: DeviceId
    counter: str = Field(max_length=4)
    name: str = Field(max_length=80)
    key: str = Field(pattern=r"^[0-9a-f]{64}$")


class ParkedSlip(Word):
    """`minutes`: how long it has been parked, `left`: until it is forgotten. `hidden`: not to be shown to the waiting
    room. `kept`: it outlives a crash of the service."""

    slip: SlipNumber
    step: str
    minutes: int = Field(ge=0)
    left: int | None = None
    hidden: bool = False
    kept: bool = True


class DoneSlip(Word):
    """`printed`: None while the slip is being printed; `people`: a family has one number; `gifts`: handed to them."""

    slip: SlipNumber
    sent: bool
    refused: bool = False
    printed: bool | None = None
    people: int = 1
    gifts: int = 0


class KioskState(Word):
    """One kiosk as the board shows it. `booking`: the number the person has come with; `hidden`: the waiting room sees
    nothing of them; `lost`: slips whose intake a restart of the service took; `troubles`: codes of
    devices that need somebody; `captured`, `unsent`: packets of this visit; `papers`: slips by kind of paper;
    `people`: every sealed slip with how many it stands for; `used`: marks of the bookings known to be used; `in_hand`:
    of those whose intake is open or parked here."""

    device: DeviceId
    counter: str
    name: str
    trouble: str | None = None
    slip: SlipNumber | None = None
    booking: str = ""
    hidden: bool = False
    step: str = "idle"
    waiting_for: Waiting = "nobody"
    attended: bool = False
    help: bool = False
    held: bool = False
    parked: tuple[ParkedSlip, ...] = ()
    done: tuple[DoneSlip, ...] = ()
    lost: tuple[SlipNumber, ...] = ()
    troubles: tuple[str, ...] = ()
    captured: int = 0
    unsent: int = 0
    papers: dict[str, tuple[SlipNumber, ...]] = Field(default_factory=dict)
    people: dict[SlipNumber, int] = Field(default_factory=dict)
    used: tuple[BookingMark, ...] = ()
    in_hand: tuple[BookingMark, ...] = ()

    @property
    def needs_me(self) -> bool:
        return self.help or self.trouble is not None or self.waiting_for == "attendant"


class Named(Word):
    """A kiosk in the list every tablet page shows."""

    device: DeviceId
    counter: str
    name: str


class Call(Word):
    """A number that is called to a counter. `times`: how often it was called, for the chime."""

    number: str
    counter: str
    times: int = 1


class VenueWord(Word):
    """What the lead tells the others, for their displays and the list of kiosks. `used`: marks of the bookings used in
    the venue; `in_hand`: by counter, of those whose intake is open or parked there."""

    kiosks: tuple[Named, ...] = ()
    calls: tuple[Call, ...] = ()
    serving: tuple[tuple[str, SlipNumber | None], ...] = ()
    parked: tuple[SlipNumber, ...] = ()
    used: tuple[BookingMark, ...] = ()
    in_hand: tuple[tuple[str, BookingMark], ...] = ()
