"""The end of a device: when the office has signed that it is revoked or lost, everything of it here is destroyed.

Nothing happens on an unsigned refusal. First the visit goes, with the names in it. Packets stay until the office has
signed that it holds each of them – the courier goes on carrying them into its quarantine – and only then the key, the
packets and the identity are overwritten. `ended.json` is durable before the first file goes, so that a power cut in the
middle leaves a device that goes on forgetting, and says what happened to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import structlog
from pydantic import ValidationError

from kiosk.errors import AnswerInvalid
from kiosk.outbox.card_trust import FOLDER as CARD_TRUST
from kiosk.outbox.files import read_limited, sync_folder, wipe, write_durably
from kiosk.outbox.keys import Identity
from kiosk.outbox.shelf import Shelf
from kiosk.outbox.store import State, Store
from kiosk.outbox.trust import read_statement
from kiosk.outbox.uplink import Uplink
from schemas.device_life import ASKED_LIMIT, DeviceStatement, StatementRequest
from schemas.ids import PacketId

_log = structlog.get_logger("ending")
_ENDED = "ended.json"
_LIMIT = 256 * 1024
# Slips say no name, but what somebody has to bring; they go as well.
_OURS = (
    "identity.json",
    "device-*.key",
    "outbox-*.db*",
    "bundle-*.json",
    "ballast",
    "tries.json",
    "slips/*.pdf",
    "*.new",
    "hall/*",
    "parked/*",
    "tls/*",
)


def ask(uplink: Uplink, store: Store, shelf: Shelf) -> DeviceStatement | None:
    """The office's word that this device has ended and that everything unreceived lies there; None: not (yet) so.
    Forgets the visit as soon as the office says it has ended. Raises an `UplinkError`."""
    said = None
    for packets in _unreceived(store):
        body = StatementRequest(packets=packets).canonical()
        said = read_statement(uplink.statement(body).body, identity=shelf.identity)
        if not said.ended:
            return None
        shelf.clear()
        if missing := set(packets) - set(said.held):
            _log.warning("ending.packets_not_held", packets=len(missing))
            store.requeue_refused()  # once more into the office's quarantine
            return None
    return said


def finish(said: DeviceStatement, folder: Path) -> None:
    """Destroy all of the device. Its store must be closed. Raises `OutboxFault`; then again at the next start."""
    write_durably(folder / _ENDED, said.canonical())
    destroy(folder)
    _log.warning("ending.erased", device=said.device, standing=said.standing)


def resume(folder: Path, identity: Identity | None, *, looking: bool = False) -> DeviceStatement | None:
    """The word this device ended by, with its work finished if a power cut stopped it and this is no mere look. A file
    that the office has not signed is nothing."""
    data = read_limited(folder / _ENDED, _LIMIT)
    if data is None:
        return None
    try:
        said = read_statement(data, identity=identity) if identity else DeviceStatement.model_validate_json(data)
    except (AnswerInvalid, ValidationError):
        _log.warning("ending.not_signed")
        return None
    if identity is not None and said.ended and not looking:
        destroy(folder)
    return said


def begin_anew(folder: Path) -> None:
    """A new enrolment stands: the old end is over."""
    (folder / _ENDED).unlink(missing_ok=True)
    sync_folder(folder)


def destroy(folder: Path) -> None:
    """Overwrite and delete: packets first, the identity last, because it is what makes a restart go on."""
    found = [path for pattern in _OURS for path in folder.glob(pattern)]
    found += [path for path in (folder / CARD_TRUST).rglob("*") if path.is_file()]
    for path in sorted(found, key=lambda path: (path.name == "identity.json", path.name)):
        wipe(path)


def _unreceived(store: Store) -> Iterator[tuple[PacketId, ...]]:
    """What the office has not signed for, in portions; one empty portion when there is nothing."""
    portion: list[PacketId] = []
    after = 0
    while stubs := store.stubs(State.QUEUED, State.SENDING, State.REFUSED, after=after):
        after = stubs[-1].sequence
        portion += [stub.packet_id for stub in stubs]
        if len(portion) + len(stubs) > ASKED_LIMIT:
            yield tuple(portion[:ASKED_LIMIT])
            portion = portion[ASKED_LIMIT:]
    yield tuple(portion)
