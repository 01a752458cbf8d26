"""The folder of certificates and revocation lists that goes down to kiosks: what cards are judged by there.

`*.crl` are revocation lists, everything else certificates of authorities; PEM or DER. The folder is looked at again for
every bundle, so that replacing a list is all that has to be done. What is neither is named in the log and left out.
"""

from __future__ import annotations

import threading
from pathlib import Path

import structlog
from cryptography import x509

from schemas.visit import CardTrust

SIZE_LIMIT = 4 * 1024 * 1024  # of all files together: a bundle has 8 MiB
_LIST = ".crl"
_log = structlog.get_logger("card_trust")
_Stamp = tuple[tuple[str, int, int], ...]


class CardTrustFolder:
    """Reads the folder again when a file in it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._stamp: _Stamp | None = None
        self._trust: CardTrust | None = None

    def read(self) -> CardTrust | None:
        """None when there is no such folder or nothing usable in it."""
        with self._lock:
            files = self._files()
            stamp = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
            if stamp != self._stamp:
                self._trust, self._stamp = _read(files), stamp
            return self._trust

    def _files(self) -> list[Path]:
        try:
            return sorted(path for path in self._folder.iterdir() if path.is_file() and not path.name.startswith("."))
        except OSError:
            return []


def _read(files: list[Path]) -> CardTrust | None:
    anchors: list[bytes] = []
    lists: list[bytes] = []
    left = SIZE_LIMIT
    for path in files:
        content = _content(path, left)
        if content is None:
            _log.warning("card_trust.file_left_out", file=path.name)
            continue
        left -= len(content)
        (lists if path.suffix == _LIST else anchors).append(content)
    return CardTrust(anchors=tuple(anchors), crls=tuple(lists)) if anchors or lists else None


def _content(path: Path, most: int) -> bytes | None:
    try:
        if path.stat().st_size > most:
            return None
        content = path.read_bytes()
        pem = content.lstrip().startswith(b"-----BEGIN")
        if path.suffix == _LIST:
            _ = x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content)
        elif not pem:
            x509.load_der_x509_certificate(content)
        else:
            x509.load_pem_x509_certificates(content)
    except (OSError, ValueError):
        return None
    return content
