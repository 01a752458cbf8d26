"""`python -m tests.venue slips [--pictures FOLDER]`: the paper in every language, as a camera and a reader see it.

One person a language goes through the real application without documents, so that there is something to bring; the slip
and the proof of attendance are drawn as the PDF printer draws them, the code is read from the picture by the product's
own reader, and its signature checked with the device's key. Somebody whose address is hidden gets one too.
"""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PIL import Image

from hardware.camera import Pixels
from hardware.printer import Slip
from hardware.printer.drawing import draw_slip
from hardware.printer.escpos import slip_bytes
from hardware.printer.pdf import PER_MM, pdf_bytes
from hardware.qr.decode import FrameQrReader
from kiosk.web.furigana import marks
from kiosk.web.texts import load_texts
from kiosk.web.words import DELIVERIES, METHODS
from schemas.form_code import read_form_code
from schemas.language import Language
from schemas.rules import Delivery, Method, default_rules
from schemas.slip_code import SlipCode
from tests.kiosk.web.conftest import _kiosk, _office, _port
from tests.kiosk.web.kiosk import FORM_ID, Kiosk

POINTS_PER_MM = 72 / 25.4
_CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")


def run(pictures: Path | None) -> int:
    """0 when every slip is as it must be; a line a language."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    wrong: list[str] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kiosk = _kiosk(stack, folder, stack.enter_context(_office(_port())))
        for language in Language:
            slip, proof = _printed(kiosk, language)
            found = [*_of_slip(kiosk, slip, language), *_of_proof(proof)]
            wrong += found
            _keep(pictures, f"slip-{language.value}", slip)
            _keep(pictures, f"attendance-{language.value}", proof)
            told = {"language": language.value, "lines": len(slip.lines), "ok": not found, "wrong": found}
            print(json.dumps(told, ensure_ascii=False), flush=True)
        hidden = _hidden(kiosk)
        found = _of_hidden(hidden)
        _keep(pictures, "slip-hidden", hidden)
        print(json.dumps({"slip": "address hidden", "ok": not found, "wrong": found}, ensure_ascii=False))
    return 1 if wrong or found else 0


def _printed(kiosk: Kiosk, language: Language) -> tuple[Slip, Slip]:
    """The slip, and the proof of attendance that is printed on request."""
    kiosk.clear()
    kiosk.applicant.come_to("attendant", language=language.value)
    kiosk.attendant().post("/attendant/finish", note="")
    assert kiosk.applicant.post("/review/confirm")["status"] == 200
    assert kiosk.applicant.post("/done/attendance")["status"] == 200
    kiosk.applicant.until(lambda _: len(kiosk.simulated.printer.slips) == 2)
    papers = [slip for _, slip in kiosk.simulated.printer.slips]
    return next(each for each in papers if each.qr), next(each for each in papers if not each.qr)


def _hidden(kiosk: Kiosk) -> Slip:
    kiosk.clear()
    kiosk.applicant.come_to("wishes")
    kiosk.applicant.post("/wishes", delivery="hidden")
    kiosk.applicant.come_to("attendant")
    kiosk.attendant().post("/attendant/finish", note="")
    kiosk.applicant.post("/review/confirm")
    kiosk.applicant.until(lambda _: bool(kiosk.simulated.printer.slips))
    return kiosk.simulated.printer.slips[0][1]


def _of_slip(kiosk: Kiosk, slip: Slip, language: Language) -> Iterator[str]:
    text, texts, number = _text(slip), load_texts(), slip.lines[0].text
    assert kiosk.outbox.bundle is not None
    for each in {language, Language.JA}:
        for wanted in (METHODS[Method.APPLICATION_SUPPORT], DELIVERIES[Delivery.COUNTER]):
            if (said := marks(texts.get(each, wanted))[0]) not in text:
                yield f"{each}: not said: {said}"
    if kiosk.outbox.bundle.contact not in text:
        yield "no contact"
    if not re.search(r"・.+", text):
        yield "nothing to bring"
    if FORM_ID in text or re.search(r"\d{12}", text):
        yield "a number that must not stand there"
    yield from _of_code(kiosk, slip, number)
    yield from _of_size(slip)


def _of_code(kiosk: Kiosk, slip: Slip, number: str) -> Iterator[str]:
    """The code as a camera sees the paper: read, of this number, signed by this device."""
    read = FrameQrReader().read(_photograph(slip)).codes
    if len(read) != 1:
        yield f"{len(read)} codes on the paper"
        return
    code = SlipCode.parse(read[0].text)
    if code.slip != number or read_form_code(read[0].text, ()).slip != number:
        yield f"the code says {code.slip}"
    public = kiosk.outbox._need().key.public  # the office has it from the enrolment
    Ed25519PublicKey.from_public_bytes(public).verify(code.signature, code.signed_part)


def _of_size(slip: Slip) -> Iterator[str]:
    page = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", pdf_bytes(slip))
    assert page is not None
    width = float(page[1]) / POINTS_PER_MM
    if not 78 <= width <= 106:
        yield f"{width:.0f} mm wide, neither 80 mm nor A6"
    if not slip_bytes(slip).startswith(b"\x1b@"):
        yield "no ESC/POS"


def _of_proof(proof: Slip) -> Iterator[str]:
    text = _text(proof)
    if len(_CLOCK.findall(text)) < 2:
        yield "the proof has no begin and end"
    if FORM_ID in text:
        yield "the proof shows the form"


def _of_hidden(slip: Slip) -> list[str]:
    text = _text(slip)
    found = [word for word in ("消防", "令和", "福島市消防本部") if word in text]
    hours = "".join(str(phone.hours) for phone in default_rules().phones if phone.hours)
    found += [clock for clock in _CLOCK.findall(text) if clock not in hours]  # when somebody answers the phone
    return [f"shows {word}" for word in found]


def _text(slip: Slip) -> str:
    return "\n".join((slip.title, *(line.text for line in slip.lines)))


def _photograph(slip: Slip) -> Pixels:
    """The paper before a camera: grey light, a little blur."""
    page = np.asarray(draw_slip(slip, per_mm=PER_MM).convert("RGB"))
    grey = cv2.convertScaleAbs(cv2.cvtColor(page, cv2.COLOR_RGB2BGR), alpha=0.7, beta=30)
    return np.asarray(cv2.GaussianBlur(grey, (3, 3), 0), dtype=np.uint8)


def _keep(folder: Path | None, name: str, slip: Slip) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        Image.open(BytesIO(_png(slip))).save(folder / f"{name}.png")


def _png(slip: Slip) -> bytes:
    out = BytesIO()
    draw_slip(slip, per_mm=8.0).save(out, "PNG")
    return out.getvalue()
