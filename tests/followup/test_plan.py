"""The rhythm: never a debt that nobody made, never a date on a free day."""

import datetime as dt

import pytest
from pytest_django.asserts import assertContains

from accounts.versions import StaleVersion
from activity.models import Event
from agenda.models import ItemClosed, Status
from followup.models import CheckIn, FollowUpPlan
from tests.factories import NOW, TODAY, make_item, make_person
from tests.followup.factories import make_followed_item, make_plan

DAY = dt.timedelta(days=1)


def test_due_is_today_or_earlier_and_late_is_only_earlier(db):
    yesterday = make_followed_item(due_on=TODAY - DAY)
    today = make_followed_item(due_on=TODAY)
    make_followed_item(due_on=TODAY + DAY)

    due = FollowUpPlan.objects.due(TODAY).order_by("next_due_on")
    assert [plan.item for plan in due] == [yesterday, today]
    assert [plan.item for plan in FollowUpPlan.objects.overdue(TODAY)] == [yesterday]


@pytest.mark.parametrize(
    "status", [status for status in Status if status != Status.IN_PROGRESS], ids=str
)
def test_only_an_item_in_progress_is_asked_about(db, status):
    make_followed_item(due_on=TODAY, status=status)

    assert not FollowUpPlan.objects.due(TODAY)


def test_a_paused_item_is_not_asked_about_until_the_pause_ends(db):
    item = make_followed_item(due_on=TODAY)
    item.follow_up_plan.paused_until = TODAY + DAY
    item.follow_up_plan.save()

    assert not FollowUpPlan.objects.due(TODAY)
    assert FollowUpPlan.objects.paused(TODAY).get().item == item
    assert FollowUpPlan.objects.due(TODAY + DAY).get().item == item


def test_after_a_pause_the_next_check_in_is_one_full_period_later(db, support):
    item = make_followed_item(due_on=TODAY - 30 * DAY, rhythm="two_weeks")

    plan = FollowUpPlan.pause(item, TODAY + 6 * DAY, by=support, at=NOW, reason="Waits for a law")

    assert plan.next_due_on == TODAY + 20 * DAY
    event = Event.objects.about(item).get()
    assert (event.verb, event.reason) == ("followup.paused", "Waits for a law")


def test_a_pause_ended_early_leaves_one_full_period_too(db, support):
    item = make_followed_item(due_on=TODAY, rhythm="two_weeks")
    FollowUpPlan.pause(item, TODAY + 60 * DAY, by=support, at=NOW, reason="Waits")

    plan = FollowUpPlan.resume(item, by=support, at=NOW)

    assert not plan.is_paused(TODAY)
    assert plan.next_due_on == TODAY + 14 * DAY


def test_a_new_owner_inherits_no_old_debt(db, support):
    item = make_followed_item(due_on=TODAY - 20 * DAY, rhythm="two_weeks")
    item.revise_facts({"owner": make_person()}, {}, version=item.facts_version, by=support, at=NOW)

    assert not FollowUpPlan.objects.due(TODAY)

    assert FollowUpPlan.objects.adopt_new_owners(NOW) == 1
    assert not FollowUpPlan.objects.due(TODAY)
    assert FollowUpPlan.objects.due(TODAY + 14 * DAY).get().item == item
    assert FollowUpPlan.objects.adopt_new_owners(NOW) == 0


def test_that_a_new_owner_got_a_full_period_leaves_a_trail(db, client, support):
    former, owner = make_person(name="Former"), make_person(name="New")
    item = make_followed_item(owner=former, due_on=TODAY - 20 * DAY, rhythm="two_weeks")
    item.revise_facts({"owner": owner}, {}, version=item.facts_version, by=support, at=NOW)

    FollowUpPlan.objects.adopt_new_owners(NOW)

    event = Event.objects.about(item).of_kind("followup.plan_changed").get()
    assert event.by is None
    assert event.changes == {
        "owed_by": ["Former", "New"],
        "next_due_on": ["2026-11-04", "2026-12-08"],
    }
    client.force_login(support)
    page = client.get(f"/agenda/{item.pk}/")
    assertContains(page, "The development agenda handed the check-ins over to the new owner")


def test_silent_is_what_both_reminders_have_not_moved(db):
    make_followed_item("Late", due_on=dt.date(2026, 11, 20))  # the Friday before
    silent = make_followed_item("Silent", due_on=dt.date(2026, 11, 19))

    assert [plan.item for plan in FollowUpPlan.objects.silent(TODAY)] == [silent]


def test_the_rhythm_moves_past_free_days_and_finds_back(db):
    item = make_followed_item(due_on=dt.date(2026, 12, 10), rhythm="two_weeks")
    at = NOW.replace(month=12, day=10)
    CheckIn.file_no_news(item, by=item.owner, at=at)
    item.follow_up_plan.refresh_from_db()
    assert item.follow_up_plan.next_due_on == dt.date(2026, 12, 28)  # not Christmas eve

    CheckIn.file_no_news(item, by=item.owner, at=NOW.replace(month=12, day=22))
    item.follow_up_plan.refresh_from_db()

    assert item.follow_up_plan.next_due_on == dt.date(2027, 1, 7)  # a Thursday again


def test_a_changed_rhythm_leaves_a_trail(db, support, item):
    FollowUpPlan.set_rhythm(item, "monthly", next_due_on=TODAY + DAY, by=support, at=NOW)

    assert Event.objects.about(item).get().changes == {
        "rhythm": [None, "monthly"],
        "next_due_on": [None, "2026-11-25"],
    }


def test_without_a_rhythm_nothing_is_asked(db, support):
    item = make_followed_item(due_on=TODAY)

    FollowUpPlan.set_rhythm(item, "none", by=support, at=NOW)

    assert not FollowUpPlan.objects.due(TODAY)


def test_a_plan_that_somebody_else_changed_is_not_overwritten(db, support):
    item = make_followed_item(due_on=TODAY)
    FollowUpPlan.set_rhythm(item, "quarterly", by=support, at=NOW, version=1)

    with pytest.raises(StaleVersion):
        FollowUpPlan.set_rhythm(item, "two_weeks", by=support, at=NOW, version=1)


def test_a_closed_item_takes_no_rhythm(db, support):
    item = make_item(status=Status.DONE)

    with pytest.raises(ItemClosed):
        FollowUpPlan.set_rhythm(item, "monthly", by=support, at=NOW)


def test_an_item_without_owner_owes_nothing(db):
    item = make_item(status=Status.IN_PROGRESS)
    make_plan(item, due_on=TODAY)

    assert not FollowUpPlan.objects.due(TODAY)
