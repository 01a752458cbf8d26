"""Everything the screens of one kiosk share, made once at start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.desk.preview import Preview
from kiosk.web.counter import Counter
from kiosk.web.hall.hall import Hall
from kiosk.web.pages import Pages
from kiosk.web.session import Sessions
from kiosk.web.sign_in import SignIn


@dataclass(frozen=True)
class Room:
    """`face` and `form`: the live pictures of the two cameras (one and the same when there is one).
    `stick_folders`: under which USB sticks are mounted. `idle_picture`: the municipality's own for the idle screen."""

    counter: Counter
    pages: Pages
    sessions: Sessions
    sign_in: SignIn
    face: Preview
    form: Preview
    hall: Hall
    development: bool = False
    stick_folders: tuple[Path, ...] = ()
    idle_picture: Path | None = None
