"""How long people take: a model, not a measurement. Every figure with its source, or marked as assumed.

- A decision M = 1.35 s, reaching for a target and touching it P + B = 1.2 s, a key of a number pad K = 0.75 s: Card,
  Moran and Newell (1980), keystroke-level model (K of "typing complex codes").
- Reading: 500 Japanese characters a minute (8.3 a second), 238 English words (23 letters a second): Brysbaert (2019).
  Of a screen's text people read 28 %: Weinreich et al. (2008), Nielsen (2008). The text is the page's own, counted.
- What hands do is assumed: paper before the camera 3 s, a card on the reader 4 s, sitting straight for a picture 4 s.
- From 70 on everything takes 1.8 times as long: Charness and Bosman (1990) found 1.7–2 for pointing. In another
  language than Japanese 1.2 times (assumed). Around the medians people spread log-normally, sigma 0.35 (assumed).
- Staff: the whole desk of a prepared group took 45 s a person in 真岡市, 134 s at 川越市's 94 a day (facts 7.2, 7.3);
  6 s of greeting, 9 s a document with its checks and 4 s a question are assumed to fit between the two.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from random import Random

from schemas.language import Language
from tests.simulation.kinds import AGED, Kind

DECIDE, TOUCH, KEY, READ, SIGMA = 1.35, 1.2, 0.75, 0.28, 0.35
SPEED = {Language.JA: 8.3, Language.JA_EASY: 8.3, Language.ZH: 8.3, Language.KO: 11.0}
LATIN = 23.0
OLD, FOREIGN, RETAKES = 1.8, 1.2, 0.2
"""`RETAKES`: share of people who take a second picture (assumed)."""
BESIDE = ("home", "residence", "who", "domicile", "proxy", "wishes", "contact", "photo")
"""Screens during which staff already look at the documents: the birth date is known."""


@dataclass(frozen=True)
class Effort:
    """Decisions, touches and keys at a screen, and `hands`: seconds for what is done beside it."""

    decisions: int = 1
    touches: int = 1
    keys: int = 0
    hands: float = 0.0

    @property
    def seconds(self) -> float:
        return self.decisions * DECIDE + self.touches * TOUCH + self.keys * KEY + self.hands


EFFORTS = {
    "start": Effort(hands=1.5),  # seven languages stand there; everybody looks for one
    "booking": Effort(hands=1.0),
    "form": Effort(0, 0, hands=3.0),
    "card laid": Effort(1, 1, hands=4.0),  # they are told to lay it down; it is read as soon as it lies there
    "birth": Effort(1, 2, 5),
    "residence": Effort(1, 2),
    "contact": Effort(1, 1, 10),
    "photo": Effort(1, 1, hands=4.0),  # it takes itself
    "review": Effort(2, 1),
    "slip": Effort(0, 1, hands=2.0),
}
"""By screen, where it is not one decision and one touch. `card laid`: the card is read and its dates are looked at."""


class Mind:
    """One person; `draw` gives everybody's dice."""

    def __init__(self, kind: Kind, draw: Random) -> None:
        self._draw, self._speed = draw, SPEED.get(kind.language, LATIN)
        self.pace = (OLD if kind.born == AGED else 1.0) * (1.0 if kind.language is Language.JA else FOREIGN)

    def seconds(self, screen: str, page: str) -> float:
        """How long this person takes at a screen with this page, without any waiting for the machine."""
        reading = len(shown(page)) * READ / self._speed
        return (reading + EFFORTS.get(screen, Effort()).seconds) * self.pace * math.exp(self._draw.gauss(0, SIGMA))

    def retakes(self) -> bool:
        return self._draw.random() < RETAKES


def shown(page: str) -> str:
    """The text a page shows between header and bar."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    bare = re.sub(r"<(svg|script|select).*?</\1>|<[^>]+>", "", main[0] if main else "", flags=re.DOTALL)
    return re.sub(r"\s+", "", bare)


def staff_seconds(documents: int, questions: int, draw: Random) -> float:
    """What staff need for their part."""
    return (6.0 + 9.0 * documents + 4.0 * questions) * math.exp(draw.gauss(0, 0.25))
