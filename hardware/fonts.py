"""The typeface of slips and drawn paper: Noto Sans CJK JP where distributions put it, else what fontconfig finds."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from PIL import ImageFont

FAMILY = "Noto Sans CJK JP"
_FOLDERS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/local/share/fonts",
)
# In the collections the first face is the Japanese one.
_FILES = ("NotoSansCJK-{}.ttc", "NotoSansCJKjp-{}.otf", "NotoSansJP-{}.otf", "NotoSansJP-{}.ttf")


@cache
def font_file(*, bold: bool = False) -> tuple[Path, int] | None:
    """File and face number of the typeface; None when this machine has no Japanese font."""
    style = "Bold" if bold else "Regular"
    for folder in _FOLDERS:
        for name in _FILES:
            if (path := Path(folder, name.format(style))).is_file():
                return path, 0
    return _ask_fontconfig(style)


def _ask_fontconfig(style: str) -> tuple[Path, int] | None:
    """Any installed face that covers Japanese, as fontconfig chooses it."""
    question = ["fc-match", "--format=%{file}\n%{index}\n%{lang}", f"{FAMILY}:style={style}:lang=ja"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, timeout=5, check=True).stdout.split("\n")
        path, index, languages = Path(answer[0]), int(answer[1]), answer[2]
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
    return (path, index) if path.is_file() and "ja" in languages.split("|") else None


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont | None:
    """The typeface at a size in pixels; None when there is none or its file is broken."""
    found = font_file(bold=bold)
    if found is None:
        return None
    try:
        return ImageFont.truetype(found[0], size, index=found[1])
    except OSError:
        return None
