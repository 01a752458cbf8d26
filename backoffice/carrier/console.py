"""The USB courier at the office's desk: files of sealed packets in – any order, any number of times – receipts out.

A file that lacks parts is refused whole, and the page names what is missing. What lies on the stick stays sealed; the
upload is spooled to a file beside the database and deleted.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from backoffice.audit import service as audit
from backoffice.devices.service import EnrolledDevice
from backoffice.intake.usb import Incomplete, import_file
from backoffice.kit.blobs import Blobs, sharded
from backoffice.kit.errors import NotFound, OfficeError, Refused
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.formats import JST
from backoffice.web.pages import render
from schemas.canonical import sha256_hex
from schemas.ids import MunicipalityCode
from schemas.usb import RECEIPTS_SUFFIX

router = APIRouter(prefix="/usb")
Carrier = Annotated[Signed, may(Action.DEVICE_CARRY)]
_LARGEST: Final = 2 * 1024 * 1024 * 1024  # a stick's files are of 1 GiB
_FILES: Final = 50
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `refusal`: why nothing of it was taken. `receipts`: the digest to fetch them by."""

    name: str
    device: EnrolledDevice | None = None
    received: int = 0
    known: int = 0
    refused: int = 0
    receipts: str = ""
    refusal: OfficeError | None = None

    @property
    def missing(self) -> tuple[int, ...]:
        """Sequence numbers the file lacks."""
        return self.refusal.missing if isinstance(self.refusal, Incomplete) else ()


@router.get("")
def page(request: Request, _signed: Carrier) -> HTMLResponse:
    return render(request, "carrier/page.html", outcomes=())


@router.post("")
def carry(request: Request, work: Uow, signed: Carrier, files: Annotated[list[UploadFile], File()]) -> HTMLResponse:
    """Every file for itself: one that is refused keeps no other out."""
    work.session.commit()  # each packet has its own transaction: ours must not hold the database meanwhile
    outcomes = [_one(request, signed.municipality, file) for file in files[:_FILES] if file.filename]
    for done in outcomes:
        if done.device is not None:
            audit.write(
                work, municipality=signed.municipality, actor=str(signed.staff), action="device.usb_imported",
                subject=f"device:{done.device.id}", detail=f"{done.received} new, {done.known} known",
            )  # fmt: skip
    taken = bool(outcomes) and not any(done.refusal for done in outcomes)
    return render(request, "carrier/page.html", status=200 if taken else 422, outcomes=outcomes)


@router.get("/receipts/{digest}")
def receipts(request: Request, signed: Carrier, digest: str, counter: str = "") -> Response:
    """The receipts of an import, for the stick."""
    blobs: Blobs = request.app.state.blobs
    if not _DIGEST.fullmatch(digest):
        raise NotFound("usb.receipts_unknown", "受領書のファイルが見つかりません。")
    content = blobs.get(sharded("usb-receipts", signed.municipality, digest))
    day = request.app.state.now().astimezone(JST)
    name = f"demado-{counter if re.fullmatch('[A-Z0-9]{2}', counter) else 'kiosk'}-{day:%Y%m%dT%H%M%S}{RECEIPTS_SUFFIX}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/json", headers=headers)


def _one(request: Request, municipality: MunicipalityCode, file: UploadFile) -> Outcome:
    state = request.app.state
    name = "".join(letter for letter in file.filename or "" if letter.isprintable())[:80]
    try:
        with _spooled(file, state.settings.data_dir) as path:
            done = import_file(
                path, database=state.database, intake=state.intake, now=state.now, municipality=municipality
            )
            content = done.receipts.read_bytes()
    except OfficeError as refusal:
        return Outcome(name, refusal=refusal)
    digest = sha256_hex(content)
    state.blobs.put(sharded("usb-receipts", municipality, digest), content)
    return Outcome(name, done.device, done.received, done.known, done.refused, digest)


@contextmanager
def _spooled(file: UploadFile, folder: Path) -> Iterator[Path]:
    """The upload as a file in a folder of its own, gone afterwards with the receipts beside it."""
    with tempfile.TemporaryDirectory(prefix="usb-", dir=folder) as own:
        path = Path(own) / "carried.demado-usb"
        file.file.seek(0, 2)
        if file.file.tell() > _LARGEST:
            raise Refused("usb.too_large", "ファイルが大きすぎます。端末で書き出し直してください。", status=413)
        file.file.seek(0)
        try:
            with path.open("wb") as copy:
                shutil.copyfileobj(file.file, copy, 1024 * 1024)
        except OSError as error:
            raise Refused("usb.unreadable", "ファイルを保存する場所が足りません。", status=507) from error
        yield path
