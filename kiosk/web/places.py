"""Finding a home municipality: by name, kana, or code, the receiving one first; and what living there means, said where
it is chosen (facts 1.5: told beforehand)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kiosk.flow import Context
from schemas.ids import MunicipalityCode
from schemas.language import Wording
from schemas.rules import living_in
from schemas.visit import Municipality, VisitBundle

MOST_RESULTS = 12
_NOWHERE = MunicipalityCode("000000")
_MARKS = dict.fromkeys((0x3099, 0x309A))
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
_HIRAGANA = {ord("ァ") + offset: ord("ぁ") + offset for offset in range(ord("ヶ") - ord("ァ") + 1)}


@dataclass(frozen=True)
class Abroad:
    """What those from elsewhere are told. `everybody`: the same for all of them; `posts`: by code, where the rules have
    a table of what the other municipalities do."""

    everybody: Wording | None = None
    posts: Mapping[MunicipalityCode, bool] = field(default_factory=dict)


def abroad(found: Iterable[Municipality], context: Context) -> Abroad:
    """For the places found."""
    if not context.rules.accepts_other_municipalities:
        nowhere = living_in(context.rules, _NOWHERE, receiving=context.receiving, day=context.today)
        return Abroad(everybody=nowhere.text)
    if not context.rules.home_municipalities:
        return Abroad()
    others = (place.code for place in found if place.code != context.receiving)
    told = {code: living_in(context.rules, code, receiving=context.receiving, day=context.today) for code in others}
    return Abroad(posts={code: reason.satisfied for code, reason in told.items()})


def search(bundle: VisitBundle, query: str) -> tuple[Municipality, ...]:
    """Matches of the query in the visit's list: beginnings before middles, at most a screenful."""
    wanted = _folded(query)
    if not wanted:
        return ()
    known = everywhere(bundle)
    starts = [place for place in known if any(text.startswith(wanted) for text in _texts(place))]
    inside = [place for place in known if place not in starts and any(wanted in text for text in _texts(place))]
    return tuple([*starts, *inside][:MOST_RESULTS])


def find(bundle: VisitBundle, code: MunicipalityCode) -> Municipality | None:
    return next((place for place in everywhere(bundle) if place.code == code), None)


def everywhere(bundle: VisitBundle) -> tuple[Municipality, ...]:
    """The receiving municipality, then the others of the list."""
    own = bundle.municipality
    return (own, *(place for place in bundle.municipalities if place.code != own.code))


def _texts(place: Municipality) -> Iterable[str]:
    return [_folded(text) for text in (place.name.ja, place.name.en or "", place.kana, place.code) if text]


def _folded(text: str) -> str:
    """One form for width, case, kana, voicing marks and small kana: さつほろ finds 札幌市. For searching only."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_HIRAGANA)
    bare = unicodedata.normalize("NFD", plain).translate(_MARKS)
    return bare.translate(_SMALL).replace(" ", "").replace("-", "")
