"""What the pages of this room share: the sealing, the site passkeys belong to, and the cookie of a session."""

from __future__ import annotations

import os
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from backoffice.kit.errors import NotFound
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff import sessions
from backoffice.staff.models import Staff
from backoffice.staff.openid import Providers
from backoffice.staff.sealing import Sealing
from backoffice.staff.site import Site
from backoffice.web.access import cookie_name, secure


def _sealing(request: Request) -> Sealing:
    return Sealing(request.app.state.keyring, randomness=os.urandom)


def _site(request: Request) -> Site:
    return Site.of(str(request.app.state.settings.public_url))


def providers_of(request: Request) -> Providers:
    providers: Providers = request.app.state.providers
    return providers


def _providers(request: Request) -> Providers:
    providers = providers_of(request)
    if not providers.any:
        raise NotFound("request.not_found", "ページが見つかりません。")
    return providers


TheSealing = Annotated[Sealing, Depends(_sealing)]
TheSite = Annotated[Site, Depends(_site)]
TheProviders = Annotated[Providers, Depends(_providers)]


class PasskeyAnswer(BaseModel):
    """What the browser's script sends after `navigator.credentials`."""

    model_config = ConfigDict(extra="forbid")

    ceremony: str = Field(max_length=36)
    credential: dict[str, Any]
    label: str = Field(default="", max_length=60)
    next: str = Field(default="/", max_length=500)


def start_session(request: Request, answer: Response, work: UnitOfWork, staff: Staff, *, means: str) -> None:
    """Begin a session and put its token into the answer's cookie."""
    browser = request.headers.get("user-agent", "")
    token = sessions.begin(work, staff, means=means, browser=browser)
    answer.set_cookie(cookie_name(request), str(token), httponly=True, samesite="lax", secure=secure(request), path="/")


def client_address(request: Request) -> str:
    return request.client.host if request.client else ""
