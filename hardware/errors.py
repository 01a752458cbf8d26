"""The error tree of the devices; it stays inside this package and its tests.

DeviceError                     something a device did or could not do; `code` is stable
├── DeviceMissing               not plugged in, not found (transient: may come back)
├── DeviceBusy                  held by another program (transient)
└── InputRefused                a file or image that must not be processed (permanent)
"""

from __future__ import annotations

from typing import ClassVar


class DeviceError(Exception):
    """Trouble with a device. `transient`: trying again may help."""

    transient: ClassVar[bool] = True

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DeviceMissing(DeviceError):
    """Nothing there to talk to."""


class DeviceBusy(DeviceError):
    """Another program holds it."""


class InputRefused(DeviceError):
    """An input that cannot be used at all: not an image, too large, broken."""

    transient: ClassVar[bool] = False
