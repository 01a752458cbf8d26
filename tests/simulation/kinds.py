"""Who comes to a visit (facts 1.5, 1.6, 3.1, 5.3–5.5, 6.3, 7.2): answers by screen, documents shown, and what follows.

`share`: of 94 applicants, how many are of this kind. A fire station's afternoon has mostly renewals (facts 5.3: the
2016 cards run out from 2025 on), some first cards, families, a few special ones; the shares are assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from kiosk.web.answers import WITHOUT_CARD
from schemas.language import Language
from schemas.rules import Delivery, Method

ADULT, AGED, CHILD = "1990-04-01", "1944-02-11", "2016-04-01"
HERE, ELSEWHERE = "072010", "011002"
LICENCE_AND_STAFF = (("applicant", "driving_licence"), ("applicant", "staff_id"))
CHILD_AND_PARENT = (
    ("applicant_under_15", "eligibility_certificate"), ("applicant_under_15", "maternal_child_handbook"),
    ("legal_representative", "driving_licence"), ("legal_representative", "staff_id"),
)  # fmt: skip
AT_HOME = {"home": "who"}
Post = tuple[str, Mapping[str, str]]


@dataclass(frozen=True)
class Kind:
    """`answers`: posts by screen, where they are not the usual ones. `says`: posts before the answer at a screen.
    `papers`: what staff take. `staff`: False, a contractor is alone. `screens`: which must be among those seen;
    `without`: which must not. `card`: lays the present card on the reader. `doors`: the side
    door of a screen they go through."""

    name: str
    share: int
    method: Method
    delivery: Delivery
    born: str = ADULT
    language: Language = Language.JA
    answers: Mapping[str, Post] = field(default_factory=dict)
    says: Mapping[str, Post] = field(default_factory=dict)
    documents: tuple[tuple[str, str], ...] = LICENCE_AND_STAFF
    papers: Mapping[str, str] = field(default_factory=dict)
    staff: bool = True
    card: bool = False
    doors: Mapping[str, str] = field(default_factory=dict)
    screens: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """Codes of reasons or notices the decision must give."""


def _why(purpose: str) -> dict[str, Post]:
    """The tile's own fields: who comes for a first card, or has lost theirs, has none to lay down."""
    none = {"card": "none"} if purpose in WITHOUT_CARD else {}
    return {"why": ("/why", {"purpose": purpose, **none})}


def _who(who: str) -> dict[str, Post]:
    return {"who": ("/who", {"who": who})}


def _stays(until: str) -> dict[str, Post]:
    return {"residence": ("/residence", {"residence": "limited", "stay_until": until})}


def _said_at_home(who: str) -> dict[str, Post]:
    return {"home": ("/who", {"who": who})}


ONSITE, SUPPORT = Method.ONSITE_RECEPTION, Method.APPLICATION_SUPPORT
MAIL, COUNTER = Delivery.RESTRICTED_DELIVERY_MAIL, Delivery.COUNTER


