"""`demado-hardware photo FILE… [--out DIR] [--excuse REASON]… [--view DEGREES]`: judge picture files, write ID photos.

One JSON object a line: file, accepted, advice, checks, crop, ms; `warnings` and `message` when there is something to
say; `error` and `message` for a file that is no usable picture (nothing in advice and checks then) and when an accepted
photo could not be written (beside the checks). Leaves with 0 only when all were accepted.
An accepted photo is DIR/NAME.jpg; `written` names it when that file was brought itself or is of an earlier FILE.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Mapping
from itertools import chain, count
from pathlib import Path

from hardware.camera import Pixels
from hardware.camera.load import load_picture
from hardware.command import print_line
from hardware.errors import InputRefused
from hardware.photo import Advice, Assessment, Check, Crop, Excused, PhotoStudio, SpecialReason
from hardware.photo.excuses import reasons
from hardware.photo.studio import UNJUDGED, open_studio

Report = dict[str, object]

SENTENCES: Mapping[Advice, str] = {
    Advice.NO_FACE: "no face is seen that looks towards the camera",
    Advice.ONE_PERSON: "more than one person is in the picture",
    Advice.COME_CLOSER: "the face is too small: come closer",
    Advice.MOVE_BACK: "the face is too near: move back",
    Advice.CENTRE: "the head is not wholly in the photo's frame: sit in the middle",
    Advice.LOOK_STRAIGHT: "look straight into the camera",
    Advice.CHIN_LEVEL: "hold the chin level",
    Advice.HEAD_UPRIGHT: "hold the head upright",
    Advice.OPEN_EYES: "open both eyes",
    Advice.UNCOVER_EYES: "something covers the eyes",
    Advice.AVOID_GLARE: "a lamp mirrors itself in the glasses",
    Advice.UNCOVER_FACE: "something covers the face",
    Advice.UNCOVER_HEAD: "something covers the head",
    Advice.CLOSE_MOUTH: "close the mouth",
    Advice.MORE_LIGHT: "it is too dark",
    Advice.LESS_LIGHT: "it is too bright",
    Advice.EVEN_LIGHT: "one side of the face lies in shadow",
    Advice.NATURAL_COLOUR: "the light colours the face",
    Advice.HOLD_STILL: "the picture is not sharp",
    Advice.LESS_NOISE: "the picture is noisy: more light is needed",
    Advice.PLAIN_BACKGROUND: "something is to be seen behind the person",
    Advice.HIGHER_RESOLUTION: "the picture has too few pixels",
    Advice.LIVE_PERSON: "this is a picture of a picture, or of a screen",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a picture")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write accepted ID photos here as NAME.jpg")
    parser.add_argument(
        "--excuse",
        action="append",
        default=[],
        choices=[reason.value for reason in SpecialReason],
        metavar="REASON",
        help=f"switch off the checks of a special reason: {', '.join(SpecialReason)}",
    )
    parser.add_argument("--view", type=angle, metavar="DEGREES", help="the camera's horizontal angle of view, 20–150")


def angle(text: str) -> float:
    """Degrees as given on the command line. Raises `ValueError`, which argparse reports."""
    value = float(text)
    if not 20 <= value <= 150:
        raise ValueError("not a camera's angle of view")
    return value


def run(args: argparse.Namespace) -> int:
    studio, excused = open_studio(view=args.view), reasons(args.excuse)
    accepted, taken = True, set(map(place, args.files))
    for file in args.files:
        report = examine(studio, file, args.out, excused=excused, taken=taken)
        accepted = accepted and report["accepted"] is True
        print_line(report)
    return 0 if accepted else 1


def examine(
    studio: PhotoStudio, file: Path, out: Path | None, *, excused: Excused = frozenset(), taken: set[Path] | None = None
) -> Report:
    """Judge one file and write its photo; trouble with the file is in the report, never raised.

    `taken`: files that must not be overwritten; the photo written joins them.
    """
    start = time.perf_counter()
    try:
        if not studio.status().usable:
            raise InputRefused(studio.status().code, studio.status().detail)
        pixels = load_picture(file)
        assessment = studio.assess(pixels, excused=excused)
    except InputRefused as error:
        report = {"file": str(file), **described(UNJUDGED), "error": error.code, "message": str(error)}
        return {**report, "ms": elapsed(start)}
    report = {"file": str(file), **described(assessment)}
    if assessment.accepted and assessment.crop is not None:
        report |= written(studio, pixels, assessment.crop, file, out, taken if taken is not None else set())
    return {**report, "ms": elapsed(start)}


def elapsed(start: float) -> float:
    """Milliseconds since a reading of `time.perf_counter`."""
    return round((time.perf_counter() - start) * 1000, 1)


def written(studio: PhotoStudio, pixels: Pixels, crop: Crop, file: Path, out: Path | None, taken: set[Path]) -> Report:
    """What there is to say of an accepted picture's photo: nothing, its other name, or why there is none; the checks
    stand whatever comes of the file."""
    try:
        photo = studio.finish(pixels, crop)
        if out is None:
            return {}
        target = free_name(out, file.stem, taken)
        write_atomically(target, photo.jpeg)
    except InputRefused as error:
        return {"accepted": False, "error": error.code, "message": str(error)}
    except OSError as error:
        return {"accepted": False, "error": "photo.not_written", "message": error.strerror or "I/O"}
    return {} if target.stem == file.stem else {"written": target.name}


def free_name(out: Path, stem: str, taken: set[Path]) -> Path:
    """`stem`.jpg in the folder, or `stem`-2.jpg and so on where that is taken; the name chosen is taken from now on.

    Two people's pictures are both called IMG_0001 in their own folders: neither may stand under the other's name.
    """
    names = chain([f"{stem}.jpg"], (f"{stem}-{number}.jpg" for number in count(2)))
    path = next(path for path in (out / name for name in names) if place(path) not in taken)
    taken.add(place(path))
    return path


def place(file: Path) -> Path:
    """Where a file itself lies, whatever way its folder was named."""
    return Path(os.path.realpath(file.parent), file.name)


def described(assessment: Assessment) -> Report:
    """The judgement as the command prints it."""
    crop = assessment.crop
    report: Report = {"accepted": assessment.accepted, "advice": [advice.value for advice in assessment.advice]}
    if assessment.advice:
        report["message"] = "; ".join(SENTENCES[advice] for advice in assessment.advice)
    if assessment.warnings:
        report["warnings"] = [advice.value for advice in assessment.warnings]
    report["checks"] = {name: measured(check) for name, check in assessment.checks}
    report["crop"] = None if crop is None else [crop.x, crop.y, crop.width, crop.height]
    return report


def measured(check: Check) -> Report:
    """One check; `warning` and `excused` are named only where they hold."""
    marks = {name: True for name, holds in (("warning", check.warning), ("excused", check.excused)) if holds}
    return {
        "value": check.value, "unit": check.unit, "min": check.minimum, "max": check.maximum, "ok": check.ok,
        "source": check.source, **marks,
    }  # fmt: skip


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
