"""A drawn sheet with a form's code, for the simulated camera and for tests.

It copies no official form, is marked 見本, holds no person's data, and carries whatever text it is given."""

from __future__ import annotations

import numpy as np
import qrcode
from PIL import Image, ImageDraw
from qrcode.constants import ERROR_CORRECT_M

from hardware.camera import Pixels
from hardware.fonts import font
from schemas.form_code import read_form_code

WIDTH_MM, HEIGHT_MM = 148, 105
CODE_LEFT_MM, CODE_TOP_MM = 112, 32
_INK, _RULE, _TINT, _SAMPLE = (52, 56, 66), (150, 158, 170), (236, 241, 247), (222, 228, 236)
_FIELDS = ("申請書ID", "受付日", "連絡先", "外国人住民の区分")


def draw_code(text: str, *, module: int, border: int = 4) -> Image.Image:
    """A QR code, `module` pixels a module, with the quiet zone of ISO/IEC 18004 (4 modules)."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=border)
    code.add_data(text)
    code.make(fit=True)
    dots = np.where(np.array(code.get_matrix(), dtype=bool), 0, 255).astype(np.uint8)
    return Image.fromarray(np.kron(dots, np.ones((module, module), dtype=np.uint8)))


def draw_form(text: str, *, per_mm: int = 8, code_mm: int = 22) -> Pixels:
    """The sheet, `per_mm` pixels a millimetre, with the code of `text` at its right, (height, width, 3) BGR uint8.

    `code_mm` is the side of the dark modules; around them the paper itself is the quiet zone.
    """
    sheet = Image.new("RGB", (WIDTH_MM * per_mm, HEIGHT_MM * per_mm), (253, 253, 251))
    pen = ImageDraw.Draw(sheet)

    def write(x: float, y: float, words: str, size: float, colour: tuple[int, int, int] = _INK) -> None:
        face = font(round(size * per_mm), bold=size > 4)
        if face is not None:  # without a Japanese font the sheet has its boxes and its code
            pen.text((x * per_mm, y * per_mm), words, fill=colour, font=face, anchor="lm")

    write(26, 80, "見 本", 30, _SAMPLE)
    write(10, 12, "個人番号カード交付申請書（見本）", 5.2)
    pen.line((10 * per_mm, 18 * per_mm, 138 * per_mm, 18 * per_mm), fill=_INK, width=max(1, per_mm // 3))
    form_id = read_form_code(text, ()).form_id
    for row, label in enumerate(_FIELDS):
        top = 24 + row * 12
        pen.rectangle([side * per_mm for side in (10, top, 100, top + 9)], outline=_RULE, width=2)
        pen.rectangle([side * per_mm for side in (10, top, 38, top + 9)], fill=_TINT, outline=_RULE, width=2)
        write(12, top + 4.5, label, 3)
        write(40, top + 4.5, form_id.grouped() if form_id and row == 0 else "", 3.4)
    for row in range(5):
        length = (86, 78, 88, 70, 40)[row]
        pen.line([side * per_mm for side in (10, 78 + row * 4.5, 10 + length, 78 + row * 4.5)], fill=_RULE, width=2)
    write(108, 62, "スマートフォン等での申請用", 2.2)
    side = code_mm * per_mm
    code = draw_code(text, module=8, border=0).resize((side, side), Image.Resampling.LANCZOS)
    sheet.paste(code, (CODE_LEFT_MM * per_mm, CODE_TOP_MM * per_mm))
    return np.ascontiguousarray(np.asarray(sheet)[:, :, ::-1])
