"""The list of meetings, and planning, moving and cancelling one."""

import datetime as dt

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import Event
from meetings.models import Forum, Meeting
from tests.factories import NOW, STOCKHOLM
from tests.meetings.factories import (
    SOON,
    make_closed_meeting,
    make_entry,
    make_forum,
    make_meeting,
    make_open_meeting,
    queries_of,
)

pytestmark = pytest.mark.django_db

PLAN = {"date": "2026-12-01", "time": "09:00", "length_minutes": "60"}


@pytest.fixture(autouse=True)
def in_week_48():
    with time_machine.travel(NOW, tick=False):
        yield


def plan(client, **fields):
    return client.post("/moten/nytt/", {"forum": make_forum().pk, **PLAN, **fields})


def test_the_list_shows_planned_and_closed_meetings_with_what_they_decided(client, employee, slg):
    make_meeting(starts_at=SOON + dt.timedelta(days=7))
    meeting = make_open_meeting()
    make_entry(meeting, "A shared plan").write_outcome(
        "decision", version=1, text="Yes", by=slg, at=NOW
    )
    meeting.close(by=slg, at=NOW)
    client.force_login(employee)

    response = client.get("/moten/")

    assertContains(response, "SLG 1 December 2026")
    assertContains(response, "Decided: A shared plan")
    assertNotContains(response, "Plan a meeting")


def test_an_open_meeting_is_listed_for_those_who_take_part_only(client, employee, slg, admin):
    meeting = make_open_meeting()

    for person, is_listed in ((employee, False), (admin, False), (slg, True)):
        client.force_login(person)
        has_link = meeting.get_absolute_url() in client.get("/moten/").content.decode()
        assert has_link == is_listed


def test_the_form_proposes_the_forums_next_day(client, support):
    client.force_login(support)

    response = client.get("/moten/nytt/")

    assert response.context["form"]["date"].value() == dt.date(2026, 12, 1)
    assert response.context["form"]["time"].value() == dt.time(9, 0)


def test_the_next_day_is_never_a_free_one_nor_one_that_has_a_meeting(db):
    forum = make_forum()
    make_meeting(starts_at=dt.datetime(2027, 4, 27, 9, tzinfo=STOCKHOLM))

    # Tuesday 6 January 2026 was Epiphany.
    january = forum.next_start(dt.datetime(2026, 1, 1, tzinfo=STOCKHOLM))
    april = forum.next_start(dt.datetime(2027, 4, 21, tzinfo=STOCKHOLM))

    assert january.date() == dt.date(2026, 1, 13)
    assert april.date() == dt.date(2027, 5, 4)


def test_the_meeting_keeps_its_time_over_the_change_of_clocks(db):
    forum = make_forum()

    starts_at = forum.next_start(dt.datetime(2027, 3, 24, tzinfo=STOCKHOLM))

    assert starts_at.isoformat() == "2027-03-30T09:00:00+02:00"


def test_leadership_plans_a_meeting(client, support):
    client.force_login(support)

    response = plan(client)

    meeting = Meeting.objects.get()
    assert response.url == f"/moten/{meeting.pk}/"
    assert meeting.starts_at == dt.datetime(2026, 12, 1, 9, tzinfo=STOCKHOLM)
    assert Event.objects.about(meeting).get().verb == "meetings.planned"


def test_the_same_form_sent_twice_plans_one_meeting(client, support):
    client.force_login(support)
    key = "11111111-1111-4111-8111-111111111111"

    first, second = plan(client, once=key), plan(client, once=key)

    assert Meeting.objects.count() == 1
    assert first.url == second.url


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"date": "2026-12-25"}, "That is no working day. The next one is 28 December 2026."),
        ({"date": "2026-11-23"}, "The day has passed. Choose a later one."),
        ({"date": "9999-12-31"}, "Choose a day within the next two years."),
        ({"date": "32 December"}, "Write the date as 2026-11-24."),
        ({"date": ""}, "Give a date."),
        ({"time": "25:00"}, "Write the time as 09:00."),
        ({"length_minutes": "0"}, "Give at least 5 minutes."),
        ({"length_minutes": "9" * 30}, "Give at most 600 minutes."),
        ({"forum": "\uffff"}, "Choose one of the forums."),
        ({"forum": "999999"}, "Choose one of the forums."),
    ],
)
def test_a_plan_that_cannot_be_says_what_to_do(client, support, fields, sentence):
    make_forum("Development council")
    client.force_login(support)

    response = plan(client, **fields)

    assertContains(response, sentence, status_code=422)
    assert not Meeting.objects.exists()


