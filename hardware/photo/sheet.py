"""The print sheet: the ID photo 45×35 mm, four times on L-size paper (89×127 mm) at 600 dpi, with cut marks.

For applications by paper, where a print is glued to the form. The marks stand off the corners and never inside a
photo; the photo is resampled for the printer and otherwise left alone. The file is a PDF of the paper's exact size, so
that "actual size" printing gives true millimetres.
"""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from hardware.photo import IdPhoto

DPI = 600
PHOTO_MM = (35.0, 45.0)
PAPER_MM = (89.0, 127.0)
COLUMNS, ROWS = 2, 2
GAP_MM = 6.0  # between photos
MARK_MM, STAND_OFF_MM = 2.0, 0.7  # length of a cut mark, and how far it stays away from the photo
MARK_WIDTH_MM = 0.1
INK = (90, 90, 90)


def dots(millimetres: float) -> int:
    return round(millimetres / 25.4 * DPI)


def places() -> list[tuple[int, int]]:
    """Left and top of each photo in dots, centred on the paper."""
    width, height = PHOTO_MM
    left = (PAPER_MM[0] - COLUMNS * width - (COLUMNS - 1) * GAP_MM) / 2
    top = (PAPER_MM[1] - ROWS * height - (ROWS - 1) * GAP_MM) / 2
    return [
        (dots(left + column * (width + GAP_MM)), dots(top + row * (height + GAP_MM)))
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]


def draw_sheet(photo: IdPhoto) -> Image.Image:
    """The sheet as an RGB picture at 600 dpi."""
    size = (dots(PHOTO_MM[0]), dots(PHOTO_MM[1]))
    with Image.open(io.BytesIO(photo.jpeg), formats=("JPEG",)) as image:
        print_size = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (dots(PAPER_MM[0]), dots(PAPER_MM[1])), "white")
    pen = ImageDraw.Draw(sheet)
    for left, top in places():
        sheet.paste(print_size, (left, top))
        _mark(pen, left, top, size)
    return sheet


def _mark(pen: ImageDraw.ImageDraw, left: int, top: int, size: tuple[int, int]) -> None:
    """Two short lines at each corner, along the edges to cut."""
    off, length, width = dots(STAND_OFF_MM), dots(MARK_MM), max(1, dots(MARK_WIDTH_MM))
    for x, outward_x in ((left, -1), (left + size[0] - 1, 1)):
        for y, outward_y in ((top, -1), (top + size[1] - 1, 1)):
            pen.line([(x + outward_x * off, y), (x + outward_x * (off + length), y)], fill=INK, width=width)
            pen.line([(x, y + outward_y * off), (x, y + outward_y * (off + length))], fill=INK, width=width)


def print_sheet(photo: IdPhoto) -> bytes:
    """A one-page PDF of 89×127 mm."""
    file = io.BytesIO()
    draw_sheet(photo).save(file, "PDF", resolution=DPI, quality=95)
    return file.getvalue()
