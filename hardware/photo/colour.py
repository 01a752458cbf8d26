"""Do the colours look natural? (ISO/IEC 29794-5 natural colour, OFIQ's formula on the cheeks)"""

from __future__ import annotations

import numpy as np

from hardware.photo import Advice
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import CHEEK, Seen

# OFIQ: the box a* 5..25, b* 5..35 holds natural skin; a distance of 11 from it maps to quality 50.
RED_GREEN, YELLOW_BLUE = (5.0, 25.0), (5.0, 35.0)
NATURAL = Bounds("dE", most=11)
# Black-and-white photos are accepted by the published rules: nothing to judge below this chroma.
GREY_CHROMA = 1.5


def natural_colour(seen: Seen) -> Finding:
    """Distance of the cheeks' mean a*, b* from natural skin; 0 for a black-and-white picture."""
    chip, face = seen.chip, seen.face
    parts = [chip.lab[chip.part(cheek, CHEEK)].reshape(-1, 3) for cheek in (face.cheek_right, face.cheek_left)]
    chroma = np.hypot(chip.lab[::4, ::4, 1], chip.lab[::4, ::4, 2])
    grey = float(np.percentile(chroma, 95)) < GREY_CHROMA
    _, red, yellow = np.concatenate(parts).mean(axis=0)
    off_red = max(RED_GREEN[0] - red, red - RED_GREEN[1], 0.0)
    off_yellow = max(YELLOW_BLUE[0] - yellow, yellow - YELLOW_BLUE[1], 0.0)
    return NATURAL.judge("colour", 0.0 if grey else float(np.hypot(off_red, off_yellow)), Advice.NATURAL_COLOUR)
