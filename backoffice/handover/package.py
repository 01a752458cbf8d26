"""One ZIP for the people who enter applications by hand: photos, print sheets, work list, and a manifest of hashes.

    worklist.csv, worklist.xlsx, worklist.pdf
    photos/<slip>-<case>.jpg        the photo as it stands, within the limits of the online application
    sheets/<slip>-<case>.pdf        45×35 mm to print and cut, with its back
    manifest.json                   every file with its SHA-256, every case, who made it and when

Approved cases only, all or none. That it went out stands with each case and in the audit log.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from backoffice.cases import handing_over
from backoffice.cases import service as cases
from backoffice.cases.models import Case
from backoffice.cases.photo_file import PhotoUnfit, checked
from backoffice.cases.workflow import State
from backoffice.handover import worklist
from backoffice.handover.sheet import Back, print_sheet
from backoffice.handover.worklist import Words
from backoffice.kit.errors import Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.kit.vault import Vault
from schemas.canonical import canonical_json, sha256_hex
from schemas.ids import MunicipalityCode
from schemas.intake import IntakeRecord, PhotoEvidence

JST: Final = ZoneInfo("Asia/Tokyo")
LIMIT: Final = 50
FORMAT: Final = "demado-handover-1"


@dataclass(frozen=True)
class Package:
    """The file and the name it is saved under."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Sender:
    """Whose package it is and how its list is written."""

    municipality: MunicipalityCode
    by: str
    words: Words


def make(work: UnitOfWork, vault: Vault, sender: Sender, picked: Sequence[str]) -> Package:
    """The package of these cases, noted as handed over. `Refused` when one of them is not approved."""
    found = [cases.read(work, sender.municipality, case) for case in dict.fromkeys(picked)]
    if not found or len(found) > LIMIT:
        raise Refused("handover.count", "1件から50件までの申請を選んでください。", status=422)
    if any(case.state is not State.APPROVED for case in found):
        raise Refused(
            "handover.not_approved",
            "承認されていない申請が含まれています。一覧を開き直して選んでください。",
            status=409,
        )
    files = _files(found, vault, sender, at=work.now)
    manifest = canonical_json(_manifest(files, found, sender, work.now))
    for case in found:
        handing_over.note(work, case, by=sender.by, manifest=sha256_hex(manifest))
    at = work.now.astimezone(JST)
    return Package(f"handover-{at:%Y%m%d-%H%M%S}.zip", _zip({**files, "manifest.json": manifest}, at))


def _files(found: Sequence[Case], vault: Vault, sender: Sender, *, at: datetime) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    rows = [worklist.header(sender.words)]
    for case in found:
        record = IntakeRecord.model_validate_json(case.record)
        name, unfit = f"{case.slip}-{case.id[-8:]}", ""
        if case.photo_key is not None:
            jpeg = vault.get(case.photo_key)
            files[f"photos/{name}.jpg"] = jpeg
            try:
                files[f"sheets/{name}.pdf"] = print_sheet(checked(jpeg), _back(case, record, sender.words))
            except PhotoUnfit as error:
                unfit = error.code
        photo = f"photos/{name}.jpg" if case.photo_key is not None else ""
        rows.append(worklist.line(case, record, photo=photo, unfit=unfit, words=sender.words))
    title = sender.words.say(worklist.TITLE) % {"day": sender.words.day(at.astimezone(JST).date()), "count": len(found)}
    files["worklist.csv"] = worklist.as_csv(rows)
    files["worklist.xlsx"] = worklist.as_xlsx(rows, title="worklist")
    files["worklist.pdf"] = worklist.as_pdf(rows, title=title, words=sender.words)
    return files


def _back(case: Case, record: IntakeRecord, words: Words) -> Back:
    name = record.holder.name if record.holder else ""
    return Back(name, case.slip, record.birth_date, taken_on(record.photo), words.day)


def taken_on(photo: PhotoEvidence | None) -> date | None:
    """The day the photo was taken: a file's as its bringer said, else the camera's."""
    if photo is None:
        return None
    return photo.taken_on or photo.taken.corrected().astimezone(JST).date()


def _manifest(files: dict[str, bytes], found: Sequence[Case], sender: Sender, now: datetime) -> dict[str, object]:
    return {
        "format": FORMAT, "municipality": sender.municipality, "made_at": now.isoformat(), "made_by": sender.by,
        "cases": [{"case": case.id, "slip": case.slip, "version": case.version} for case in found],
        "files": [
            {"name": name, "bytes": len(data), "sha256": sha256_hex(data)} for name, data in sorted(files.items())
        ],
    }  # fmt: skip


def _zip(files: dict[str, bytes], at: datetime) -> bytes:
    """Photos and PDFs are packed already; they are stored."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            packed = name.endswith((".jpg", ".pdf", ".xlsx"))
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return made.getvalue()
