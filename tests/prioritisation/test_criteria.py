"""What the management group judges by can be read by everybody."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pytest_django.asserts import assertContains

from prioritisation.models import Criterion
from tests.factories import make_focus_area
from tests.meetings.factories import queries_of

ROLES = ["employee", "manager", "slg", "city_director", "support", "admin"]


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_the_criteria(client, request, role):
    client.force_login(request.getfixturevalue(role))

    assert client.get("/prioriteringsgrunder/").status_code == 200


def test_the_page_tells_scale_direction_weight_and_section(client, employee):
    call_command("load_content", verbosity=0)
    client.force_login(employee)

    response = client.get("/prioriteringsgrunder/")

    assertContains(response, "Effektiviseringspotential")
    assertContains(response, "5: Frigör mycket tid i flera enheter")
    assertContains(response, "The higher, the better")
    assertContains(response, "For all items")
    assertContains(response, "Samlad digitalisering")


def test_before_the_content_is_loaded_the_page_says_what_will_be_here(client, employee):
    client.force_login(employee)

    assertContains(client.get("/prioriteringsgrunder/"), "No criteria yet")


def test_criteria_are_general_or_of_one_focus_area(db):
    area = make_focus_area()
    general = Criterion.objects.create(slug="value", title="Value", source="2.4")
    special = Criterion.objects.create(
        slug="doors", title="Fewer doors", source="2.4", focus_area=area
    )

    assert list(Criterion.objects.general()) == [general]
    assert list(Criterion.objects.of_areas()) == [special]


def test_the_database_refuses_a_scale_upside_down(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Criterion.objects.create(slug="value", title="Value", source="2.4", lowest=5, highest=1)


def test_the_page_takes_few_queries(client, employee):
    call_command("load_content", verbosity=0)
    client.force_login(employee)

    assert queries_of(client, "/prioriteringsgrunder/") <= 7
