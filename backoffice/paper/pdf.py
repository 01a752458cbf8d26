"""A small PDF 1.7 writer (ISO 32000-1): pages in millimetres from the top left; text, rectangles, lines, QR codes,
JPEG pictures as they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import qrcode

from backoffice.paper.typeface import Typeface, typeface
from schemas.language import Language

POINTS: Final = 72 / 25.4
A3: Final = (297.0, 420.0)
A4: Final = (210.0, 297.0)
A5: Final = (148.0, 210.0)
Colour = tuple[float, float, float]


def colour(code: str) -> Colour:
    """`#0017c1` as PDF wants it."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


@dataclass
class _Font:
    """A typeface as one file uses it: its glyphs so far, numbered in order of use."""

    face: Typeface
    used: dict[int, tuple[int, str]] = field(default_factory=lambda: {0: (0, "")})

    def encoded(self, text: str) -> str:
        return "".join(f"{self._number(sign):04X}" for sign in text)

    def _number(self, sign: str) -> int:
        glyph = self.face.glyph(sign)
        return self.used.setdefault(glyph, (len(self.used), sign))[0]


@dataclass(frozen=True)
class Picture:
    """A JPEG file put into the page as it is, no pixel of it changed."""

    jpeg: bytes
    width: int
    height: int
    grey: bool = False


class Page:
    """One page being drawn. `scale`: everything is drawn larger or smaller, e.g. an A4 design on A3."""

    def __init__(self, paper: Document, size: tuple[float, float], scale: float) -> None:
        self.size, self._scale, self._paper = size, scale, paper
        self._drawn: list[str] = []
        self.pictures: list[Picture] = []

    @property
    def width(self) -> float:
        return self.size[0] / self._scale

    @property
    def height(self) -> float:
        return self.size[1] / self._scale

    def rectangle(self, x: float, y: float, width: float, height: float, fill: Colour, *, radius: float = 0) -> None:
        if not radius:
            left, bottom = self._at(x, y + height)
            box = _floats(left, bottom, self._long(width), self._long(height))
            self._drawn.append(f"{_floats(*fill)} rg {box} re f")
            return
        self._drawn.append(f"{_floats(*fill)} rg {self._rounded(x, y, width, height, radius)} f")

    def frame(self, x: float, y: float, width: float, height: float, stroke: Colour, *, radius: float = 2.0) -> None:
        line = _floats(self._long(0.3))
        self._drawn.append(f"{_floats(*stroke)} RG {line} w {self._rounded(x, y, width, height, radius)} S")

    def line(self, x: float, y: float, width: float, stroke: Colour, *, weight: float = 0.3) -> None:
        left, at = self._at(x, y)
        right = _floats(left + self._long(width), at)
        self._drawn.append(f"{_floats(*stroke)} RG {_floats(self._long(weight))} w {_floats(left, at)} m {right} l S")

    def text(self, x: float, y: float, text: str, *, size: float, ink: Colour, bold: bool = False) -> None:
        """One line; `size` in points of the design, `y` its baseline."""
        font = self._paper.font(bold=bold)
        left, at = self._at(x, y)
        shown = (
            f"/{'B' if bold else 'R'} {_floats(size * self._scale)} Tf {_floats(left, at)} Td <{font.encoded(text)}>"
        )
        self._drawn.append(f"BT {_floats(*ink)} rg {shown} Tj ET")

    def upright(self, x: float, y: float, height: float, stroke: Colour, *, weight: float = 0.3) -> None:
        """A vertical line from `y` down."""
        left, at = self._at(x, y)
        below = _floats(left, at - self._long(height))
        self._drawn.append(f"{_floats(*stroke)} RG {_floats(self._long(weight))} w {_floats(left, at)} m {below} l S")

    def picture(self, x: float, y: float, width: float, height: float, picture: Picture) -> None:
        """Filling the box exactly."""
        if picture not in self.pictures:
            self.pictures.append(picture)
        left, bottom = self._at(x, y + height)
        placed = _floats(self._long(width), 0, 0, self._long(height), left, bottom)
        self._drawn.append(f"q {placed} cm /I{self.pictures.index(picture)} Do Q")

    def qr(self, x: float, y: float, width: float, text: str, ink: Colour) -> None:
        """Level M with the four modules of silence around it (ISO/IEC 18004)."""
        made = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
        made.add_data(text)
        rows = made.get_matrix()
        module = width / len(rows)
        for down, row in enumerate(rows):
            for right, dark in enumerate(row):
                if dark:
                    # a hair wider, so that no white line shows between neighbours
                    self.rectangle(x + right * module, y + down * module, module * 1.02, module * 1.02, ink)

    def content(self) -> bytes:
        return "\n".join(self._drawn).encode("ascii")

    def _rounded(self, x: float, y: float, width: float, height: float, radius: float) -> str:
        k = radius * 0.4477  # what a Bézier's handle leaves of a quarter circle
        right, bottom = x + width, y + height
        path = [
            f"{self._point(x + radius, y)} m {self._point(right - radius, y)} l",
            f"{self._points((right - k, y), (right, y + k), (right, y + radius))} c",
            f"{self._point(right, bottom - radius)} l",
            f"{self._points((right, bottom - k), (right - k, bottom), (right - radius, bottom))} c",
            f"{self._point(x + radius, bottom)} l",
            f"{self._points((x + k, bottom), (x, bottom - k), (x, bottom - radius))} c",
            f"{self._point(x, y + radius)} l {self._points((x, y + k), (x + k, y), (x + radius, y))} c h",
        ]
        return " ".join(path)

    def _points(self, *places: tuple[float, float]) -> str:
        return " ".join(self._point(*place) for place in places)

    def _point(self, x: float, y: float) -> str:
        return _floats(*self._at(x, y))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self._long(x), self.size[1] * POINTS - self._long(y)

    def _long(self, millimetres: float) -> float:
        return millimetres * self._scale * POINTS


