"""PDF files: whole, private, safely named, and a full disk is a status."""

from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printer.pdf import PdfPrinter, pdf_bytes, safe_name
from tests.hardware.printer.conftest import slip


def test_the_file_is_a_pdf_of_the_papers_width_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "slips"
    printed = PdfPrinter(folder).print(slip(), reference="A1-0042-7")
    file = folder / f"{printed.reference}.pdf"
    assert file.read_bytes().startswith(b"%PDF-")
    assert b"/MediaBox [ 0 0 226." in file.read_bytes()  # 80 mm are 226.8 points
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == [file.name]


def test_a_reprint_does_not_overwrite(tmp_path: Path) -> None:
    printer = PdfPrinter(tmp_path)
    references = [printer.print(slip(), reference="A1-0042-7").reference for _ in range(3)]
    assert references == ["A1-0042-7", "A1-0042-7-2", "A1-0042-7-3"]
    assert len(list(tmp_path.glob("*.pdf"))) == 3


def test_asking_for_the_status_makes_no_folder(tmp_path: Path) -> None:
    assert PdfPrinter(tmp_path / "a" / "b").status().usable
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=200))
def test_a_reference_never_leaves_the_folder(reference: str) -> None:
    name = safe_name(reference)
    assert name == os.path.basename(name)
    assert name.isascii()
    assert name
    assert not name.startswith(".")
    assert len(name) <= 80


FULL = """
import resource, signal, sys
from pathlib import Path
from hardware.printer.pdf import PdfPrinter
from tests.hardware.printer.conftest import slip
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
printed = PdfPrinter(Path(sys.argv[1])).print(slip(), reference="x")
print(printed.ok, printed.status.code, len(list(Path(sys.argv[1]).iterdir())))
"""


def test_a_full_disk_is_a_status_and_leaves_no_half_file(tmp_path: Path) -> None:
    assert resource.RLIMIT_FSIZE is not None
    assert errno.EFBIG is not None
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, cwd=Path.cwd(), check=True
    )
    assert done.stdout.split() == ["False", "printer.disk_full", "0"]


def test_a_folder_that_is_a_file_is_a_status(tmp_path: Path) -> None:
    (tmp_path / "slips").write_text("")
    printer = PdfPrinter(tmp_path / "slips")
    assert printer.status().code == "printer.folder_unwritable"
    assert printer.print(slip(), reference="x").status.code == "printer.folder_unwritable"


def test_the_same_slip_gives_the_same_page() -> None:
    assert len(pdf_bytes(slip())) == pytest.approx(len(pdf_bytes(slip())), abs=4)
