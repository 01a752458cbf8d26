"""Where a device stands, and what must be so before it leaves its visit: nothing unsent on it, nothing missing here.

The office knows what has come in; what is still out there only the device can say (`service.Report`), and only what it
said lately counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backoffice.audit import service as audit
from backoffice.devices.repository import DeviceRepository
from backoffice.devices.service import EnrolledDevice
from backoffice.kit.errors import NotFound
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.web.language import mark
from schemas.ids import DeviceId, MunicipalityCode

LATELY = timedelta(minutes=15)


@dataclass(frozen=True)
class Check:
    """One line of the checklist. `text` is what has to be so, `action` what to do when it is not."""

    ok: bool
    text: str
    action: str


def put(work: UnitOfWork, municipality: MunicipalityCode, device: DeviceId, *, place: str | None, actor: str) -> None:
    """Where in its visit a device stands: for people, the device itself works anywhere in the visit."""
    row = DeviceRepository(work.session).get(municipality, device)
    if row is None:
        raise NotFound("device.not_found", "端末が見つかりません。")
    row.place_id = place
    audit.write(
        work, municipality=municipality, actor=actor, action="device.assigned", subject=f"device:{device}",
        detail=f"place {place or '-'}",
    )  # fmt: skip


def checklist(
    device: EnrolledDevice, *, received: int, missing: int, forks: int, quarantined: int, now: datetime
) -> tuple[Check, ...]:
    """`received`, `missing`, `forks`, `quarantined`: what the office has of the device over its life."""
    report = device.report
    lately = report is not None and now - report.at <= LATELY
    return (
        Check(
            lately,
            mark("端末が15分以内に通信している"),
            mark("端末を回線につないでください。つながらないときは、USBで運んでください。"),
        ),
        Check(
            report is not None and report.unsent == 0,
            mark("端末に未送信の申請がない"),
            mark("送信が終わるまで待つか、USBで運んでください。"),
        ),
        Check(
            report is not None and report.sealed <= received and not missing,
            mark("端末が封緘した申請が、すべて届いている"),
            mark("未着の番号を端末の画面で確かめてください。"),
        ),
        Check(not forks, mark("番号のつながりに食い違いがない"), mark("端末が複製されていないか確かめてください。")),
        Check(not quarantined, mark("隔離された申請がない"), mark("隔離の理由を確かめ、端末から送り直してください。")),
    )
