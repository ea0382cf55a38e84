"""The cast: one person per role, and a second chef and a second member of SLG."""

import pytest
import time_machine

from tests.factories import Role, make_item, make_person, make_unit


@pytest.fixture
def employee(db):
    return make_person(Role.EMPLOYEE, name="Employee", username="employee")


@pytest.fixture
def manager(db):
    unit = make_unit("School unit")
    person = make_person(Role.EMPLOYEE, Role.MANAGER, name="Manager", username="manager", unit=unit)
    unit.manager = person
    unit.save(update_fields=["manager"])
    return person


@pytest.fixture
def slg(db):
    return make_person(Role.EMPLOYEE, Role.SLG, name="Member of SLG", username="slg")


@pytest.fixture
def slg2(db):
    return make_person(Role.EMPLOYEE, Role.SLG, name="Other member of SLG", username="slg2")


@pytest.fixture
def city_director(db):
    return make_person(
        Role.EMPLOYEE, Role.CITY_DIRECTOR, name="City director", username="citydirector"
    )


@pytest.fixture
def support(db):
    return make_person(Role.EMPLOYEE, Role.SUPPORT, name="Support", username="support")


@pytest.fixture
def admin(db):
    return make_person(Role.ADMIN, name="Administrator", username="admin")


@pytest.fixture
def item(db):
    return make_item("Self-service")


@pytest.fixture
def world(db):
    """One of everything in the portal, on a working day: see tests/world.py."""
    from tests.world import WORLD_TIME, World

    with time_machine.travel(WORLD_TIME):
        yield World()
