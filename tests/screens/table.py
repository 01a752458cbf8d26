"""The way that leads over every screen of the venue, as data.

ONCE is walked once, each screen looked at in all languages while it stands. LAST is walked for each language: the last
screen speaks the language the person chose.
"""

from __future__ import annotations

from deploy.demo.stage import CARD_PIN, MUNICIPALITY
from tests.screens.steps import (
    Look,
    Step,
    Tongues,
    Who,
    act,
    attendant,
    dock,
    look,
    refused,
    shoot,
    staff,
    typed,
    until,
)

_CLOSED = Look("out_of_order", "out_of_order", who=Who.CLOSED, tongues=Tongues.OWN)
_HOLD = attendant("hold/take", eye="kiosk"), attendant("hold/give")
_SILENCE = "#silence"
_LICENCE = "legal_representative:driving_licence"
_STATEMENT = "applicant_under_15:certified_photo_statement"
_CHECKS = ["original", "in_date", "name_matches", "birth_or_address_matches", "photo_matches"]

BEGINNING: tuple[Step, ...] = (
    _CLOSED,
    look("idle", tongues=Tongues.OWN),
    staff("attendant_sign_in", "/attendant"),
    act("/start", language="ja"),
    dock("camera", which="form", scene="nobody"),
    look("consent"),
    look("leave", by="leave"),
    look("language", by="language"),
    look("silence", screen="consent", opens=_SILENCE),
    act("/consent"),
    look("booking"),
    look("booking_number", by="number"),
    refused("booking_number-refused", "/booking", screen="booking_number", by="number", number="999"),
    act("/booking", walk_in="yes"),
    look("why"),
    act("/why", purpose="renewal"),
    look("form"),
    look("form_typing", by="typing"),
    refused(
        "form_typing-refused",
        "/form",
        screen="form_typing",
        by="typing",
        kind="typed",
        form_id="1234 5678",
        form_id_again="1234",
    ),
    look("form_other", by="other"),
    act("/form", kind="none"),
)

CARD: tuple[Step, ...] = (
    dock("card", action="take"),
    look("card"),
    look("card_unsure", by="unsure"),
    look("card_printed", by="printed"),
    act("/card/printed", birth_date="2027-01-31"),
    look("card-printed", screen="card"),
    dock("card", action="put", state="expired"),
    act("/card", action="check"),
    until("card", "reported"),
    look("card-expired", screen="card"),
    dock("card", action="take"),
    dock("card", action="put", state="valid"),
    act("/card", action="check"),
    until("card", "reported"),
    look("card-valid", screen="card"),
    look("card_pin", by="pin"),
    act("/card", action="keep"),
    dock("card", action="take"),
)

PERSON: tuple[Step, ...] = (
    look("licence"),
    look("licence_used", by="used"),
    act("/licence", on_card="yes"),
    look("birth"),
    refused("birth-refused", "/person", screen="birth", era="平成", year="2", month="13", day="1"),
    act("/person", birth_date="2016-04-01"),
    look("home"),
    look("home_elsewhere", by="elsewhere"),
    look("home_residence", by="residence"),
    look("home_who", by="who"),
    act("/language", language="en"),
    act("/person", municipality=MUNICIPALITY),
    look("residence"),
    look("residence-limited", screen="residence", opens="input[value=limited]"),
    act("/residence", residence="japanese"),
    look("who"),
    act("/who", who="proxy"),
    until("screen", "proxy"),
    look("proxy"),
    act("/back"),
    act("/who", who="parent_apart"),
    until("screen", "domicile"),
    look("domicile"),
    act("/domicile", domicile="unknown"),
    look("wishes"),
    look("wishes_options", by="options"),
    look("wishes_delivery", by="delivery"),
    look("wishes_express", by="express"),
    act("/wishes", chosen="1", signature="on", then="contact"),
    look("contact"),
    refused("contact-refused", "/contact", screen="contact", mail="nobody@@example"),
    typed("contact_look", "/contact", by="look", look="yes", mail="taro@gmial.com", phone="0240000000"),
    act("/contact", skip="yes"),
)

