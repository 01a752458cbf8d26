"""Pages of the case desk. A program reviews a case by plain forms (with the field `csrf` of the page):

    GET  /cases?state=received|second_check|approved|returned&q=…&day=2026-07-10&order=oldest|newest
    GET  /cases/photos?since=2026-07-01&until=…   returned photos against accepted ones; /cases/photos.csv the table
    GET  /cases/{case}                 the page; `version` is a hidden field of its forms
    GET  /cases/{case}/photo           the decrypted JPEG
    POST /cases/{case}/approve         csrf, version → 303 to the next waiting case or to the list
    POST /cases/{case}/return          csrf, version, reason (one or more codes), note → 303
    POST /cases/{case}/undo            csrf, version → 303 to the case
    POST /cases/{case}/reopen          csrf, version, note → 303 to the case

409 with a page when somebody else changed the case meanwhile.
"""

from __future__ import annotations

from fastapi import APIRouter

from backoffice.cases.console import decisions, lists, one, photos

router = APIRouter()
for part in (lists, photos, one, decisions):
    router.include_router(part.router)
