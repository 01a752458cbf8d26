"""`demado-hardware photo FILE… [--out DIR]`: judge picture files, write the ID photo of each accepted one.

One JSON object a line: file, accepted, advice, checks, crop, ms; for a file that is no usable picture file, accepted,
error, message. Leaves with 0 only when every file was accepted.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from hardware.camera.load import load_picture
from hardware.errors import InputRefused
from hardware.photo import Assessment, PhotoStudio
from hardware.photo.studio import open_studio

Report = dict[str, object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a picture")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write accepted ID photos here as NAME.jpg")


def run(args: argparse.Namespace) -> int:
    studio = open_studio()
    accepted = True
    for file in args.files:
        report = examine(studio, file, args.out)
        accepted = accepted and report["accepted"] is True
        print(json.dumps(report, ensure_ascii=False), flush=True)
    return 0 if accepted else 1


def examine(studio: PhotoStudio, file: Path, out: Path | None) -> Report:
    """Judge one file and write its photo; trouble with the file is in the report, never raised."""
    start = time.perf_counter()
    try:
        if not studio.status().usable:
            raise InputRefused(studio.status().code, studio.status().detail)
        pixels = load_picture(file)
        assessment = studio.assess(pixels)
        if assessment.accepted and assessment.crop is not None:
            photo = studio.finish(pixels, assessment.crop)
            if out is not None:
                write_atomically(out / f"{file.stem}.jpg", photo.jpeg)
    except InputRefused as error:
        return {"file": str(file), "accepted": False, "error": error.code, "message": str(error)}
    except OSError as error:
        return {"file": str(file), "accepted": False, "error": "photo.not_written", "message": error.strerror or "I/O"}
    return {"file": str(file), **described(assessment), "ms": round((time.perf_counter() - start) * 1000, 1)}


def described(assessment: Assessment) -> Report:
    """The judgement as the command prints it."""
    crop = assessment.crop
    return {
        "accepted": assessment.accepted,
        "advice": [advice.value for advice in assessment.advice],
        "checks": {
            name: {"value": check.value, "unit": check.unit, "min": check.minimum, "max": check.maximum, "ok": check.ok}
            for name, check in assessment.checks
        },
        "crop": None if crop is None else [crop.x, crop.y, crop.width, crop.height],
    }


def write_atomically(path: Path, data: bytes) -> None:
    """The whole file or none. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".incoming-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