class Document:
    """A file being made, in one language."""

    def __init__(self, title: str, language: Language) -> None:
        self.title, self.language = title, language
        self.pages: list[Page] = []
        self._fonts = {bold: _Font(typeface(language, bold=bold)) for bold in (False, True)}

    def font(self, *, bold: bool = False) -> _Font:
        return self._fonts[bold]

    def width(self, text: str, *, size: float, bold: bool = False) -> float:
        """Of a line in millimetres of the design."""
        return self._fonts[bold].face.width(text) * size / POINTS

    def page(self, size: tuple[float, float], *, scale: float = 1.0) -> Page:
        made = Page(self, size, scale)
        self.pages.append(made)
        return made

    def written(self) -> bytes:
        """The whole file. The same content gives the same bytes."""
        objects = _Objects()
        fonts = {name: _font(objects, font) for name, font in (("R", self._fonts[False]), ("B", self._fonts[True]))}
        tree = objects.reserve()
        pages = [self._page(objects, page, tree, fonts) for page in self.pages]
        objects.put(tree, f"<< /Type /Pages /Count {len(pages)} /Kids [{_references(pages)}] >>".encode())
        lasting = f"/Lang ({self.language.value}) /ViewerPreferences << /DisplayDocTitle true >>"
        catalogue = objects.add(f"<< /Type /Catalog /Pages {tree} 0 R {lasting} >>".encode())
        named = objects.add(f"<< /Title {_words(self.title)} /Producer (Demado) >>".encode())
        return objects.written(catalogue, named)

    def _page(self, objects: _Objects, page: Page, tree: int, fonts: Mapping[str, int]) -> int:
        content = objects.stream(page.content())
        named = " ".join(f"/{name} {font} 0 R" for name, font in fonts.items())
        box = _floats(page.size[0] * POINTS, page.size[1] * POINTS)
        return objects.add(
            f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {box}] /Contents {content} 0 R "
            f"/Resources << /Font << {named} >>{_pictures(objects, page)} >> >>".encode()
        )


