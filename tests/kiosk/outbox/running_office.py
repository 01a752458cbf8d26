"""The office of the tests behind a real socket."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import Receive, Scope, Send

from tests.kiosk.outbox.office import Office


class RunningOffice:
    """An office behind a real socket; may go down and come back on the same port, and give way to a new office."""

    def __init__(self, office: Office, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.replace(office)

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.down()

    def replace(self, office: Office) -> None:
        self.office = office
        self._app = office.app()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def up(self) -> None:
        """Harmless when already up."""
        if self._server is not None:
            return
        config = uvicorn.Config(
            self._answer, host="127.0.0.1", port=self.port, log_config=None, ws="none", http="h11", lifespan="off",
            date_header=False, interface="asgi3",
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="office", daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    def down(self, *, at_once: bool = True) -> None:
        """`at_once`: in the middle of answers, as a power cut does; else open lines are closed first."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._server.force_exit = at_once
            self._thread.join(10)
            self._server = self._thread = None
