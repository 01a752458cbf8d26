"""The live picture for the screen: small JPEGs from the newest frame. Never written anywhere."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from hardware.camera import Camera

QUALITY = 70


class Preview:
    """Pictures of one camera. Encoding happens once a frame, however many look on."""

    def __init__(self, camera: Camera, *, width: int = 960) -> None:
        self._camera, self._width = camera, width

    def newest(self, after: int) -> tuple[int, bytes] | None:
        """Sequence number and JPEG of the newest frame when it is newer than `after`."""
        frame = self._camera.latest()
        if frame is None or frame.sequence == after:
            return None
        step = max(1, frame.pixels.shape[1] // self._width)
        picture = Image.fromarray(frame.pixels[::step, ::step, ::-1].copy())
        written = BytesIO()
        picture.save(written, "JPEG", quality=QUALITY)
        return frame.sequence, written.getvalue()
