"""Made-up intake records and photos for every room's tests; nothing here belongs to a real person.

`intake_record()` gives a valid record of an adult whose papers are complete; name what should differ. Ids count up,
so two calls never collide, and the same call in a fresh process gives the same record.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, TypeVar

from PIL import Image, ImageDraw

from schemas.canonical import sha256_hex
from schemas.card import CardCheck, CardVerdict, Revocation
from schemas.ids import ApplicationFormId, DeviceId, MunicipalityCode, RecordId, SlipNumber, StaffId, Uuid7, VisitId
from schemas.intake import (
    Answer,
    Consent,
    FormKind,
    FormReading,
    IdentityCheck,
    IntakeRecord,
    PhotoCheck,
    PhotoEvidence,
)
from schemas.language import Language
from schemas.rules import DocumentCheck, Person, RuleSet, Situation, decide, default_rules
from schemas.stamp import Stamp

FUKUSHIMA = MunicipalityCode("072010")
KORIYAMA = MunicipalityCode("072036")
MORNING = datetime(2026, 7, 10, 0, 30, tzinfo=UTC)
"""09:30 on 10 July 2026 in Japan: a day of the example visit."""

_numbers = count(1)
Kind = TypeVar("Kind", bound=Uuid7)


def _bytes(kind: str, number: int) -> bytes:
    return bytes.fromhex(sha256_hex(f"{kind} {number}".encode()))


def uuid7(kind: type[Kind], number: int, *, at: datetime = MORNING) -> Kind:
    """The same id for the same kind and number."""
    return kind.new(unix_ms=int(at.timestamp() * 1000), randomness=_bytes(kind.__name__, number))


def form_id(number: int) -> ApplicationFormId:
    """A 23-digit form id."""
    return ApplicationFormId(f"{int.from_bytes(_bytes('form', number)[:12], 'big') % 10**23:023d}")


def stamp(at: datetime = MORNING, *, offset_ms: int = 0, uncertainty_ms: int | None = 400) -> Stamp:
    return Stamp(at=at, offset_ms=offset_ms, uncertainty_ms=uncertainty_ms)


def shown(document: str, person: Person = Person.APPLICANT, **changes: Any) -> DocumentCheck:
    """A document that passed every check."""
    passed = {"original": True, "in_date": True, "name_matches": True, "birth_or_address_matches": True}
    return DocumentCheck.model_validate({"document": document, "person": person, **passed, **changes})


def jpeg_photo(number: int = 1, *, width: int = 700, height: int = 900) -> bytes:
    """A drawn face on a plain background, 45:35, baseline JPEG of more than 20 KB; each number looks different."""
    hues = _bytes("photo", number)
    noise = Image.frombytes("L", (width, height), Random(number).randbytes(width * height))
    picture = noise.point(lambda value: 226 + (value - 128) // 20)
    picture = Image.merge("RGB", (picture, picture, picture.point(lambda value: min(255, value + 5))))
    draw = ImageDraw.Draw(picture)
    _draw_person(draw, width, height, hues)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92, subsampling=0)
    return file.getvalue()


def _draw_person(draw: ImageDraw.ImageDraw, width: int, height: int, hues: bytes) -> None:
    def box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
        return (round(left * width), round(top * height), round(right * width), round(bottom * height))

    skin = (236 - hues[0] % 40, 200 - hues[0] % 40, 172 - hues[0] % 40)
    hair = (30 + hues[1] % 45, 26 + hues[1] % 30, 24 + hues[1] % 25)
    coat = (40 + hues[2] % 90, 60 + hues[3] % 80, 90 + hues[4] % 90)
    draw.ellipse(box(0.02, 0.8, 0.98, 1.4), fill=coat)
    draw.rectangle(box(0.41, 0.68, 0.59, 0.86), fill=tuple(part - 16 for part in skin))
    draw.ellipse(box(0.21, 0.09, 0.79, 0.72), fill=hair)
    draw.ellipse(box(0.25, 0.17, 0.75, 0.8), fill=skin)
    draw.pieslice(box(0.23, 0.1, 0.77, 0.56), 180, 360, fill=hair)
    for eye in (0.385, 0.615):
        draw.ellipse(box(eye - 0.045, 0.445, eye + 0.045, 0.48), fill=(250, 250, 250))
        draw.ellipse(box(eye - 0.02, 0.445, eye + 0.02, 0.48), fill=(40, 30, 26))
        draw.line(box(eye - 0.06, 0.41, eye + 0.06, 0.405), fill=hair, width=max(3, height // 130))
    draw.line(box(0.5, 0.47, 0.485, 0.575), fill=tuple(part - 34 for part in skin), width=max(2, height // 200))
    draw.arc(box(0.42, 0.6, 0.58, 0.68), 20, 160, fill=(176, 88, 84), width=max(3, height // 110))


def photo_checks() -> tuple[PhotoCheck, ...]:
    """Checks of a good photo, by the names the kiosk's photo room gives them."""
    rows = (
        ("face_present", "0.98", "score", "0.5", None), ("single_face", "0", "ratio", None, "0.03"),
        ("head_whole", "0.42", "ratio", "0.1", None), ("yaw", "-2.1", "deg", "-12", "12"),
        ("pitch", "1.4", "deg", "-14", "18"), ("roll", "0.8", "deg", "-5", "5"),
        ("eyes_open", "0.31", "ratio", "0.225", None), ("even_light", "0.82", "ratio", "0.38", None),
        ("sharpness", "0.61", "ratio", "0.34", None), ("background", "6.2", "dE", None, "14"),
    )  # fmt: skip
    return tuple(
        PhotoCheck(name=name, value=value, unit=unit, minimum=minimum, maximum=maximum, ok=True)
        for name, value, unit, minimum, maximum in rows
    )


