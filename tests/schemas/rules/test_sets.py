"""What a set says by day, and what only a changed set shows: express taken here, photos in combinations, versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import pytest

from schemas.errors import RulesInvalid
from schemas.ids import MunicipalityCode
from schemas.language import Language, Wording
from schemas.photo_rules import photo_rules, photo_rules_of
from schemas.rules import (
    Delivery,
    DocumentCheck,
    Facts,
    FormState,
    Method,
    Person,
    Purpose,
    RuleSet,
    Situation,
    decide,
    default_rules,
    example_rules,
    in_force,
    load,
    persons_to_check,
    questions,
)
from schemas.rules.entries import Combination, Need
from schemas.rules.identity import fulfils
from schemas.rules.terms import AfterMove, Guardianship, Span
from schemas.rules.words import INCOMPLETE, NOTICES, REASONS

HERE = MunicipalityCode.parse("072010")
DAY = date(2026, 7, 10)
RULES = default_rules()
OWARI = example_rules("owariasahi_like")


def sound(*documents: str) -> tuple[DocumentCheck, ...]:
    checks = dict.fromkeys(("original", "in_date", "name_matches", "birth_or_address_matches"), True)
    return tuple(DocumentCheck(document=document, **checks) for document in documents)


def adult(
    rules: RuleSet = RULES, *, documents: tuple[str, ...] = ("driving_licence", "passport"), **facts: object
) -> Situation:
    known = Facts(**facts)  # type: ignore[arg-type]
    bare = Situation(day=DAY, age=36, receiving=HERE, home=HERE, identity_checker=True, facts=known)
    answers = tuple((condition.code, condition.wanted) for condition in questions(rules, 36, bare))
    return replace(bare, documents=sound(*documents), answers=answers)


def dated(day: date, **changes: object) -> RuleSet:
    return RULES.model_copy(update={"effective_from": day, "id": f"from-{day}", **changes})


def test_the_youngest_set_that_has_begun_is_in_force() -> None:
    old, new = dated(date(2025, 4, 1)), dated(date(2026, 4, 1))
    assert in_force([new, old], date(2026, 3, 31)) is old
    assert in_force([new, old], date(2026, 4, 1)) is new


def test_a_set_ends_on_its_last_day() -> None:
    trial = dated(date(2026, 4, 1), effective_until=date(2026, 6, 30))
    lasting = dated(date(2025, 4, 1))
    assert in_force([lasting, trial], date(2026, 6, 30)) is trial
    assert in_force([lasting, trial], date(2026, 7, 1)) is lasting


def test_no_set_in_force_is_said() -> None:
    with pytest.raises(RulesInvalid, match="2024-01-01"):
        in_force([dated(date(2025, 4, 1))], date(2024, 1, 1))


def test_express_taken_here_goes_by_registered_mail_and_is_told_as_a_reason() -> None:
    here = RULES.model_copy(update={"express": RULES.express.model_copy(update={"here": True})})
    asked = adult(here, express_event="from_abroad", express_event_day=date(2026, 7, 1))
    decision = decide(here, asked)
    assert (decision.method, decision.delivery) == (Method.ONSITE_RECEPTION, Delivery.SIMPLE_REGISTERED_MAIL)
    assert "express.eligible" in [reason.code for reason in decision.reasons if reason.satisfied]
    late = replace(asked, facts=replace(asked.facts, express_event_day=date(2026, 6, 9)))
    assert decide(here, late).delivery is Delivery.RESTRICTED_DELIVERY_MAIL
    assert "express.too_late" in [notice.code for notice in decide(here, late).notices]


def test_questions_follow_the_situation() -> None:
    def codes(**facts: object) -> list[str]:
        return [condition.code for condition in questions(OWARI, 36, adult(OWARI, **facts))]

    assert codes() == ["address_unchanged", "no_mail_forwarding", "pin_request"]
    assert codes(face_authentication=True) == ["address_unchanged", "no_mail_forwarding"]
    assert codes(delivery_wish=Delivery.RETURN_VISIT) == ["pin_request"]
    assert codes(delivery_wish=Delivery.COUNTER) == codes(address_hidden=True) == []
    assert [condition.code for condition in questions(OWARI, 36)] == codes()


def test_persons_follow_age_and_guardianship() -> None:
    ward = adult(guardianship=Guardianship.ADULT_WARD)
    assert persons_to_check(RULES, 14) == (Person.APPLICANT_UNDER_15, Person.LEGAL_REPRESENTATIVE)
    assert persons_to_check(RULES, 15) == (Person.APPLICANT,)
    assert persons_to_check(RULES, 36, ward) == (Person.ADULT_WARD, Person.LEGAL_REPRESENTATIVE)


def test_a_city_that_posts_only_from_fifteen_says_so_in_a_barrier() -> None:
    """Facts 1.3: one city's mail method is for applicants of 15 and older."""
    text = files("schemas.rules").joinpath("default.toml").read_text("utf-8")
    added = """
[[barrier]]
code = "too_young"
when = { age_below = 15 }
text = { ja = "15歳未満の方には郵送できません", en = "The card cannot be posted to people under 15" }
"""
    rules = load(text + added, name="island.toml")
    assert "barrier.too_young" in decide(rules, replace(adult(rules), age=14)).unmet
    assert decide(rules, replace(adult(rules), age=15)).unmet == ()


