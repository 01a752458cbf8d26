"""Anchors and revocation lists as they lie on disk now: read again when a file has changed, without a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hardware.card.authority_line import gap
from hardware.card.ocsp import OcspResponder
from hardware.card.revocation import load_crls
from hardware.card.trust import Anchor, load_anchors
from hardware.card.verify import Verifier

_ANCHORS, _CRLS = "anchors", "crls"
_Stamp = tuple[tuple[str, int, int], ...]


@dataclass
class TrustSources:
    """`folder` holds the anchors, `crls` are files; `now` gives the counter's best time, aware. `responder`: whom the
    municipality may ask about revocation. `bundle`: a folder with `anchors/` and `crls/` that count beside them."""

    folder: Path
    crls: tuple[Path, ...]
    now: Callable[[], datetime]
    responder: OcspResponder | None = None
    bundle: Path | None = None
    _stamp: _Stamp | None = field(default=None, init=False)
    _loaded: Verifier | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def verifier(self) -> Verifier:
        """What to judge a card by at this moment."""
        with self._lock:
            stamp = self._look()
            if self._loaded is None or stamp != self._stamp:
                self._loaded = Verifier(self._anchors(), load_crls(self._lists()), self.now())
                self._stamp = stamp
            return Verifier(self._loaded.anchors, self._loaded.crls, self.now(), self.responder)

    def gap(self) -> str:
        """What is missing among the anchors, for the doctor; empty when nothing is."""
        verifier = self.verifier()
        return gap((anchor.certificate for anchor in verifier.anchors), verifier.now)

    def _look(self) -> _Stamp:
        carried = _files(self.bundle / _ANCHORS) if self.bundle else []
        return tuple(_stamp(path) for path in (*_files(self.folder), *carried, *self._lists()))

    def _anchors(self) -> tuple[Anchor, ...]:
        """Each once, the folder's own first."""
        carried = self.bundle / _ANCHORS if self.bundle else None
        anchors = {anchor.sha256: anchor for anchor in load_anchors(self.folder)}
        if carried is not None and carried.is_dir():
            anchors = {anchor.sha256: anchor for anchor in load_anchors(carried)} | anchors
        return tuple(anchors.values())

    def _lists(self) -> tuple[Path, ...]:
        return (*self.crls, *(_files(self.bundle / _CRLS) if self.bundle else ()))


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (path.name, 0, 0)
    return (path.name, found.st_mtime_ns, found.st_size)
