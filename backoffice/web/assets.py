"""The console's own files: an exact list made at start, addressed by content so that browsers may keep them."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response

from backoffice.kit.errors import NotFound

_FOLDER = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Asset:
    content: bytes
    media_type: str
    version: str


@cache
def assets() -> dict[str, Asset]:
    """Every file of the static folder by its relative path: no path of a request ever reaches the disk."""
    found = {}
    for file in sorted(_FOLDER.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            kind = mimetypes.guess_type(file.name)[0] or "text/plain"
            name = file.relative_to(_FOLDER).as_posix()
            found[name] = Asset(content, kind, sha256(content).hexdigest()[:12])
    return found


def address(name: str) -> str:
    """Where a file is served; the version changes with its content."""
    return f"/static/{name}?v={assets()[name].version}"


def serve(name: str) -> Response:
    asset = assets().get(name)
    if asset is None:
        raise NotFound("asset.unknown", "ファイルがありません。")
    return Response(
        asset.content,
        media_type=asset.media_type,
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