def test_what_to_bring_says_where_one_of_several_is_enough() -> None:
    lost = decide(RULES, adult(purpose=Purpose.LOST, documents=()))
    assert {item.code: item.one_of for item in lost.collect} == {
        "issue_a": Person.APPLICANT, "issue_b_b": Person.APPLICANT, "loss_report": None, "issue_notice": None,
    }  # fmt: skip
    assert {item.one_of for item in lost.bring} == {Person.APPLICANT}
    child = decide(RULES, replace(adult(documents=()), age=8))
    assert {item.one_of for item in child.bring} == {Person.APPLICANT_UNDER_15, Person.LEGAL_REPRESENTATIVE}


def test_a_form_the_city_does_not_take_is_a_reason_not_a_refusal() -> None:
    strict = RULES.model_copy(update={"form": RULES.form.model_copy(update={"accepted": ()})})
    decision = decide(strict, adult(strict))
    assert decision.method is Method.APPLICATION_SUPPORT
    assert decision.unmet == ("form.not_accepted",)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (AfterMove.ALLOW, "form.may_be_used"), (AfterMove.CORRECT, "form.correct_by_hand"),
        (AfterMove.REISSUE, "form.reissue"),
    ],
)  # fmt: skip
def test_a_form_from_before_a_move_is_what_the_city_says(answer: AfterMove, told: str) -> None:
    """Facts 3.3: [S0] allows it, Noshiro corrects it, Sakaiminato replaces it."""
    rules = RULES.model_copy(update={"form": RULES.form.model_copy(update={"after_move": answer})})
    assert [notice.code for notice in decide(rules, adult(form=FormState.BEFORE_MOVE)).notices] == [told]


def test_every_sentence_every_set_has_is_in_japanese_and_english() -> None:
    for wording in (*REASONS.values(), *NOTICES.values(), *INCOMPLETE.values()):
        assert wording.ja != wording.en
        assert wording.ja
        assert wording.en
    assert set(INCOMPLETE) == set(Person)


def test_documents_for_a_person_are_those_they_may_show_that_day() -> None:
    def codes(person: Person, day: date) -> set[str]:
        return {kind.code for kind in RULES.documents_for(person, day)}

    assert "health_insurance_card" in codes(Person.APPLICANT, date(2025, 12, 1))
    assert "health_insurance_card" not in codes(Person.APPLICANT, date(2025, 12, 2))
    assert "certified_photo_statement" not in codes(Person.PROXY, DAY)
    assert "maternal_child_handbook" in codes(Person.APPLICANT_UNDER_15, DAY) - codes(Person.APPLICANT, DAY)
    assert "court_registration" in codes(Person.LEGAL_REPRESENTATIVE, DAY) - codes(Person.APPLICANT, DAY)


def test_texts_and_phones_are_those_of_the_day() -> None:
    assert (RULES.text("expected_time", DAY) or Wording(ja=""))[Language.EN].startswith("It takes about one month")
    assert RULES.text("no_such_text", DAY) is None
    assert "0120-95-0178" in {phone.number for phone in RULES.phones_on(DAY)}
    foreign = [phone for phone in RULES.phones_on(DAY) if Language.PT in phone.languages]
    assert {phone.number for phone in foreign} == {"0120-0178-26", "0120-0178-27"}


