"""The application: its roles, what every answer carries, and that it does not start on a wrong set-up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from backoffice.app import create_app
from backoffice.database import Database
from backoffice.intake.models import PacketState, ReceivedPacket
from backoffice.kit.errors import SetUpInvalid
from backoffice.settings import Settings
from schemas.protocol import BALANCE_PATH, BUNDLE_PATH, ENROL_PATH, HEALTH_PATH, PACKETS_PATH
from tests.backoffice.conftest import MakeOffice
from tests.backoffice.office import CHEAP, Office, make_keys


@pytest.mark.parametrize("role", ["ingest", "office", "all"])
def test_health_is_told_in_every_role(make_office: MakeOffice, role: str) -> None:
    answer = make_office(role=role).client.get(HEALTH_PATH)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "role": role})


def test_ingest_has_no_console_and_no_record_key(make_office: MakeOffice) -> None:
    office = make_office(role="ingest")
    assert office.client.get("/cases").status_code == 404
    assert office.client.get("/").status_code == 404
    assert office.app.state.keyring is None
    assert office.client.post(PACKETS_PATH, content=b"x").status_code == 401


def test_ingest_works_on_a_machine_where_no_key_that_opens_lies(make_office: MakeOffice) -> None:
    office = make_office(role="ingest")
    visit = office.visit()
    office.settings.records_secret.unlink()
    (office.settings.keys / "records.key").unlink()
    again = create_app(office.settings, now=office.clock)
    with TestClient(again, base_url="http://127.0.0.1:8500") as client:
        office.app, office.client = again, client
        counter = office.counter(visit=visit)
        assert counter.send(counter.seal()).status_code == 201
        assert counter.get(f"{BUNDLE_PATH}?have=0").status_code == 200
    again.state.database.close()


def test_office_takes_no_packets(make_office: MakeOffice) -> None:
    office = make_office(role="office")
    for path in (PACKETS_PATH, ENROL_PATH):
        assert office.client.post(path, content=b"{}").status_code == 404
    for path in (BUNDLE_PATH, BALANCE_PATH):
        assert office.client.get(path).status_code == 404
    assert office.client.get("/", follow_redirects=False).status_code == 303


def test_received_packet_is_opened_by_the_service_itself(make_office: MakeOffice) -> None:
    office = make_office(role="all")
    counter = office.counter()
    counter.send(counter.seal())
    assert _opened_soon(office)


def _opened_soon(office: Office) -> bool:
    for _ in range(100):
        with office.work() as work:
            if work.session.exec(select(ReceivedPacket)).one().state is PacketState.OPENED:
                return True
        time.sleep(0.05)
    return False


def test_every_answer_carries_a_request_id_and_keeps_a_proxys(office: Office) -> None:
    first, second = (office.client.get(HEALTH_PATH).headers["x-request-id"] for _ in range(2))
    assert first != second
    kept = office.client.get(HEALTH_PATH, headers={"X-Request-ID": "from-the-proxy-1"})
    assert kept.headers["x-request-id"] == "from-the-proxy-1"
    replaced = office.client.get(HEALTH_PATH, headers={"X-Request-ID": "bad id\x01"})
    assert replaced.headers["x-request-id"] != "bad id\x01"


@pytest.mark.parametrize("path", [HEALTH_PATH, PACKETS_PATH, "/nothing-here"])
def test_every_answer_carries_the_security_headers(office: Office, path: str) -> None:
    headers = office.client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_unknown_api_path_is_a_problem(office: Office) -> None:
    answer = office.client.get("/api/v1/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "request.not_found")
    assert office.client.delete(PACKETS_PATH).json()["code"] == "request.method_not_allowed"


def test_interface_description_is_not_served_to_everybody(office: Office) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert office.client.get(path).status_code == 404


def test_database_that_went_away_is_a_transient_refusal(office: Office) -> None:
    counter = office.counter()
    with office.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE device RENAME TO gone")
    answer = counter.send(counter.seal())
    assert (answer.status_code, answer.json()["code"], answer.json()["transient"]) == (503, "office.unavailable", True)
    assert answer.headers["retry-after"] == "5"


# ── Set-up ──────────────────────────────────────────────────────────────────────────────────────────────────


def settings_in(folder: Path, **changes: object) -> Settings:
    return Settings.load(data_dir=folder, scrypt_cost=CHEAP, **changes)


def test_schema_that_is_not_current_is_refused_with_the_command(tmp_path: Path) -> None:
    make_keys(tmp_path)
    with pytest.raises(SetUpInvalid, match=r"schema is empty.*run: demado-backoffice migrate"):
        create_app(settings_in(tmp_path))


def test_schema_is_brought_up_to_date_when_settings_allow_it(tmp_path: Path) -> None:
    make_keys(tmp_path)
    with TestClient(create_app(settings_in(tmp_path, auto_migrate=True)), base_url="http://127.0.0.1:8500") as client:
        assert client.get(HEALTH_PATH).status_code == 200


def test_missing_keys_are_refused_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(SetUpInvalid, match="keys init --make-secrets"):
        create_app(settings_in(tmp_path, auto_migrate=True))


def test_database_that_cannot_be_reached_is_refused_in_one_sentence(tmp_path: Path) -> None:
    make_keys(tmp_path)
    unreachable = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2"
    with pytest.raises(SetUpInvalid, match="the database cannot be used"):
        create_app(settings_in(tmp_path, database_url=unreachable))


def test_newer_schema_than_the_program_is_refused(make_office: MakeOffice, sqlite_url: str) -> None:
    database = Database.connect(sqlite_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '99_future'")
    database.close()
    with pytest.raises(SetUpInvalid, match="schema is 99_future"):
        make_office()
