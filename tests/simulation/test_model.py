"""The simulated afternoon's model: the same dice give the same people, a line is a line, the text is the page's."""

from __future__ import annotations

from datetime import date
from random import Random

from schemas.language import Language
from tests.simulation.afternoon import CHANGE, Visit, queue
from tests.simulation.kinds import AGED, Kind, kinds
from tests.simulation.minds import Mind, shown

PAGE = "<html><header>番号</header><main id='main'><svg><path/></svg><h1>申請 書</h1>\n<p>を出す</p></main></html>"
ADULT = next(kind for kind in kinds(date(2026, 7, 10)) if kind.name == "adult, first card")


def seconds(kind: Kind, seed: int = 7) -> float:
    return Mind(kind, Random(seed)).seconds("why", PAGE)


def test_only_what_stands_between_header_and_bar_is_read() -> None:
    assert shown(PAGE) == "申請書を出す"


def test_one_seed_is_one_person_and_age_and_language_slow_them() -> None:
    assert seconds(ADULT) == seconds(ADULT) != seconds(ADULT, seed=8)
    assert seconds(Kind("old", 1, ADULT.method, ADULT.delivery, born=AGED)) > 1.7 * seconds(ADULT)
    assert seconds(Kind("pt", 1, ADULT.method, ADULT.delivery, language=Language.PT)) != seconds(ADULT)


def test_a_second_kiosk_shortens_the_line() -> None:
    crowd = [Visit("adult", human={"why": 170.0}) for _ in range(94)]
    one, two = (queue(crowd, kiosks=kiosks, hours=3.5, seed=1) for kiosks in (1, 2))
    assert max(two.waits) < max(one.waits)
    assert one.ended >= 94 * (170.0 + CHANGE) > two.ended
    assert min(one.waits) == 0.0
