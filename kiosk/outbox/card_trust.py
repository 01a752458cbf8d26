"""What cards are judged by, laid out in files as `hardware.card` reads them: `card-trust/anchors`, `card-trust/crls`.

The bundle is verified before this; names are hashes, so nothing the office sends can choose a path.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kiosk.errors import OutboxFault
from kiosk.outbox.files import make_private_folder, sync_folder, write_durably
from schemas.canonical import sha256_hex
from schemas.visit import CardTrust

FOLDER = "card-trust"


def lay_out(trust: CardTrust | None, folder: Path) -> None:
    """Make the files under `folder` those of the bundle; None takes them away. Raises `OutboxFault`."""
    given = trust or CardTrust()
    if trust is None and not (folder / FOLDER).exists():
        return
    for name, contents in (("anchors", given.anchors), ("crls", given.crls)):
        _replace(folder / FOLDER / name, contents)


def _replace(folder: Path, contents: Iterable[bytes]) -> None:
    """New files first, old ones away then: a card in between sees more, never nothing."""
    make_private_folder(folder.parent)
    make_private_folder(folder)
    wanted = {sha256_hex(content)[:32]: content for content in contents}
    try:
        here = {path.name for path in folder.iterdir()}
        for name in wanted.keys() - here:
            write_durably(folder / name, wanted[name])
        for name in here - wanted.keys():
            (folder / name).unlink()
        if here - wanted.keys():
            sync_folder(folder)
    except OSError as error:
        raise OutboxFault("outbox.card_trust", f"{folder} cannot be written: {error.strerror}") from error
