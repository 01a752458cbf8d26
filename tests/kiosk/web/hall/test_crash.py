"""The browser and the service die in the middle of an intake: what was parked comes back, nothing else does.

A browser that dies costs nothing. A service that dies takes the open intake with it: sealed records stay, the
queue stays (numbers), parked intakes come back out of the garage, and the number of the lost one is said on the board.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.kiosk.outbox.running_office import RunningOffice
from tests.kiosk.web.conftest import _kiosk
from tests.kiosk.web.hall.conftest import hall_of
from tests.kiosk.web.kiosk import ANSWERS, ENOUGH, FORM_ID, Kiosk


def test_a_crashed_browser_finds_its_intake_and_the_parked_ones(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("home")
    parked = kiosk.applicant.state()["slip"]
    kiosk.attendant().post("/attendant/park")
    kiosk.applicant.come_to("birth")
    slip = kiosk.applicant.state()["slip"]
    again, tablet = kiosk.browser(), kiosk.attendant()
    assert (again.state()["screen"], again.state()["slip"]) == ("birth", slip)
    assert parked in tablet.page("/attendant/venue")


def test_a_restarted_service_has_the_parked_and_of_the_others_the_number(
    tmp_path: Path, office: RunningOffice, memory: Path
) -> None:
    with ExitStack() as first_life:
        kiosk = _kiosk(first_life, tmp_path, office, parked_key_folder=memory)
        kiosk.applicant.come_to("attendant")
        kiosk.attendant().post("/attendant/finish", {**ENOUGH, **ANSWERS, "part": "1"})
        sealed = kiosk.applicant.post("/review/confirm")["slip"]
        kiosk.applicant.post("/done")
        kiosk.applicant.come_to("attendant", born="1953-02-11")
        before = kiosk.desk.intake
        parked = kiosk.applicant.state()["slip"]
        tablet = kiosk.attendant()
        tablet.post("/attendant/park")
        kiosk.applicant.come_to("birth")
        at_kiosk = kiosk.applicant.state()["slip"]
        tablet.post("/attendant/venue/walk-in")
        hall_of(kiosk).turn()
    left = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert before is not None
    assert before.photo is not None
    for trace in (
        FORM_ID.encode(),
        b"1953",
        before.photo.jpeg[1000:1100],
        base64.b64encode(before.photo.jpeg[999:1098]),
    ):
        assert trace not in left
    with ExitStack() as second_life:
        kiosk = _kiosk(second_life, tmp_path, office, enrolled=False, parked_key_folder=memory)
        assert kiosk.applicant.state()["screen"] == "idle"
        assert kiosk.outbox.balance().captured == 1
        tablet = kiosk.attendant()
        page = tablet.page("/attendant/venue")
        assert "端末の再起動で" in page
        assert at_kiosk in page
        assert "W001" in page
        lost = page.split('class="kiosks"')[0]
        assert (sealed in lost, parked in lost) == (False, False)
        assert tablet.post("/attendant/venue/resume", slip=parked)["status"] == 200
        assert kiosk.desk.intake == before
        assert not list((tmp_path / "data" / "parked").iterdir())
        assert not list(memory.iterdir())
        tablet.post("/attendant/venue/lost")
        assert at_kiosk not in tablet.page("/attendant/venue")


def test_staff_read_that_a_parked_intake_is_in_memory_only(make_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = make_kiosk(keep_parked=False)
    kiosk.applicant.come_to("home")
    tablet = kiosk.attendant()
    tablet.post("/attendant/park")
    for page in ("/attendant", "/attendant/venue"):
        assert "端末が止まると消えます" in tablet.page(page)


def test_a_tablet_that_falls_silent_gives_the_screen_back(make_kiosk: Callable[..., Kiosk]) -> None:
    now = [1000.0]
    kiosk = make_kiosk(monotonic=lambda: now[0])
    tablet = kiosk.attendant()
    tablet.client.post("/attendant/hold/take", data={"csrf": tablet.state()["csrf"]})
    tablet.come_to("consent")
    assert "タブレットで受け付けています" in kiosk.applicant.page("/")
    now[0] += 61
    hall_of(kiosk).turn()
    assert "タブレットで受け付けています" not in kiosk.applicant.page("/")
