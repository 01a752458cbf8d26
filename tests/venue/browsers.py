"""Chromium for people and staff: a face before its camera, and for the venue's own certificate the pinned fingerprint.

A tablet at a venue is shown the certificate's fingerprint once and trusts that one; `trusted` does the same by the
public key's hash (Chromium's --ignore-certificate-errors-spki-list), so a forged certificate would still be refused.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, sync_playwright

from hardware.camera.poses import Pose, draw_pose
from tests.conftest import BROWSER_FLAGS

PORTRAIT, TABLET = (1080, 1920), (1280, 900)
PATIENCE_MS = 25_000


def face_film(folder: Path, *, person: int = 3) -> Path:
    """Somebody sits before the tablet: a film of drawn pictures that Chromium takes for its camera."""
    film = folder / "face.mjpeg"
    drawn = draw_pose(Pose.GOOD, 1280, 720, person)
    with film.open("wb") as sink:
        for sway in (0, 1, 2, 1):
            moved = cv2.warpAffine(drawn, sway_by(sway), (1280, 720), borderMode=cv2.BORDER_REPLICATE)
            sink.write(cv2.imencode(".jpg", moved, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
    return film


def sway_by(pixels: int) -> NDArray[np.float32]:
    return np.array([[1, 0, pixels], [0, 1, 0]], dtype=np.float32)


def key_of(address: tuple[str, int]) -> str:
    """SHA-256 of the public key a TLS server answers with, in base 64."""
    pem = ssl.get_server_certificate(address)
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()


def program() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("chromium is not installed (deploy/bootstrap.sh installs it)")
    return found


@contextmanager
def chromium(film: Path | None = None, *, trusted: Iterable[str] = ()) -> Iterator[Browser]:
    flags = [*BROWSER_FLAGS, *([f"--use-file-for-fake-video-capture={film}"] if film else [])]
    if keys := ",".join(trusted):
        flags.append(f"--ignore-certificate-errors-spki-list={keys}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


def opened(browser: Browser, size: tuple[int, int]) -> Page:
    """A page in a browser of its own, as on another machine."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="ja-JP", has_touch=True)
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()
