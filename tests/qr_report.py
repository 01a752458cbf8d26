"""How many codes of a folder of labelled photographs are read: `python -m tests.qr_report FOLDER [--json] [--ours]`.

A label lies beside its picture under the same name: `NAME.txt` (UTF-8) or `NAME.bin` (ISO 8859-1), as in the public
black-box sets of ZXing (core/src/test/resources/blackbox/qrcode-1 …) and zxing-cpp (test/samples/qrcode-1 …); several
folders may be given, subfolders are looked through. Every picture is judged in four rotations, by each library alone
and by our chain in the same run. Exit code 0 only when our chain gave no wrong text. Nothing is fetched: whoever has
the sets can check what the chain is held to, 93.5 % with 0 wrong texts. ZXing's six sets (178 pictures, Apache-2.0) are
also in the npm package zxing-typescript 0.1.2: `npm pack zxing-typescript@0.1.2`, unpack it, and give
package/src/test/core/resources/blackbox/qrcode-[1-6].
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hardware.camera import Pixels
from hardware.camera.load import load_picture
from hardware.errors import InputRefused
from tests.bench.qr_readers import Reader, readers

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
ROTATIONS = 4
OURS = "ours, a file"
# The label of ZXing's qrcode-2/13.png has one letter less than the code: of the modules of this text (version 6, level
# Q) 99.5 % are as in the picture, of those of the label 68 %. ZXing itself does not read the picture.
MISLABELLED = {
    "The 2005 USGS aerial photograph of the Washington Monument is censored.": (
        "The 2005 USGS aerial photography of the Washington Monument is censored."
    ),
}


@dataclass
class Tally:
    """What one reader did with one folder's pictures."""

    reader: str
    read: int = 0
    seen: int = 0
    wrong: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def row(self, folder: str) -> dict[str, object]:
        return {
            "folder": folder,
            "reader": self.reader,
            "codes": self.seen,
            "read_percent": round(100 * self.read / max(1, self.seen), 1),
            "wrong": len(self.wrong),
            "wrong_files": self.wrong[:20],
            "ms_median": round(float(np.median(self.times)), 2) if self.times else None,
            "ms_p95": round(float(np.percentile(self.times, 95)), 2) if self.times else None,
        }


def label_of(picture: Path) -> str | None:
    """The text beside a picture, None when there is none."""
    for ending, charset in ((".txt", "utf-8"), (".bin", "latin-1")):
        beside = picture.with_suffix(ending)
        if beside.is_file():
            label = unended(beside.read_bytes().decode(charset, errors="replace"))
            return MISLABELLED.get(label, label)
    return None


def unended(text: str) -> str:
    """Without a last line end: in some labels it belongs to the file, in others to the code."""
    return text.removesuffix("\n").removesuffix("\r")


def labelled(folders: list[Path]) -> Iterator[tuple[str, Path, str]]:
    """Folder, picture and text of every labelled picture, in the order of their names."""
    for folder in folders:
        for picture in sorted(folder.rglob("*")):
            label = label_of(picture) if picture.suffix.lower() in PICTURES else None
            if label is not None:
                yield str(picture.parent), picture, label


def turned(pixels: Pixels) -> Iterator[tuple[int, Pixels]]:
    """The picture in four rotations, degrees counter-clockwise."""
    for quarter in range(ROTATIONS):
        yield 90 * quarter, np.ascontiguousarray(np.rot90(pixels, quarter))


def report(folders: list[Path], chosen: dict[str, Reader]) -> Iterator[dict[str, object]]:
    """A row for each folder and reader, then one over all folders."""
    tallies: dict[tuple[str, str], Tally] = {}
    for folder, picture, label in labelled(folders):
        try:
            pixels = load_picture(picture)
        except InputRefused as refused:
            print(f"{picture}: {refused.code}", file=sys.stderr)
            continue
        for degrees, view in turned(pixels):
            for name, reader in chosen.items():
                places = [tallies.setdefault((where, name), Tally(name)) for where in (folder, "all")]
                _judge(places, reader, view, label, f"{picture.name} {degrees}°")
    for (folder, _name), tally in sorted(tallies.items(), key=lambda one: one[0][0] == "all"):
        yield tally.row(folder)


def _judge(tallies: list[Tally], reader: Reader, view: Pixels, label: str, what: str) -> None:
    begin = time.perf_counter()
    texts = [unended(text) for text in reader(view)]
    took = (time.perf_counter() - begin) * 1000
    for tally in tallies:
        tally.seen += 1
        tally.read += label in texts
        tally.times.append(took)
        if any(text != label for text in texts):
            tally.wrong.append(what)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.qr_report", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="pictures with NAME.txt beside them")
    parser.add_argument("--json", action="store_true", help="one JSON line a row")
    parser.add_argument("--ours", action="store_true", help="our chain only")
    chosen = parser.parse_args(words)
    compared = {name: reader for name, reader in readers().items() if not chosen.ours or name == OURS}
    rows = list(report(chosen.folders, compared))
    for row in rows:
        print(json.dumps(row, ensure_ascii=False) if chosen.json else _line(row), flush=True)
    if not rows:
        print("no labelled pictures there", file=sys.stderr)
    wrong = any(row["wrong"] for row in rows if row["reader"] == OURS)
    return 0 if rows and not wrong else 1


def _line(row: dict[str, object]) -> str:
    times = f"{row['ms_median']:>8} ms median  {row['ms_p95']:>8} ms p95"
    rates = f"{row['codes']:>5} codes  {row['read_percent']:>5} % read  {row['wrong']:>3} wrong"
    return f"{str(row['folder'])[-40:]:<40}  {row['reader']:<22}  {rates}  {times}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
