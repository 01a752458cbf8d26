"""Every source keeps the same contract behind the same thread, the simulated one included; then each one's own ways."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from hardware.camera import FrameSource
from hardware.camera.browser import LARGEST_JPEG, BrowserSource
from hardware.camera.opencv import AddressSource, DeviceSource, VideoSource
from hardware.camera.pictures import PictureSource, is_pictures, picture_paths
from hardware.camera.simulated import DEMO_FORM_TEXT, Scene, SimulatedSource
from hardware.camera.stream import CameraThread
from hardware.errors import DeviceMissing, InputRefused
from hardware.status import DeviceState
from tests.hardware.camera.conftest import mjpeg_server, picture, until

Make = Callable[[], FrameSource]


def jpeg(level: int = 0, *, width: int = 320, height: int = 240) -> bytes:
    return bytes(cv2.imencode(".jpg", picture(level, width=width, height=height))[1].tobytes())


def feed(source: BrowserSource, halt: threading.Event) -> None:
    level = 0
    while not halt.wait(0.01):
        source.offer(jpeg(level := level + 1))


@pytest.fixture(params=["simulated", "picture", "sequence", "video", "address", "browser"])
def make(request: pytest.FixtureRequest, tmp_path: Path, video_file: Path) -> Iterator[Make]:
    """A way to make each kind of source, with what it shows already there."""
    for number in range(3):
        Image.fromarray(picture(number * 40)).save(tmp_path / f"img_{number:03d}.png")
    with ExitStack() as stack:
        if request.param == "address":
            address, _cut = stack.enter_context(mjpeg_server())
            yield lambda: AddressSource(address)
        elif request.param == "browser":
            source, halt = BrowserSource(), threading.Event()
            tablet = threading.Thread(target=feed, args=(source, halt))
            tablet.start()
            stack.callback(tablet.join)
            stack.callback(halt.set)
            yield lambda: source
        else:
            kinds: dict[str, Make] = {
                "simulated": lambda: SimulatedSource(width=320, height=240, rate=60),
                "picture": lambda: PictureSource(str(tmp_path / "img_001.png")),
                "sequence": lambda: PictureSource(str(tmp_path / "img_%03d.png"), rate=60),
                "video": lambda: VideoSource(video_file),
            }
            yield kinds[request.param]


def test_a_source_opens_gives_bgr_frames_and_opens_again(make: Make) -> None:
    source = make()
    for _ in range(2):
        source.open()
        for _ in range(3):
            pixels = source.read()
            assert pixels is not None
            assert pixels.shape == (240, 320, 3)
            assert pixels.dtype == np.uint8
        source.close()
        source.close()


def test_a_source_becomes_a_running_camera(make: Make) -> None:
    camera = CameraThread(make(), frozen_s=None)
    camera.start()
    assert until(lambda: camera.status().usable and camera.latest() is not None)
    assert camera.status().name
    assert until(lambda: (frame := camera.latest()) is not None and frame.sequence > 3)
    camera.stop()
    assert camera.status().state is DeviceState.OFF


@pytest.mark.parametrize(
    "source",
    [
        DeviceSource(97, width=640, height=480),
        DeviceSource("/dev/v4l/by-id/none", width=640, height=480),
        VideoSource(Path("none.mp4")),
        PictureSource("none_%03d.png"),
        PictureSource("none.png"),
        PictureSource("/none/%d.png"),
        AddressSource("http://127.0.0.1:9/stream"),
        BrowserSource(patience_s=0.01),
    ],
    ids=lambda source: type(source).__name__,
)
def test_what_is_not_there_is_missing(source: FrameSource) -> None:
    with pytest.raises(DeviceMissing) as caught:
        source.open()
    assert caught.value.transient
    source.close()
    assert source.name


def test_a_file_that_is_no_video_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("not a video")
    with pytest.raises(DeviceMissing) as caught:
        VideoSource(path).open()
    assert caught.value.code == "camera.not_a_video"


def test_a_cut_network_stream_ends_and_comes_back() -> None:
    with mjpeg_server() as (address, cut):
        camera = CameraThread(AddressSource(address), retry_s=0.02, retry_most_s=0.05)
        camera.start()
        assert until(lambda: camera.status().usable)
        cut.set()
        assert until(lambda: camera.status().state is DeviceState.MISSING)
        cut.clear()
        assert until(lambda: camera.status().usable)
        camera.stop()


def test_user_and_password_of_an_address_are_not_in_its_name() -> None:
    assert AddressSource("rtsp://user:secret@camera.local:554/live?key=1").name == "rtsp://camera.local"


def test_a_video_loops_at_its_own_speed(video_file: Path) -> None:
    source = VideoSource(video_file)
    source.open()
    levels = []
    for _ in range(15):
        pixels = source.read()
        assert pixels is not None
        levels.append(round(float(pixels[200, 200].mean()), -1))
    source.close()
    assert levels[10:] == levels[:5]
    assert levels[:10] == sorted(levels[:10])


def test_a_sequence_plays_by_number_with_gaps_and_a_folder_by_name(tmp_path: Path) -> None:
    for number in (2, 10, 9, 104):
        (tmp_path / f"img_{number}.png").write_bytes(b"")
    (tmp_path / "img_x.png").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")
    assert [file.name for file in picture_paths(str(tmp_path / "img_%d.png"))] == [
        "img_2.png",
        "img_9.png",
        "img_10.png",
        "img_104.png",
    ]
    assert [file.name for file in picture_paths(str(tmp_path / "img_%03d.png"))] == ["img_104.png"]
    assert len(picture_paths(str(tmp_path))) == 5
    assert is_pictures(str(tmp_path))
    assert is_pictures("scan.JPG")
    assert not is_pictures("clip.mp4")


def test_a_damaged_picture_is_left_out_and_only_damaged_ones_end_the_stream(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"broken")
    Image.fromarray(picture(90)).save(tmp_path / "b.png")
    source = PictureSource(str(tmp_path), rate=100)
    source.open()
    pixels = source.read()
    assert pixels is not None
    assert pixels[200, 200].tolist() == [90, 90, 90]
    source.close()
    (tmp_path / "b.png").write_bytes(b"broken too")
    source.open()
    assert source.read() is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "image.empty"),
        (b"GIF89a", "image.not_an_image"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "image.not_an_image"),
        (jpeg()[:900], "image.truncated"),
        (bytes(LARGEST_JPEG + 1), "image.file_too_large"),
        (jpeg(width=5000, height=4000), "image.too_large"),
    ],
)
def test_what_a_browser_should_not_send_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InputRefused) as caught:
        BrowserSource().offer(data)
    assert caught.value.code == code


def test_a_browser_may_not_send_png() -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    with pytest.raises(InputRefused):
        BrowserSource().offer(out.getvalue())


def test_the_newest_browser_frame_wins_and_silence_ends_the_stream() -> None:
    source = BrowserSource(patience_s=0.05)
    source.offer(jpeg(10))
    source.offer(jpeg(150))
    source.open()
    pixels = source.read()
    assert pixels is not None
    assert pixels[200, 200].mean() == pytest.approx(150, abs=3)
    assert source.read() is None


def test_the_simulated_scenes_are_told_apart_and_sway() -> None:
    source = SimulatedSource(Scene.NOBODY, width=640, height=360, rate=1000)
    source.open()
    brightness = {}
    for scene in set(Scene) - {Scene.WALK}:
        source.show(scene)
        first, second = source.read(), source.read()
        assert first is not None
        assert second is not None
        assert not np.array_equal(first, second)
        brightness[scene] = float(first.mean())
    assert brightness[Scene.COVERED] < 12
    assert len({round(value, 1) for value in brightness.values()}) == 4


def test_without_a_fixed_scene_person_and_form_take_turns() -> None:
    moment = [100.0]
    source = SimulatedSource(None, width=640, height=360, rate=1000, monotonic=lambda: moment[0])
    source.open()
    seen = []
    for moment[0] in (101.0, 109.0, 117.0):
        pixels = source.read()
        assert pixels is not None
        seen.append(cv2.QRCodeDetector().detect(pixels)[0])
    assert seen == [False, True, False]


def test_the_form_scene_carries_the_text_it_is_given() -> None:
    source = SimulatedSource(Scene.FORM, width=1280, height=720, rate=1000)
    source.open()
    pixels = source.read()
    assert pixels is not None
    assert cv2.QRCodeDetector().detectAndDecode(pixels)[0] == DEMO_FORM_TEXT
    source.show(Scene.FORM, form_text="99990000111122223333444")
    pixels = source.read()
    assert pixels is not None
    assert cv2.QRCodeDetector().detectAndDecode(pixels)[0] == "99990000111122223333444"


def test_the_dock_pulls_the_plug_and_puts_it_back() -> None:
    source = SimulatedSource(Scene.NOBODY, width=320, height=240, rate=100)
    camera = CameraThread(source, retry_s=0.01, retry_most_s=0.02)
    camera.start()
    assert until(lambda: camera.status().usable)
    source.unplug()
    assert until(lambda: camera.status().code == "camera.unplugged")
    source.plug_in()
    assert until(lambda: camera.status().usable)
    camera.stop()


def test_a_camera_that_waits_for_a_tablet_stops_at_once() -> None:
    def cameras() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if thread.name == "camera browser"}

    others = cameras()  # a kiosk that other tests of this process share has one too
    camera = CameraThread(BrowserSource(patience_s=60))
    camera.start()
    (waiting,) = cameras() - others
    camera.stop(wait_s=10)
    assert not waiting.is_alive()
