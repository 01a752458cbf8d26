"""The libraries alone and our readers behind one call, BGR picture → texts: for `make bench` and `tests.qr_report`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import cv2
import zxingcpp
from pyzbar import pyzbar

from hardware.camera import Pixels
from hardware.qr.decode import FrameQrReader

Reader: TypeAlias = Callable[[Pixels], list[str]]


def readers() -> dict[str, Reader]:
    """Each library with its own default settings (QR only), then our frame and file readers."""
    live, file = FrameQrReader(), FrameQrReader(live=False)
    plain, aruco = cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco()
    return {
        "pyzbar alone": _pyzbar,
        "OpenCV alone": lambda pixels: _opencv(plain, pixels),
        "OpenCV Aruco alone": lambda pixels: _opencv(aruco, pixels),
        "zxing-cpp alone": _zxing,
        "zxing-cpp then pyzbar": lambda pixels: _zxing(pixels) or _pyzbar(pixels),
        "ours, one live frame": lambda pixels: [code.text for code in live.read(pixels).codes],
        "ours, a file": lambda pixels: [code.text for code in file.read(pixels).codes],
    }


def _zxing(pixels: Pixels) -> list[str]:
    only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(pixels, formats=only, text_mode=zxingcpp.TextMode.Plain)
    return [code.text for code in found]


def _pyzbar(pixels: Pixels) -> list[str]:
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    try:
        return [code.data.decode("utf-8", "replace") for code in pyzbar.decode(grey, [pyzbar.ZBarSymbol.QRCODE])]
    except ValueError:  # it has no name for the orientation of joined symbols
        return []


def _opencv(detector: cv2.QRCodeDetector | cv2.QRCodeDetectorAruco, pixels: Pixels) -> list[str]:
    try:
        _found, texts, _corners, _straight = detector.detectAndDecodeMulti(pixels)
    except (cv2.error, UnicodeDecodeError):
        return []
    return [text for text in texts if text]
