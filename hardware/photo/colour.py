"""Do the colours look natural? (ISO/IEC 29794-5 natural colour, OFIQ's formula on the cheeks)"""

from __future__ import annotations

import numpy as np

from hardware.photo import Advice
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import Seen

# OFIQ: the box a* 5..25, b* 5..35 holds natural skin; a distance of 11 from it maps to quality 50.
RED_GREEN, YELLOW_BLUE = (5.0, 25.0), (5.0, 35.0)
NATURAL = Bounds("dE", most=11)
# Black-and-white photos are accepted by the published rules: nothing to judge below this chroma.
GREY_CHROMA = 1.5


def natural_colour(seen: Seen) -> Finding:
    """Distance of the cheeks' mean a*, b* from natural skin; 0 for a black-and-white picture."""
    chip, face = seen.chip, seen.face
    cheeks = chip.lab[chip.square(face.cheek_right, 0.3) | chip.square(face.cheek_left, 0.3), 1:]
    grey = float(np.percentile(np.hypot(*np.moveaxis(chip.lab[:, :, 1:], -1, 0)), 95)) < GREY_CHROMA
    red, yellow = cheeks.mean(axis=0)
    off_red = max(RED_GREEN[0] - red, red - RED_GREEN[1], 0.0)
    off_yellow = max(YELLOW_BLUE[0] - yellow, yellow - YELLOW_BLUE[1], 0.0)
    return NATURAL.judge("colour", 0.0 if grey else float(np.hypot(off_red, off_yellow)), Advice.NATURAL_COLOUR)
