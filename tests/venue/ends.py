"""Ways that are not straight, by touch: people who are told to go elsewhere, families, staff who help with the photo.

Each is one function of the counter; the table `ENDS` names them. An honest end without a record must say where to go,
and leaves an idle screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import cv2
from playwright.sync_api import expect

from hardware.camera.portrait import draw_person
from hardware.camera.poses import Pose
from hardware.camera.simulated import Scene
from hardware.card.virtual.states import CardState
from schemas.rules import Delivery, Method
from tests.simulation.kinds import CHILD, CHILD_AND_PARENT, Kind, Post
from tests.venue.hand import Stuck
from tests.venue.kinds import EMPTY_S, Came, Counter, Way

FIRST = Kind("first", 0, Method.ONSITE_RECEPTION, Delivery.RESTRICTED_DELIVERY_MAIL)
LONG, TYPED = 1200, "20261121000000000000777"
CARD_NUMBER, NOT_ASKED_FOR = "1234567890123456", "123456789018"
"""16 digits as on a card's front; a made-up 個人番号 with its check digit."""


def _why(purpose: str) -> dict[str, Post]:
    return {"why": ("/why", {"purpose": purpose})}


def _ends(counter: Counter, came: Came, *wanted: str, button: str = 'form[action="/abandon"] button') -> None:
    """The screen says where to go; the person leaves, and nothing of them stays."""
    said = counter.hand.words()
    missing = [word for word in wanted if word not in said]
    if missing:
        raise Stuck(f"not said: {missing} in {said[:300]}")
    came.end = f"told: {next(iter(wanted))}"
    counter.hand.press(counter.hand.page.locator(button).last)
    counter.hand.until("idle", lambda: counter.hand.screen == "idle")


def _at_card(counter: Counter, came: Came, purpose: str) -> None:
    counter.hand.start("ja")
    kind = replace(FIRST, answers=_why(purpose))
    came.screens = counter.hand.walk(kind, counter.by_hand(kind), until=("card",))


def _reads(counter: Counter, days: int, state: CardState) -> None:
    counter.hand.page.wait_for_timeout(EMPTY_S * 1000)
    counter.venue.lay_card(days, state)
    counter.hand.until("the verdict", lambda: bool(counter.hand.page.locator(".verdict h1").count()))
    counter.venue.lift_card()


def only_asks(counter: Counter, came: Came, *, state: CardState, wanted: tuple[str, ...]) -> None:
    """自分の証明書を確認する: the answer, where the certificate is renewed, and the end."""
    _at_card(counter, came, "certificate_only")
    _reads(counter, LONG, state)
    _ends(counter, came, *wanted)


def only_asks_without_card(counter: Counter, came: Came) -> None:
    _at_card(counter, came, "certificate_only")
    counter.hand.door("unsure")
    _ends(counter, came, "市区町村の窓口", "0120-95-0178", button='form[action="/abandon"] button.primary')


def asks_then_wants_a_card(counter: Counter, came: Came) -> None:
    """Without a card to read nothing can be said here; a new card can be applied for."""
    came.expected = replace(
        FIRST, method=Method.APPLICATION_SUPPORT, delivery=Delivery.COUNTER, papers={"old_card": "kept"}
    )
    _at_card(counter, came, "certificate_only")
    counter.hand.door("unsure")
    counter.hand.touch("/card", action="skip", purpose="renewal")
    counter.hand.left("card")
    _to_the_end(counter, came, came.expected)


def renews_by_certificate(counter: Counter, came: Came, *, state: CardState, wanted: str) -> None:
    """The card itself runs for years: its certificate is renewed at the city hall, not here."""
    _at_card(counter, came, "renewal")
    _reads(counter, LONG, state)
    _ends(counter, came, wanted)


def leaves_at_the_licence(counter: Counter, came: Came) -> None:
    """A マイナ免許証 holder reads what happens to the licence and comes another day."""
    counter.hand.start("ja")
    kind = replace(FIRST, answers=_why("renewal"), card=True)
    came.screens = counter.hand.walk(kind, counter.by_hand(kind), until=("licence",))
    counter.hand.door("used")
    told = counter.hand.words()
    counter.hand.door("leave")
    _ends(counter, came, "消えます", button='form[action="/abandon"] button')
    if "免許" not in told:
        raise Stuck(f"nothing of the licence was said: {told[:200]}")
    came.end = "told of the licence, leaves by their own wish"


