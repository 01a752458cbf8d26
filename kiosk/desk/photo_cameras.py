"""Which camera looks: the kiosk's own, or the tablet while it sends frames."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.camera import Camera, Frame
from schemas.intake import PhotoSource


@dataclass(frozen=True)
class Sight:
    """One frame and whose it is."""

    frame: Frame
    source: PhotoSource
    camera: str


class PhotoCameras:
    """The tablet wins while its frames come: somebody holds it before the person's face."""

    def __init__(self, fixed: Camera, tablet: Camera | None) -> None:
        self._fixed, self._tablet = fixed, tablet

    def sight(self) -> Sight | None:
        if self._tablet is not None and (frame := self._tablet.latest()) is not None:
            return Sight(frame, PhotoSource.TABLET, "tablet")
        frame = self._fixed.latest()
        return None if frame is None else Sight(frame, PhotoSource.CAMERA, self._fixed.status().name)

    def latest(self) -> Frame | None:
        """For the live picture."""
        sight = self.sight()
        return None if sight is None else sight.frame

    @property
    def tablet_sends(self) -> bool:
        return self._tablet is not None and self._tablet.latest() is not None


class FormCameras:
    """The same choice for the form: whoever holds the tablet holds it over the code."""

    def __init__(self, fixed: Camera, tablet: Camera | None) -> None:
        self._fixed, self._tablet = fixed, tablet

    def latest(self) -> Frame | None:
        frame = self._tablet.latest() if self._tablet is not None else None
        return frame if frame is not None else self._fixed.latest()