def test_a_meeting_is_moved_with_a_reason(client, support):
    meeting = make_meeting()
    client.force_login(support)

    response = client.post(
        f"/moten/{meeting.pk}/tid/",
        {"date": "2026-11-26", "time": "13:00", "length_minutes": "45", "reason": "Budget day"},
    )

    meeting.refresh_from_db()
    assert response.status_code == 302
    assert meeting.starts_at == dt.datetime(2026, 11, 26, 13, tzinfo=STOCKHOLM)
    event = Event.objects.about(meeting).of_kind("meetings.rescheduled").get()
    assert event.reason == "Budget day"
    assert event.changes["length_minutes"] == [60, 45]


def test_a_cancelled_meeting_hands_its_list_to_the_next(client, support):
    meeting = make_meeting(entries=["Needs an answer"])
    client.force_login(support)
    page = f"/moten/{meeting.pk}/installt/"

    assertContains(client.post(page, {}), "Say why the meeting is cancelled.", status_code=422)
    client.post(page, {"reason": "Nobody is here"})

    following = Meeting.objects.planned().get()
    assert [entry.heading for entry in following.entries.all()] == ["Needs an answer"]
    assertContains(client.get(f"/moten/{meeting.pk}/"), "Nobody is here")


def test_a_meeting_that_is_over_is_not_moved_or_cancelled(client, support):
    meeting = make_closed_meeting()
    client.force_login(support)

    for page in ("tid", "installt"):
        response = client.post(f"/moten/{meeting.pk}/{page}/", {"reason": "Too late"})
        assertContains(response, "Nothing was changed", status_code=409)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("nytt/", {"city_director", "support"}),
        ("{}/tid/", {"city_director", "support"}),
        ("{}/installt/", {"city_director", "support"}),
        ("{}/punkter/ny/", {"city_director", "support"}),
    ],
)
@pytest.mark.parametrize(
    "role", ["employee", "manager", "slg", "city_director", "support", "admin"]
)
def test_only_leadership_plans(client, request, role, path, allowed):
    meeting = make_meeting()
    client.force_login(request.getfixturevalue(role))

    response = client.get(f"/moten/{path.format(meeting.pk)}")

    assert response.status_code == (200 if role in allowed else 403)


def test_membership_follows_the_role_at_once(slg, manager):
    forum = make_forum()
    council = Forum.objects.create(name="Development council")
    council.members.add(manager)

    assert forum.has_member(slg)
    assert not forum.has_member(manager)
    assert council.has_member(manager)
    assert list(forum.people()) == [slg]
    slg.role_assignments.all().delete()
    assert not forum.has_member(type(slg).objects.get(pk=slg.pk))


def test_the_list_of_meetings_asks_the_same_number_of_questions_of_few_and_many(client, slg):
    client.force_login(slg)
    make_closed_meeting()
    few = queries_of(client, "/moten/")
    for number in range(12):
        make_closed_meeting(starts_at=SOON + dt.timedelta(days=7 * number))

    assert few == queries_of(client, "/moten/") <= 10


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_tells_nobody_what_is_on_a_list_that_they_may_not_read(client, employee, method):
    meeting = make_meeting(entries=["Self-service"])
    entry = meeting.entries.get()
    client.force_login(employee)

    answers = [
        getattr(client, method)(f"/moten/{meeting.pk}/punkter/{pk}/utfall/").status_code
        for pk in (entry.pk, entry.pk + 1)
    ]

    assert answers == [403, 403]
