"""The visit pages: list and calendar, planning, one visit with its bookings, papers; the employees' booking page."""

from __future__ import annotations

from fastapi import APIRouter

from backoffice.visits.console import attendants, booking, lists, mails, one, papers, places, plan, public, templates

router = APIRouter()
for part in (attendants, lists, templates, plan, places, papers, mails, one, booking, public):
    router.include_router(part.router)
