"""Whatever a visit's bundles are made of: a change by anybody reaches the next kiosk that asks, all kiosks alike."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from backoffice.cases import service as cases
from backoffice.kit import key_life
from backoffice.kit.key_life import KeyUse
from backoffice.kit.keyring import SigningKeys
from backoffice.rules import desk
from backoffice.rules import service as rules
from backoffice.visits import service
from schemas.ids import PacketId
from schemas.intake import FormKind, FormReading
from schemas.protocol import BUNDLE_PATH
from schemas.visit import AttendantRole
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office
from tests.backoffice.rules.files import COUNTER_ONLY, rule_file
from tests.backoffice.visits.test_bundle import Authority, book_first, fetch, in_a_month
from tests.factories import FUKUSHIMA, form_id


def test_whatever_changes_is_in_the_next_bundle_of_every_kiosk(each_office: Office) -> None:
    office, visit = each_office, each_office.visit()
    counters = [office.counter(visit=visit), office.counter(visit=visit)]
    with office.work() as work:
        service.add_attendant(work, FUKUSHIMA, name="窓口", role=AttendantRole.STAFF, pin="135790", actor="test")
    book_first(office, counters[0], "予約 太郎（架空）")
    office.settings.card_trust.mkdir()
    versions = [fetch(counter).version for counter in counters]
    for number, change in enumerate(CHANGES):
        change(office, counters[0])
        bundles = [fetch(counter, have=have) for counter, have in zip(counters, versions, strict=True)]
        after = [bundle.version for bundle in bundles]
        assert after == [version + 1 for version in versions], number
        seen = {bundle.canonical(without=frozenset({"device", "device_name", "personal"})) for bundle in bundles}
        assert len(seen) == 1, number
        versions = after
    assert counters[0].get(f"{BUNDLE_PATH}?have={versions[0]}").status_code == 204


def run_sql(office: Office, statement: str) -> None:
    """As another program on the same database."""
    with office.app.state.database.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0


def sql(statement: str) -> Callable[[Office, Counter], None]:
    return lambda office, _counter: run_sql(office, statement)


def new_case(office: Office, counter: Counter) -> None:
    with office.work() as work:
        cases.open_case(
            work, counter.record(form=FormReading(kind=FormKind.QR, form_id=form_id(7))), photo_blob=None,
            packet=PacketId("0" * 64), received_at=office.clock(),
        )  # fmt: skip


def forgotten_case(office: Office, _counter: Counter) -> None:
    run_sql(office, "DELETE FROM case_event")
    run_sql(office, 'DELETE FROM "case"')


def new_revocation_list(office: Office, _counter: Counter) -> None:
    (office.settings.card_trust / "list.crl").write_bytes(Authority().revocation_list)


def new_rules(office: Office, _counter: Counter) -> None:
    with office.work() as work:
        file = desk.upload(work, FUKUSHIMA, rule_file(COUNTER_ONLY).encode(), file_name="own.toml", by="a")
        desk.activate(work, FUKUSHIMA, file, day=rules.today(work.now), by="a")


def rotated_key(office: Office, _counter: Counter) -> None:
    key_life.rotate(office.settings.keys, office.settings.passphrases(), KeyUse.SIGNING, begins=in_a_month(office))
    office.app.state.signing = SigningKeys.load(office.settings.keys, b"signing-secret-of-the-tests")


CHANGES: tuple[Callable[[Office, Counter], object], ...] = (
    lambda office, counter: book_first(office, counter, "予約 次郎（架空）"),
    sql("UPDATE booking SET name = '改名 次郎（架空）' WHERE number = '002'"),
    sql("UPDATE booking SET state = 'cancelled' WHERE number = '001'"),
    sql("UPDATE slot SET capacity = capacity + 1"),
    sql("UPDATE place SET name_en = 'Meeting room'"),
    sql("UPDATE visit SET title = '別の名前'"),
    sql("UPDATE organisation SET name = '別の本部'"),
    sql("UPDATE municipality SET contact = '024-111-1111'"),
    sql("UPDATE attendant SET name = '別の人'"),
    sql("UPDATE attendant SET active = false"),
    new_rules,
    new_case,
    forgotten_case,
    new_revocation_list,
    new_revocation_list,
    rotated_key,
)