def test_a_person_is_told_the_numbers_where_their_language_is_understood_and_never_the_staffs() -> None:
    def numbers(language: Language) -> list[str]:
        return [phone.number for phone in RULES.phones_for(language, DAY)]

    assert numbers(Language.JA_EASY) == numbers(Language.JA) == ["0120-95-0178", "050-3818-1250"]
    assert numbers(Language.ES) == ["0120-0178-26", "0120-0178-27"]
    japanese_only = tuple(phone for phone in RULES.phones if Language.ES not in phone.languages)
    few = RULES.model_copy(update={"phones": japanese_only})
    assert [phone.number for phone in few.phones_for(Language.ES, DAY)] == numbers(Language.JA)


def test_a_fee_is_told_by_its_amount_s_day() -> None:
    def fees(day: date) -> list[str]:
        lost = replace(adult(purpose=Purpose.LOST), day=day)
        return [notice.code for notice in decide(RULES, lost).notices if notice.code.startswith("fee.")]

    assert fees(DAY) == ["fee.reissue"]


def combination(*needs: Need, **changes: object) -> Combination:
    return Combination.model_validate(
        {"code": "x", "person": "applicant", "needs": needs, "name": {"ja": "組合せ", "en": "set"}, **changes}
    )


def kinds(*codes: str) -> list[object]:
    return [OWARI.document(code) for code in codes]


@pytest.mark.parametrize(
    ("documents", "enough"),
    [
        (("driving_licence", "eligibility_certificate"), True),
        (("eligibility_certificate", "driving_licence"), True),
        (("disability_certificate", "driving_licence"), True),
        (("eligibility_certificate", "pension_book"), False),
        (("driving_licence",), False),
    ],
)
def test_a_wide_need_does_not_use_up_what_a_narrow_one_depends_on(documents: tuple[str, ...], enough: bool) -> None:
    wide = combination(Need(classes="SAC", count=1), Need(classes="S", count=1))
    assert fulfils(wide, kinds(*documents)) is enough  # type: ignore[arg-type]


def test_needs_that_overlap_crosswise_are_matched() -> None:
    """First fit fails here: the one S must go to the need that takes nothing else the person has."""
    crosswise = combination(Need(classes="SA", count=1), Need(classes="SC", count=1))
    assert fulfils(crosswise, kinds("driving_licence", "disability_certificate"))  # type: ignore[arg-type]
    assert fulfils(crosswise, kinds("driving_licence", "pension_book"))  # type: ignore[arg-type]
    assert not fulfils(crosswise, kinds("disability_certificate", "rehabilitation_certificate"))  # type: ignore[arg-type]


def test_the_photo_must_be_on_a_document_that_counts() -> None:
    """Shibushi: 顔写真証明書 and two B; a photo document outside the classes asked for does not help."""
    three = combination(Need(classes="BCD", count=3), photo_needed=True)
    papers = ("eligibility_certificate", "pension_book", "bank_passbook")
    assert not fulfils(three, kinds(*papers, "notification_card", "passport"))  # type: ignore[arg-type]
    assert fulfils(three, kinds(*papers, "certified_photo_statement"))  # type: ignore[arg-type]
    named = combination(Need(documents=("certified_photo_statement",), count=1), Need(classes="BC", count=2))
    assert fulfils(named, kinds(*papers[:2], "certified_photo_statement"))  # type: ignore[arg-type]
    assert not fulfils(named, kinds(*papers[:2], "student_id"))  # type: ignore[arg-type]


def test_a_municipality_says_how_old_a_picture_may_be_and_what_excuses_whom() -> None:
    from_file = photo_rules_of(RULES, DAY)
    assert (from_file.max_age_months, from_file.reasons) == (6, photo_rules().reasons)
    turban = RULES.special_photos[0].model_copy(update={"code": "turban", "valid_until": DAY})
    window = RULES.window(Span.PHOTO_AGE, DAY)
    assert window is not None
    strict = RULES.model_copy(
        update={"special_photos": (turban,), "windows": (window.model_copy(update={"months": 3}),)}
    )
    own = photo_rules_of(strict, DAY)
    assert (own.max_age_months, [reason.code for reason in own.reasons]) == (3, ["turban"])
    assert not own.fresh(DAY - timedelta(days=100), DAY)
    later = DAY + timedelta(days=1)
    silent = strict.model_copy(update={"windows": ()})
    assert photo_rules_of(silent, later).reasons == photo_rules().reasons  # a set that says nothing: as shipped
    assert photo_rules_of(silent, later).max_age_months == photo_rules().max_age_months
