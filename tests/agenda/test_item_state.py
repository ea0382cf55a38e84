"""Starting, finishing and ending an item: in words first, then once."""

import pytest
from pytest_django.asserts import assertContains

from activity.models import Event
from agenda.models import Horizon, Item
from tests.factories import NOW, Status, make_item


@pytest.fixture
def client(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def item(manager):
    return make_item("A", owner=manager, status=Status.IN_PROGRESS, horizon=Horizon.NOW)


def step(client, item, step, *, confirmed=True, **data):
    data = {"step": step, **({"confirmed": "1"} if confirmed else {}), **data}
    return client.post(f"/agenda/{item.pk}/lage/", data)


def test_the_owner_finishes_with_the_effect_that_was_seen(client, item):
    response = step(client, item, "finish", effect_seen="Half the calls")

    item.refresh_from_db()
    assert response.url == f"/agenda/{item.pk}/"
    assert (item.status, item.effect_seen, item.horizon) == (Status.DONE, "Half the calls", None)
    assert Event.objects.about(item).of_kind("agenda.finished").exists()


def test_ending_because_the_need_is_gone_is_a_good_ending_with_its_reason(client, item):
    step(client, item, "end", reason="The law changed")

    item.refresh_from_db()
    assert item.status == Status.ENDED
    assert Event.objects.about(item).of_kind("agenda.ended").get().reason == "The law changed"


def test_first_it_is_said_in_words_what_will_happen(client, item):
    response = step(client, item, "finish", confirmed=False, effect_seen="Half the calls")

    assert response.status_code == 200
    assertContains(response, "It leaves its place on the agenda")
    assertContains(response, "Half the calls")
    item.refresh_from_db()
    assert item.status == Status.IN_PROGRESS


def test_one_can_go_back_and_change_without_losing_the_text(client, item):
    response = step(client, item, "end", effect_seen="Some", reason="Why so", change="1")

    assertContains(response, "Why so</textarea>", html=False)
    item.refresh_from_db()
    assert item.status == Status.IN_PROGRESS


def test_the_work_starts(client, item):
    Item.objects.update(status=Status.DECIDED)

    step(client, item, "start")

    item.refresh_from_db()
    assert item.status == Status.IN_PROGRESS


def test_what_has_started_does_not_start_again(client, item):
    assert step(client, item, "start").status_code == 422


def test_without_an_owner_nothing_starts(client, item, support):
    Item.objects.update(status=Status.DECIDED, owner=None)
    client.force_login(support)

    response = step(client, item, "start")

    assertContains(response, "the item needs: owner", status_code=422)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("finish", {}, "Write what effect you have seen."),
        ("end", {}, "Write why the item ends"),
        ("explode", {}, "Choose one of the steps"),
        ("", {}, "Choose what happens."),
        ("end", {"reason": "x" * 1001}, "at most 1000"),
    ],
)
def test_what_is_missing_is_told(client, item, name, data, words):
    assertContains(step(client, item, name, **data), words, status_code=422)
    item.refresh_from_db()
    assert item.status == Status.IN_PROGRESS


def test_the_second_of_two_learns_what_the_first_did(client, item, support):
    Item.objects.get().end(by=support, at=NOW, reason="No need")

    response = step(client, item, "finish", effect_seen="Seen")

    assertContains(response, "changes no more", status_code=409)
    assertContains(response, "Support", status_code=409)


@pytest.mark.parametrize(
    ("person", "status"),
    [("employee", 403), ("slg", 403), ("admin", 403), ("city_director", 200), ("support", 200)],
)
def test_who_may(client, item, request, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.get(f"/agenda/{item.pk}/lage/").status_code == status
