"""The console's frame: pages, navigation, languages, security. `console_router()` joins every room's pages."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter

_ROOMS = (
    "cases",
    "staff",
    "audit",
    "visits",
    "devices",
    "intake",
    "carrier",
    "organisations",
    "tenants",
    "rosters",
    "rules",
    "handover",
    "drafts",
)


def console_router() -> APIRouter:
    """All pages. Imported when called: every room's console module itself imports from this package, and commands
    import words from it without the web framework."""
    from fastapi import APIRouter, Depends

    from backoffice.web import home
    from backoffice.web.drafts import ends_draft
    from backoffice.web.forgery import guard

    guarded = APIRouter(dependencies=[Depends(guard), Depends(ends_draft, scope="function")], include_in_schema=False)
    guarded.include_router(home.router)
    for room in _ROOMS:
        if find_spec(f"backoffice.{room}.console"):
            guarded.include_router(import_module(f"backoffice.{room}.console").router)
    joined = APIRouter()
    joined.include_router(home.files)
    joined.include_router(import_module("backoffice.staff.console").open_router)
    joined.include_router(guarded)
    return joined
