"""One installation, several municipalities, a provider each: nobody comes in through another one's."""

from __future__ import annotations

import json
import re
import shutil
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from backoffice.commands.providers import run
from backoffice.kit.errors import SetUpInvalid
from backoffice.organisations import service as organisations
from backoffice.staff.openid_files import openid_files
from schemas.ids import MunicipalityCode
from tests.backoffice.console import SITE, Console
from tests.backoffice.office import Clock, add_municipalities, open_office
from tests.backoffice.staff.openid_provider import CLIENT, SECRET, Place, ec_key, openid_server
from tests.factories import FUKUSHIMA, KORIYAMA

NOBODYS = MunicipalityCode.parse("072028")  # 会津若松市: expressly without a provider


@dataclass
class Two:
    """福島市 and 郡山市, each with its own provider; both know our client by the same name and secret."""

    fukushima: Place
    koriyama: Place


def _file(folder: Path, code: str, issuer: str, name: str) -> None:
    (folder / f"{code}.toml").write_text(
        f'issuer = "{issuer}"\nclient_id = "{CLIENT}"\nclient_secret_file = "secret"\nname = "{name}"\n'
    )


@pytest.fixture(scope="module")
def two(keys_template: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder, clock = tmp_path_factory.mktemp("providers"), Clock()
    shutil.copytree(keys_template, folder, dirs_exist_ok=True)
    shutil.copy(sqlite_template, folder / "office.db")
    oidc = folder / "oidc"
    oidc.mkdir()
    (oidc / "secret").write_text(SECRET)
    (oidc / "secret").chmod(0o600)
    (oidc / f"{NOBODYS}.toml").write_text("")
    with openid_server(clock, ec_key("f")) as first, openid_server(clock, ec_key("k")) as second:
        _file(oidc, FUKUSHIMA, first.issuer, "福島市職員認証")
        _file(oidc, KORIYAMA, second.issuer, "郡山市職員認証")
        office = open_office(
            folder, f"sqlite:///{folder / 'office.db'}", role="all", embedded_worker=False, oidc_dir=oidc,
        )  # fmt: skip
        first.now = second.now = office.clock
        with office.client:
            with office.work() as work:
                add_municipalities(work)
                organisations.add_municipality(work, NOBODYS, name="会津若松市", actor="test")
            console = Console(office)
            made = Two(Place(console, first), Place(console, second, KORIYAMA))
            for place in (made.fukushima, made.koriyama):
                person = console.hire(municipality=place.municipality, login="alice", name=f"{place.municipality}の人")
                assert place.link(person, "alice")[1].status_code == 303
            yield made


def test_the_same_subject_opens_the_account_of_its_own_municipality(two: Two) -> None:
    for place in (two.fukushima, two.koriyama):
        browser = place.console.stranger()
        assert place.sign_in(browser).status_code == 303
        assert f"{place.municipality}の人" in browser.get("/account").text


def test_the_way_back_is_each_municipalitys_own(two: Two) -> None:
    for place in (two.fukushima, two.koriyama):
        assert urlsplit(place.go(place.console.stranger())).path == f"/sign-in/provider/back/{place.municipality}"


@pytest.mark.parametrize("says_its_name", [True, False])
def test_mixed_up_answer_opens_nothing(two: Two, says_its_name: bool) -> None:
    """RFC 9700, section 4.4: 郡山's provider is an attacker's. It leads a browser that began there on to 福島's, with
    the one way back that 福島's accepts, to get 福島's code sent to itself – with or without `iss` in the answers."""
    for place in (two.fukushima, two.koriyama):
        place.provider.description = {"authorization_response_iss_parameter_supported": says_its_name}
    two.fukushima.console.office.clock.move(hours=2)
    browser = two.koriyama.console.stranger()
    onward = re.search(r'id="onward" href="([^"]+)"', two.koriyama.onward(browser).text)
    assert onward
    asked = len(two.koriyama.provider.asked)
    back = two.fukushima.provider.authorize(unescape(onward[1]).replace(KORIYAMA, FUKUSHIMA)).removeprefix(SITE)
    answer = browser.get(back if says_its_name else re.sub("&iss=.*", "", back))
    assert (answer.status_code, browser.get("/cases").status_code) == (401, 303)
    assert "/token" not in two.koriyama.provider.asked[asked:], "福島's code never reaches 郡山's provider"
    two.fukushima.provider.description, two.koriyama.provider.description = {}, {}


@pytest.mark.parametrize("signed_by_the_other", [True, False])
@pytest.mark.parametrize("named_as_the_other", [True, False])
def test_a_token_of_the_other_provider_opens_nothing(
    two: Two, signed_by_the_other: bool, named_as_the_other: bool
) -> None:
    """郡山's provider gives out what 福島's signed, or signs in its name; client and subject are the same in both."""
    here, there = two.koriyama.provider, two.fukushima.provider
    here.signs = there.signed if signed_by_the_other else None
    here.claims = {"iss": there.issuer} if named_as_the_other else {}
    answer = two.koriyama.sign_in()
    here.signs, here.claims = None, {}
    assert answer.status_code == (401 if signed_by_the_other or named_as_the_other else 303)


def test_the_sign_in_page_offers_what_the_municipality_has(two: Two) -> None:
    browser = two.fukushima.console.stranger()
    page = browser.get(f"/sign-in?municipality={KORIYAMA}").text
    form = page[page.index('action="/sign-in/provider"') : page.index('action="/sign-in"')]
    assert f'<option value="{KORIYAMA}" selected>郡山市 – 郡山市職員認証' in form
    assert "福島市 – 福島市職員認証" in form
    assert "会津若松市" not in form
    nobodys = Place(two.fukushima.console, two.fukushima.provider, NOBODYS)
    answer = nobodys.onward(browser)
    assert (answer.status_code, "認証サービスでのサインインがありません" in answer.text) == (422, True)


def test_the_command_says_which_provider_cannot_be_used(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    office, koriyama = two.fukushima.console.office, two.koriyama.provider
    stray = office.folder / "oidc" / "092011.toml"
    stray.write_text("")

    def said() -> tuple[int, dict[str, str]]:
        done = run(Namespace(), office.settings, office.database, office.clock)
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return done, {line["municipality"]: line["problem"] or line["redirect"] or "" for line in lines}

    back = f"{office.settings.public_url}/sign-in/provider/back"
    done, lines = said()
    assert (done, lines[FUKUSHIMA], lines[KORIYAMA], lines[NOBODYS]) == (
        1, f"{back}/{FUKUSHIMA}", f"{back}/{KORIYAMA}", ""
    )  # fmt: skip
    assert "no such municipality" in lines["092011"]
    stray.unlink()
    assert said()[0] == 0
    koriyama.down = True
    assert "answered 502" in said()[1][KORIYAMA]
    koriyama.down, keys = False, koriyama.keys
    koriyama.keys = []
    assert "check a signature" in said()[1][KORIYAMA]
    koriyama.keys = keys
    (office.folder / "oidc" / "secret").write_text("mistyped")
    done, lines = said()
    assert (done, "invalid_client" in lines[KORIYAMA]) == (1, True)
    (office.folder / "oidc" / "secret").write_text(SECRET)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("072010", 'issuer = "http://id.example"\nclient_id = "x"', "must begin with https://"),
        ("072010", 'issuer = "https://id.example"', "client_id is missing"),
        ("072010", 'isuer = "https://id.example"', "isuer"),
        ("072010", "issuer = ", "072010.toml"),
        ("072011", "", "six digits"),
        ("fukushima", "", "six digits"),
        ("072010", 'issuer = "https://id.example"\nclient_id = "x"\nclient_secret_file = "none"', "none"),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / f"{name}.toml").write_text(text)
    with pytest.raises(SetUpInvalid, match=re.escape(words)):
        openid_files(tmp_path)