PHOTO: tuple[Step, ...] = (
    dock("camera", which="face", scene="nobody"),
    until("screen", "photo"),
    look("photo"),
    look("photo-positions", screen="photo", opens=".positions summary"),
    act("/photo/position", position="child"),
    look("photo-child", screen="photo"),
    act("/photo/position", position="seated"),
    shoot(),
    until("photo", "judged"),
    look("photo-again", screen="photo"),
    attendant("sign-in", staff="{staff}", pin="{pin}"),
    staff("photo-special", "/attendant", screen="attendant_board", opens="#reasons summary"),
    act("/photo/retake"),
    staff("attendant_camera", "/attendant/camera"),
    dock("camera", which="face", scene="unplugged"),
    look("photo-no-camera", screen="photo"),
    dock("camera", which="face", scene="person"),
    shoot(),
    until("photo", "judged"),
    look("photo-judged", screen="photo"),
    act("/photo/keep"),
)

STAFF: tuple[Step, ...] = (
    look("attendant"),
    act("/help", wanted="yes"),
    attendant("documents", shown=[_LICENCE, _STATEMENT], check=[f"{_LICENCE}:{check}" for check in _CHECKS]),
    staff("attendant_board", "/attendant"),
    staff("attendant_board-override", "/attendant", screen="attendant_board", opens=".override summary"),
    attendant("help"),
    look("held", around=_HOLD),
    Look("taken", "attendant", who=Who.TABLET, tongues=Tongues.STAFF, around=_HOLD),
    attendant("finish", left_open="yes", note=""),
    until("screen", "review"),
    look("review"),
    look("review-reasons", screen="review", opens=".why summary"),
    act("/review/change", step="attendant"),
    look("attendant-seen", screen="attendant"),
    act("/onward"),
    attendant("park"),
    until("screen", "idle"),
    attendant("venue/walk-in"),
    attendant("venue/call", kiosk="{kiosk}"),
    staff("attendant_venue", "/attendant/venue"),
    attendant("lock"),
    staff("attendant_locked", "/attendant"),
    attendant("unlock", pin="{pin}"),
    staff("attendant_board-parked", "/attendant", screen="attendant_board"),
    staff("attendant_papers", "/attendant/venue/papers"),
    staff("attendant_machine", "/attendant/machine"),
    staff("closing", "/attendant/balance"),
    staff("attendant_pair", "/attendant/venue/pair"),
    staff("trust", "/trust"),
    staff("problem", "/nowhere"),
    Look("display", "display", "/display", Who.DISPLAY, Tongues.OWN),
    attendant("resume", slip="{slip}"),
    act("/abandon"),
)


def _renewal(card: str, *, language: str) -> tuple[Step, ...]:
    """From an idle kiosk to a card in this state, read and kept, with no form."""
    return (
        until("step", "idle"),
        dock("card", action="take"),
        dock("card", action="put", state=card),
        act("/start", language=language),
        act("/consent"),
        act("/booking", walk_in="yes"),
        act("/why", purpose="renewal"),
        act("/form", kind="none"),
        act("/card", action="check"),
        until("card", "reported"),
        act("/card", action="keep"),
    )


HOLDER: tuple[Step, ...] = (
    *_renewal("valid", language="ja"),
    until("screen", "holder"),
    look("holder"),
    act("/holder", action="look"),
    until("holder", "waiting", "reported"),
    look("holder-pin", screen="holder"),
    act("/holder", action="read", pin=CARD_PIN),
    until("holder", "reported"),
    look("holder-read", screen="holder"),
    act("/abandon"),
)
"""With rules that ask for name and birth date from the chip."""

LAST: tuple[Step, ...] = (
    *_renewal("expired", language="{language}"),
    act("/person", birth_date="1990-04-01"),
    act("/person", municipality=MUNICIPALITY),
    shoot(),
    until("photo", "judged"),
    act("/photo/keep"),
    attendant("finish", left_open="yes", note=""),
    until("screen", "review"),
    act("/review/confirm"),
    until("step", "sealed"),
    look("done"),
    act("/done"),
)

OVER_TLS: tuple[Step, ...] = (
    staff("trust-tls", "/trust", who=Who.LAN, screen="trust"),
    staff("sign-in-tls", "/attendant", who=Who.LAN, screen="attendant_sign_in"),
)

ONCE: tuple[Step, ...] = (*BEGINNING, *CARD, *PERSON, *PHOTO, *STAFF)
EVERYTHING: tuple[Step, ...] = (*ONCE, *LAST, *HOLDER, *OVER_TLS)
LOOKS: tuple[Look, ...] = tuple(step for step in EVERYTHING if isinstance(step, Look))
