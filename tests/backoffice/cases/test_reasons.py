"""The reasons for return are data that covers the published ones."""

from __future__ import annotations

from backoffice.cases.reasons import NEEDS_NOTE, ReasonKind, return_reasons
from schemas.language import Language


def test_every_published_reason_for_refusing_a_photo_is_there() -> None:
    published = {
        "face_turned", "background", "expression", "unclear", "hat_sunglasses", "glasses", "head_covered", "head_cut",
        "no_crop", "edited",
    }  # fmt: skip
    assert published <= {code.removeprefix("photo.") for code in return_reasons()}


def test_codes_begin_with_their_kind() -> None:
    assert all(code.startswith(f"{reason.kind}.") for code, reason in return_reasons().items())
    assert {reason.kind for reason in return_reasons().values()} == set(ReasonKind)
    assert NEEDS_NOTE in return_reasons()


def test_every_reason_is_worded_in_both_languages() -> None:
    for reason in return_reasons().values():
        assert reason.name[Language.EN] != reason.name[Language.JA]
        assert reason.tell[Language.EN] != reason.tell[Language.JA]


def test_nothing_that_is_told_sounds_like_an_obligation_to_apply() -> None:
    told = " ".join(reason.tell.ja for reason in return_reasons().values())
    assert not any(word in told for word in ("義務", "必ず申請", "申請しなければ"))
