"""The page of the rhythm: how often, when next, and a pause with its reason."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from activity.models import Event
from followup.models import FollowUpPlan
from followup.workdays import next_working_day
from tests.factories import make_item
from tests.followup.factories import make_followed_item


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def followed(db, today):
    return make_followed_item(due_on=next_working_day(today + dt.timedelta(days=20)))


def save(client, item, **fields):
    plan = FollowUpPlan.objects.filter(item=item).first()
    data = {
        "version": plan.version if plan else 0,
        "rhythm": plan.rhythm if plan else "monthly",
        "next_due_on": (plan and plan.next_due_on) or "",
    }
    return client.post(f"/agenda/{item.pk}/rytm/", data | fields)


def test_leadership_gives_an_item_its_rhythm(client, support, today):
    item = make_item()
    client.force_login(support)

    response = save(client, item, rhythm="two_weeks")

    assertRedirects(response, f"/agenda/{item.pk}/#follow-up", fetch_redirect_response=False)
    plan = FollowUpPlan.objects.get()
    assert plan.next_due_on == next_working_day(today + dt.timedelta(days=14))


def test_a_pause_needs_a_reason(client, support, followed, today):
    client.force_login(support)

    response = save(client, followed, paused_until=today + dt.timedelta(days=30))

    assertContains(response, "Write why it is paused", status_code=422)


def test_a_pause_moves_the_next_date_and_is_in_the_trail(client, support, followed, today):
    until = today + dt.timedelta(days=30)
    client.force_login(support)

    save(client, followed, paused_until=until, pause_reason="Waits for the budget")

    plan = FollowUpPlan.objects.get()
    assert plan.paused_until == until
    assert plan.next_due_on > until
    assert Event.objects.get().verb == "followup.paused"


def test_a_pause_ends_when_its_date_is_emptied(client, support, followed, today):
    client.force_login(support)
    save(client, followed, paused_until=today + dt.timedelta(days=30), pause_reason="Waits")

    save(client, followed, paused_until="", pause_reason="")

    assert FollowUpPlan.objects.get().paused_until is None
    assert Event.objects.last().verb == "followup.resumed"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("next_due_on", "yesterday", "Enter a valid date"),
        ("next_due_on", "2020-01-01", "Write a date that has not passed."),
        ("next_due_on", "2099-01-01", "Write a date within two years."),
        ("paused_until", "2020-01-01", "Write a date after today"),
        ("rhythm", "hourly", "hourly"),
    ],
)
def test_a_bad_value_is_told_in_words(client, support, followed, field, value, sentence):
    client.force_login(support)

    assertContains(save(client, followed, **{field: value}), sentence, status_code=422)


def test_of_two_who_change_the_rhythm_the_second_sees_how_it_is_now(client, support, followed):
    client.force_login(support)
    save(client, followed, rhythm="quarterly", next_due_on="")

    response = save(client, followed, version=1, rhythm="two_weeks")

    assertContains(response, "Somebody changed the rhythm meanwhile", status_code=409)
    assert FollowUpPlan.objects.get().rhythm == "quarterly"


def test_of_two_who_give_the_first_rhythm_the_second_sees_that_there_is_one(client, support, item):
    client.force_login(support)
    form = client.get(f"/agenda/{item.pk}/rytm/").context["form"]
    opened_at = form["version"].value()
    save(client, item, rhythm="quarterly")

    response = save(client, item, version=opened_at, rhythm="two_weeks")

    assertContains(response, "Somebody changed the rhythm meanwhile", status_code=409)
    assert FollowUpPlan.objects.get().rhythm == "quarterly"
    again = save(client, item, version=response.context["form"]["version"].value())
    assert again.status_code == 302


def test_the_owner_may_not_set_the_rhythm(client, followed, manager):
    client.force_login(followed.owner)
    assert client.get(f"/agenda/{followed.pk}/rytm/").status_code == 403

    client.force_login(manager)
    assert save(client, followed).status_code == 403
