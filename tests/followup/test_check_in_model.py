"""Filing an update, saying that there is no news, and taking it back."""

import datetime as dt

import pytest

from activity.models import Event
from agenda.models import Item, ItemClosed, Status
from followup.models import CannotUndo, CheckIn, FollowUpPlan, Light, with_latest_light
from tests.factories import NOW, TODAY, make_item
from tests.followup.factories import make_check_in, make_followed_item

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def next_due_on(item):
    item.follow_up_plan.refresh_from_db()
    return item.follow_up_plan.next_due_on


def test_a_check_in_moves_the_next_date_one_period_on(db):
    item = make_followed_item(due_on=TODAY - 10 * DAY, rhythm="two_weeks")

    check_in = CheckIn.file(
        item, by=item.owner, at=NOW, light=Light.NEEDS_DIALOGUE, headline="We differ"
    )

    assert next_due_on(item) == TODAY + 14 * DAY
    assert check_in.due_on == TODAY - 10 * DAY


def test_a_check_in_a_few_days_early_keeps_the_weekday(db):
    item = make_followed_item(due_on=TODAY + 2 * DAY, rhythm="two_weeks")

    CheckIn.file_no_news(item, by=item.owner, at=NOW)

    assert next_due_on(item) == TODAY + 16 * DAY


def test_a_check_in_leaves_who_for_whom_and_the_change_of_light(db, support):
    item = make_followed_item()
    make_check_in(item, light=Light.ON_TRACK, created_at=NOW - DAY)

    CheckIn.file(
        item,
        by=support,
        on_behalf_of=item.owner,
        at=NOW,
        light=Light.NEEDS_DECISION,
        headline="Money",
    )

    event = Event.objects.about(item).get()
    assert (event.verb, event.by, event.on_behalf_of) == (
        "followup.checked_in",
        support,
        item.owner,
    )
    assert event.changes == {"light": ["on_track", "needs_decision"]}
    assert event.data["headline"] == "Money"


def test_no_news_keeps_the_light(db):
    item = make_followed_item()
    make_check_in(item, light=Light.NEEDS_DIALOGUE, created_at=NOW - DAY)

    check_in = CheckIn.file_no_news(item, by=item.owner, at=NOW)

    assert check_in.light == Light.NEEDS_DIALOGUE
    assert Event.objects.about(item).get().changes == {}


def test_no_news_keeps_the_light_that_somebody_gave_a_moment_before(db, monkeypatch):
    item = make_followed_item()
    lock = FollowUpPlan._locked

    def wait_for_another(item):
        make_check_in(item, light=Light.NEEDS_DECISION, created_at=NOW)
        return lock(item)

    monkeypatch.setattr(FollowUpPlan, "_locked", wait_for_another)

    check_in = CheckIn.file_no_news(item, by=item.owner, at=NOW + MINUTE)

    assert check_in.light == Light.NEEDS_DECISION


def test_the_first_no_news_means_on_track(db):
    item = make_followed_item()

    assert CheckIn.file_no_news(item, by=item.owner, at=NOW).light == Light.ON_TRACK


def test_a_check_in_taken_back_restores_the_date_and_stays_in_the_trail(db):
    item = make_followed_item(due_on=TODAY)
    check_in = CheckIn.file_no_news(item, by=item.owner, at=NOW)

    check_in.take_back(by=item.owner, at=NOW + MINUTE)

    assert next_due_on(item) == TODAY
    assert not CheckIn.objects.exists()
    assert [event.verb for event in Event.objects.about(item)] == [
        "followup.said_no_news",
        "followup.took_back",
    ]


def test_a_check_in_is_taken_back_only_soon_and_by_who_filed_it(db, support):
    item = make_followed_item(due_on=TODAY)
    check_in = CheckIn.file_no_news(item, by=item.owner, at=NOW)

    with pytest.raises(CannotUndo):
        check_in.take_back(by=support, at=NOW)
    with pytest.raises(CannotUndo):
        check_in.take_back(by=item.owner, at=NOW + 11 * MINUTE)


def test_only_the_latest_check_in_is_taken_back(db):
    item = make_followed_item()
    first = CheckIn.file_no_news(item, by=item.owner, at=NOW)
    CheckIn.file_no_news(item, by=item.owner, at=NOW + MINUTE)

    with pytest.raises(CannotUndo):
        first.take_back(by=item.owner, at=NOW + MINUTE)


def test_a_closed_item_takes_no_check_in(db, support):
    item = make_item(status=Status.ENDED, owner=support)

    with pytest.raises(ItemClosed):
        CheckIn.file_no_news(item, by=support, at=NOW)


def test_items_carry_their_latest_light(db):
    item = make_followed_item()
    make_check_in(item, light=Light.ON_TRACK, created_at=NOW - DAY)
    make_check_in(item, light=Light.NEEDS_DECISION, created_at=NOW)
    silent = make_item()

    lights = dict(with_latest_light(Item.objects.all()).values_list("pk", "light"))
    assert lights == {item.pk: Light.NEEDS_DECISION, silent.pk: None}
