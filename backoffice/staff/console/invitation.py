"""The one-time link: a person chooses a passkey, or a password with an authenticator app (`provider`: or the office's
OpenID provider)."""

from __future__ import annotations

from typing import Annotated

import qrcode
from fastapi import APIRouter, Form, Request
from qrcode.image.svg import SvgPathImage
from starlette.responses import HTMLResponse, JSONResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.staff import codes, passkeys, service
from backoffice.staff.console.means import PasskeyAnswer, TheSealing, TheSite, providers_of, start_session
from backoffice.staff.models import Staff
from backoffice.staff.sealing import Sealing
from backoffice.web.pages import render

router = APIRouter(prefix="/invitation/{link}")
ISSUER = "Demado"


@router.get("")
def page(request: Request, work: Uow, sealing: TheSealing, site: TheSite, link: str) -> HTMLResponse:
    _invitation, staff = service.invited(work, link)
    return _page(request, work, staff, sealing, link=link, site=site)


def _page(
    request: Request,
    work: Uow,
    staff: Staff,
    sealing: Sealing,
    *,
    link: str,
    site: TheSite,
    error: Refused | None = None,
) -> HTMLResponse:
    return render(
        request,
        "staff/invitation.html",
        status=error.status if error else 200,
        staff=staff,
        link=link,
        origin=site.origin,
        error=error,
        provider=providers_of(request).of(staff.municipality_id),
        **authenticator(service.pending_secret(work, staff, sealing), staff),
    )


@router.post("/password")
def by_password(
    request: Request,
    work: Uow,
    sealing: TheSealing,
    site: TheSite,
    link: str,
    password: Annotated[str, Form(max_length=512)],
    password_again: Annotated[str, Form(max_length=512)],
    code: Annotated[str, Form(max_length=20)],
) -> HTMLResponse:
    invitation, staff = service.invited(work, link)
    try:
        recovery = service.set_password(work, staff, service.NewPassword(password, password_again, code), sealing)
    except Refused as error:
        return _page(request, work, staff, sealing, link=link, site=site, error=error)
    service.accept(work, invitation)
    request.state.signed = None
    answer = render(request, "staff/recovery_codes.html", codes=recovery, next="/")
    start_session(request, answer, work, staff, means="password")
    return answer


@router.post("/passkey/options")
def passkey_options(work: Uow, site: TheSite, link: str) -> JSONResponse:
    _invitation, staff = service.invited(work, link)
    ceremony = passkeys.begin_registration(work, staff, site)
    return JSONResponse({"ceremony": ceremony.id, "options": ceremony.options})


@router.post("/passkey")
def by_passkey(request: Request, work: Uow, site: TheSite, link: str, answer: PasskeyAnswer) -> Response:
    invitation, staff = service.invited(work, link)
    passkeys.register(work, staff, site, ceremony=answer.ceremony, credential=answer.credential, label=answer.label)
    service.accept(work, invitation)
    signed = JSONResponse({"next": "/"})
    start_session(request, signed, work, staff, means="passkey")
    return signed


def authenticator(secret: bytes, staff: Staff) -> dict[str, str]:
    """What a page shows to set up the app: the secret in groups, and a QR code as SVG."""
    uri = codes.enrolment_uri(secret, account=f"{staff.municipality_id} {staff.login}", issuer=ISSUER)
    drawing = qrcode.make(uri, image_factory=SvgPathImage, border=2).to_string(encoding="unicode")
    return {"totp_secret": codes.base32(secret), "totp_qr": drawing}
