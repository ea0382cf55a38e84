"""Editing the texts: who saves second sees both, and nothing is overwritten in silence."""

import random
import threading

import pytest
from django.db import connection
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Draft
from activity.models import Event
from agenda.models import Item
from tests.factories import NOW, Role, Status, make_item, make_person


@pytest.fixture
def client(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def item(manager):
    return make_item("A", owner=manager, why="The first why", need="The first need")


def save(client, item, version=None, **texts):
    saved = {name: getattr(item, name) for name in Item.TEXT_FIELDS}
    data = {**saved, "version": item.text_version if version is None else version, **texts}
    return client.post(f"/agenda/{item.pk}/text/", data)


def test_the_owner_saves_the_texts_and_the_trail_has_both(client, item, manager):
    response = save(client, item, why="A better why", evidence="A survey")

    item.refresh_from_db()
    assert response.url == f"/agenda/{item.pk}/"
    assert (item.why, item.evidence, item.text_version) == ("A better why", "A survey", 2)
    event = Event.objects.about(item).get()
    assert event.by == manager
    assert event.changes == {
        "why": ["The first why", "A better why"],
        "evidence": ["", "A survey"],
    }


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("employee", 403),
        ("slg", 403),
        ("admin", 403),
        ("city_director", 200),
        ("support", 200),
    ],
)
def test_who_may_edit(client, item, request, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.get(f"/agenda/{item.pk}/text/").status_code == status


def test_a_deputy_may_edit(client, item, slg):
    Item.objects.update(owner=None, deputy=slg)
    client.force_login(slg)

    assert client.get(f"/agenda/{item.pk}/text/").status_code == 200


def test_the_form_says_what_is_missing_before_a_decision(client, item):
    response = client.get(f"/agenda/{item.pk}/text/")

    assertContains(response, "whose need, evidence, good-enough level")


def test_two_who_wrote_in_the_same_place_both_show_with_who_and_when(client, item, support):
    Item.objects.get().revise_text({"why": "Their why"}, version=1, by=support, at=NOW)

    response = save(client, item, why="My why", need="My need")

    assert response.status_code == 409
    for words in ("My why", "Their why", "Support saved this", "10:00", "Keep the text of Support"):
        assertContains(response, words, status_code=409)
    # What only I changed is not asked about, but goes with the choice.
    assertContains(response, '<input type="hidden" name="need" value="My need">', status_code=409)
    assertContains(response, 'name="version" value="2"', status_code=409)
    item.refresh_from_db()
    assert item.why == "Their why"


def test_the_chosen_text_is_saved_from_the_page_that_shows_both(client, item, support):
    Item.objects.get().revise_text({"why": "Their why"}, version=1, by=support, at=NOW)
    save(client, item, why="My why")

    save(client, item, version=2, why="Their why and mine")

    item.refresh_from_db()
    assert item.why == "Their why and mine"


def test_what_only_the_other_one_changed_is_kept(client, item, support):
    Item.objects.get().revise_text({"need": "Their need"}, version=1, by=support, at=NOW)

    response = save(client, item, why="My why")

    assertContains(response, 'name="need" value="Their need"', status_code=409)
    assertContains(response, 'name="why" value="My why"', status_code=409)
    assertContains(response, "both can stand", status_code=409)


def test_the_same_save_sent_twice_is_one(client, item):
    save(client, item, why="Once")
    response = save(client, item, why="Once")

    assert response.status_code == 302
    assert Event.objects.about(item).count() == 1


@pytest.mark.parametrize("version", ["", "x", "-5", "9" * 30])
def test_a_broken_counter_never_overwrites(client, item, support, version):
    Item.objects.get().revise_text({"why": "Their why"}, version=1, by=support, at=NOW)

    response = save(client, item, version=version, why="My why")

    item.refresh_from_db()
    assert response.status_code < 500
    if version:
        assert item.why == "Their why"


def test_a_draft_comes_back_with_the_version_it_was_begun_on(client, item, manager, support):
    texts = {name: getattr(item, name) for name in Item.TEXT_FIELDS}
    key = f"item-text:{item.pk}"
    Draft.objects.keep(manager, key, {**texts, "why": "Half a why", "version": "1"}, now=NOW)
    Item.objects.get().revise_text({"why": "Their why"}, version=1, by=support, at=NOW)

    response = client.get(f"/agenda/{item.pk}/text/")

    assertContains(response, "Half a why")
    assertContains(response, 'name="version" value="1"')


def test_a_closed_item_is_not_edited_and_says_so(client, item):
    Item.objects.update(status=Status.DONE)

    assertContains(client.get(f"/agenda/{item.pk}/text/"), "changes no more")
    assertContains(save(client, item, why="Late"), "changes no more", status_code=409)
    item.refresh_from_db()
    assert item.why == "The first why"


@pytest.mark.parametrize(
    ("field", "length"), [("title", 200), ("why", 2000), ("evidence", 600), ("if_left", 600)]
)
def test_a_text_that_is_too_long_is_told_and_kept(client, item, field, length):
    response = save(client, item, **{field: "x" * (length + 1)})

    assertContains(response, f"at most {length}", status_code=422)
    assertContains(response, "x" * length, status_code=422)


def test_ten_megabytes_are_refused(client, item):
    response = save(client, item, why="x" * 10_000_000)

    assert response.status_code in {400, 413, 422}
    item.refresh_from_db()
    assert item.why == "The first why"


@pytest.mark.django_db(transaction=True)
def test_many_who_save_at_once_lose_nothing_in_silence(transactional_db):
    """Each save is either in the trail or answered with 409 and both texts."""
    item = make_item("A", why="0")
    people = [make_person(Role.SUPPORT) for _ in range(6)]
    answers, lock = {200: [], 409: []}, threading.Lock()

    def write(number, person):
        client = Client()
        client.force_login(person)
        chance = random.Random(number)
        for turn in range(8):
            version = Item.objects.get(pk=item.pk).text_version - chance.choice([0, 0, 1])
            text = f"{number}-{turn}"
            response = save(client, item, version=max(version, 1), why=text)
            with lock:
                answers[200 if response.status_code == 302 else response.status_code].append(text)
            if response.status_code == 409:
                assertContains(response, text, status_code=409)
        connection.close()

    threads = [threading.Thread(target=write, args=pair) for pair in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    saved = [event.changes["why"] for event in Event.objects.about(item).order_by("pk")]
    assert sorted(new for _old, new in saved) == sorted(answers[200])
    assert len(answers[200]) + len(answers[409]) == 48
    assert answers[409], "the test is worth something only if some collided"
    # Each saved text began from the one saved before it: nobody wrote over what they had not seen.
    assert [old for old, _new in saved] == ["0", *(new for _old, new in saved[:-1])]


def test_html_is_kept_as_it_was_typed(client, item):
    save(client, item, why="<b>5 < 6 & 7</b>")

    item.refresh_from_db()
    assert item.why == "<b>5 < 6 & 7</b>"
    assertNotContains(client.get(f"/agenda/{item.pk}/"), "<b>5")
