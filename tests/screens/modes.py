"""How a screen is looked at. Zoom is what a browser does at 200 %: half the CSS pixels, twice the density (WCAG 1.4.4,
1.4.10); the switches are the screens' own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schemas.language import Language
from tests.screens.steps import Look, Tongues, Who


class Media(StrEnum):
    NONE = ""
    FORCED = "forced"  # forced-colors: active
    STILL = "still"  # prefers-reduced-motion: reduce


@dataclass(frozen=True)
class Mode:
    """`size`: CSS pixels at zoom 1. `switch`: large or contrast. `few`: only in the longest languages."""

    name: str
    size: tuple[int, int]
    zoom: int = 1
    switch: str = ""
    media: Media = Media.NONE
    few: bool = True

    @property
    def viewport(self) -> tuple[int, int]:
        return self.size[0] // self.zoom, self.size[1] // self.zoom


LONGEST = (Language.JA_EASY, Language.PT)
UPRIGHT, LYING = (1080, 1920), (1280, 800)
KIOSK = (
    Mode("portrait", UPRIGHT, few=False),
    Mode("landscape", LYING, few=False),
    Mode("zoom-portrait", UPRIGHT, zoom=2),
    Mode("zoom-landscape", LYING, zoom=2),
    Mode("large-portrait", UPRIGHT, switch="large"),
    Mode("large-landscape", LYING, switch="large"),
    Mode("contrast", LYING, switch="contrast"),
    Mode("forced", LYING, media=Media.FORCED),
    Mode("still", UPRIGHT, media=Media.STILL),
)
TABLET = (
    Mode("portrait", (820, 1180), few=False),
    Mode("landscape", LYING, few=False),
    Mode("zoom-portrait", (820, 1180), zoom=2),
    Mode("zoom-landscape", LYING, zoom=2),
    Mode("forced", LYING, media=Media.FORCED),
    Mode("still", LYING, media=Media.STILL),
)
DISPLAY = (
    Mode("landscape", (1920, 1080), few=False),
    Mode("portrait", (1080, 1920), few=False),
    Mode("zoom-landscape", (1920, 1080), zoom=2),
    Mode("forced", (1920, 1080), media=Media.FORCED),
    Mode("still", (1920, 1080), media=Media.STILL),
)


def modes_of(look: Look) -> tuple[Mode, ...]:
    return {Who.DISPLAY: DISPLAY, Who.TABLET: TABLET, Who.LAN: TABLET}.get(look.who, KIOSK)


def tongues_of(look: Look, wanted: tuple[Language, ...]) -> tuple[Language, ...]:
    """The wanted languages this screen can speak; a screen of one language is looked at once."""
    return (Language.JA,) if look.tongues is Tongues.OWN else wanted


def seen_in(look: Look, mode: Mode, language: Language, spoken: tuple[Language, ...]) -> bool:
    """True when this mode is worth a look in this language: the special ones only in the longest spoken here."""
    if not mode.few:
        return True
    return language in ([each for each in spoken if each in LONGEST] or spoken[-1:])
