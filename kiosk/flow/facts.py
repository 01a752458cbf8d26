"""From what was said, shown and read to the facts the rules ask for, and to their decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from kiosk.flow.checklist import age, represented_by_age
from kiosk.flow.intake import Context, Intake
from schemas.answers import Coming, Company, Licence, Override, Papers, Residing, Wishes
from schemas.card import CardCheck, CardVerdict
from schemas.circumstances import Domicile
from schemas.intake import FormKind
from schemas.language import Wording
from schemas.rules import (
    Decision,
    Delivery,
    Facts,
    FormState,
    Method,
    Occasion,
    OldCard,
    Person,
    Purpose,
    Reason,
    Situation,
    decide,
    known,
    persons_to_check,
    questions,
)
from schemas.rules.entries import Condition
from schemas.rules.identity import combinations, papers
from schemas.triage import Triage, last_day, triage

# What a chip without a trusted certificate says is not believed.
_NOT_BELIEVED: Final = frozenset({CardVerdict.FORGED, CardVerdict.UNTRUSTED})
_FORMS: Final[Mapping[FormKind, FormState]] = {
    FormKind.QR: FormState.CURRENT,
    FormKind.TYPED: FormState.CURRENT,
    FormKind.SEALED_ENVELOPE: FormState.SEALED_ENVELOPE,
    FormKind.HANDWRITTEN: FormState.HANDWRITTEN,
    FormKind.NONE: FormState.NONE,
}
_LICENCES: Final = {Licence.NOT_ASKED: None, Licence.NONE: False, Licence.ON_CARD: True}
_DOMICILES: Final[Mapping[Domicile | None, bool | None]] = {Domicile.HERE: True, Domicile.ELSEWHERE: False}
_OVERRIDDEN: Final = Wording(
    ja="市区町村の職員2名が、理由を記録して受け取り方を決めました",
    en="Two municipal staff decided on the delivery and recorded why",
)


def facts_of(intake: Intake) -> Facts:
    """Everything the rules may ask beyond age, home and documents."""
    coming, company, papers = intake.coming or Coming(), intake.company or Company(), intake.papers or Papers()
    residing, wishes, check = intake.residing or Residing(), intake.wishes or Wishes(), _believed(intake)
    lost = coming.purpose is Purpose.LOST and papers.old_card is OldCard.UNKNOWN
    return Facts(
        purpose=coming.purpose,
        residence=residing.residence,
        stay_until=residing.stay_until,
        guardianship=company.guardianship,
        representative=company.representative,
        same_household=company.same_household,
        domicile_here=_DOMICILES.get(intake.domicile),
        applicant_present=company.applicant_present,
        representative_present=company.representative_present,
        number_paper=papers.number_paper,
        old_card=OldCard.LOST if lost else papers.old_card,
        juki_card=papers.juki_card,
        card_expires=(check.card_expires if check else None) or coming.printed_until,
        certificate_expires=last_day(check.not_after) if check else None,
        pin_verified=bool(check and check.possession),
        form=_form(intake, coming),
        photo_taken=intake.photo.evidence.taken_on if intake.photo else None,
        special_photo=intake.special is not None,
        face_authentication=wishes.face_authentication,
        licence_on_card=_LICENCES[intake.licence or Licence.NOT_ASKED],
        delivery_wish=wishes.delivery,
        address_hidden=intake.address_hidden,
        express_event=intake.express.event if intake.express else None,
        express_event_day=intake.express.day if intake.express else None,
        proxy_reason=intake.proxy_reason or None,
    )


def situation_of(intake: Intake, context: Context, *, identity_checker: bool = True) -> Situation | None:
    """What is known so far, before the home municipality as if at home here; None before the birth date."""
    years = age(intake, context)
    if years is None:
        return None
    bare = Situation(
        day=context.today,
        age=years,
        receiving=context.receiving,
        home=intake.home or context.receiving,
        identity_checker=identity_checker,
        facts=replace(facts_of(intake), occasion=occasion_of(intake, context)),
    )
    asked = {condition.code for condition in questions(context.rules, years, bare)}
    answers = tuple((answer.condition, answer.yes) for answer in intake.answers if answer.condition in asked)
    documents = intake.documents if identity_checker else ()
    return replace(bare, documents=documents, answers=answers)


def occasion_of(intake: Intake, context: Context) -> Occasion:
    """At the counter of the municipality itself or out on a visit; express where this desk takes it and asks for other
    documents."""
    if intake.express is not None and context.rules.express.here:
        asked_of = {each.person for each in context.rules.combinations if Occasion.EXPRESS in each.occasions}
        if (Person.APPLICANT_UNDER_15 if represented_by_age(intake, context) else Person.APPLICANT) in asked_of:
            return Occasion.EXPRESS
    onsite = context.rules.method is not Method.RECEPTION_AT_APPLICATION
    return Occasion.ONSITE if onsite else Occasion.AT_APPLICATION


def persons_now(intake: Intake, context: Context) -> tuple[Person, ...]:
    """Whose documents are looked at; nobody's before the birth date is known."""
    situation = situation_of(intake, context)
    return () if situation is None else persons_to_check(context.rules, situation.age, situation)


