"""Every answer to a validly signed request carries the office's signed time, refusals included.

A kiosk whose clock is far off is refused as expired; the header on that very refusal tells it the hour, bound to its
request by the nonce, so that the next attempt is in time. Nothing of the kiosk's own clock has to be believed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backoffice.kit.keyring import SigningKeys
from schemas.office_time import TIME_HEADER, OfficeTime

NONCE = "verified_nonce"


class SignedTime:
    """Adds the header when `signatures.identify` has verified the request: it leaves the nonce in the state."""

    def __init__(self, app: ASGIApp, *, signing: SigningKeys, now: Callable[[], datetime]) -> None:
        self._app, self._signing, self._now = app, signing, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_time(message: Message) -> None:
            nonce = scope.get("state", {}).get(NONCE) if message["type"] == "http.response.start" else None
            if nonce:
                MutableHeaders(scope=message)[TIME_HEADER] = self._time(nonce).header()
            await send(message)

        await self._app(scope, receive, with_time if scope["type"] == "http" else send)

    def _time(self, nonce: str) -> OfficeTime:
        now = self._now()
        unsigned = OfficeTime(at=now, nonce=nonce, office_key=self._signing.current(now).key)
        signature = self._signing.sign(unsigned.signed_part, key=unsigned.office_key)
        return unsigned.model_copy(update={"signature": signature})
