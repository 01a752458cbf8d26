"""The second door: the same screens for tablets and displays on the venue's network, over TLS, beside the loopback one.

The kiosk's own browser stays on 127.0.0.1 and needs no certificate; what comes in here sees the tablet's pages, the
display and what paired kiosks say to each other, and never the applicant's pages unless a tablet holds the screen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
import uvicorn
from starlette.types import ASGIApp

from kiosk.settings import KioskSettings
from kiosk.web.hall.certificate import (
    VenueCertificate,
    given_certificate,
    is_local,
    local_addresses,
    own_certificate,
)

log = structlog.get_logger(__name__)
STARTING_S = 10.0


@dataclass(frozen=True)
class Lan:
    """Where this kiosk is found on the network. `certificate`: None without TLS (development)."""

    address: str
    certificate: VenueCertificate | None


def lan_of(settings: KioskSettings, now: datetime) -> Lan | None:
    """The address other machines use; None for a kiosk that only its own screen reaches."""
    hosts = [str(address) for address in local_addresses() if is_local(str(address))] or ["127.0.0.1"]
    if settings.lan_port is not None:
        return Lan(f"https://{hosts[0]}:{settings.lan_port}", _certificate(settings, now))
    if settings.host in ("127.0.0.1", "localhost", "::1") and not settings.development:
        return None
    host = hosts[0] if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    certificate = _certificate(settings, now) if settings.tls_certificate else None
    return Lan(f"{'https' if certificate else 'http'}://{host}:{settings.port}", certificate)


def _certificate(settings: KioskSettings, now: datetime) -> VenueCertificate:
    if settings.tls_certificate is not None and settings.tls_key is not None:
        return given_certificate(settings.tls_certificate, settings.tls_key)
    return own_certificate(settings.data / "tls", local_addresses(), now)


@contextmanager
def second_door(app: ASGIApp, port: int | None, lan: Lan | None) -> Iterator[None]:
    """Serve the same application on the network while inside. A port that is taken is said in the log; the kiosk's own
    screen works without."""
    if port is None or lan is None or lan.certificate is None:
        yield
        return
    server = uvicorn.Server(
        uvicorn.Config(
            app, host="0.0.0.0", port=port, lifespan="off", log_level="warning", access_log=False,  # noqa: S104
            server_header=False, timeout_graceful_shutdown=2, ws="none",
            ssl_certfile=lan.certificate.chain, ssl_keyfile=lan.certificate.key,
        )
    )  # fmt: skip
    thread = threading.Thread(target=_run, args=(server, port), name="lan", daemon=True)
    thread.start()
    _wait(lambda: server.started or not thread.is_alive())
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)


def _run(server: uvicorn.Server, port: int) -> None:
    try:
        server.run()
    except SystemExit:  # uvicorn's answer to a port that is taken
        log.error("the network's door is shut: port taken", port=port)


def _wait(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + STARTING_S
    while not ready() and time.monotonic() < end:
        time.sleep(0.02)
