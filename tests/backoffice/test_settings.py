"""Settings: environment over file, secrets by file, unsafe values refused with the line to change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backoffice.kit.errors import SetUpInvalid
from backoffice.settings import CONFIG_VARIABLE, Role, Settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEMADO_BACKOFFICE_CONFIG", "DEMADO_BACKOFFICE_DATA_DIR", "DEMADO_BACKOFFICE_PORT"):
        monkeypatch.delenv(name, raising=False)


def test_defaults_keep_to_this_machine() -> None:
    settings = Settings.load()
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8500, "http://127.0.0.1:8500")
    assert settings.database == "sqlite:///var/backoffice/office.db"
    assert settings.role is Role.ALL


def test_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "office.toml"
    file.write_text('data_dir = "/srv/office"\nport = 9000\nrole = "ingest"\n')
    monkeypatch.setenv(CONFIG_VARIABLE, str(file))
    monkeypatch.setenv("DEMADO_BACKOFFICE_PORT", "9001")
    settings = Settings.load()
    assert (settings.data_dir, settings.port, settings.role) == (Path("/srv/office"), 9001, Role.INGEST)
    assert settings.public_url == "http://127.0.0.1:9001"


def test_database_url_with_a_password_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql+psycopg://office:secret@db/office\n")
    file.chmod(0o600)
    assert Settings.load(database_url_file=file).database == "postgresql+psycopg://office:secret@db/office"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"public_url": "http://office.example.jp"}, 'set: public_url = "https://'),
        ({"host": "0.0.0.0"}, "public_url must begin with https://"),
        ({"public_url": "office.example.jp"}, "public_url (DEMADO_BACKOFFICE_PUBLIC_URL): an address such as"),
        ({"public_url": "https://office.example.jp/sub"}, "without a path"),
        ({"auto_migrate": True, "database_url": "postgresql+psycopg://x/y"}, "run: demado-backoffice migrate"),
        ({"port": 0}, "port (DEMADO_BACKOFFICE_PORT)"),
        ({"scrypt_cost": 1024}, "scrypt_cost"),
        ({"role": "everything"}, "role (DEMADO_BACKOFFICE_ROLE)"),
        ({"no_such_setting": 1}, "no_such_setting"),
    ],
)
def test_unsafe_or_unknown_value_is_refused_with_its_line(given: dict[str, Any], words: str) -> None:
    with pytest.raises(SetUpInvalid) as refused:
        Settings.load(**given)
    assert words in str(refused.value)


@pytest.mark.parametrize("url", ["http://localhost:8500", "http://[::1]:8500", "https://office.example.jp/"])
def test_safe_addresses_are_accepted(url: str) -> None:
    assert Settings.load(public_url=url).public_url == url.rstrip("/")


@pytest.mark.parametrize("content", ["port = ", "\x00", "port = [1"])
def test_file_that_is_no_toml_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    file = tmp_path / "office.toml"
    file.write_text(content)
    monkeypatch.setenv(CONFIG_VARIABLE, str(file))
    with pytest.raises(SetUpInvalid, match=r"office\.toml"):
        Settings.load()


def test_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "none.toml"))
    with pytest.raises(SetUpInvalid, match=r"none\.toml: No such file"):
        Settings.load()
