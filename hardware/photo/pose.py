"""Does the person look straight into the lens, head upright? (ISO/IEC 29794-5 head pose; angles from the mesh)

ISO/IEC 19794-5:2011 asks for ±5° yaw and pitch and ±8° roll. The mesh's own spread on people who look straight is
1–2° of yaw and about 4° of pitch (mirror test on 180 portraits), so the bounds stand further out.
"""

from __future__ import annotations

from hardware.photo import Advice
from hardware.photo.engine import Face
from hardware.photo.finding import Bounds, Finding

YAW = Bounds("deg", least=-12, most=12, source="ISO/IEC 19794-5 with the own spread")
# Heads raised on purpose measure 34 to 47, lowered ones −9 to −22 (and shut their eyes).
PITCH = Bounds("deg", least=-14, most=18, source="ISO/IEC 19794-5 with the own spread")
ROLL = Bounds("deg", least=-5, most=5, source="ISO/IEC 19794-5, narrower")


def yaw(face: Face) -> Finding:
    """Degrees turned to the person's own left."""
    return YAW.judge("yaw", face.yaw, Advice.LOOK_STRAIGHT)


def pitch(face: Face) -> Finding:
    """Degrees the head is raised."""
    return PITCH.judge("pitch", face.pitch, Advice.CHIN_LEVEL)


def roll(face: Face) -> Finding:
    """Degrees the head leans clockwise in the picture."""
    return ROLL.judge("roll", face.roll, Advice.HEAD_UPRIGHT)
