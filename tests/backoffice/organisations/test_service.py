"""Municipalities, organisations and the list of places people may live in."""

from __future__ import annotations

import pytest

from backoffice.database import Database
from backoffice.kit.errors import OfficeError
from backoffice.kit.unit_of_work import transaction
from backoffice.organisations import service
from backoffice.organisations.known import known_municipalities
from backoffice.organisations.repository import OrganisationRepository
from schemas.ids import MunicipalityCode
from tests.backoffice.office import Clock, add_municipalities
from tests.factories import FUKUSHIMA, KORIYAMA


def test_municipality_is_taken_on_once(database: Database) -> None:
    with transaction(database, now=Clock()) as work:
        add_municipalities(work)
        assert [tenant.code for tenant in service.tenants(work)] == [FUKUSHIMA, KORIYAMA]
        with pytest.raises(OfficeError, match=r"municipality\.exists"):
            service.add_municipality(work, FUKUSHIMA, name="x", actor="t")


def test_organisations_and_units_belong_to_their_municipality(database: Database) -> None:
    with transaction(database, now=Clock()) as work:
        add_municipalities(work)
        brigade = service.add_organisation(work, FUKUSHIMA, name="福島市消防本部", actor="t")
        head = service.add_unit(work, FUKUSHIMA, brigade, name="消防本部")
        station = service.add_unit(work, FUKUSHIMA, brigade, name="A消防署", parent=head)
    with transaction(database) as work:
        units = OrganisationRepository(work.session).units(FUKUSHIMA, brigade)
        assert {(unit.id, unit.parent_id) for unit in units} == {(head, None), (station, head)}
        assert service.organisations(work, KORIYAMA) == []
        with pytest.raises(OfficeError, match=r"organisation\.not_found"):
            service.organisation(work, KORIYAMA, brigade)


def test_list_of_municipalities_has_each_of_fukushima_once_with_a_reading() -> None:
    known = known_municipalities()
    assert len({place.code for place in known}) == len(known) == 59
    kinds = {suffix: sum(place.name.endswith(suffix) for place in known) for suffix in "市町村"}
    assert kinds == {"市": 13, "町": 31, "村": 15}
    assert all(set(place.kana) <= {chr(code) for code in range(0x3041, 0x3097)} for place in known)


def test_tenant_stands_first_among_the_places_people_may_live_in() -> None:
    tenant = service.Tenant(KORIYAMA, "郡山市", "", "", "")
    places = service.home_municipalities(tenant)
    assert places[0].code == KORIYAMA
    assert [place.code for place in places].count(KORIYAMA) == 1


def test_tenant_elsewhere_has_at_least_itself() -> None:
    tenant = service.Tenant(MunicipalityCode("401307"), "福岡市", "", "", "")
    assert [place.code for place in service.home_municipalities(tenant)] == ["401307"]
