"""Are both eyes open and to be seen? (ISO/IEC 29794-5 eyes open, eyes visible)"""

from __future__ import annotations

import numpy as np

from hardware.photo import Advice
from hardware.photo.engine import EyeShape, Points
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import Seen

# Measured: 15 of 15 closed eyes lie below 0.25; 4 of 539 open portraits do, all broad smiles.
OPENNESS = Bounds("ratio", least=0.25)
# Measured on painted and pictured sunglasses: clear glasses stay above.
ORBIT = Bounds("ratio", least=0.42, warning=True)
CONTRAST = Bounds("ratio", least=0.10, warning=True)


def lid_ratio(eye: EyeShape) -> float:
    """Widest lid gap over the width between the corners, of one eye."""
    gap = float(np.hypot(*(eye.lower - eye.upper).T).max())
    return gap / max(float(np.hypot(*(eye.outer - eye.inner))), 1e-6)


def eyes_open(seen: Seen) -> Finding:
    """The lid ratio of the less open eye, from the iris model's rims."""
    value = min(lid_ratio(seen.face.shape_right), lid_ratio(seen.face.shape_left))
    return OPENNESS.judge("eyes_open", value, Advice.OPEN_EYES)


def orbit(seen: Seen, eye: Points) -> tuple[float, float]:
    """Lightness of the orbit over that of the cheek, and spread of the eye's lightness over that of the cheek."""
    chip, face = seen.chip, seen.face
    cheek = float(np.median(chip.lab[chip.square(face.cheek_right, 0.3) | chip.square(face.cheek_left, 0.3), 0]))
    area = chip.lab[chip.square(eye, 0.55), 0]
    core = chip.lab[chip.square(eye, 0.35), 0]
    return float(np.median(area)) / max(cheek, 1e-6), float(core.std()) / max(cheek, 1e-6)


def orbit_light(seen: Seen) -> Finding:
    """The darker orbit's L* over the cheeks': dark lenses and hair over the eyes lower it."""
    value = min(orbit(seen, seen.face.eye_right)[0], orbit(seen, seen.face.eye_left)[0])
    return ORBIT.judge("eyes_visible", value, Advice.UNCOVER_EYES)


def eye_contrast(seen: Seen) -> Finding:
    """The flatter eye's spread of L* over the cheeks' L*: an eye behind a dark or mirroring lens has none."""
    value = min(orbit(seen, seen.face.eye_right)[1], orbit(seen, seen.face.eye_left)[1])
    return CONTRAST.judge("eye_contrast", value, Advice.UNCOVER_EYES)
