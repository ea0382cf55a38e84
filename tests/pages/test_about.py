"""The pages about the portal: what it is, how usable it is, and what its words mean."""

import pytest

from agenda.models import Factor, Insight, Status
from followup.models import Light
from tests.factories import make_focus_area, set_caps


def test_the_portal_tells_of_factors_and_insights_with_their_sections(client, employee):
    Factor.objects.create(slug="core", title="Core mission", source="4.2.1")
    Insight.objects.create(slug="gap", title="A gap", source="1.3", summary="Between the two.")
    make_focus_area(title="The customer", source="2.1")
    client.force_login(employee)

    html = client.get("/om/").content.decode()

    for text in ("Core mission", "(section 4.2.1)", "A gap", "section 1.3", "The customer"):
        assert text in html
    assert "almost 22 %" in html
    assert "(section 4.1.1)" in html


def test_the_accessibility_statement_is_read_without_signing_in(client, db):
    response = client.get("/tillganglighet/")

    html = response.content.decode()
    assert response.status_code == 200
    assert "2018:1937" in html
    assert "What we know does not work" in html
    assert 'href="https://www.digg.se/' in html


@pytest.mark.parametrize("path", ["/om/", "/sa-har-gor-vi/"])
def test_the_others_are_not(client, db, path):
    assert client.get(path).status_code == 302


def test_every_state_light_and_horizon_is_explained(client, employee):
    set_caps(now_cap=7, focus_cap=2)
    client.force_login(employee)

    html = client.get("/sa-har-gor-vi/").content.decode()

    for label in [*Status.labels, *Light.labels]:
        assert str(label) in html
    assert "At most 7 items at a time." in html
    assert "At most 2 items have special focus." in html


@pytest.mark.parametrize("path", ["/om/", "/sa-har-gor-vi/", "/tillganglighet/"])
def test_the_pages_are_only_read(client, employee, path):
    client.force_login(employee)

    assert client.post(path).status_code == 405
