"""Whose an item is, what it touches and what it depends on."""

import pytest
from pytest_django.asserts import assertContains

from activity.models import Event
from agenda.models import DependencyCircle, Item
from tests.factories import (
    NOW,
    Status,
    make_action,
    make_focus_area,
    make_item,
    make_platform_area,
    make_principle,
    make_unit,
)

FIND = {"HX-Request": "true", "HX-Target": "depends-on"}


@pytest.fixture
def client(client, support):
    client.force_login(support)
    return client


def save(client, item, headers=None, **facts):
    data = {"focus_area": item.focus_area_id, "version": item.facts_version, **facts}
    return client.post(f"/agenda/{item.pk}/uppgifter/", data, headers=headers)


def test_leadership_support_sets_the_facts_with_a_reason(client, item, manager, slg):
    first, unit, area = make_item("First"), make_unit("Schools"), make_focus_area()
    action, principle, platform_area = make_action(), make_principle(), make_platform_area()

    response = save(
        client,
        item,
        owner=manager.pk,
        deputy=slg.pk,
        focus_area=area.pk,
        action=action.pk,
        units=[unit.pk],
        principles=[principle.pk],
        platform_areas=[platform_area.pk],
        depends_on=[first.pk],
        is_digital="on",
        reason="Agreed on Monday",
    )

    item.refresh_from_db()
    assert response.url == f"/agenda/{item.pk}/"
    assert (item.owner, item.deputy, item.focus_area, item.action) == (manager, slg, area, action)
    assert item.is_digital
    assert [list(getattr(item, name).all()) for name in Item.FACT_SETS] == [
        [unit],
        [principle],
        [platform_area],
        [first],
    ]
    event = Event.objects.about(item).get()
    assert event.reason == "Agreed on Monday"
    assert event.changes["owner"] == [None, "Manager"]
    assert event.changes["depends_on"] == ["", "First"]


@pytest.mark.parametrize("person", ["employee", "manager", "slg", "admin"])
def test_others_may_not(client, item, request, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(f"/agenda/{item.pk}/uppgifter/").status_code == 403
    assert save(client, item, is_digital="on").status_code == 403


def test_a_circle_is_refused_with_the_way_round(client):
    a = make_item("A")
    b = make_item("B", depends_on=[a])
    c = make_item("C", depends_on=[b])

    response = save(client, a, depends_on=[c.pk])

    assertContains(response, "“A” → “C” → “B” → “A”", status_code=422)
    assert not a.depends_on.exists()


def test_an_item_does_not_depend_on_itself(client, item):
    response = save(client, item, depends_on=[item.pk])

    assert response.status_code == 422
    assert not item.depends_on.exists()


def test_the_model_refuses_a_circle_too(item, support):
    other = make_item("Other", depends_on=[item])

    with pytest.raises(DependencyCircle):
        item.revise_facts({}, {"depends_on": [other]}, version=1, by=support, at=NOW)


def test_two_ways_to_the_same_item_are_no_circle(client):
    base = make_item("Base")
    left, right = make_item("Left", depends_on=[base]), make_item("Right", depends_on=[base])
    top = make_item("Top")

    save(client, top, depends_on=[left.pk, right.pk, base.pk])

    assert top.depends_on.count() == 3


@pytest.mark.parametrize("headers", [None, FIND], ids=["browser", "htmx"])
def test_items_to_depend_on_are_found_by_words_and_nothing_is_saved(client, item, headers):
    make_item("A shared map of systems")

    response = save(client, item, headers, find="maps", find_now="1", reason="Half a reason")

    assert response.status_code == 200
    assertContains(response, "A shared map of systems")
    if headers is None:
        assertContains(response, "Half a reason")
    assert not Event.objects.exists()


def test_somebody_else_changed_the_facts_meanwhile(client, item, city_director, manager):
    Item.objects.get().revise_facts(
        {"is_digital": True}, {}, version=1, by=city_director, at=NOW, reason="It is"
    )

    response = save(client, item, owner=manager.pk)

    assertContains(response, "City director", status_code=409)
    assertContains(response, "Nothing of yours is saved yet", status_code=409)
    assertContains(response, 'name="version" value="2"', status_code=409)
    item.refresh_from_db()
    assert item.owner is None


@pytest.mark.parametrize(
    "facts",
    [
        {"owner": "123456"},
        {"owner": "x"},
        {"owner": "9" * 30},
        {"focus_area": ""},
        {"units": ["x"]},
        {"principles": ["123456"]},
        {"depends_on": ["123456"]},
        {"depends_on": ["9" * 30]},
        {"action": "-1"},
        {"reason": "x" * 301},
    ],
    ids=str,
)
def test_bad_input_is_told_and_changes_nothing(client, item, facts):
    response = save(client, item, **facts)

    assert response.status_code == 422
    assert not Event.objects.exists()


def test_owner_and_deputy_are_two_people(client, item, manager):
    response = save(client, item, owner=manager.pk, deputy=manager.pk)

    assertContains(response, "another person than the owner", status_code=422)


def test_the_facts_of_a_closed_item_stay(client, item):
    Item.objects.update(status=Status.ENDED)

    assertContains(save(client, item, is_digital="on"), "changes no more", status_code=409)
