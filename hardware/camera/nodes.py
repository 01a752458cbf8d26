"""Which cameras Linux has, and what is wrong with a setting that names none of them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from hardware.errors import DeviceMissing

VIDEO_MAJOR = 81  # Linux, Documentation/admin-guide/devices.txt: video4linux
NAMES = Path("/sys/class/video4linux")


def node_of(device: int | str) -> Path:
    return Path(f"/dev/video{device}" if isinstance(device, int) else device)


def title_of(node: Path) -> str:
    """What the kernel calls it with its node, else the node."""
    try:
        title = Path(NAMES, node.resolve().name, "name").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        title = ""
    return f"{title} ({node.name})" if title else str(node)


def present() -> list[str]:
    """The cameras plugged in now, by name."""
    try:
        return [title_of(Path("/dev", entry.name)) for entry in sorted(NAMES.iterdir())]
    except OSError:
        return []


def must_be_camera(node: Path) -> None:
    """Raises `DeviceMissing`: camera.unplugged for a camera's name without a camera, camera.no_such_device for a path
    no camera ever has, camera.not_a_camera for something else."""
    try:
        found = node.stat()
    except OSError:
        there = f"there is no {node}; plugged in: {', '.join(present()) or 'no camera at all'}"
        named = node.name.startswith("video") or "v4l" in node.parts
        raise DeviceMissing("camera.unplugged" if named else "camera.no_such_device", there) from None
    if not stat.S_ISCHR(found.st_mode) or os.major(found.st_rdev) != VIDEO_MAJOR:
        raise DeviceMissing("camera.not_a_camera", f"{node} is no camera")
