"""The check-in page: under two minutes, and one click when there is no news."""

import datetime as dt
import uuid

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Draft
from activity.models import Event
from agenda.models import Item, Status
from followup import views
from followup.models import CheckIn, Light
from tests.factories import make_item
from tests.followup.factories import make_check_in, make_followed_item

HTMX = {"HX-Request": "true", "HX-Target": "follow-up"}


@pytest.fixture
def owned(manager):
    return make_followed_item("Self-service", owner=manager, due_on=dt.date(2026, 11, 24))


def path(item, rest=""):
    return f"/agenda/{item.pk}/avstamning/{rest}"


def test_the_owner_checks_in(client, owned, manager):
    client.force_login(manager)

    response = client.post(path(owned), {"light": "needs_dialogue", "headline": "Two units wait"})

    assertRedirects(response, f"/agenda/{owned.pk}/#follow-up", fetch_redirect_response=False)
    check_in = CheckIn.objects.get()
    assert (check_in.light, check_in.headline) == (Light.NEEDS_DIALOGUE, "Two units wait")
    assert (check_in.by, check_in.on_behalf_of) == (manager, None)


def test_the_last_check_in_and_what_changed_since_stand_beside_the_form(client, owned, manager):
    make_check_in(
        owned, headline="We had begun", created_at=dt.datetime.now(dt.UTC) - dt.timedelta(9)
    )
    Event.objects.record(
        owned,
        "agenda.facts_revised",
        by=manager,
        at=dt.datetime.now(dt.UTC),
        reason="A new unit joined",
    )
    client.force_login(manager)

    response = client.get(path(owned))

    assertContains(response, "We had begun")
    assertContains(response, "A new unit joined")
    assertContains(response, "The work goes as we said.")


def test_a_check_in_without_a_word_is_told_what_to_do(client, owned, manager):
    client.force_login(manager)

    response = client.post(path(owned), {"light": "", "headline": "  "})

    assertContains(response, "Choose how it goes.", status_code=422)
    assertContains(response, "Write in short how it goes.", status_code=422)
    assert not CheckIn.objects.exists()


def test_a_headline_that_is_far_too_long_comes_back_whole(client, owned, manager):
    client.force_login(manager)
    text = "word " * 1000

    response = client.post(path(owned), {"light": "on_track", "headline": text})

    assertContains(response, "Shorten it to at most 600 characters", status_code=422)
    assertContains(response, text.strip(), status_code=422)


def test_a_check_in_sent_twice_counts_once(client, owned, manager):
    client.force_login(manager)
    data = {"light": "on_track", "headline": "Well", "once": str(uuid.uuid4())}

    first, second = client.post(path(owned), data), client.post(path(owned), data)

    assert first.url == second.url
    assert CheckIn.objects.count() == 1


def test_leadership_support_checks_in_on_behalf_of_the_owner_and_it_says_so(
    client, owned, manager, support
):
    client.force_login(support)
    assertContains(client.get(path(owned)), "on behalf of Manager")

    client.post(path(owned), {"light": "on_track", "headline": "As told by phone"})

    check_in = CheckIn.objects.get()
    assert (check_in.by, check_in.on_behalf_of) == (support, manager)
    assert Event.objects.get().on_behalf_of == manager


def test_nobody_can_be_acted_for_when_there_is_no_owner(client, support):
    item = make_item(status=Status.IN_PROGRESS)
    client.force_login(support)

    response = client.post(path(item), {"light": "on_track", "headline": "Well"})

    assertContains(response, "no owner on whose behalf", status_code=409)
    assert not CheckIn.objects.exists()


def test_a_closed_item_is_no_longer_checked_in_on(client, manager):
    item = make_item(status=Status.DONE, owner=manager)
    client.force_login(manager)

    assertContains(client.get(path(item)), "no longer followed up", status_code=409)
    assertContains(client.post(path(item, "inget-nytt/")), "no longer", status_code=409)


