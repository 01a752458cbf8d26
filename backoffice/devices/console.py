"""The devices of a municipality: list with what each has sent, one device, a ticket for a new one, revoke and lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import qrcode
from fastapi import APIRouter, Form, Query, Request
from pydantic import BeforeValidator
from qrcode.image.svg import SvgPathImage
from starlette.responses import HTMLResponse, Response

from backoffice.devices import describing, move, service
from backoffice.devices.move import Check, checklist
from backoffice.devices.service import Ticket
from backoffice.devices.vitals import Vitals
from backoffice.intake import balance, forks
from backoffice.intake import service as intake
from backoffice.intake.balance import DeviceBalance
from backoffice.intake.service import Kept
from backoffice.intake.wordings import QUARANTINE_REASONS
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff.authorisation import Action
from backoffice.visits import service as visits
from backoffice.visits.bundle import preview
from backoffice.visits.service import VisitLine
from backoffice.web.access import Signed, may
from backoffice.web.language import chosen, mark, texts
from backoffice.web.listing import Column, show
from backoffice.web.pages import carried_out, forward, render
from schemas.ids import DeviceId, PacketId, VisitId

router = APIRouter(prefix="/devices")
Reader = Annotated[Signed, may(Action.DEVICE_READ)]
Keeper = Annotated[Signed, may(Action.DEVICE_MANAGE)]
AskedVisit = Annotated[VisitId | None, BeforeValidator(lambda text: text or None), Query()]
ChosenVisit = Annotated[VisitId | None, BeforeValidator(lambda text: text or None), Form()]


@dataclass(frozen=True)
class ShownTicket:
    """What the page of a fresh ticket shows. `drawing`: the QR as SVG, without style attributes."""

    text: str
    code_groups: tuple[str, ...]
    drawing: str
    expires_at: datetime

    @classmethod
    def of(cls, made: Ticket) -> ShownTicket:
        text, code = str(made.ticket), made.ticket.code
        drawing = qrcode.make(text, image_factory=SvgPathImage, border=2).to_string(encoding="unicode")
        return cls(text, tuple(code[at : at + 4] for at in range(0, 16, 4)), drawing, made.expires_at)


@router.get("")
def devices(request: Request, work: Uow, signed: Reader) -> Response:
    known, rows = _visits(work, signed), balance.of_municipality(work, signed.municipality)
    places = visits.place_names(work, signed.municipality, {row.device.place for row in rows if row.device.place})
    return show(
        request, work, signed, "devices/list.html", rows=rows, columns=_columns(known, places), name="devices",
        visits=known, places=places,
    )  # fmt: skip


@router.get("/quarantine")
def quarantine(request: Request, work: Uow, signed: Reader) -> Response:
    """What was refused, of all devices and of strangers."""
    say = texts(chosen(request)).ugettext
    names = {device.id: device.name for device in service.devices(work, signed.municipality)}
    columns = (
        Column[Kept]("device", mark("端末"), lambda kept: names.get(kept.device) if kept.device else None),
        Column[Kept]("reason", mark("理由"), lambda kept: say(QUARANTINE_REASONS.get(kept.reason, kept.reason))),
        Column[Kept]("sequence", mark("通し番号"), lambda kept: kept.sequence, right=True),
        Column[Kept]("last_at", mark("最後に届いた日時"), lambda kept: kept.last_at),
        Column[Kept]("times", mark("回数"), lambda kept: kept.times, right=True),
        Column[Kept]("size", mark("大きさ"), lambda kept: kept.size, right=True),
        Column[Kept]("packet", mark("封緘データ"), lambda kept: kept.packet),
    )
    return show(
        request, work, signed, "devices/quarantine.html", rows=intake.quarantined(work, signed.municipality),
        columns=columns, name="quarantine", names=names, reasons=QUARANTINE_REASONS,
    )  # fmt: skip


def _columns(known: Mapping[VisitId, VisitLine], places: Mapping[str, str]) -> tuple[Column[DeviceBalance], ...]:
    def title(found: DeviceBalance) -> str | None:
        line = known.get(found.device.visit) if found.device.visit else None
        return line.title if line else None

    return (
        Column("counter", mark("窓口"), lambda found: found.device.counter),
        Column("name", mark("名前"), lambda found: found.device.name),
        Column("asset", mark("備品番号"), lambda found: found.device.asset),
        Column("state", mark("状態"), lambda found: found.device.state),
        Column("visit", mark("訪問"), title),
        Column("seen", mark("最後の通信"), lambda found: found.device.last_seen_at),
        Column("place", mark("会場"), lambda found: places.get(found.device.place or "")),
        Column("running", mark("版"), lambda found: _machine(found).running),
        Column("battery", mark("電池(%)"), lambda found: _machine(found).battery),
        Column("disk", mark("ディスクの使用(%)"), lambda found: _machine(found).disk),
        Column("unsent", mark("未送信"), lambda found: found.device.report and found.device.report.unsent, right=True),
        Column("received", mark("受信"), lambda found: found.chain.received, right=True),
        Column("missing", mark("未着"), lambda found: found.chain.missing, right=True),
        Column("quarantined", mark("隔離"), lambda found: found.quarantined, right=True),
        Column("trouble", mark("注意"), lambda found: found.trouble, right=True),
    )


def _machine(found: DeviceBalance) -> Vitals:
    return found.device.report.vitals if found.device.report else Vitals()


@router.post("/tickets")
def ticket(request: Request, work: Uow, signed: Keeper, visit: ChosenVisit = None) -> HTMLResponse:
    """A one-time ticket, shown this once."""
    if visit:
        visits.look(work, signed.municipality, visit)
    made = service.issue_ticket(
        work, signed.municipality, signing=request.app.state.signing,
        office_url=request.app.state.settings.public_url, minutes=request.app.state.settings.enrolment_minutes,
        actor=str(signed.staff), visit=visit,
    )  # fmt: skip
    carried_out(request, "/devices")
    return render(request, "devices/ticket.html", ticket=ShownTicket.of(made))


@router.get("/{device}")
def device(request: Request, work: Uow, signed: Reader, device: DeviceId) -> HTMLResponse:
    return _page(request, work, signed, device)


def _page(
    request: Request, work: UnitOfWork, signed: Signed, device: DeviceId, *, error: Refused | None = None
) -> HTMLResponse:
    return render(
        request,
        "devices/one.html",
        status=error.status if error else 200,
        error=error,
        found=(found := _found(work, signed, device)),
        visits=_visits(work, signed),
        places=visits.places_of(work, signed.municipality, found.device.visit) if found.device.visit else {},
        counted=balance.visits_of(work, signed.municipality, device),
        quarantine=intake.quarantined(work, signed.municipality, device),
        reasons=QUARANTINE_REASONS,
    )


@router.post("/{device}/quarantine/{packet}/accept")
def accept(
    request: Request, work: Uow, signed: Keeper, device: DeviceId, packet: PacketId, reason: Annotated[str, Form()]
) -> Response:
    """Take a packet after all: its number was taken already (a copied disk, perhaps), or its device had ended."""
    forks.accept(
        work, request.app.state.intake, signed.municipality, packet, actor=str(signed.staff), reason=reason,
        device=device,
    )  # fmt: skip
    return forward(request, f"/devices/{device}", notice="packet.accepted")


@router.post("/{device}/name")
def describe(
    request: Request, work: Uow, signed: Keeper, device: DeviceId, name: Annotated[str, Form(max_length=80)],
    asset: Annotated[str, Form(max_length=60)] = "", note: Annotated[str, Form(max_length=400)] = "",
) -> Response:  # fmt: skip
    try:
        describing.describe(
            work, signed.municipality, device, name=name, asset=asset, note=note, actor=str(signed.staff)
        )
    except Refused as error:
        return _page(request, work, signed, device, error=error)
    return forward(request, f"/devices/{device}", notice="device.changed")


@router.get("/{device}/move")
def checks(request: Request, work: Uow, signed: Keeper, device: DeviceId, visit: AskedVisit = None) -> HTMLResponse:
    return _move(request, work, signed, _found(work, signed, device), visit)


@router.post("/{device}/visit")
def assign(
    request: Request,
    work: Uow,
    signed: Keeper,
    device: DeviceId,
    visit: ChosenVisit = None,
    anyway: Annotated[bool, Form()] = False,
) -> Response:
    """A device that leaves a visit shows its checklist first; what is open needs an explicit word."""
    if visit:
        visits.look(work, signed.municipality, visit)
    found = _found(work, signed, device)
    if found.device.visit not in (None, visit) and not (anyway or all(check.ok for check in _checks(work, found))):
        return _move(request, work, signed, found, visit, status=409)
    service.assign(work, signed.municipality, device, visit=visit, actor=str(signed.staff))
    return forward(request, f"/devices/{device}", notice="device.changed")


@router.get("/{device}/bundle")
def bundle(request: Request, work: Uow, signed: Reader, device: DeviceId) -> HTMLResponse:
    """What the device would be given now, to be looked at before it leaves."""
    found, state = _found(work, signed, device), request.app.state
    return render(
        request, "devices/bundle.html", device=found.device,
        preview=preview(work, found.device, signing=state.signing, trust=state.card_trust.read()),
    )  # fmt: skip


@router.post("/{device}/place")
def put(
    request: Request, work: Uow, signed: Keeper, device: DeviceId, place: Annotated[str, Form(max_length=36)] = ""
) -> Response:
    """Where in its visit it stands."""
    found = _found(work, signed, device).device
    if place and (not found.visit or place not in visits.places_of(work, signed.municipality, found.visit)):
        raise NotFound("place.not_found", "会場が見つかりません。")
    move.put(work, signed.municipality, device, place=place or None, actor=str(signed.staff))
    return forward(request, f"/devices/{device}", notice="device.changed")


@router.post("/{device}/end")
def end(
    request: Request, work: Uow, signed: Keeper, device: DeviceId, lost: Annotated[bool, Form()] = False
) -> Response:
    service.end(work, signed.municipality, device, lost=lost, actor=str(signed.staff))
    return forward(request, f"/devices/{device}", notice="device.revoked")


def _checks(work: UnitOfWork, found: DeviceBalance) -> tuple[Check, ...]:
    chain = found.chain
    return checklist(
        found.device, received=chain.received, missing=chain.missing, forks=len(chain.forks),
        quarantined=found.quarantined, now=work.now,
    )  # fmt: skip


def _move(
    request: Request,
    work: UnitOfWork,
    signed: Signed,
    found: DeviceBalance,
    visit: VisitId | None,
    *,
    status: int = 200,
) -> HTMLResponse:
    known, checks = _visits(work, signed), _checks(work, found)
    titles = [known[each].title if each in known else "-" for each in (found.device.visit, visit)]
    return render(
        request, "devices/move.html", status=status, found=found, visit=visit, from_visit=titles[0],
        to_visit=titles[1], checks=checks, ready=all(check.ok for check in checks),
    )  # fmt: skip


def _found(work: UnitOfWork, signed: Signed, device: DeviceId) -> DeviceBalance:
    found = balance.of_municipality(work, signed.municipality, only=device)
    if not found:
        raise NotFound("device.not_found", "端末が見つかりません。")
    return found[0]


def _visits(work: UnitOfWork, signed: Signed) -> dict[VisitId, VisitLine]:
    return {line.id: line for line in visits.visits(work, signed.municipality)}