def types_the_form_id(counter: Counter, came: Came) -> None:
    kind = replace(FIRST, answers={"form": ("/form", {"kind": "typed", "form_id": TYPED})})
    came.expected = kind
    counter.comes(kind, came)


def types_another_number(counter: Counter, came: Came, *, number: str) -> None:
    """The card's 16 digits or the 個人番号 where the form's 23 are wanted: refused in words, then the right ones."""
    counter.hand.start("ja")
    counter.hand.walk(FIRST, counter.by_hand(FIRST), until=("form",))
    hand = counter.hand
    hand.door("typing")
    for entry in ("#form_id", "#form_id_again"):
        hand.press(hand.page.locator(entry))
        hand.keys(number)
    hand.submit("typing")
    hand.until("the refusal", lambda: bool(hand.refused()))
    refusal = hand.refused()
    if "23" not in refusal and "マイナンバー" not in refusal:
        raise Stuck(f"the refusal does not help: {refusal}")
    if hand.screen == "form" and hand.shown == "form":
        hand.door("typing")
    for entry in ("#form_id", "#form_id_again"):
        hand.press(hand.page.locator(entry))
        hand.press(hand.page.locator('[data-key="clear"]'))
        hand.keys(TYPED[:-3] + number[:3])
    hand.submit("typing")
    hand.left("form")
    came.expected = FIRST
    _to_the_end(counter, came, FIRST)
    came.end = refusal


def family(counter: Counter, came: Came) -> None:
    """A mother, her child and her baby under one number; what they share is asked once. Each gets a gift."""
    baby = (counter.venue.outbox.today() - timedelta(days=120)).isoformat()
    members = (
        replace(FIRST, answers={"form": ("/form", {"kind": "none"})}),
        replace(FIRST, born=CHILD, documents=CHILD_AND_PARENT),
        replace(FIRST, born=baby, documents=CHILD_AND_PARENT),
    )
    counter.hand.start("ja")
    slips = set()
    for place, member in enumerate(members):
        seen = counter.hand.walk(member, counter.by_hand(member))
        came.screens += seen
        if place and {"contact", "home"} & set(seen):
            raise Stuck(f"asked again of member {place + 1}: {seen}")
        counter.staff.attend(member)
        slips.add(counter.hand.confirm())
        if place < len(members) - 1:
            counter.hand.touch("/family/next")
            counter.hand.left("done")
    counter.hand.goes()
    if len(slips) != 1:
        raise Stuck(f"a family with several numbers: {slips}")
    slip = slips.pop()
    tablet = counter.staff
    tablet.board()
    tablet.touch("/attendant/venue/gift", slip=slip)
    expect(tablet.page.get_by_text("記念品 渡した 3/3")).to_be_visible()
    came.slip = slip


def photo_from_a_file(counter: Counter, came: Came) -> None:
    """A facility has brought the picture: staff give its day and send it; the person looks at it on the kiosk."""
    counter.hand.start("ja")
    counter.venue.face.show(Scene.NOBODY)
    try:
        came.screens = counter.hand.walk(FIRST, counter.by_hand(FIRST), until=("photo",))
        tablet = counter.staff
        tablet.go("/attendant")
        tablet.press(tablet.page.locator("#brought summary"))
        tablet.page.locator("#taken_on").fill(counter.venue.outbox.today().isoformat())
        picture = cv2.imencode(".jpg", draw_person(1200, 1500, seed=4))[1].tobytes()
        tablet.page.locator("#photo_file").set_input_files(
            {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture}
        )
        tablet.press(tablet.page.locator("[data-send]"))
        expect(tablet.page.locator("#photo-part")).to_contain_text("自動チェックを通りました")
        counter.hand.photograph()
        counter.hand.left("photo")
    finally:
        counter.venue.face.show(Scene.PERSON)
    came.expected = FIRST
    _to_the_end(counter, came, FIRST)