def _pictures(objects: _Objects, page: Page) -> str:
    """The page's pictures as resources, each with its own file inside (7.4.8 DCTDecode)."""
    named = " ".join(f"/I{at} {objects.jpeg(picture)} 0 R" for at, picture in enumerate(page.pictures))
    return f" /XObject << {named} >>" if named else ""


class _Objects:
    """Numbered objects and the table that finds them."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def reserve(self) -> int:
        self._bodies.append(b"")
        return len(self._bodies)

    def add(self, body: bytes) -> int:
        self._bodies.append(body)
        return len(self._bodies)

    def put(self, number: int, body: bytes) -> None:
        self._bodies[number - 1] = body

    def stream(self, data: bytes, about: str = "") -> int:
        packed = zlib.compress(data, 9)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode {about} >>\nstream\n".encode()
        return self.add(head + packed + b"\nendstream")

    def jpeg(self, picture: Picture) -> int:
        space = "/DeviceGray" if picture.grey else "/DeviceRGB"
        head = (
            f"<< /Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} /ColorSpace {space} "
            f"/BitsPerComponent 8 /Filter /DCTDecode /Length {len(picture.jpeg)} >>\nstream\n"
        )
        return self.add(head.encode() + picture.jpeg + b"\nendstream")

    def written(self, catalogue: int, about: int) -> bytes:
        out, places = bytearray(b"%PDF-1.7\n%\xe5\x87\xba\xe7\xaa\x93\n"), []
        for number, body in enumerate(self._bodies, start=1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        begins = len(out)
        out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
        trailer = f"<< /Size {len(places) + 1} /Root {catalogue} 0 R /Info {about} 0 R >>"
        return bytes(out) + f"trailer\n{trailer}\nstartxref\n{begins}\n%%EOF\n".encode()


def _font(objects: _Objects, font: _Font) -> int:
    """A composite font with the outlines of what was used, its widths, and which characters these are."""
    glyphs = list(font.used)
    outlines = objects.stream(font.face.outlines.subset(glyphs), "/Subtype /CIDFontType0C")
    described = objects.add(
        "<< /Type /FontDescriptor /FontName /DEMADO+NotoSansCJK /Flags 4 /FontBBox [-1013 -1047 2960 1806] "
        f"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 733 /StemV 90 /FontFile3 {outlines} 0 R >>".encode()
    )
    widths = " ".join(str(font.face.widths[glyph]) for glyph in glyphs)
    inner = objects.add(
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /DEMADO+NotoSansCJK /DW 1000 "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /W [0 [{widths}]] "
        f"/FontDescriptor {described} 0 R >>".encode()
    )
    meant = objects.stream(_unicode(font.used.values()))
    return objects.add(
        "<< /Type /Font /Subtype /Type0 /BaseFont /DEMADO+NotoSansCJK /Encoding /Identity-H "
        f"/DescendantFonts [{inner} 0 R] /ToUnicode {meant} 0 R >>".encode()
    )


def _unicode(used: Iterable[tuple[int, str]]) -> bytes:
    pairs = [(number, sign.encode("utf-16-be").hex().upper()) for number, sign in used if sign]
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Demado def /CMapType 2 def\n"
    lines = [head, "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"]
    for at in range(0, len(pairs), 100):  # at most a hundred a block
        block = "".join(f"<{number:04X}> <{text}>\n" for number, text in pairs[at : at + 100])
        lines.append(f"{len(pairs[at : at + 100])} beginbfchar\n{block}endbfchar\n")
    return "".join([*lines, "endcmap CMapName currentdict /CMap defineresource pop end end"]).encode()


def _floats(*values: float) -> str:
    return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in values)


def _references(numbers: Iterable[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def _words(text: str) -> str:
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex().upper()}>"
