"""`demado-hardware qr FILE…`: the codes in pictures, one JSON line a file."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from hardware.camera.load import load_picture
from hardware.command import print_line
from hardware.errors import InputRefused
from hardware.qr.decode import FrameQrReader

DESCRIPTION = """\
One JSON line a file: {"file","codes":[{"text","corners"}],"ms"}; corners are [x,y] four times, clockwise from the
symbol's top left, in pixels of the upright picture; ms is the time of the reading without loading the file.
A file that cannot be used: {"file","error","message"}. Exit code 0 only when every file gave at least one code."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.formatter_class = DESCRIPTION, argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", nargs="+", metavar="FILE", help="JPEG, PNG, WebP, TIFF, BMP, GIF or PPM")
    parser.add_argument("--live", action="store_true", help="treat each file as one frame of a live picture (25 ms)")


def run(arguments: argparse.Namespace) -> int:
    reader = FrameQrReader(live=arguments.live)
    results = [_one(reader, name) for name in arguments.files]
    return 0 if all(results) else 1


def _one(reader: FrameQrReader, name: str) -> bool:
    try:
        pixels = load_picture(Path(name))
    except InputRefused as refused:
        print_line({"file": name, "error": refused.code, "message": str(refused)})
        return False
    begin = time.perf_counter()
    reading = reader.read(pixels)
    took = (time.perf_counter() - begin) * 1000
    codes = [{"text": code.text, "corners": [list(corner) for corner in code.corners]} for code in reading.codes]
    print_line({"file": name, "codes": codes, "ms": round(took, 2)})
    if not codes:
        print(f"{name}: no code read, {reading.hint.value}", file=sys.stderr)
    return bool(codes)
