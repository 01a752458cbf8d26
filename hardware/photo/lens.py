"""From how near was the picture taken? (ISO/IEC 39794-5 and ICAO guidance: magnification distortion)

A lens nearer than half a metre makes the nose grow and the ears shrink. The face's own proportions do not tell it: the
width of the outline over the eyes' distance falls by 3–8 % at 30 cm, and differs by 15 % between people. So the
distance is reckoned from the camera's angle of view, and not at all when nobody has told it.
"""

from __future__ import annotations

import math

from hardware.photo import Advice
from hardware.photo.finding import Bounds, Finding

EYES_CM = 6.3  # mean pupillary distance of grown-ups (Dodgson 2004: 63.4 mm); children read further away than they sit
DISTANCE = Bounds("cm", least=40, warning=True, source="face distortion near the lens")


def lens_distance(eye_distance: float, width: int, view: float) -> Finding:
    """Centimetres to the lens: eyes `eye_distance` pixels apart, picture `width` pixels and `view` degrees wide."""
    focal = width / (2 * math.tan(math.radians(view) / 2))
    return DISTANCE.judge("lens_distance", focal * EYES_CM / max(eye_distance, 1.0), Advice.MOVE_BACK)
