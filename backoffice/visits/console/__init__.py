"""The visit pages: list and calendar, planning, one visit with its bookings, papers; the employees' booking page."""

from __future__ import annotations

from fastapi import APIRouter

from backoffice.visits.console import lists, one, papers, plan, public

router = APIRouter()
for part in (lists, plan, papers, one, public):
    router.include_router(part.router)
