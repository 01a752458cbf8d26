"""The photo step over HTTP when devices fail: no models on the machine, a network camera that goes and freezes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import cv2

from hardware.camera import Pixels
from hardware.camera.choice import choose_camera
from hardware.photo.studio import open_studio
from hardware.settings import DeviceSettings
from schemas.intake import PhotoPoint
from tests.hardware.camera.conftest import mjpeg_server
from tests.kiosk.desk.counter import noisy
from tests.kiosk.web.kiosk import STAFF, Kiosk

Make = Callable[..., Kiosk]
NO_CAMERA = "カメラが使えません。職員をお呼びください"


def test_without_models_the_kiosk_says_so_and_a_person_judges_the_photo(make_kiosk: Make, tmp_path: Path) -> None:
    kiosk = make_kiosk(photo=open_studio(models=tmp_path / "nothing here"))
    applicant, tablet = kiosk.applicant, kiosk.attendant()
    assert "自動チェックはできません。職員が写真を見て判断してください" in tablet.page("/attendant")
    applicant.come_to("photo")
    applicant.post("/photo/shoot")
    assert applicant.until(lambda state: state["photo"] == "judged")["photo_accepted"] is False
    assert "自動で確かめられません。職員が写真を確認します" in applicant.page()
    assert applicant.client.get("/photo/taken.jpg").headers["content-type"] == "image/jpeg"
    assert applicant.post("/photo/keep")["status"] == 422
    assert tablet.post("/attendant/photo", action="accept", confirm=PhotoPoint.NO_HAT)["code"] == "photo.points_open"
    assert tablet.post("/attendant/photo", action="accept", confirm=list(PhotoPoint))["step"] == "attendant"
    photo = kiosk.desk.intake.photo  # type: ignore[union-attr]
    assert photo is not None
    assert photo.evidence.accepted_by == STAFF.staff
    assert len(photo.evidence.confirmed) == len(PhotoPoint)


class Lens:
    """What the network camera sees: a picture that differs each time, unless it has frozen."""

    def __init__(self) -> None:
        self.frozen = False
        self._turn = count()
        self._last = cv2.resize(noisy(1, width=90, height=72), (900, 720))

    def __call__(self, _: int) -> Pixels:
        if not self.frozen:
            self._last = cv2.convertScaleAbs(self._last, beta=next(self._turn) % 2 * 8 - 4)
        return self._last


def test_a_network_camera_that_goes_or_freezes_is_said_and_works_again_when_it_is_back(make_kiosk: Make) -> None:
    lens = Lens()
    with mjpeg_server(lens) as (address, cut):
        camera = choose_camera(address, DeviceSettings(camera_frozen_s=0.4)).camera
        kiosk = make_kiosk(camera=camera)
        applicant = kiosk.applicant
        applicant.come_to("photo")
        applicant.until(lambda _: 'src="/live/camera.mjpg?which=face"' in applicant.page())
        cut.set()
        applicant.until(lambda _: NO_CAMERA in applicant.page())
        assert applicant.post("/photo/shoot")["code"] == "photo.no_picture"
        cut.clear()
        applicant.until(lambda _: NO_CAMERA not in applicant.page())
        lens.frozen = True
        applicant.until(lambda _: NO_CAMERA in applicant.page())
        assert camera.status().code == "camera.frozen"
        lens.frozen = False
        applicant.until(lambda _: NO_CAMERA not in applicant.page())
        applicant.take_photo()
        assert applicant.state()["step"] == "attendant"