def kinds(today: date) -> tuple[Kind, ...]:
    """Everybody, on a day; 94 in all."""
    baby, stay = (today - timedelta(days=120)).isoformat(), (today + timedelta(days=900)).isoformat()
    ending = (today + timedelta(days=20)).isoformat()
    return (
        Kind("adult, first card", 18, ONSITE, MAIL, without=("who", "residence", "licence", "domicile", "proxy")),
        Kind("adult without documents", 3, SUPPORT, COUNTER, documents=(), reasons=("identity.applicant.incomplete",)),
        Kind("renewal, card handed in", 24, ONSITE, MAIL, answers=_why("renewal"), card=True, screens=("licence",),
             papers={"old_card": "handed_in"}),
        Kind("renewal, card kept", 5, SUPPORT, COUNTER, answers=_why("renewal"), card=True,
             papers={"old_card": "kept"}, reasons=("barrier.old_card_kept",)),
        Kind("renewal with a driving licence on the card", 3, ONSITE, MAIL, card=True,
             answers=_why("renewal") | {"licence": ("/licence", {"on_card": "yes"})},
             doors={"licence": "used"}, papers={"old_card": "handed_in"}, reasons=("notice.licence_online",)),
        Kind("space for entries full", 1, ONSITE, MAIL, answers=_why("space_full"), papers={"old_card": "handed_in"}),
        Kind("card lost", 2, SUPPORT, COUNTER, answers=_why("lost"), papers={"loss_report": "yes"},
             reasons=("barrier.reissue_at_counter", "notice.suspend")),
        Kind("card lost, in a hurry", 1, SUPPORT, COUNTER, reasons=("express.not_here",),
             answers=_why("lost"), says={"wishes": ("/express", {"event": "lost", "express_day": today.isoformat()})},
             doors={"wishes": "express"}),
        Kind("card damaged", 1, SUPPORT, COUNTER, answers=_why("damaged"), papers={"old_card": "handed_in"}),
        Kind("moved, old form", 2, ONSITE, MAIL, answers=_why("moved"), reasons=("form.correct_by_hand",)),
        Kind("certificate only, still wants a card", 1, SUPPORT, COUNTER, answers=_why("certificate_only"),
             reasons=("barrier.certificate_only",)),
        Kind("form in a sealed envelope", 2, ONSITE, MAIL, answers={"form": ("/form", {"kind": "sealed_envelope"})}),
        Kind("handwritten form", 1, ONSITE, MAIL, answers={"form": ("/form", {"kind": "handwritten"})}),
        Kind("no form", 3, ONSITE, MAIL, answers={"form": ("/form", {"kind": "none"})}, reasons=("form.none",)),
        Kind("child with a parent", 6, ONSITE, MAIL, born=CHILD, documents=CHILD_AND_PARENT, screens=("who",),
             reasons=("certificate.no_signature",)),
        Kind("child, parent elsewhere, 本籍 here", 1, ONSITE, MAIL, born=CHILD, documents=CHILD_AND_PARENT,
             answers=_who("parent_apart") | {"domicile": ("/domicile", {"domicile": "here"})}, screens=("domicile",)),
        Kind("child, parent elsewhere, 本籍 elsewhere", 1, SUPPORT, COUNTER, born=CHILD, documents=CHILD_AND_PARENT,
             answers=_who("parent_apart") | {"domicile": ("/domicile", {"domicile": "elsewhere"})},
             screens=("domicile",), reasons=("authority.parenthood",)),
        Kind("foreign child, parent elsewhere", 1, SUPPORT, COUNTER, born=CHILD, language=Language.PT,
             documents=CHILD_AND_PARENT, without=("domicile",), answers=_who("parent_apart") | _stays(stay)),
        Kind("child with a guardian", 1, ONSITE, MAIL, born=CHILD, screens=("domicile",),
             documents=(*CHILD_AND_PARENT, ("legal_representative", "family_register")),
             answers=_who("minor_guardian")),
        Kind("child alone", 1, SUPPORT, COUNTER, born=CHILD, documents=CHILD_AND_PARENT[:2],
             answers=_who("child_alone"), reasons=("presence.representative_absent",)),
        Kind("baby", 2, ONSITE, MAIL, born=baby, documents=CHILD_AND_PARENT, without=("photo",),
             reasons=("photo.none_needed",)),
        Kind("adult ward with a guardian", 1, ONSITE, MAIL, says=_said_at_home("adult_guardian"), doors=AT_HOME,
             documents=(("adult_ward", "driving_licence"), ("adult_ward", "eligibility_certificate"),
                        ("legal_representative", "driving_licence"), ("legal_representative", "staff_id"),
                        ("legal_representative", "court_registration"))),
        Kind("with a curator", 1, ONSITE, MAIL, says=_said_at_home("curator"), doors=AT_HOME),
        Kind("with an assistant", 0, ONSITE, MAIL, says=_said_at_home("assistant"), doors=AT_HOME),
        Kind("with a voluntary guardian", 0, ONSITE, MAIL, says=_said_at_home("voluntary_guardian"), doors=AT_HOME),
        Kind("proxy alone", 1, SUPPORT, COUNTER, born=AGED, says=_said_at_home("proxy"), doors=AT_HOME, documents=(),
             answers={"proxy": ("/proxy", {"reason": "hospital"})}, screens=("proxy",),
             reasons=("presence.applicant_absent", "proxy.reason_accepted")),
        Kind("foreign resident, limited stay", 3, ONSITE, MAIL, language=Language.EN, screens=("residence",),
             documents=(("applicant", "residence_card"), ("applicant", "eligibility_certificate")),
             answers=_stays(stay),
             reasons=("notice.stay_limits_card",)),
        Kind("foreign resident, stay ending", 1, ONSITE, MAIL, language=Language.ZH,
             documents=(("applicant", "residence_card"), ("applicant", "eligibility_certificate")),
             answers=_stays(ending),
             reasons=("notice.stay_ending",)),
        Kind("permanent resident", 1, ONSITE, MAIL, language=Language.ES, screens=("residence",),
             answers={"residence": ("/residence", {"residence": "permanent"})}),
        Kind("home elsewhere", 2, SUPPORT, COUNTER, doors={"home": "elsewhere"},
             answers={"home": ("/person", {"municipality": ELSEWHERE})},
             reasons=("residence.elsewhere",)),
        Kind("hidden address", 1, SUPPORT, COUNTER, doors={"wishes": "delivery"},
             answers={"wishes": ("/wishes", {"delivery": "hidden"})},
             reasons=("delivery.ask_staff",)),
        Kind("face authentication, no PIN", 1, ONSITE, MAIL, doors={"wishes": "options"},
             reasons=("notice.face_authentication",),
             answers={"wishes": ("/wishes", {"chosen": "1", "authentication": "on", "face_authentication": "on"})}),
        Kind("wishes the counter, leaves a phone number", 1, SUPPORT, COUNTER, screens=("contact",),
             doors={"wishes": "delivery"},
             answers={"wishes": ("/wishes", {"delivery": "counter", "then": "contact"}),
                      "contact": ("/contact", {"phone": "024-000-0000"})}),
        Kind("only a contractor is here", 1, SUPPORT, COUNTER, staff=False, documents=(),
             reasons=("identity.no_checker",)),
    )  # fmt: skip
