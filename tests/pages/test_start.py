"""Everybody lands on what waits for them; that nothing does is normal."""

import datetime as dt

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from agenda.models import Horizon, Item
from decisions.models import Decision
from dialogue.models import Comment, Follow
from followup.models import CheckIn, FollowUpPlan, Light
from meetings.models import Entry, Forum, Meeting
from tests.factories import (
    NOW,
    TODAY,
    Role,
    Status,
    complete,
    make_action,
    make_focus_area,
    make_item,
    make_person,
    make_unit,
)
from tests.meetings.factories import queries_of

YESTERDAY = NOW - dt.timedelta(days=1)
LAST_WEEK = NOW - dt.timedelta(days=7)
EMPTY = "Nothing waits for you. That is as it should be."


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def forum(db):
    return Forum.objects.default() or Forum.objects.create(name="SLG", role=Role.SLG)


def start_page(client, person):
    client.force_login(person)
    return client.get("/")


def running(title, owner, **fields):
    item = make_item(title, status=Status.PREPARING, owner=owner, **fields)
    item.start(by=owner, at=LAST_WEEK)
    return item


def due(item, date, by):
    rhythm = FollowUpPlan.Rhythm.MONTHLY
    return FollowUpPlan.set_rhythm(item, rhythm, by=by, at=LAST_WEEK, next_due_on=date)


def closed_meeting(forum, support, at=LAST_WEEK, entries=()):
    meeting = Meeting.plan(forum, at, by=support, at=at)
    for fields in entries:
        Entry.add(meeting, by=support, at=at, **fields)
    meeting.open(by=support, at=at)
    meeting.close(by=support, at=at)
    return meeting


# What must be done

ROLES = ["employee", "manager", "slg", "city_director", "support"]


@pytest.mark.parametrize("role", ROLES)
def test_that_nothing_waits_is_normal(client, request, role):
    response = start_page(client, request.getfixturevalue(role))

    assertContains(response, EMPTY)
    assertContains(response, "You are done")


def test_an_owner_is_asked_for_a_check_in_with_a_button_that_names_the_act(client, manager):
    item = running("Self-service", manager)
    due(item, TODAY, manager)

    response = start_page(client, manager)

    assertContains(response, "1 thing waits for you.")
    assertContains(response, "Self-service")
    assertContains(response, f"/agenda/{item.pk}/avstamning/")
    assertContains(response, "Check in")
    assertContains(response, "You own the item")
    assertContains(response, "Today")


def test_what_is_late_says_so_in_words(client, manager):
    due(running("A", manager), dt.date(2026, 11, 16), manager)

    assertContains(start_page(client, manager), "Late since 16 November 2026")


def test_nobody_else_is_asked_for_it(client, manager, employee):
    due(running("Self-service", manager), TODAY, manager)

    assertContains(start_page(client, employee), EMPTY)


def test_leadership_support_is_asked_to_answer_each_proposal(client, support, employee):
    Item.propose(by=employee, at=YESTERDAY, title="Lend", why="…", focus_area=make_focus_area())

    assertContains(start_page(client, support), "Lend")
    assertContains(start_page(client, employee), EMPTY)


def test_the_city_director_is_asked_to_decide(client, city_director, support):
    make_action(title="Agenda")
    Decision.prepare(
        complete(make_item("Two links")),
        by=support,
        at=YESTERDAY,
        outcome=Decision.Outcome.APPROVED,
        title="Begin with two",
        text="…",
        reason="…",
        mandate="…",
        review_on=None,
    )

    response = start_page(client, city_director)

    assertContains(response, "2 things wait for you.")
    assertContains(response, "Begin with two")
    assertNotContains(start_page(client, support), "Begin with two")


def test_a_meeting_that_is_under_way_comes_first_for_those_who_take_part(
    client, forum, support, slg, employee
):
    meeting = Meeting.plan(forum, NOW, by=support, at=YESTERDAY)
    meeting.open(by=support, at=NOW)

    assertContains(start_page(client, slg), "Go to the meeting")
    assertContains(start_page(client, support), "Go to the meeting")
    assertNotContains(start_page(client, employee), "Go to the meeting")


def test_who_runs_the_meeting_of_today_is_asked_to_open_it(client, forum, support, slg):
    Meeting.plan(forum, NOW + dt.timedelta(hours=1), by=support, at=YESTERDAY)

    assertContains(start_page(client, support), "Open the meeting")
    assertNotContains(start_page(client, slg), "Open the meeting")


def test_a_question_from_a_meeting_waits_for_who_was_asked(client, forum, support, manager):
    meeting = Meeting.plan(forum, LAST_WEEK, by=support, at=LAST_WEEK)
    entry = Entry.add(meeting, by=support, at=LAST_WEEK, item=make_item("Answers"))
    meeting.open(by=support, at=LAST_WEEK)
    entry.write_outcome(
        Entry.Outcome.QUESTION,
        version=1,
        by=support,
        at=LAST_WEEK,
        text="Who answers?",
        question_to=manager,
        due_on=TODAY,
    )
    meeting.close(by=support, at=LAST_WEEK)

    response = start_page(client, manager)

    assertContains(response, "Answers")
    assertContains(response, "The meeting asked you")


def test_what_one_has_begun_to_write_is_kept_in_sight(client, manager):
    client.force_login(manager)
    client.post("/utkast/", {"draft_key": "item-new", "title": "Half an idea"})

    assertContains(client.get("/"), "You have begun to write")


# What is new


def test_news_on_what_one_owns_says_who_and_what_was_said(client, manager, employee):
    item = running("Self-service", manager)
    Comment.write(item, by=employee, at=YESTERDAY, text="What about those without a phone?")

    response = start_page(client, manager)

    assertContains(response, "You own it")
    assertContains(response, "What about those without a phone?")