def needed_now(intake: Intake, context: Context) -> tuple[tuple[Person, tuple[Wording, ...], tuple[Wording, ...]], ...]:
    """Per person whose documents are looked at: the sets of which one is enough here, and the papers that show they may
    act. Nothing before the birth date is known."""
    situation = situation_of(replace(intake, documents=()), context)
    if situation is None:
        return ()
    seen = known(context.rules, situation)
    return tuple(
        (
            person,
            tuple(each.name for each in combinations(context.rules, seen, person)),
            tuple(each.name for each in papers(context.rules, seen, person)),
        )
        for person in persons_to_check(context.rules, situation.age, situation)
    )


def questions_now(intake: Intake, context: Context) -> tuple[Condition, ...]:
    """The delivery conditions to ask, in order; none before the birth date is known."""
    situation = situation_of(intake, context)
    return () if situation is None else questions(context.rules, situation.age, situation)


def ruled_now(intake: Intake, context: Context, *, identity_checker: bool) -> Decision | None:
    """What the rules say on what is known so far; None before birth date and home are known."""
    situation = situation_of(intake, context, identity_checker=identity_checker)
    if situation is None or intake.home is None:
        return None
    ruled = decide(context.rules, situation)
    return _collected_by_proxy(ruled, situation, context) if intake.proxy_reason else ruled


def decision_now(intake: Intake, context: Context, *, identity_checker: bool) -> Decision | None:
    """The rules' decision, or what two municipal staff have made of it."""
    override = intake.override
    if override is None:
        return ruled_now(intake, context, identity_checker=identity_checker)
    counter = override.delivery is Delivery.COUNTER
    wished = replace(intake, wishes=(intake.wishes or Wishes()).model_copy(update={"delivery": override.delivery}))
    ruled = ruled_now(wished if counter else intake, context, identity_checker=identity_checker)
    return None if ruled is None else _overridden(ruled, override, context)


def purpose_by_chip(intake: Intake, context: Context) -> Purpose | None:
    """What the present card's own date says a person comes for, the chip's or the printed one; None when neither says
    anything."""
    found = triage_now(intake, intake.card.check if intake.card else None, context)
    if {Triage.CARD_EXPIRED, Triage.CARD_RENEWAL} & set(found):
        return Purpose.RENEWAL
    ends = {Triage.CERTIFICATE_EXPIRED, Triage.CERTIFICATE_RENEWAL} & set(found)
    return Purpose.CERTIFICATE_ONLY if ends else None


def triage_now(intake: Intake, check: CardCheck | None, context: Context) -> tuple[Triage, ...]:
    """What a look at the chip means, together with the date on the card's face where the person has read it."""
    printed = intake.coming.printed_until if intake.coming else None
    return triage(check, context.rules, context.today, printed=printed)


def _collected_by_proxy(ruled: Decision, situation: Situation, context: Context) -> Decision:
    """Somebody else will collect the card: what the rules say about their reason, and what they must have along."""
    later = decide(
        context.rules,
        replace(situation, facts=replace(situation.facts, occasion=Occasion.PROXY_ISSUE, pin_verified=False)),
    )
    said = tuple(reason for reason in later.reasons if reason.code.startswith("proxy."))
    collect = later.collect if ruled.delivery is Delivery.COUNTER else ruled.collect
    return ruled.model_copy(update={"reasons": (*ruled.reasons, *said), "collect": collect})


def _overridden(ruled: Decision, override: Override, context: Context) -> Decision:
    counter = override.delivery is Delivery.COUNTER
    return ruled.model_copy(
        update={
            "method": Method.APPLICATION_SUPPORT if counter else context.rules.method,
            "delivery": override.delivery,
            "reasons": (*ruled.reasons, Reason(code="override.two_staff", satisfied=True, text=_OVERRIDDEN)),
            "bring": (),
            "collect": ruled.collect if counter else (),
        }
    )


def _believed(intake: Intake) -> CardCheck | None:
    check = intake.card.check if intake.card else None
    return None if check is None or check.verdict in _NOT_BELIEVED else check


def _form(intake: Intake, coming: Coming) -> FormState:
    state = _FORMS[intake.form.kind] if intake.form else FormState.CURRENT
    return FormState.BEFORE_MOVE if coming.form_before_move and state is FormState.CURRENT else state
