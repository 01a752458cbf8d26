"""The service: settings in, FastAPI application out, with what its role needs and nothing more.

`app.state`: settings, now, database, blobs, signing (signs, opens nothing), intake; on a machine that opens records
also keyring, vault, worker and providers (OpenID) – None on an ingest machine.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from functools import cache

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.routing import BaseRoute

from backoffice.devices import api as devices
from backoffice.devices.signed_time import SignedTime
from backoffice.intake import api as intake
from backoffice.kit.blobs import open_blobs
from backoffice.kit.card_trust import CardTrustFolder
from backoffice.kit.key_backup import not_backed_up
from backoffice.kit.keyring import RecordKeys, SigningKeys
from backoffice.kit.requests import BodyLimit, RequestLog
from backoffice.kit.sealed_file import read_passphrase
from backoffice.kit.unit_of_work import utc_now
from backoffice.kit.vault import Vault
from backoffice.mail.sending import Postman
from backoffice.parts import make_intake, make_postman, make_providers, make_worker, open_database
from backoffice.settings import Role, Settings
from backoffice.visits import api as visits
from backoffice.web import console_router
from backoffice.web.problems import answer, install
from backoffice.worker import Worker
from schemas.packet import FRAME_LIMIT
from schemas.problem import Problem
from schemas.protocol import HEALTH_PATH, JSON_BODY_LIMIT, PACKETS_PATH

_log = structlog.get_logger()

# The database is away or busy, or another request took the same key first: asking again helps.
_PASSING = (OperationalError, InterfaceError, IntegrityError, PoolTimeout)


def create_app(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> FastAPI:
    """The office in the role the settings give it. Raises `SetUpInvalid` when it cannot run as it is set up."""
    app = FastAPI(title="Demado", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    _equip(app, settings, now)
    app.router.routes.extend(_routes(settings.role))
    install(app)
    for error in _PASSING:
        app.add_exception_handler(error, _database_away)
    app.add_exception_handler(DataError, _unfit)
    app.add_middleware(SignedTime, signing=app.state.signing, now=now)
    app.add_middleware(BodyLimit, prefix="/api/", limits={PACKETS_PATH: FRAME_LIMIT}, other=JSON_BODY_LIMIT)
    app.add_middleware(RequestLog)
    return app


@cache
def _routes(role: Role) -> tuple[BaseRoute, ...]:
    """Built once: they know nothing of an application, and reading their two hundred signatures takes 0.3 s."""
    joined = APIRouter()
    if role.receives:
        for room in (devices, intake, visits):
            joined.include_router(room.router)
    if role.opens:
        joined.include_router(console_router())
    joined.get(HEALTH_PATH, include_in_schema=False)(_health)
    return tuple(joined.routes)


def _equip(app: FastAPI, settings: Settings, now: Callable[[], datetime]) -> None:
    state = app.state
    state.settings, state.now = settings, now
    state.database = open_database(settings)
    state.blobs = open_blobs(settings.blob_store)
    state.signing = SigningKeys.load(settings.keys, read_passphrase(settings.signing_secret))
    state.card_trust = CardTrustFolder(settings.card_trust)
    state.keyring = state.vault = state.worker = state.postman = state.providers = None
    if settings.role.opens:
        state.keyring = RecordKeys.load(settings.keys, read_passphrase(settings.records_secret))
        if lost := not_backed_up(settings.keys, state.keyring):
            _log.warning("keys.not_backed_up", keys=list(lost), help="demado-backoffice keys backup")
        state.vault = Vault(state.blobs, state.keyring, now=now)
        state.worker = make_worker(state.database, state.keyring, settings=settings, now=now)
        state.postman = make_postman(state.database, settings=settings, now=now)
        state.providers = make_providers(settings, now=now)
    state.intake = make_intake(settings, signing=state.signing, wake=state.worker.wake if state.worker else None)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    worker: Worker | None = app.state.worker if app.state.settings.embedded_worker else None
    thread = threading.Thread(target=worker.run, name="worker") if worker else None
    if thread:
        thread.start()
    postman: Postman | None = app.state.postman if thread else None
    with postman.running() if postman else nullcontext():
        yield
    if worker and thread:
        worker.stop()
        thread.join()
    app.state.database.close()


def _health(request: Request) -> dict[str, str]:
    return {"status": "ok", "role": request.app.state.settings.role.value}


def _unfit(request: Request, _error: Exception) -> Response:
    """A value no column takes, such as U+0000, which PostgreSQL stores in no text."""
    status = 400 if request.url.path.startswith("/api/") else 422
    return answer(request, Problem.of("request.malformed", status, "入力の内容を確かめてください。"))


def _database_away(request: Request, _error: Exception) -> Response:
    title = "いま利用できません。しばらくして、もう一度お試しください。"
    said = answer(request, Problem.of("office.unavailable", 503, title, transient=True))
    said.headers["Retry-After"] = "5"
    return said