@pytest.mark.parametrize("rest", ["", "inget-nytt/"])
def test_an_item_closed_at_the_same_moment_is_told(client, owned, manager, monkeypatch, rest):
    """The view has seen an open item; by the time it has the lock, somebody has closed it."""
    Item.objects.filter(pk=owned.pk).update(status=Status.DONE, horizon=None, rank=None)
    monkeypatch.setattr(views, "may_be_filed", lambda item, state: True)
    client.force_login(manager)

    response = client.post(path(owned, rest), {"light": "on_track", "headline": "Well"})

    assertContains(response, "no longer followed up", status_code=409)
    assert not CheckIn.objects.exists()


def test_no_news_is_one_click(client, owned, manager):
    client.force_login(manager)

    response = client.post(path(owned, "inget-nytt/"))

    assertRedirects(response, f"/agenda/{owned.pk}/#follow-up", fetch_redirect_response=False)
    assert CheckIn.objects.get().is_no_news


def test_no_news_by_htmx_answers_with_how_it_goes_and_an_undo(client, owned, manager):
    client.force_login(manager)

    response = client.post(path(owned, "inget-nytt/"), headers=HTMX)

    assertContains(response, 'id="follow-up"')
    assertContains(response, "Undo the latest check-in")
    assertNotContains(response, "<html")


def test_no_news_is_not_said_by_opening_a_link(client, owned, manager):
    client.force_login(manager)

    assert client.get(path(owned, "inget-nytt/")).status_code == 405
    assert not CheckIn.objects.exists()


def test_no_news_is_taken_back_with_one_click(client, owned, manager):
    client.force_login(manager)
    client.post(path(owned, "inget-nytt/"))
    check_in = CheckIn.objects.get()

    response = client.post(path(owned, "angra/"), {"check_in": check_in.pk}, headers=HTMX)

    assertContains(response, "Nobody has checked in yet")
    assert not CheckIn.objects.exists()


def test_a_written_check_in_taken_back_is_a_draft_again(client, owned, manager):
    client.force_login(manager)
    client.post(path(owned), {"light": "needs_dialogue", "headline": "Too early said"})
    check_in = CheckIn.objects.get()

    response = client.post(path(owned, "angra/"), {"check_in": check_in.pk})

    assertRedirects(response, path(owned), fetch_redirect_response=False)
    assertContains(client.get(path(owned)), "Too early said")


@pytest.mark.parametrize("pk", ["", "0", "abc", "9" * 40, "²"])
def test_taking_back_what_does_not_exist_is_not_found(client, owned, manager, pk):
    client.force_login(manager)

    assert client.post(path(owned, "angra/"), {"check_in": pk}).status_code == 404


def test_a_draft_comes_back_and_is_gone_when_it_is_sent(client, owned, manager):
    Draft.objects.keep(
        manager,
        f"check-in:{owned.pk}",
        {"light": "needs_decision", "headline": "Half a sentence"},
        now=dt.datetime.now(dt.UTC),
    )
    client.force_login(manager)
    assertContains(client.get(path(owned)), "Half a sentence")

    client.post(path(owned), {"light": "on_track", "headline": "A whole sentence"})

    assert not Draft.objects.exists()


@pytest.mark.parametrize("rest", ["", "inget-nytt/", "angra/"])
def test_others_may_not_check_in(client, owned, employee, city_director, admin, rest):
    for person in [employee, city_director, admin]:
        client.force_login(person)
        assert client.post(path(owned, rest)).status_code == 403


def test_a_deputy_checks_in_as_oneself(client, owned, employee):
    owned.deputy = employee
    owned.save(update_fields=["deputy"])
    client.force_login(employee)

    client.post(path(owned, "inget-nytt/"))

    assert CheckIn.objects.get().on_behalf_of is None


def test_the_page_takes_a_constant_number_of_queries(
    client, owned, manager, django_assert_max_num_queries
):
    for _ in range(12):
        make_check_in(owned)
    client.force_login(manager)

    with django_assert_max_num_queries(15):
        client.get(path(owned))
