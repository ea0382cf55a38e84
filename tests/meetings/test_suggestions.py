"""What the portal suggests for the list, and why."""

import datetime as dt

import pytest
from pytest_django.asserts import assertContains

from agenda.models import Action, Status
from dialogue.models import Comment
from followup.models import CheckIn, FollowUpPlan
from meetings.suggestions import Suggestions
from tests.factories import NOW, TODAY, make_action, make_item
from tests.meetings.factories import (
    make_closed_meeting,
    make_entry,
    make_meeting,
    make_open_meeting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(db):
    return make_meeting()


def suggested(meeting):
    return {str(s.subject): s.why for s in Suggestions(meeting, NOW, wants_all=True).all}


def test_proposals_without_an_answer_for_two_weeks_are_suggested(meeting, employee):
    for title, days in (("Old", 14), ("New", 13)):
        make_item(title, proposed_by=employee, created_at=NOW - dt.timedelta(days=days))

    assert suggested(meeting) == {"Old": "Proposed 14 days ago and not answered."}


def test_a_reply_to_our_question_that_nobody_took_up_is_suggested(meeting, employee, support):
    long_ago, reply = NOW - dt.timedelta(days=60), NOW - dt.timedelta(days=15)
    item = make_item("Old", proposed_by=employee, created_at=long_ago)
    item.answer("question", by=support, at=NOW - dt.timedelta(days=50), reason="Who pays?")
    assert suggested(meeting) == {}

    Comment.write(item, by=employee, at=reply, text="We do")

    why = "The proposer replied to our question 15 days ago and is not answered."
    assert suggested(meeting) == {"Old": why}


def test_items_whose_owner_needs_the_group_are_suggested(meeting, manager):
    for light in ("needs_dialogue", "needs_decision", "on_track"):
        item = make_item(light, owner=manager, status=Status.IN_PROGRESS)
        CheckIn.file(item, by=manager, at=NOW, light=light, headline="So it is")

    assert suggested(meeting) == {
        "needs_decision": "The owner says that it needs a decision.",
        "needs_dialogue": "The owner says that it needs dialogue.",
    }


def test_late_check_ins_and_open_actions_are_suggested(meeting, manager):
    item = make_item("Late", owner=manager, status=Status.IN_PROGRESS)
    FollowUpPlan.objects.create(
        item=item, next_due_on=TODAY - dt.timedelta(days=1), owed_by=manager
    )
    make_action(title="Open")
    make_action(title="Decided", state=Action.State.APPROVED)

    assert suggested(meeting) == {
        "Late": "The check-in is 1 day late.",
        "Open": "Waits for the city director's decision.",
    }


def test_a_question_that_nobody_answered_is_suggested(meeting, manager, slg):
    item = make_item("Asked about")
    before = make_open_meeting()
    make_entry(before, item).write_outcome(
        "question",
        version=1,
        text="Who pays?",
        question_to=manager,
        due_on=TODAY - dt.timedelta(days=1),
        by=slg,
        at=NOW,
    )
    before.close(by=slg, at=NOW)

    assert suggested(meeting) == {"Asked about": "A question to Manager is late."}


def test_several_reasons_for_one_item_are_one_suggestion(meeting, manager):
    item = make_item("Both", owner=manager, status=Status.IN_PROGRESS)
    CheckIn.file(item, by=manager, at=NOW, light="needs_decision", headline="Stuck")
    FollowUpPlan.objects.create(
        item=item, next_due_on=TODAY - dt.timedelta(days=8), owed_by=manager
    )

    assert suggested(meeting) == {
        "Both": "The owner says that it needs a decision. The check-in is 8 days late."
    }


def test_what_is_on_the_list_is_not_suggested(meeting):
    make_entry(meeting, make_action())

    assert suggested(meeting) == {}


def test_a_suggestion_is_put_on_the_list_with_one_click(client, support, meeting):
    action = make_action(title="Open")
    client.force_login(support)
    assertContains(client.get(f"/moten/{meeting.pk}/"), "Waits for the city director")

    [suggestion] = Suggestions(meeting, NOW).shown
    client.post(
        f"/moten/{meeting.pk}/punkter/ny/",
        {suggestion.field: action.pk, "why": suggestion.why, "minutes": suggestion.minutes},
    )

    entry = meeting.entries.get()
    assert (entry.action, entry.why, entry.minutes) == (
        action,
        "Waits for the city director's decision.",
        15,
    )


def test_more_than_a_few_are_one_click_away(client, support, meeting):
    for _ in range(10):
        make_action()
    client.force_login(support)

    assertContains(client.get(f"/moten/{meeting.pk}/"), "Show 2 more")
    page = client.get(f"/moten/{meeting.pk}/?forslag=alla")
    assert len(page.context["suggestions"].shown) == 10


def test_a_closed_meeting_suggests_nothing(client, support):
    client.force_login(support)

    response = client.get(f"/moten/{make_closed_meeting().pk}/")

    assert "suggestions" not in response.context
