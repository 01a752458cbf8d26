"""Trust anchors: the folder of CA certificates, and the door through which a certificate gets into it.

Three generations of the 利用者証明用 CA share one name and all three are in use: the folder holds them all, the
signature chooses (`verify`). Fingerprints below: published in jpki/myna `src/ta/`; generation 2 (serial 0133C349,
2019-09-14 to 2029-09-14) could not be obtained and is compared with the operator's own copy of the sheet.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from hardware.card.certificate import UNREADABLE
from hardware.card.errors import AnchorRefused
from hardware.card.reading import bounded

KNOWN_ANCHORS: Mapping[str, str] = {
    "4DCFC4CA0AAF9FB2A3081B3F0C991C320B3ACC008667A341EEAEC5AF1D58CA7D": "JPKI user authentication CA, generation 1",
    "64114F29620C24ED2631D46476A040E7EE740D956089C00B036A6A8118C322B5": "JPKI user authentication CA, generation 3",
}
SYSTEM_FOLDER = Path("/etc/demado/card-trust")
_LARGEST_FILE = 1 << 20

_log = structlog.get_logger("hardware.card.trust")


@dataclass(frozen=True)
class Anchor:
    """A certificate authority that the municipality chose to trust; `source` is the file name."""

    certificate: x509.Certificate
    source: str

    @property
    def sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex().upper()

    @property
    def known_as(self) -> str | None:
        """The published name of this very certificate."""
        return KNOWN_ANCHORS.get(self.sha256)


def default_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """DEMADO_CARD_TRUST, else /etc/demado/card-trust when it exists, else the user's configuration folder."""
    if named := environment.get("DEMADO_CARD_TRUST"):
        return Path(named)
    if SYSTEM_FOLDER.is_dir():
        return SYSTEM_FOLDER
    home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "demado" / "card-trust"


def load_anchors(folder: Path) -> tuple[Anchor, ...]:
    """Every anchor in the folder (PEM with one or several certificates, or DER). What cannot be one is logged by
    file name and left out: a stray file must not stop the counter."""
    anchors: dict[str, Anchor] = {}
    for path in _files(folder):
        try:
            for anchor in read_anchors(path):
                anchors.setdefault(anchor.sha256, anchor)
        except AnchorRefused as refused:
            _log.warning("anchor_refused", file=path.name, reason=str(refused))
    return tuple(anchors.values())


def read_anchors(path: Path) -> tuple[Anchor, ...]:
    """The certificates of one file. Raises `AnchorRefused`."""
    try:
        content = bounded(path, _LARGEST_FILE)
    except OSError as error:
        raise AnchorRefused("the file cannot be read") from error
    try:
        pem = b"-----BEGIN" in content
        certificates = x509.load_pem_x509_certificates(content) if pem else [x509.load_der_x509_certificate(content)]
    except UNREADABLE as error:
        raise AnchorRefused("the file holds no certificate") from error
    for certificate in certificates:
        _require_authority(certificate)
    return tuple(Anchor(certificate, path.name) for certificate in certificates)


def add_anchor(source: Path, folder: Path, *, confirmed_sha256: str = "") -> tuple[Anchor, Path | None]:
    """Install one certificate when it is a published one, or when the operator typed its fingerprint; otherwise the
    path is None and nothing is written. Raises `AnchorRefused`."""
    anchors = read_anchors(source)
    if len(anchors) != 1:
        raise AnchorRefused("the file holds several certificates; add them one by one")
    anchor = anchors[0]
    typed = "".join(character for character in confirmed_sha256 if character.isalnum()).upper()
    if typed and typed != anchor.sha256:
        raise AnchorRefused("the fingerprint is not the one given")
    if not typed and anchor.known_as is None:
        return anchor, None
    return anchor, _install(anchor, folder)


def _install(anchor: Anchor, folder: Path) -> Path:
    target = folder / f"{anchor.sha256[:16].lower()}.pem"
    partial = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(anchor.certificate.public_bytes(serialization.Encoding.PEM))
        partial.replace(target)
    except OSError as error:
        raise AnchorRefused("the trust folder cannot be written") from error
    return target


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError:
        _log.warning("trust_folder_missing")
        return []


def _require_authority(certificate: x509.Certificate) -> None:
    """It may issue certificates (RFC 5280 4.2.1.9, 4.2.1.3): a holder's certificate must never become an anchor."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = next((e.value for e in certificate.extensions if isinstance(e.value, x509.KeyUsage)), None)
        certificate.public_key()
    except (x509.ExtensionNotFound, *UNREADABLE) as error:
        raise AnchorRefused("the certificate is not an authority's") from error
    if not constraints.ca or (usage is not None and not usage.key_cert_sign):
        raise AnchorRefused("the certificate may not issue certificates")