def photo_evidence(photo: bytes, **changes: Any) -> PhotoEvidence:
    """The evidence that belongs to a photo's bytes."""
    with Image.open(io.BytesIO(photo)) as picture:
        width, height = picture.size
    values = {"sha256": sha256_hex(photo), "width": width, "height": height, "taken": stamp(), "accepted": True}
    return PhotoEvidence.model_validate({**values, "checks": photo_checks(), **changes})


def intake_record(*, photo: bytes | None = None, rules: RuleSet | None = None, **changes: Any) -> IntakeRecord:
    """A complete record of an adult who lives here, with delivery by post. `changes` are the record's fields.

    `decision` follows from the other fields under `rules` unless given. With `photo` the evidence is of its bytes.
    """
    number = next(_numbers)
    begun = changes.pop("started", stamp(MORNING + timedelta(minutes=4 * number)))
    later = stamp(begun.at + timedelta(seconds=95), offset_ms=begun.offset_ms, uncertainty_ms=begun.uncertainty_ms)
    values: dict[str, Any] = {
        "record": uuid7(RecordId, number), "municipality": FUKUSHIMA, "visit": uuid7(VisitId, 1),
        "device": uuid7(DeviceId, 1), "slip": SlipNumber.new("A1", number % 10_000), "language": Language.JA,
        "consent": Consent(notice="example-1", given=begun),
        "form": FormReading(kind=FormKind.QR, form_id=form_id(number)), "card": card_check(),
        "birth_date": date(1988, 4, 12), "home_municipality": FUKUSHIMA,
        "photo": photo_evidence(photo) if photo is not None else None, "identity": identity_check(),
        "answers": willing_answers(rules or default_rules()), "started": begun, "confirmed": later, **changes,
    }  # fmt: skip
    values.setdefault("decision", _decision(values, rules or default_rules()))
    return IntakeRecord.model_validate(values)


def card_check(verdict: CardVerdict = CardVerdict.VALID, **changes: Any) -> CardCheck:
    dates = {"not_before": datetime(2022, 5, 1, tzinfo=UTC), "not_after": datetime(2027, 4, 12, 14, 59, 59, tzinfo=UTC)}
    return CardCheck.model_validate({"verdict": verdict, "revocation": Revocation.UNCHECKED, **dates, **changes})


def identity_check(*documents: DocumentCheck, checked_by: StaffId | None = None) -> IdentityCheck:
    """本人確認 by one visiting staff: driving licence and staff ID unless documents are given."""
    seen = documents or (shown("driving_licence", photo_matches=True), shown("staff_id"))
    return IdentityCheck(documents=seen, checked_by=checked_by or uuid7(StaffId, 1), checked=stamp())


def willing_answers(rules: RuleSet) -> tuple[Answer, ...]:
    """Every delivery condition answered the way postal delivery needs."""
    return tuple(Answer(condition=condition.code, yes=condition.wanted) for condition in rules.conditions)


def _decision(values: dict[str, Any], rules: RuleSet) -> object:
    day: date = values["started"].corrected().date()
    born: date = values["birth_date"]
    identity: IdentityCheck | None = values["identity"]
    return decide(
        rules,
        Situation(
            day=day, age=day.year - born.year - ((day.month, day.day) < (born.month, born.day)),
            receiving=values["municipality"], home=values["home_municipality"], identity_checker=identity is not None,
            documents=identity.documents if identity else (),
            answers=tuple((answer.condition, answer.yes) for answer in values["answers"]),
        ),
    )  # fmt: skip
