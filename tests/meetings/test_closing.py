"""Closing a meeting: once, for everybody to read, and never changed after that."""

import pytest
import time_machine
from django.db import DatabaseError, transaction
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import Event
from agenda.models import Horizon
from meetings.models import Entry, Meeting, MeetingNotOpen, last_closed_at
from tests.factories import NOW, TODAY, make_action, make_item, make_unit
from tests.meetings.factories import (
    make_closed_meeting,
    make_entry,
    make_meeting,
    make_open_meeting,
    queries_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_week_48():
    with time_machine.travel(NOW, tick=False):
        yield


def test_closing_freezes_what_the_meeting_came_to(slg, support):
    unit = make_unit("School unit")
    item = make_item("Self-service", horizon=Horizon.NEXT, units=[unit])
    meeting = make_open_meeting()
    entry = make_entry(meeting, item, why="Overdue")
    entry.write_outcome("move", version=1, text="It starts now", by=slg, at=NOW)
    item.place(Horizon.NOW, by=slg, at=NOW, reason="Needed first", meeting=meeting.pk)

    meeting.close(by=support, at=NOW)

    record = Meeting.objects.get(pk=meeting.pk).minutes
    [line] = record["entries"]
    assert (line["title"], line["outcome"], line["text"]) == (
        "Self-service",
        "move",
        "It starts now",
    )
    [move] = record["moves"]
    assert (move["from"], move["to"]) == (["next", 1], ["now", 1])
    assert (move["steps"][0]["by"], move["steps"][0]["why"]) == (slg.pk, "Needed first")
    assert record["units"][0]["name"] == "School unit"
    assert record["order"]["now"] == [[item.pk, "Self-service"]]


def test_an_item_moved_away_and_back_has_not_moved(slg, support):
    item = make_item(horizon=Horizon.NEXT)
    meeting = make_open_meeting()
    for horizon in (Horizon.NOW, Horizon.NEXT):
        item.place(horizon, by=slg, at=NOW, meeting=meeting.pk)

    meeting.close(by=support, at=NOW)

    assert meeting.minutes["moves"] == []


def test_several_moves_of_an_item_are_one_from_first_to_last(slg, support):
    item = make_item(horizon=Horizon.WAITING)
    make_item(horizon=Horizon.NEXT)
    meeting = make_open_meeting()
    item.place(Horizon.NEXT, by=slg, at=NOW, meeting=meeting.pk, reason="Soon")
    item.place(Horizon.NEXT, "first", by=slg, at=NOW, meeting=meeting.pk, reason="Sooner")

    meeting.close(by=support, at=NOW)

    [move] = meeting.minutes["moves"]
    assert (move["from"], move["to"]) == (["waiting", 1], ["next", 1])
    assert [step["why"] for step in move["steps"]] == ["Soon", "Sooner"]


def test_what_was_not_handled_goes_first_on_the_next_list(slg, support):
    meeting = make_open_meeting()
    done = make_entry(meeting, "Done")
    later = make_entry(meeting, make_item("Put off"), minutes=20)
    make_entry(meeting, "Never reached")
    following = make_meeting(starts_at=NOW.replace(month=12), entries=["Already there"])
    done.write_outcome("no_action", version=1, by=slg, at=NOW)
    later.write_outcome("carried_over", version=1, text="Ask first", by=slg, at=NOW)

    meeting.close(by=support, at=NOW)

    carried = list(following.entries.order_by("position"))
    assert [entry.heading for entry in carried] == ["Put off", "Never reached", "Already there"]
    assert (carried[0].carried_from, carried[0].minutes) == (later, 20)


def test_a_next_meeting_is_planned_when_there_is_none(support):
    meeting = make_open_meeting(entries=["Never reached"])

    following = meeting.close(by=support, at=NOW)

    assert following.state == "planned"
    assert following.starts_on.isoformat() == "2026-12-01", "a Tuesday, as the forum meets"
    assert [entry.heading for entry in following.entries.all()] == ["Never reached"]


def test_nothing_is_planned_when_nothing_is_left(support):
    assert make_open_meeting().close(by=support, at=NOW) is None
    assert Meeting.objects.count() == 1


def test_an_item_already_on_the_next_list_is_carried_over_once(support):
    item = make_item()
    following = make_meeting(starts_at=NOW.replace(month=12))
    make_entry(following, item)
    meeting = make_open_meeting()
    make_entry(meeting, item)

    meeting.close(by=support, at=NOW)

    assert following.entries.count() == 1


def test_the_outcome_stands_on_the_trail_of_the_item_only_from_the_closing(slg, support):
    item, action = make_item(), make_action()
    meeting = make_open_meeting()
    entry = make_entry(meeting, item)
    make_entry(meeting, action)
    entry.write_outcome(
        "question", version=1, text="Who pays?", question_to=support, due_on=TODAY, by=slg, at=NOW
    )
    assert not Event.objects.about(item, action).exists()

    meeting.close(by=support, at=NOW)

    told = Event.objects.about(item).get()
    assert (told.verb, told.reason) == ("meetings.outcome_recorded", "Who pays?")
    assert told.sentence == "closed the meeting that asked Support about it"
    assert Event.objects.about(action).get().data["outcome"] == "none"


def test_a_closed_meeting_is_not_closed_again(support):
    meeting = make_closed_meeting(entries=["Never reached"])

    with pytest.raises(MeetingNotOpen):
        meeting.close(by=support, at=NOW)

    assert Meeting.objects.planned().count() == 1


def test_the_database_keeps_closed_minutes(support):
    meeting = make_closed_meeting(entries=["Said"])
    for change in (
        lambda: Meeting.objects.filter(pk=meeting.pk).update(minutes={}),
        lambda: Meeting.objects.filter(pk=meeting.pk).update(state="open"),
        lambda: Meeting.objects.filter(pk=meeting.pk).delete(),
        lambda: meeting.entries.update(outcome_text="Something else"),
        lambda: meeting.entries.all().delete(),
        lambda: Entry.objects.create(meeting=meeting, title="Afterwards", position=9),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert Meeting.objects.get(pk=meeting.pk).minutes == meeting.minutes
    assert [entry.title for entry in meeting.entries.all()] == ["Said"]


def test_since_the_last_meeting_begins_when_it_closed(db):
    assert last_closed_at() is None

    make_closed_meeting()

    assert last_closed_at() == NOW


# The check, the closing and the page


def close(client, meeting, **fields):
    response = client.get(f"/moten/{meeting.pk}/lage/")
    form = {"state": "closed", "v": response.context["version"]}
    return client.post(f"/moten/{meeting.pk}/lage/", {**form, **fields})


def test_the_check_says_what_will_be_published(client, support, slg, manager):
    item = make_item("Self-service", horizon=Horizon.NEXT)
    meeting = make_open_meeting(entries=["Never reached"])
    make_entry(meeting, "Money").write_outcome(
        "decision", version=1, text="We pay together", by=slg, at=NOW
    )
    make_entry(meeting, "Archive").write_outcome(
        "question", version=1, text="Who pays?", question_to=manager, due_on=TODAY, by=slg, at=NOW
    )
    item.place(Horizon.NOW, by=slg, at=NOW, reason="Needed first", meeting=meeting.pk)
    client.force_login(support)

    response = client.get(f"/moten/{meeting.pk}/lage/")

    for text in (
        "We pay together",
        "Into Now",
        "Needed first",
        "To Manager, by 24 November 2026",
        "Never reached",
        "A meeting is planned 1 December 2026 09:00, and 1 entry goes on its list.",
    ):
        assertContains(response, text)
    assert Meeting.objects.get(pk=meeting.pk).is_open


def test_the_closed_page_is_read_by_everybody_and_says_what_was_decided_and_why(
    client, request, slg, support, manager
):
    item = make_item("Self-service", horizon=Horizon.NEXT, units=[manager.unit])
    out = make_item("Archive", horizon=Horizon.NOW)
    meeting = make_open_meeting()
    make_entry(meeting, "Money").write_outcome(
        "decision", version=1, text="We pay together", by=slg, at=NOW
    )
    item.place(Horizon.NOW, by=slg, at=NOW, reason="Needed first", meeting=meeting.pk)
    out.place(Horizon.LATER, by=support, at=NOW, reason="It can wait", meeting=meeting.pk)
    client.force_login(support)
    assert close(client, meeting).url == f"/moten/{meeting.pk}/"

    for role in ("employee", "manager", "slg", "city_director", "support", "admin"):
        client.force_login(request.getfixturevalue(role))
        response = client.get(f"/moten/{meeting.pk}/")
        for text in (
            "What SLG decided and why",
            "We pay together",
            "Into Now",
            "Out of Now",
            "Member of SLG: Needed first",
            "Support: It can wait",
            "School unit",
        ):
            assertContains(response, text)
    client.force_login(manager)
    assertContains(client.get(f"/moten/{meeting.pk}/"), "(your unit)")


def test_nothing_of_an_open_meeting_is_told_before_it_closes(client, slg, employee):
    item = make_item("Self-service")
    meeting = make_open_meeting()
    make_entry(meeting, item, why="Secret for now").write_outcome(
        "decision", version=1, text="We pay together", by=slg, at=NOW
    )
    client.force_login(employee)

    for path in ("/moten/", f"/agenda/{item.pk}/"):
        response = client.get(path)
        assertNotContains(response, "Secret for now")
        assertNotContains(response, "We pay together")


def test_the_closed_page_stays_as_it_was_whatever_happens_later(client, slg, support):
    item = make_item("Self-service", horizon=Horizon.NEXT)
    meeting = make_open_meeting()
    item.place(Horizon.NOW, by=slg, at=NOW, reason="Needed first", meeting=meeting.pk)
    meeting.close(by=support, at=NOW)

    item.title = "Something else"
    item.save(update_fields=["title"])
    item.place(Horizon.LATER, by=support, at=NOW, reason="Afterwards")
    client.force_login(slg)
    response = client.get(f"/moten/{meeting.pk}/")

    assertContains(response, "Self-service")
    assertNotContains(response, "Something else")
    assertNotContains(response, "Afterwards")


def test_what_changed_after_the_check_is_looked_at_once_more(client, support, slg):
    meeting = make_open_meeting()
    entry = make_entry(meeting)
    client.force_login(support)
    seen = client.get(f"/moten/{meeting.pk}/lage/").context["version"]
    entry.write_outcome("decision", version=1, text="At the last moment", by=slg, at=NOW)

    refused = client.post(f"/moten/{meeting.pk}/lage/", {"state": "closed", "v": seen})

    assertContains(refused, "after you opened this page", status_code=409)
    assertContains(refused, "At the last moment", status_code=409)
    assert Meeting.objects.get(pk=meeting.pk).is_open
    assert close(client, meeting).status_code == 302


def test_a_closing_sent_twice_closes_once(client, support):
    meeting = make_open_meeting(entries=["Never reached"])
    client.force_login(support)
    key = "11111111-1111-4111-8111-111111111111"
    version = client.get(f"/moten/{meeting.pk}/lage/").context["version"]
    form = {"state": "closed", "v": version, "once": key}

    first, second = (client.post(f"/moten/{meeting.pk}/lage/", form) for _ in range(2))

    assert first.url == second.url == f"/moten/{meeting.pk}/"
    assert Entry.objects.filter(title="Never reached").count() == 2


def test_who_closes_what_somebody_else_closed_is_told_so(client, support, city_director):
    meeting = make_open_meeting()
    client.force_login(support)
    version = client.get(f"/moten/{meeting.pk}/lage/").context["version"]
    Meeting.objects.get(pk=meeting.pk).close(by=city_director, at=NOW)

    response = client.post(f"/moten/{meeting.pk}/lage/", {"state": "closed", "v": version})

    assertContains(response, "City director closed the meeting", status_code=409)


def test_the_closed_page_asks_the_same_number_of_questions_of_12_and_60_entries(
    client, slg, support
):
    counts = []
    client.force_login(slg)
    for size in (12, 60):
        meeting = make_open_meeting()
        for _ in range(size):
            item = make_item(units=[make_unit()])
            make_entry(meeting, item).write_outcome("no_action", version=1, by=slg, at=NOW)
            item.place(Horizon.LATER, by=slg, at=NOW, reason="Later", meeting=meeting.pk)
        meeting.close(by=support, at=NOW)
        counts.append(queries_of(client, f"/moten/{meeting.pk}/"))

    assert counts[0] == counts[1] <= 10
