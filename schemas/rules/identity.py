"""Which documents count, and whether they make up one of the published combinations (facts 2.2–2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemas.language import Wording
from schemas.rules.documents import DocumentType
from schemas.rules.entries import Combination, Need, Proof
from schemas.rules.facts import Situation
from schemas.rules.model import RuleSet
from schemas.rules.shown import DocumentCheck, Item, Reason
from schemas.rules.terms import AgeLimit, Guardianship, Occasion, Person
from schemas.rules.when import Known, applies, matches
from schemas.rules.words import INCOMPLETE


def persons(rules: RuleSet, situation: Situation) -> tuple[Person, ...]:
    """Whose documents are looked at."""
    below = rules.years(AgeLimit.REPRESENTATIVE_BELOW, situation.day) or 0
    if situation.facts.occasion is Occasion.PROXY_ISSUE:
        return (Person.APPLICANT, Person.PROXY)
    if situation.age < below:
        return (Person.APPLICANT_UNDER_15, Person.LEGAL_REPRESENTATIVE)
    if situation.facts.guardianship is Guardianship.ADULT_WARD:
        return (Person.ADULT_WARD, Person.LEGAL_REPRESENTATIVE)
    return (Person.APPLICANT,)


def identify(rules: RuleSet, known: Known, person: Person) -> tuple[Reason, tuple[Item, ...]]:
    """Whether the person's documents suffice at this occasion, and what would."""
    shown = usable(rules, known, person)
    choices = combinations(rules, known, person)
    for combination in choices:
        if fulfils(combination, shown, pin_verified=known.situation.facts.pin_verified):
            return Reason(code=f"identity.{combination.code}", satisfied=True, text=combination.name), ()
    missing = Reason(code=f"identity.{person}.incomplete", satisfied=False, text=INCOMPLETE[person])
    return missing, tuple(named(each.code, each.name, one_of=person) for each in choices)


def combinations(
    rules: RuleSet, known: Known, person: Person, *, at: Occasion | None = None
) -> tuple[Combination, ...]:
    """The combinations open to a person, at the situation's occasion or another."""
    occasion = at or known.situation.facts.occasion
    return tuple(
        entry
        for entry in rules.combinations
        if entry.person is person
        and occasion in entry.occasions
        and entry.holds_on(known.situation.day)
        and (entry.when is None or matches(entry.when, known))
    )


def proofs(rules: RuleSet, known: Known, person: Person) -> tuple[tuple[Reason, tuple[Item, ...]], ...]:
    """The papers that show a representative may act: one reason each that is asked for."""
    have = {kind.code for kind in usable(rules, known, person)}
    return tuple(_proven(proof, have) for proof in papers(rules, known, person))


def papers(rules: RuleSet, known: Known, person: Person, *, at: Occasion | None = None) -> tuple[Proof, ...]:
    """The proofs asked of a person, at the situation's occasion or another."""
    occasion = at or known.situation.facts.occasion
    return tuple(
        proof
        for proof in rules.proofs
        if proof.person is person
        and occasion in proof.occasions
        and proof.holds_on(known.situation.day)
        and applies(proof.when, proof.unless, known)
    )


def usable(rules: RuleSet, known: Known, person: Person) -> list[DocumentType]:
    """The kinds of sound documents of a person that count on this day, each once."""
    checks = [check for check in known.situation.documents if check.person is person]
    kinds = {check.document: rules.document(check.document) for check in checks if _sound(rules, check, known)}
    return [kind for kind in kinds.values() if kind is not None and _counts(kind, known, person)]


def fulfils(combination: Combination, shown: Sequence[DocumentType], *, pin_verified: bool = False) -> bool:
    """True when some of the documents make up the combination; each is used once."""
    if combination.pin_verified and not pin_verified:
        return False
    slots = [need for need in combination.needs for _ in range(need.count)]
    # Narrow needs choose first: the search then meets a dead end early.
    slots.sort(key=lambda need: len(need.classes) + len(need.documents))
    return _fill(slots, list(shown), [], combination)


def named(code: str, wording: Wording, *, one_of: Person | None = None) -> Item:
    """A wording with the code it has in the rule set."""
    return Item.model_validate({**dict(wording), "code": code, "one_of": one_of})


def _fill(slots: Sequence[Need], left: list[DocumentType], used: list[DocumentType], combination: Combination) -> bool:
    if not slots:
        return not combination.photo_needed or any(kind.photo for kind in used)
    for kind in left:
        fits = kind.rank in slots[0].classes or kind.code in slots[0].documents
        again = combination.distinct_issuers and kind.issuer and any(kind.issuer == each.issuer for each in used)
        if fits and not again:
            rest = [other for other in left if other is not kind]
            if _fill(slots[1:], rest, [*used, kind], combination):
                return True
    return False


def _sound(rules: RuleSet, check: DocumentCheck, known: Known) -> bool:
    kind = rules.document(check.document)
    if kind is None or not (check.name_matches or rules.explained_names_count):
        return False
    if not _certified(kind, check, known):
        return False
    expired_counts = known.situation.facts.purpose in kind.expired_for
    return check.sound_but_for_date if expired_counts else check.sound


def _certified(kind: DocumentType, check: DocumentCheck, known: Known) -> bool:
    """The right person signed it, and its photo is of late, where the rules ask for that."""
    signed = not kind.certified_by or check.certified_by in kind.certifiers(known.situation.age)
    return signed and (kind.photo_months is None or check.photo_recent is True)


def _counts(kind: DocumentType, known: Known, person: Person) -> bool:
    return (
        kind.accepted_on(known.situation.day)
        and (not kind.persons or person in kind.persons)
        and (kind.below_age is None or known.situation.age < kind.below_age)
    )


def _proven(proof: Proof, have: Iterable[str]) -> tuple[Reason, tuple[Item, ...]]:
    satisfied = not set(proof.documents).isdisjoint(have)
    reason = Reason(code=f"authority.{proof.code}", satisfied=satisfied, text=proof.name)
    return reason, () if satisfied else (named(proof.code, proof.name),)
