"""Finding a home municipality: by name, kana, or code, the receiving one first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from schemas.ids import MunicipalityCode
from schemas.visit import Municipality, VisitBundle

MOST_RESULTS = 12
_MARKS = dict.fromkeys((0x3099, 0x309A))
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
_HIRAGANA = {ord("ァ") + offset: ord("ぁ") + offset for offset in range(ord("ヶ") - ord("ァ") + 1)}


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
