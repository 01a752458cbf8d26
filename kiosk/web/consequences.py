"""What follows from an answer, for the screen that asks: said before the person goes on, in the rules' own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any  # values of a template

from kiosk.flow import (
    Context,
    Intake,
    Step,
    decision_now,
    express_events,
    express_word,
    facts_of,
    proxy_reasons,
    purpose_by_chip,
    triage_now,
)
from kiosk.flow.checklist import age, represented_by_age
from kiosk.web import words
from kiosk.web.answers import HIDDEN, MAIL_DOMAINS, WITHOUT_CARD, company_word, near_mail
from kiosk.web.words.answers import Tile
from schemas.answers import Licence, Wishes
from schemas.card import CardCheck
from schemas.language import Wording
from schemas.rules import AgeLimit, Delivery, Guardianship, Purpose, Situation, decide
from schemas.rules.words import NOTICES, REASONS
from schemas.triage import Triage

_PICTURES = {
    Delivery.RESTRICTED_DELIVERY_MAIL: "envelope", Delivery.SIMPLE_REGISTERED_MAIL: "envelope",
    Delivery.RETURN_VISIT: "person", Delivery.COUNTER: "home",
}  # fmt: skip
_OF_A_CHILD = ("parent", "parent_apart", "minor_guardian", "child_alone")
_OF_AN_ADULT = ("alone", "adult_guardian", "curator", "assistant", "voluntary_guardian", "proxy")


def question_values(step: Step, intake: Intake, context: Context) -> dict[str, Any]:
    """What stands on the screen of an optional question."""
    match step:
        case Step.WHY:
            return {"suggested": purpose_by_chip(intake, context), "without_card": WITHOUT_CARD}
        case Step.LICENCE:
            return {"carry_over": carry_over(intake, context)}
        case Step.RESIDENCE:
            return {"eras": tuple(words.ERAS)}
        case Step.WHO:
            return {"tiles": who_tiles(intake, context), "company": company_word(intake.company)}
        case Step.CONTACT:
            return {"domains": MAIL_DOMAINS, "near": near_mail}
        case Step.PROXY:
            return {"reasons": proxy_reasons(intake, context)}
        case Step.WISHES:
            return {**wishes_values(intake, context), **express_values(intake, context)}
        case _:
            return {}


def carry_over(intake: Intake, context: Context) -> tuple[Wording, ...]:
    """What the rules tell a holder of a マイナ免許証 today; the other notices of the same person are left out."""
    used = _told(replace(intake, licence=Licence.ON_CARD), context)
    unused = _told(replace(intake, licence=Licence.NONE), context)
    return tuple(text for code, text in used.items() if code not in unused)


def ends_here(intake: Intake, check: CardCheck | None, context: Context) -> bool:
    """True when the card's chip or face shows that nothing of what the person came for can be done here."""
    purpose = intake.coming.purpose if intake.coming else Purpose.FIRST
    found = set(triage_now(intake, check, context))
    renewable = found & {Triage.CARD_EXPIRED, Triage.CARD_RENEWAL, Triage.CARD_DATE_UNREAD, Triage.ASK_STAFF}
    return purpose is Purpose.RENEWAL and bool(found) and not renewable


def who_tiles(intake: Intake, context: Context) -> tuple[Tile, ...]:
    """Who may be here, at this age."""
    offered = _OF_A_CHILD if represented_by_age(intake, context) else _OF_AN_ADULT
    return tuple(words.WHO[word] for word in offered)


def wishes_values(intake: Intake, context: Context) -> dict[str, Any]:
    """What may be wished at this age and under these rules, and what stands there now."""
    years, limit = age(intake, context), context.rules.years(AgeLimit.SIGNATURE_FROM, context.today)
    ward = intake.company is not None and intake.company.guardianship is Guardianship.ADULT_WARD
    deliveries = tuple(dict.fromkeys((*context.rules.deliveries, Delivery.COUNTER)))
    return {
        "wishes": intake.wishes or Wishes(),
        "signature_possible": not ward and (years is None or limit is None or years >= limit),
        "signature_from": limit,
        "elsewhere": _elsewhere(intake, context),
        "delivery_tiles": (
            ("", words.AS_OFFICE_DECIDES, "check"),
            *((each.value, words.DELIVERY_NAMES[each], _PICTURES[each]) for each in deliveries),
            (HIDDEN, words.NOT_HOME, "shield"),
        ),
    }


def _elsewhere(intake: Intake, context: Context) -> Wording | None:
    """Why nothing is posted to where the person lives, said before they choose how to receive the card."""
    decision = decision_now(intake, context, identity_checker=True)
    reasons = decision.reasons if decision else ()
    return next((each.text for each in reasons if not each.satisfied and each.code.startswith("residence.")), None)


def express_values(intake: Intake, context: Context) -> dict[str, Any]:
    """The events of 特急発行 this person may name, and what the rules say about the one that was named."""
    word = express_word(intake, context)
    said = None
    if word is not None:
        said = (REASONS if word.state == "eligible" else NOTICES)[f"express.{word.state}"]
    events = express_events(intake, context)
    return {"express_events": events, "express_word": word, "express_said": said, "eras": tuple(words.ERAS)}


def _told(intake: Intake, context: Context) -> dict[str, Wording]:
    """Notices by code; before birth date and home are known, as for an adult who lives here."""
    decision = decision_now(intake, context, identity_checker=True)
    if decision is None:
        adult = context.rules.years(AgeLimit.ADULT_FROM, context.today) or 0
        situation = Situation(
            day=context.today, age=adult, receiving=context.receiving, home=context.receiving, identity_checker=True,
            facts=facts_of(intake),
        )  # fmt: skip
        decision = decide(context.rules, situation)
    return {notice.code: notice.text for notice in decision.notices}