def special_reason(counter: Counter, came: Came) -> None:
    """Eyes that do not open: staff enter the reason, look at the picture and take it under their name."""
    counter.hand.start("ja")
    counter.venue.face.show(Scene.PERSON, pose=Pose.EYES_CLOSED)
    try:
        came.screens = counter.hand.walk(FIRST, counter.by_hand(FIRST), until=("photo",))
        tablet = counter.staff
        tablet.go("/attendant")
        tablet.press(tablet.page.locator("#reasons summary"))
        tablet.press(tablet.page.locator("#reasons label.check").first)
        tablet.press(tablet.page.locator("#reasons form button"))
        expect(tablet.page.locator("#photo-part .badge").first).to_be_visible()
        counter.hand.touch("/photo/shoot")
        counter.hand.until("a picture", lambda: bool(counter.hand.page.locator(".taken").count()), seconds=40)
        if counter.hand.page.locator('form[action="/photo/keep"]').count():
            counter.hand.touch("/photo/keep")
        else:
            tablet.go("/attendant")
            for point in tablet.page.locator("#photo-judging label.check").all():
                tablet.press(point)
            tablet.press(tablet.page.locator('#photo-judging button[value="accept"]'))
        counter.hand.left("photo")
    finally:
        counter.venue.face.show(Scene.PERSON, pose=Pose.GOOD)
    came.expected = FIRST
    _to_the_end(counter, came, FIRST)


def on_the_tablet_alone(counter: Counter, came: Came) -> None:
    """At a bed or at home: every screen and the face on the tablet, with its camera; the kiosk shows nobody."""
    tablet = counter.staff
    counter.venue.face.show(Scene.NOBODY)
    try:
        tablet.go("/attendant")
        tablet.touch("/attendant/hold/take", eye="tablet")
        tablet.go()
        tablet.touch("/start", language="ja")
        tablet.left("idle")
        kind = replace(FIRST, answers={"form": ("/form", {"kind": "typed", "form_id": TYPED[:-1] + "3"})})
        came.screens = tablet.walk(kind, {"photo": tablet.photograph})
        if counter.hand.screen != "held":
            raise Stuck(f"the kiosk shows {counter.hand.shown}")
        tablet.attend(kind)
        tablet.go()
        came.slip, came.expected = tablet.confirm(), kind
        tablet.touch("/done")
        tablet.go("/attendant")
        tablet.touch("/attendant/hold/give")
    finally:
        counter.venue.face.show(Scene.PERSON)
    counter.hand.until("the kiosk is back", lambda: counter.hand.screen == "idle")


def without_a_photo_document(counter: Counter, came: Came) -> None:
    """Notification card, two B documents and a certified photo statement; the sealed PIN form's number is noted."""
    shown = ("certified_photo_statement", "eligibility_certificate", "pension_book", "notification_card")
    kind = replace(
        FIRST, documents=tuple(("applicant", document) for document in shown),
        papers={"number_paper": "handed_in", "pin_request": "PIN-000777"},
    )  # fmt: skip
    came.expected = kind
    counter.comes(kind, came)


def _to_the_end(counter: Counter, came: Came, kind: Kind) -> None:
    came.screens += counter.hand.walk(kind, counter.by_hand(kind))
    counter.tablets[kind.staff].attend(kind)
    came.slip = counter.hand.confirm()
    counter.hand.goes()


_WHERE = "市区町村の窓口"
ENDS: Mapping[str, Way] = {
    "is mine valid? it is": partial(only_asks, state=CardState.VALID, wanted=(_WHERE, "期限")),
    "is mine valid? run out": partial(only_asks, state=CardState.EXPIRED, wanted=(_WHERE, "期限")),
    "is mine valid? locked": partial(only_asks, state=CardState.LOCKED, wanted=(_WHERE,)),
    "is mine valid? no card along": only_asks_without_card,
    "certificate only, still wants a card": asks_then_wants_a_card,
    "renewal of the certificate": partial(
        renews_by_certificate, state=CardState.EXPIRED, wanted="電子証明書は、市区町村の窓口で更新できます"
    ),
    "renewal years too early": partial(
        renews_by_certificate, state=CardState.VALID, wanted="電子証明書だけの更新は、市区町村の窓口"
    ),
    "licence on the card, leaves": leaves_at_the_licence,
    "types the form's 23 digits": types_the_form_id,
    "types the card's 16 digits": partial(types_another_number, number=CARD_NUMBER),
    "types the 個人番号": partial(types_another_number, number=NOT_ASKED_FOR),
    "family of three under one number": family,
    "photo from a file": photo_from_a_file,
    "special reason for the photo": special_reason,
    "tablet alone, at a bed": on_the_tablet_alone,
    "photo statement, notification card, PIN form": without_a_photo_document,
}
