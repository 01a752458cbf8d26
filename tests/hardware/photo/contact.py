"""Contact sheets: every judged picture small, with its name and what was said, accepted apart from refused."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.photo import Assessment

SIDE, LINE, COLUMNS, ROWS = 220, 34, 8, 6


class Contact:
    """Collects thumbnails; `write` puts pages of them into a folder."""

    def __init__(self) -> None:
        self._pages: dict[str, list[Pixels]] = {"accepted": [], "refused": []}

    def add(self, pixels: Pixels, assessment: Assessment, name: str) -> None:
        tile = np.zeros((SIDE + LINE, SIDE, 3), np.uint8)
        view = _about(pixels, assessment)
        tile[: view.shape[0], : view.shape[1]] = view
        kind = "accepted" if assessment.accepted else "refused"
        said = ", ".join(assessment.advice) or ", ".join(f"({warning})" for warning in assessment.warnings)
        colour = (120, 230, 120) if assessment.accepted else (120, 150, 255)
        for text, down, ink in ((name[-34:], 12, (230, 230, 230)), (said[:40], 27, colour)):
            cv2.putText(tile, text, (3, SIDE + down), cv2.FONT_HERSHEY_SIMPLEX, 0.36, ink, 1, cv2.LINE_AA)
        self._pages[kind].append(tile)

    def write(self, folder: Path) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for kind, tiles in self._pages.items():
            for page in range(0, len(tiles), COLUMNS * ROWS):
                path = folder / f"{kind}-{page // (COLUMNS * ROWS) + 1:02d}.png"
                cv2.imwrite(str(path), _page(tiles[page : page + COLUMNS * ROWS]))
                written.append(path)
        return written


def _about(pixels: Pixels, assessment: Assessment) -> Pixels:
    """What the photo would show and somewhat more; the middle of the picture when no face was seen."""
    height, width = pixels.shape[:2]
    crop = assessment.crop
    reach = round(0.75 * crop.height) if crop else min(width, height) // 2
    x = crop.x + crop.width // 2 if crop else width // 2
    y = crop.y + crop.height // 2 if crop else height // 2
    part = pixels[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]
    scale = SIDE / max(part.shape[:2])
    return np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))[:SIDE, :SIDE]


def _page(tiles: list[Pixels]) -> Pixels:
    blank = [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    full = [*tiles, *blank]
    return np.vstack([np.hstack(full[row : row + COLUMNS]) for row in range(0, len(full), COLUMNS)])
