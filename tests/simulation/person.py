"""One person before the screens, and staff at the tablet: posts as the pages have them, over any client."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.kiosk.web.kiosk import FORM_ID, Browser
from tests.simulation.kinds import HERE, Kind, Post

CHECKS = ("original", "in_date", "name_matches", "birth_matches", "address_matches", "photo_matches")
Watched = Callable[[str], None]


def nothing(_screen: str) -> None:
    """Nobody is watching."""


def usual(kind: Kind) -> dict[str, Post]:
    """What most people answer at each screen. Who lives here says so beside the birth date."""
    here = {"municipality": "" if "home" in {*kind.answers, *kind.says} else HERE}
    return {
        "consent": ("/consent", {}),
        "booking": ("/booking", {"walk_in": "yes"}),
        "why": ("/why", {"purpose": "first", "card": "none"}),
        "form": ("/form", {"kind": "scanned", "code": FORM_ID}),
        "card": ("/card", {"action": "skip"}),
        "birth": ("/person", {"birth_date": kind.born, **here}),
        "home": ("/person", {"municipality": HERE}),
        "licence": ("/licence", {"on_card": "no"}),
        "residence": ("/residence", {"residence": "japanese"}),
        "who": ("/who", {"who": "parent"}),
        "domicile": ("/domicile", {"domicile": "unknown"}),
        "proxy": ("/proxy", {"reason": ""}),
        "wishes": ("/wishes", {"chosen": "1", "signature": "on", "authentication": "on"}),
        "contact": ("/contact", {"skip": "yes"}),
    }  # fmt: skip


def walk(browser: Browser, kind: Kind, *, watched: Watched = nothing, photo: Callable[[], object] | None = None,
         form: Callable[[], object] | None = None, card: Callable[[], object] | None = None) -> list[str]:  # fmt: skip
    """From where the kiosk stands to the attendant's turn; the screens that were seen, in order. `photo`, `form` and
    `card` do with devices what a post cannot."""
    answers, seen = {**usual(kind), **kind.answers}, []
    by_hand = {"photo": photo or browser.take_photo, "form": form if "form" not in kind.answers else None,
               "card": card if kind.card else None}  # fmt: skip
    while (screen := browser.state()["screen"]) not in ("attendant", "review"):
        assert screen not in seen, f"{kind.name}: {screen} comes back"
        seen.append(screen)
        watched(screen)
        if screen in kind.says:
            _done(browser, kind.says[screen], kind)
        act = by_hand.get(screen)
        if act is not None:
            act()
        else:
            _done(browser, answers[screen], kind)
    return seen


def attend(tablet: Browser, kind: Kind) -> Mapping[str, Any]:
    """Staff look at the documents, ask every question, take the papers and finish."""
    shown = [f"{person}:{document}" for person, document in kind.documents]
    if kind.staff and shown:
        _ok(tablet.post("/attendant/documents", {"shown": shown, "check": list(_checked(shown))}))
    if kind.papers:
        _ok(tablet.post("/attendant/papers", kind.papers))
    asked = sorted(set(re.findall(r'name="(answer_\w+)"', tablet.page("/attendant"))))
    _ok(tablet.post("/attendant/answers", dict.fromkeys(asked, "yes")))
    return _ok(tablet.post("/attendant/finish", note=""))


def seal(browser: Browser) -> str:
    """Look through and confirm; the slip number."""
    if browser.state()["screen"] == "attendant":
        _ok(browser.post("/onward"))
    state = _ok(browser.post("/review/confirm"))
    assert state["step"] == "sealed", state
    return str(state["slip"])


def _checked(shown: Iterable[str]) -> Iterable[str]:
    return (f"{each}:{check}" for each in shown for check in CHECKS)


def _done(browser: Browser, post: Post, kind: Kind) -> None:
    path, fields = post
    answer = browser.post(path, fields)
    assert answer["status"] == 200, f"{kind.name}: {path} {answer}"


def _ok(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["status"] == 200, answer
    return answer
