"""Pages of the case desk. A program reviews a case by plain forms (with the field `csrf` of the page):

    GET  /cases?state=received|second_check|escalated|approved|returned|duplicate&q=…&day=2026-07-10|today&visit=…
         &method=…&order=oldest|newest
    GET  /cases/photos?since=2026-07-01&until=…   returned photos against accepted ones; /cases/photos.csv the table
    GET  /cases/returns?since=…&until=…   returns by reason; /cases/erased the counts kept of erased cases
    GET  /cases/{case}                 the page; `version` is a hidden field of its forms
    GET  /cases/{case}/photo           the decrypted JPEG; ?number=1 an earlier one
    GET  /cases/{case}/crop            the photo's frame; /cases/{case}/crop.jpg?x&y&width&roll the photo it would give
    POST /cases/{case}/crop            csrf, version, x, y, width, roll → 303; …/crop/look shows, …/crop/restore undoes
    POST /cases/{case}/approve         csrf, version → 303 to the next waiting case or to the list
    POST /cases/{case}/return          csrf, version, reason (one or more codes), note → 303
    GET  /cases/{case}/told            of a returned case: what the applicant is told, for printing
    POST /cases/{case}/escalate        csrf, version, note → 303; the lead decides
    GET  /cases/{case}/twins           the case beside those with the same form id or slip
    POST /cases/{case}/duplicate       csrf, version, of → 303
    POST /cases/{case}/note            csrf, note → 303; changes nothing
    POST /cases/{case}/draft/{form}    csrf, note, reason → 204; form: note, return, escalate
    POST /cases/batches/approve        csrf, pick (<case>.<version>, one or more) → 303 to the batch
    POST /cases/batches/return         csrf, pick, reason, note → 303 to the batch
    GET  /cases/batches/{batch}        what became of each; POST …/undo takes it back
    POST /cases/views                  csrf, name, conditions, shared → 303; POST /cases/views/{view}/remove
    POST /cases/{case}/undo            csrf, version → 303 to the case
    POST /cases/{case}/reopen          csrf, version, note → 303 to the case

409 with a page when somebody else changed the case meanwhile.
"""

from __future__ import annotations

from fastapi import APIRouter

from backoffice.cases.console import bulk, counts, crop, decisions, lists, notes, one, photos, told, views

router = APIRouter()
for part in (lists, photos, counts, views, bulk, one, crop, notes, told, decisions):
    router.include_router(part.router)
