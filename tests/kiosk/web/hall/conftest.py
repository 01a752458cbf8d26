"""Two kiosks of one visit, the second behind its own TLS door; the office can be taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from kiosk.web.hall.hall import Hall
from schemas.visit import Attendant
from tests.kiosk.outbox.office_keys import CODE
from tests.kiosk.outbox.running_office import RunningOffice
from tests.kiosk.web.conftest import _kiosk, _office, _port
from tests.kiosk.web.kiosk import STAFF, Browser, Kiosk


@dataclass
class Venue:
    """`first` leads; the office is unreachable once `cut` was called."""

    first: Kiosk
    second: Kiosk
    office: RunningOffice

    @property
    def devices(self) -> tuple[str, str]:
        return tuple(str(kiosk.outbox.identity.device) for kiosk in (self.first, self.second))  # type: ignore[union-attr, return-value]

    @property
    def hall(self) -> Hall:
        return hall_of(self.first)

    def tablet(self, who: Attendant = STAFF) -> Browser:
        return self.first.attendant(who)

    def turn(self) -> None:
        self.hall.turn()


def hall_of(kiosk: Kiosk) -> Hall:
    hall = kiosk.app.state.room.hall
    assert isinstance(hall, Hall)
    return hall


def pair(first: Kiosk, second: Kiosk) -> None:
    """As at the venue: the second one's code, scanned by the tablet at the first."""
    answer = first.attendant().post("/attendant/venue/pair", code=code_of(second))
    assert answer["status"] == 200, answer


def code_of(kiosk: Kiosk) -> str:
    """Address and code as they stand on the kiosk's own screen, typed."""
    page = kiosk.attendant().page("/attendant/venue/pair")
    shown = re.search(r'<p class="code"><span>([^<]+)</span> <strong class="number">([^<]+)</strong>', page)
    assert shown, page
    return f"{shown[1]} {shown[2]}"


@pytest.fixture(scope="session")
def _venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        first = _kiosk(stack, tmp_path_factory.mktemp("first"), office)
        office.office.codes.add(CODE)  # one ticket a device
        second = _kiosk(stack, tmp_path_factory.mktemp("second"), office, lan_port=_port())
        office.down(at_once=False)
        pair(first, second)
        yield Venue(first, second, office)


@pytest.fixture
def venue(_venue: Venue) -> Venue:
    """Both cleared, the queue as new; the internet is cut all the time."""
    for kiosk in (_venue.first, _venue.second):
        hall_of(kiosk).hold.release()
        kiosk.clear()
    bundle = _venue.first.outbox.bundle
    assert bundle is not None
    _venue.hall.queue(bundle, lambda queue, _: queue.model_copy(update={"tickets": (), "arrivals": 0, "walk_ins": 0}))
    _venue.turn()
    return _venue
