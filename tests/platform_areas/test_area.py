"""Platform areas: proposals whose mandate, financing and arrangement are open until settled."""

import pytest

from activity.models import Event
from platform_areas.models import PlatformArea
from tests.factories import NOW, Role, make_person, make_platform_area

FORM = {
    "title": "The digital platform",
    "summary": "Architecture and data.",
    "mandate": "The digital director decides on standards.",
    "financing": "",
    "arrangement": "",
    "version": "1",
}


@pytest.fixture
def area(db):
    return make_platform_area(slug="digital-platform", title="Digital platform")


def test_what_is_not_settled_is_said_in_words(client, area, employee):
    client.force_login(employee)

    overview = client.get("/plattform/").content.decode()
    page = client.get("/plattform/digital-platform/").content.decode()

    assert "Not decided yet: mandate, financing, what is common, coordinated or local." in overview
    assert page.count("Not decided. The report leaves it to dialogue.") == 3


def test_a_proposed_mandate_shows_and_is_no_longer_open(client, area, support):
    client.force_login(support)

    response = client.post("/plattform/digital-platform/text/", FORM)

    assert response["Location"] == "/plattform/digital-platform/"
    page = client.get("/plattform/digital-platform/").content.decode()
    assert "The digital director decides on standards." in page
    overview = client.get("/plattform/").content.decode()
    assert "Not decided yet: financing, what is common, coordinated or local." in overview
    event = Event.objects.about(area).of_kind("platform_areas.revised").get()
    assert event.changes["mandate"] == ["", "The digital director decides on standards."]


@pytest.mark.parametrize(
    ("role", "owns", "status"),
    [
        (Role.EMPLOYEE, True, 403),
        (Role.MANAGER, False, 403),
        (Role.MANAGER, True, 302),
        (Role.SLG, False, 403),
        (Role.SLG, True, 302),
        (Role.CITY_DIRECTOR, False, 302),
        (Role.SUPPORT, False, 302),
        (Role.ADMIN, True, 403),
    ],
)
def test_who_may_propose_another_wording(client, area, role, owns, status):
    person = make_person(role)
    if owns:
        PlatformArea.objects.update(owner=person)
    client.force_login(person)

    assert client.post("/plattform/digital-platform/text/", FORM).status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.EMPLOYEE, 403),
        (Role.MANAGER, 403),
        (Role.SLG, 403),
        (Role.SUPPORT, 403),
        (Role.ADMIN, 403),
        (Role.CITY_DIRECTOR, 302),
    ],
)
def test_only_the_city_director_adopts(client, area, role, status):
    client.force_login(make_person(role))

    response = client.post(
        "/plattform/digital-platform/antagande/", {"reason": "Agreed.", "version": "1"}
    )

    assert response.status_code == status
    area.refresh_from_db()
    assert area.is_adopted == (status == 302)


def test_an_adopted_area_is_not_edited(client, area, city_director):
    area.adopt(version=1, by=city_director, at=NOW, reason="Agreed.")
    client.force_login(city_director)

    for path in ("text", "antagande"):
        address = f"/plattform/digital-platform/{path}/"
        assert client.get(address).status_code == 200
        assert client.post(address, FORM | {"reason": "Again"}).status_code == 409
    area.refresh_from_db()
    assert area.title == "Digital platform"


def test_two_who_write_at_once_see_both_texts(client, area, support, city_director):
    area.revise({"mandate": "Theirs."}, version=1, by=city_director, at=NOW)
    client.force_login(support)

    response = client.post("/plattform/digital-platform/text/", FORM | {"mandate": "Mine."})

    html = response.content.decode()
    assert response.status_code == 409
    assert "Mine." in html
    assert "Theirs." in html
    assert PlatformArea.objects.get().mandate == "Theirs."


def test_a_wording_that_changed_is_read_again_before_it_is_adopted(
    client, area, support, city_director
):
    area.revise({"mandate": "New."}, version=1, by=support, at=NOW)
    client.force_login(city_director)

    response = client.post(
        "/plattform/digital-platform/antagande/", {"reason": "Agreed.", "version": "1"}
    )

    assert response.status_code == 409
    assert "New." in response.content.decode()
    assert not PlatformArea.objects.get().is_adopted


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Write a title."),
        ("summary", "", "Write a summary."),
        ("mandate", "x" * 2001, "at most 2000 characters"),
        ("owner", "99999", "Choose somebody in the list."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(client, area, support, field, value, sentence):
    client.force_login(support)

    response = client.post("/plattform/digital-platform/text/", FORM | {field: value})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert PlatformArea.objects.get().version == 1


@pytest.mark.parametrize("path", ["", "text/", "antagande/"])
def test_what_is_not_there_is_404(client, city_director, path):
    client.force_login(city_director)

    assert client.get(f"/plattform/none/{path}").status_code == 404


def test_an_empty_list_says_what_will_be_here(client, employee):
    client.force_login(employee)

    assert "The platform areas are not loaded" in client.get("/plattform/").content.decode()
