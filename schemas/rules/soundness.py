"""What a rule file must have beyond its form: codes that lead somewhere, days that do not overlap, words in English."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from pydantic import BaseModel

from schemas.language import Wording
from schemas.rules.entries import Dated
from schemas.rules.model import RuleSet
from schemas.rules.positions import Path
from schemas.rules.terms import APPLICATION, Delivery, Method, Person

Flaw = tuple[Path, str]


def flaws(rules: RuleSet) -> Iterator[Flaw]:
    """Every flaw with the path of its entry in the file."""
    yield from _references(rules)
    yield from _overlaps(rules)
    yield from _gaps(rules)
    yield from _untold(rules, ())
    yield from _unchecked(rules)
    if rules.effective_until and rules.effective_until < rules.effective_from:
        yield ("effective_until",), "effective_until is before effective_from"


def _unchecked(rules: RuleSet) -> Iterator[Flaw]:
    """A card goes by post only to people whose identity was checked at the application."""
    mails = (Delivery.RESTRICTED_DELIVERY_MAIL, Delivery.SIMPLE_REGISTERED_MAIL)
    if rules.fallback_delivery in mails:
        yield ("fallback_delivery",), "identity was not checked: the card cannot be posted"
    if rules.method is Method.APPLICATION_SUPPORT and set(mails) & set(rules.deliveries):
        yield ("method",), "application support checks no identity: the card cannot be posted"


def _references(rules: RuleSet) -> Iterator[Flaw]:
    kinds = {kind.code for kind in rules.documents}
    ranks = {kind.rank for kind in rules.documents}
    items = {thing.code for thing in rules.things}
    for at, entry in enumerate(rules.combinations):
        for number, need in enumerate(entry.needs):
            path: Path = ("combination", at, "needs", number)
            yield from ((path, f"no document has class {rank}") for rank in need.classes if rank not in ranks)
            yield from ((path, f"no document {code}") for code in need.documents if code not in kinds)
    for at, proof in enumerate(rules.proofs):
        yield from (
            (("proof", at, "documents"), f"no document {code}") for code in proof.documents if code not in kinds
        )
    brought = [("barrier", at, barrier.bring) for at, barrier in enumerate(rules.barriers)]
    brought += [("condition", at, condition.bring) for at, condition in enumerate(rules.conditions)]
    for table, at, codes in brought:
        yield from (((table, at, "bring"), f"no item {code}") for code in codes if code not in items)


def _overlaps(rules: RuleSet) -> Iterator[Flaw]:
    """Entries of one code are one thing at different times: on no day may two of them hold."""
    dated: dict[str, tuple[Dated, ...]] = {
        "age": rules.ages, "window": rules.windows, "validity": rules.validities, "fee": rules.fees,
        "text": rules.texts, "home_municipality": rules.home_municipalities, "chip_attributes": rules.chip_attributes,
    }  # fmt: skip
    for table, entries in dated.items():
        for (_, one), (at, other) in combinations(enumerate(entries), 2):
            code = str(getattr(other, "code", ""))
            if str(getattr(one, "code", "")) == code and _meet(one, other):
                yield (table, at), f"{code or table} holds twice on some days"


def _meet(one: Dated, other: Dated) -> bool:
    apart = (one.valid_until and other.valid_from and one.valid_until < other.valid_from) or (
        other.valid_until and one.valid_from and other.valid_until < one.valid_from
    )
    return not apart


def _gaps(rules: RuleSet) -> Iterator[Flaw]:
    """An applicant and a representative must be able to prove who they are at an application."""
    for person in (Person.APPLICANT, Person.APPLICANT_UNDER_15, Person.LEGAL_REPRESENTATIVE):
        if not any(each.person is person and set(APPLICATION) & set(each.occasions) for each in rules.combinations):
            yield ("combination",), f"no combination of documents for {person} at an application"


def _untold(entry: BaseModel, path: Path) -> Iterator[Flaw]:
    """Wordings without English: applicants who read no Japanese would see it all the same."""
    for name, field in type(entry).model_fields.items():
        value: object = getattr(entry, name)
        here = (*path, field.alias or name)
        if isinstance(value, Wording):
            if not value.en:
                yield here, "no English text"
        elif isinstance(value, BaseModel):
            yield from _untold(value, here)
        elif isinstance(value, tuple):
            for at, each in enumerate(value):
                if isinstance(each, BaseModel):
                    yield from _untold(each, (*here, at))
