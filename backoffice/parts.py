"""What the service and the commands build alike from the settings: the database, the intake, the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from backoffice import migrations
from backoffice.cases.nightly import Nightly
from backoffice.cases.retention import Periods
from backoffice.database import Database
from backoffice.intake.opening import Opener
from backoffice.intake.service import OPEN_JOB, Intake, StrangerLimits
from backoffice.kit.blobs import Blobs, open_blobs
from backoffice.kit.errors import SetUpInvalid
from backoffice.kit.jobs import Handler
from backoffice.kit.keyring import RecordKeys, SigningKeys
from backoffice.kit.sealed_file import read_passphrase
from backoffice.kit.vault import Vault
from backoffice.mail.sending import Postman
from backoffice.rosters.service import IMPORT_JOB, READ_JOB, Importer
from backoffice.rosters.sheets import SheetReader
from backoffice.settings import Settings
from backoffice.staff.openid import Providers
from backoffice.worker import Worker


def open_database(settings: Settings) -> Database:
    """The database, its schema current. `SetUpInvalid` when it is not or cannot be reached."""
    if settings.database.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database.connect(settings.database)
    try:
        if settings.auto_migrate:
            migrations.upgrade(database)
        found, needed = migrations.current(database), migrations.newest()
    except DBAPIError as error:
        raise SetUpInvalid(f"the database cannot be used: {type(error.orig).__name__}: {error.orig}") from None
    if found != needed:
        raise SetUpInvalid(
            f"the database schema is {found or 'empty'}, needed is {needed}; run: demado-backoffice migrate"
        )
    return database


def make_intake(
    settings: Settings, *, signing: SigningKeys | None = None, wake: Callable[[], None] | None = None
) -> Intake:
    """What takes packets in, over HTTP or from a stick."""
    strangers = StrangerLimits(settings.quarantine_strangers_per_hour, settings.quarantine_strangers_bytes_per_hour)
    signing = signing or SigningKeys.load(settings.keys, read_passphrase(settings.signing_secret))
    return Intake(open_blobs(settings.blob_store), signing, strangers, wake or _nobody_to_wake)


def make_worker(database: Database, keyring: RecordKeys, *, settings: Settings, now: Callable[[], datetime]) -> Worker:
    blobs = open_blobs(settings.blob_store)
    vault = Vault(blobs, keyring, now=now)
    handlers: dict[str, Handler] = {
        OPEN_JOB: Opener(keyring, blobs, vault),
        READ_JOB: SheetReader(database, vault),
        IMPORT_JOB: Importer(vault),
    }
    return Worker(database, handlers, now=now, nightly=make_nightly(database, blobs, settings=settings, now=now))


def make_nightly(
    database: Database, blobs: Blobs, *, settings: Settings, now: Callable[[], datetime]
) -> Nightly | None:
    """Retention by itself; None where no hour is set for it."""
    if settings.retention_hour is None:
        return None
    installed = Periods(
        settings.retention_photo_years, settings.retention_packet_years, settings.retention_record_years
    )
    return Nightly(database, blobs, installed, hour=settings.retention_hour, now=now)


def make_postman(database: Database, *, settings: Settings, now: Callable[[], datetime]) -> Postman | None:
    """Who sends letters; None where no mail server is set."""
    return Postman(database, server, now=now) if (server := settings.smtp) else None


def make_providers(settings: Settings, *, now: Callable[[], datetime]) -> Providers:
    """The OpenID providers staff may sign in through; where none is set, their libraries are not loaded."""
    clients = settings.openid
    if clients.shared is None and not any(clients.own.values()):
        return Providers(own=dict.fromkeys(clients.own))
    from backoffice.staff.provider import OpenIdProvider

    shared = OpenIdProvider(clients.shared, now=now) if clients.shared else None
    own = {code: OpenIdProvider(client, now=now) if client else None for code, client in clients.own.items()}
    return Providers(shared, own)


def _nobody_to_wake() -> None:
    """An ingest machine has no worker; the office machine looks by itself."""
