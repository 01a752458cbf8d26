"""What was shown at the counter and what followed from it: the parts of a record that speak of rules."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from schemas.canonical import Wire
from schemas.language import Wording
from schemas.rules.terms import Certifier, Delivery, Method, Person


class DocumentCheck(Wire):
    """One document shown at the counter: its kind and what the attendant checked, never its number.

    `name_explained`: the name is written otherwise (旧氏, 通称, ローマ字) and the attendant knows why. `birth_matches`,
    `address_matches`: what was looked at of the two, None where the kind of document does not show it or nobody told
    them apart; `birth_or_address_matches`: all that such a document must show of them agrees. `certified_by`: who
    signed a certified photo statement; `photo_recent`: its photo is no older than the rules say (None: not asked).
    """

    document: str = Field(pattern=r"^[a-z0-9_]+$", max_length=60)
    person: Person = Person.APPLICANT
    original: bool = False
    in_date: bool = False
    name_matches: bool = False
    birth_or_address_matches: bool = False
    birth_matches: bool | None = None
    address_matches: bool | None = None
    photo_matches: bool | None = None
    name_explained: bool = False
    certified_by: Certifier | None = None
    photo_recent: bool | None = None

    @property
    def told_apart(self) -> bool:
        """Birth date and address were looked at one by one."""
        return self.birth_matches is not None or self.address_matches is not None

    @property
    def sound(self) -> bool:
        """All checks made and passed; the photo check counts where one was made."""
        return self.in_date and self.sound_but_for_date

    @property
    def sound_but_for_date(self) -> bool:
        named = self.name_matches or self.name_explained
        return self.original and named and self.birth_or_address_matches and self.photo_matches is not False


class Reason(Wire):
    """One line of why: `satisfied` or not, in words a person at the counter understands."""

    code: str = Field(pattern=r"^[a-z0-9_.]+$", max_length=80)
    satisfied: bool
    text: Wording


class Notice(Wire):
    """Something to tell the person that decides nothing: a fee, a date, a consequence."""

    code: str = Field(pattern=r"^[a-z0-9_.]+$", max_length=80)
    text: Wording


class Item(Wording):
    """Something to bring, by its code in the rule set. `one_of`: one of the items for the same person is enough (they
    are combinations of documents); None: needed in any case (a paper, a card)."""

    code: str = Field(pattern=r"^[a-z0-9_]+$", max_length=60)
    one_of: Person | None = None


class Decision(Wire):
    """The method decided, with every reason.

    `bring`: what would complete the application here. `collect`: what to have along when the card is handed over at
    the counter, where identity is checked then; empty when the card comes by another way.
    """

    rule_set: str
    effective_from: date
    method: Method
    delivery: Delivery
    reasons: tuple[Reason, ...]
    bring: tuple[Item, ...] = ()
    collect: tuple[Item, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def unmet(self) -> tuple[str, ...]:
        """Codes of the reasons that are not satisfied, in order."""
        return tuple(reason.code for reason in self.reasons if not reason.satisfied)
