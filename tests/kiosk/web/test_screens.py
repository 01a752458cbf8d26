"""Screens beside the applicant's way: out of order, display, live events, silence, and the machine's health."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
import uvicorn

from hardware.camera.simulated import Scene
from kiosk.desk import Timing
from tests.kiosk.outbox.running_office import RunningOffice
from tests.kiosk.web.kiosk import FORM_ID, Kiosk


def test_a_kiosk_fresh_from_the_box_says_what_staff_do(make_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = make_kiosk(enrolled=False)
    for path in ("/", "/attendant"):
        page = kiosk.applicant.page(path)
        assert "device.not_enrolled" in page
        assert "登録コードを発行し" in page
    assert "clock.never_heard" in kiosk.applicant.page("/attendant")
    assert kiosk.applicant.state()["step"] == "out_of_order"
    assert kiosk.applicant.post("/start")["code"] == "device.not_enrolled"
    assert kiosk.client.get("/healthz").json() == {"status": "ok", "counter": "device.not_enrolled"}


def test_a_kiosk_without_a_visit_says_what_staff_do(make_kiosk: Callable[..., Kiosk], office: RunningOffice) -> None:
    kiosk, mind = make_kiosk(enrolled=False), office.office
    visit, mind.bundle = mind.bundle, lambda _device: None  # type: ignore[method-assign, assignment, return-value]
    identity = kiosk.outbox.enrol(mind.ticket(office.url), "見本の端末")
    assert "visit.none" in kiosk.applicant.page()
    assert kiosk.applicant.post("/start")["code"] == "visit.none"
    mind.devices[identity.device].bundle = visit(identity.device)
    kiosk.outbox.refresh_bundle()
    assert "マイナンバーカードの申請" in kiosk.applicant.page()


def test_a_clock_that_is_wrong_stops_nobody_and_is_said_to_staff(make_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = make_kiosk(outbox={"clock": lambda: datetime.now(UTC) + timedelta(days=400)})
    page = kiosk.applicant.page("/attendant")
    assert "端末の時計がずれています" in page
    assert "<code>clock.wrong</code>" in page
    assert kiosk.applicant.post("/start")["step"] == "consent"


def test_an_example_rule_set_is_marked_on_every_screen(kiosk: Kiosk) -> None:
    kiosk.applicant.page()
    for step in ("idle", "consent", "birth"):
        if step != "idle":
            kiosk.applicant.come_to(step)
        assert "見本の受付ルールで動いています" in kiosk.applicant.page()


def test_a_camera_pulled_out_leaves_the_other_ways_open(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("form")
    kiosk.simulated.form.unplug()
    try:
        kiosk.applicant.until(lambda _: "カメラが使えません。番号を入力してください" in kiosk.applicant.page())
        broken = kiosk.applicant.page()
        assert "職員の方へ: カメラのケーブルを差し直してください" in broken
        for page in (broken, kiosk.browser().page("/attendant"), kiosk.attendant().page("/attendant")):
            assert "<code>camera.unplugged</code>" in page
        assert kiosk.applicant.post("/form", form_id=FORM_ID, form_id_again=FORM_ID)["step"] == "card"
    finally:
        kiosk.simulated.form.plug_in()


def test_the_display_shows_numbers_only(kiosk: Kiosk) -> None:
    slip = kiosk.applicant.come_to("photo")["slip"]
    numbers = kiosk.client.get("/display/numbers").text
    assert slip in numbers
    assert "1990" not in numbers
    assert "顔写真" not in numbers


def test_silence_is_warned_of_before_the_screen_is_cleared(make_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = make_kiosk(timing=Timing(warn=0.3, leave=0.9))
    kiosk.applicant.post("/start")
    kiosk.applicant.post("/consent")
    kiosk.applicant.post("/form", kind="none")
    warned = kiosk.applicant.until(lambda _: kiosk.client.get("/api/moment").json()["silence"] is not None)
    assert warned["step"] == "card"
    assert kiosk.client.post("/alive", headers={"X-CSRF-Token": warned["csrf"]}).status_code == 204
    assert kiosk.client.get("/api/moment").json()["silence"] is None
    cleared = kiosk.applicant.until(lambda state: state["step"] == "idle")
    assert cleared["parked"] == 1


@pytest.fixture
def served(kiosk: Kiosk, free_port: Callable[[], int]) -> object:
    """The same application behind a real socket, where streams flow."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(kiosk.app, port=port, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = server.force_exit = True
    thread.join(10)


def test_events_tell_advice_and_when_to_draw_anew(kiosk: Kiosk, served: str) -> None:
    kiosk.applicant.come_to("form", language="en")
    with httpx2.stream("GET", f"{served}/live/events", timeout=10) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        moments = (json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: "))
        first = next(moments)
        assert (first["step"], first["advice"]) == ("form", "Hold the QR code of your form up to the camera")
        kiosk.simulated.form.show(Scene.FORM)
        later = next(moment for moment in moments if moment["version"] != first["version"])
        assert later["step"] == "card"


def test_the_live_picture_flows_as_jpegs_and_ends_with_the_step(kiosk: Kiosk, served: str) -> None:
    kiosk.applicant.come_to("photo")
    with httpx2.stream("GET", f"{served}/live/camera.mjpg?which=face", timeout=10) as stream:
        assert stream.headers["content-type"] == "multipart/x-mixed-replace; boundary=frame"
        assert stream.headers["cache-control"] == "no-store"
        begun = b""
        pieces = stream.iter_bytes()
        for piece in pieces:
            begun += piece
            if begun.count(b"--frame") >= 2:
                break
        assert b"Content-Type: image/jpeg\r\n" in begun
        assert b"\xff\xd8\xff" in begun
        kiosk.applicant.post("/back")
        assert sum(len(piece) for piece in pieces) < 1_000_000  # flows out and ends: the applicant has moved on


def test_there_is_no_live_picture_of_somebody_who_is_not_being_photographed(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("card")
    assert kiosk.client.get("/live/camera.mjpg?which=face").content == b""
    assert kiosk.client.get("/live/camera.mjpg?which=form").content == b""