def test_a_check_in_is_told_with_its_headline_and_its_light(client, manager, employee):
    item = running("Self-service", manager)
    Follow.objects.start(employee, item, at=LAST_WEEK)
    for light, headline in [(Light.ON_TRACK, "Good"), (Light.NEEDS_DECISION, "Who pays?")]:
        CheckIn.file(item, by=manager, at=YESTERDAY, light=light, headline=headline)

    response = start_page(client, employee)

    assertContains(response, "You follow it")
    assertContains(response, "Who pays?")
    assertContains(response, "Needs a decision")


def test_what_one_did_oneself_is_no_news(client, manager):
    item = running("Self-service", manager)
    Comment.write(item, by=manager, at=YESTERDAY, text="My own words")

    assertNotContains(start_page(client, manager), "My own words")


def test_a_new_order_is_no_news(client, manager, support):
    make_item("First", horizon=Horizon.NEXT)
    item = running("Self-service", manager, horizon=Horizon.NEXT)
    item.place(Horizon.NEXT, "first", by=support, at=YESTERDAY)

    assertContains(start_page(client, manager), "Nothing new on what you own")


def test_a_withdrawn_comment_is_no_longer_read_out(client, manager, employee):
    item = running("Self-service", manager)
    comment = Comment.write(item, by=employee, at=YESTERDAY, text="Written in anger")
    comment.withdraw(by=employee, at=YESTERDAY)

    assertNotContains(start_page(client, manager), "Written in anger")


def test_having_read_empties_the_news_until_something_happens(client, manager, employee):
    item = running("Self-service", manager)
    Comment.write(item, by=employee, at=YESTERDAY, text="Old words")
    client.force_login(manager)

    response = client.post("/att-gora/last/", {"until": NOW.isoformat()})

    assertRedirects(response, "/")
    assertNotContains(client.get("/"), "Old words")
    Comment.write(item, by=employee, at=NOW + dt.timedelta(minutes=1), text="New words")
    with time_machine.travel(NOW + dt.timedelta(minutes=5), tick=False):
        assertContains(client.get("/"), "New words")


def test_opening_the_page_marks_nothing_as_read(client, manager, employee):
    item = running("Self-service", manager)
    Comment.write(item, by=employee, at=YESTERDAY, text="Unread")

    start_page(client, manager)

    assertContains(client.get("/"), "Unread")


def test_of_much_news_on_one_thing_the_latest_are_shown(client, manager, employee):
    item = running("Self-service", manager)
    for number in range(5):
        at = YESTERDAY + dt.timedelta(minutes=number)
        Comment.write(item, by=employee, at=at, text=f"Words {number}")

    response = start_page(client, manager)

    assertContains(response, "Words 4")
    assertNotContains(response, "Words 1")
    assertContains(response, "and 2 more")


# Meetings


def test_the_next_meeting_is_named_with_its_day(client, forum, support, employee):
    Meeting.plan(forum, NOW + dt.timedelta(days=7), by=support, at=NOW)

    assertContains(start_page(client, employee), "Tuesday 1 December 2026 10:00")


def test_what_changed_since_the_last_meeting_says_from_to_who_and_why(
    client, forum, support, employee
):
    item = make_item("Roadmap", horizon=Horizon.NEXT)
    item.place(Horizon.LATER, by=support, at=LAST_WEEK - dt.timedelta(days=1), reason="Before")
    closed_meeting(forum, support)
    item.place(Horizon.NOW, by=support, at=YESTERDAY, reason="It is time")

    response = start_page(client, employee)

    assertContains(response, "Roadmap")
    assertContains(response, "It is time")
    assertNotContains(response, "Before")


def test_without_a_meeting_there_is_nothing_to_compare_with(client, employee):
    assertContains(start_page(client, employee), "No meeting has been held yet.")


# Roles and bad input


def test_an_administrator_meets_people_and_units_and_no_agenda(client, admin, manager):
    make_unit("Without a manager")
    make_person(Role.EMPLOYEE).role_assignments.all().delete()

    response = start_page(client, admin)

    assertContains(response, "People and units")
    assertNotContains(response, "Since the last meeting")
    assertNotContains(response, "Propose an item")


def test_who_is_an_administrator_and_more_meets_both(client, db):
    both = make_person(Role.ADMIN, Role.EMPLOYEE)

    response = start_page(client, both)

    assertContains(response, "People and units")
    assertContains(response, "Since the last meeting")


def test_who_is_not_signed_in_is_asked_to(client, db):
    assertRedirects(client.get("/"), "/logga-in/?next=/", fetch_redirect_response=False)


def test_the_page_answers_only_reading(client, employee):
    client.force_login(employee)

    assert client.post("/").status_code == 405


def test_the_page_reads_in_swedish(client, db):
    response = start_page(client, make_person(Role.EMPLOYEE, language="sv"))

    assertContains(response, "Att göra")
    assertContains(response, "Inget väntar på dig. Så ska det vara.")


@pytest.mark.parametrize("number", [3, 60])
def test_the_page_takes_a_constant_number_of_queries(
    client, forum, support, manager, employee, number
):
    for index in range(number):
        item = running(f"Item {index}", support, horizon=Horizon.LATER)
        due(item, TODAY, support)
        Comment.write(item, by=employee, at=YESTERDAY, text="Words")
        Item.propose(by=employee, at=YESTERDAY, title="P", why="…", focus_area=item.focus_area)
    closed_meeting(forum, support)
    Meeting.plan(forum, NOW + dt.timedelta(days=7), by=support, at=NOW)
    client.force_login(support)

    assert queries_of(client, "/") <= 15
