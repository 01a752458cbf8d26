"""Noise in every header and body the machine interface reads: answered with a problem of its own, never with a 500."""

from __future__ import annotations

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.problem import PROBLEM_JSON, Problem
from schemas.protocol import BALANCE_PATH, BUNDLE_PATH, ENROL_PATH, PACKETS_PATH, STATEMENT_PATH, UPLOADS_PATH
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office

_SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
_VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=120)
_HEADERS = ("signature-input", "signature", "content-digest", "upload-offset", "upload-length", "upload-metadata")
_PLACES = [
    ("POST", PACKETS_PATH), ("POST", BALANCE_PATH), ("GET", BALANCE_PATH), ("POST", UPLOADS_PATH),
    ("POST", STATEMENT_PATH), ("POST", ENROL_PATH), ("GET", BUNDLE_PATH),
    ("PATCH", f"{UPLOADS_PATH}/{'0' * 64}"), ("POST", f"{UPLOADS_PATH}/{'0' * 64}/receipt"),
]  # fmt: skip


@pytest.fixture
def counter(office: Office) -> Counter:
    return office.counter()


def assert_refused_in_our_words(answer: Response) -> None:
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"].split(";")[0] == PROBLEM_JSON
    problem = Problem.model_validate_json(answer.content)
    assert (problem.status, problem.type) == (answer.status_code, f"urn:demado:problem:{problem.code}")


@_SETTINGS
@given(place=st.sampled_from(_PLACES), noise=st.dictionaries(st.sampled_from(_HEADERS), _VISIBLE, min_size=1))
def test_noise_in_headers(counter: Counter, place: tuple[str, str], noise: dict[str, str]) -> None:
    method, path = place
    answer = counter.client.request(method, path, content=b"x" if method != "GET" else None, headers=noise)
    assert_refused_in_our_words(answer)


@_SETTINGS
@given(place=st.sampled_from(_PLACES), name=st.sampled_from(_HEADERS[:3]), at=st.integers(0, 400), put=_VISIBLE)
def test_a_valid_request_with_a_part_exchanged(
    counter: Counter, place: tuple[str, str], name: str, at: int, put: str
) -> None:
    method, path = place
    body = b"x" if method != "GET" else None
    headers = counter.signed(method, path, body).headers
    known = {key.lower(): value for key, value in headers.items()}
    whole = known.get(name, "")
    known[name] = whole[: at % (len(whole) + 1)] + put
    if known[name] == whole:
        return
    assert_refused_in_our_words(counter.client.request(method, path, content=body, headers=known))


@_SETTINGS
@given(place=st.sampled_from([place for place in _PLACES if place[0] != "GET"]), body=st.binary(max_size=300))
def test_noise_in_signed_bodies(counter: Counter, place: tuple[str, str], body: bytes) -> None:
    method, path = place
    answer = counter.client.request(method, path, content=body, headers=counter.signed(method, path, body).headers)
    assert_refused_in_our_words(answer)
