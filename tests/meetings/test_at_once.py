"""Several at the same moment, over real connections: each race with a control that must lose it."""

import threading

import pytest
from django.db import connection, transaction

from activity.models import Event
from agenda.models import Horizon, Item, Status
from meetings.models import AnotherIsOpen, Entry, Meeting, MeetingNotOpen
from meetings.models.meeting import MeetingManager
from tests.factories import NOW, complete, make_item, make_person
from tests.meetings.factories import make_entry, make_meeting, make_open_meeting

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Do all `acts` in threads of their own; return what each raised, or None."""
    start = threading.Barrier(len(acts))
    raised = [None] * len(acts)

    def run(number, act):
        try:
            start.wait(timeout=10)
            act()
        except Exception as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return raised


def close(meeting, person):
    return lambda: Meeting.objects.get(pk=meeting.pk).close(by=person, at=NOW)


def lock_late(manager, pk):
    """Read without a lock, as a careless author would, and let the others read too."""
    meeting = Meeting.objects.select_related("forum").get(pk=pk)
    connection.cursor().execute("SELECT pg_sleep(0.3)")
    return meeting


def test_of_two_who_close_at_the_same_moment_one_does(db):
    people = [make_person() for _ in range(2)]
    meeting = make_open_meeting(entries=["Never reached", "Neither"])

    raised = at_once(*(close(meeting, person) for person in people))

    assert sorted(type(error).__name__ for error in raised) == ["MeetingNotOpen", "NoneType"]
    [following] = Meeting.objects.planned()
    assert following.entries.count() == 2, "carried over once"


def test_without_the_lock_the_second_closing_does_not_get_its_plain_answer(db, monkeypatch):
    people = [make_person() for _ in range(2)]
    meeting = make_open_meeting(entries=["Never reached"])
    monkeypatch.setattr(MeetingManager, "lock", lock_late)

    raised = at_once(*(close(meeting, person) for person in people))

    assert not any(isinstance(error, MeetingNotOpen) for error in raised)


def test_20_who_reorder_the_list_at_the_same_moment_leave_it_whole(db):
    person = make_person()
    meeting = make_open_meeting(entries=[f"Entry {number}" for number in range(10)])
    entries = list(meeting.entries.all())

    def reorder(number):
        entry = Entry.objects.get(pk=entries[number % 10].pk)
        where = ["first", "last", "up", "down"][number % 4]
        return lambda: entry.place(where, by=person, at=NOW)

    raised = at_once(*(reorder(number) for number in range(20)))

    assert raised == [None] * 20
    positions = meeting.entries.order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(1, 11))


def test_without_the_lock_reordering_breaks(db, monkeypatch):
    person = make_person()
    meeting = make_open_meeting(entries=[f"Entry {number}" for number in range(10)])
    entries = list(meeting.entries.all())
    monkeypatch.setattr(MeetingManager, "lock", lock_late)

    raised = at_once(
        *(lambda e=entry: e.place("first", by=person, at=NOW) for entry in entries[4:])
    )

    assert any(raised)


def test_of_two_outcomes_at_the_same_moment_none_is_overwritten_in_silence(db):
    people = [make_person() for _ in range(4)]
    entry = make_entry(make_open_meeting())

    def write(person):
        own = Entry.objects.get(pk=entry.pk)
        return lambda: own.write_outcome(
            "no_action", version=1, text=person.name, by=person, at=NOW
        )

    raised = at_once(*(write(person) for person in people))

    assert sorted(type(error).__name__ for error in raised) == [
        "NoneType",
        "StaleVersion",
        "StaleVersion",
        "StaleVersion",
    ]


def test_a_move_is_in_the_minutes_or_refused_never_between(client, slg, support):
    item = make_item(horizon=Horizon.NEXT)
    meeting = make_open_meeting()
    client.force_login(slg)
    statuses = []

    def move():
        response = client.post(
            f"/moten/{meeting.pk}/plats/{item.pk}/",
            {"horizon": "now", "where": "last", "reason": "At the last moment"},
        )
        statuses.append(response.status_code)

    raised = at_once(move, close(meeting, support))

    assert raised == [None, None]
    moved = Item.objects.get().horizon == Horizon.NOW
    told = len(Meeting.objects.get(pk=meeting.pk).minutes["moves"])
    assert (statuses[0], moved, told) in {(302, True, 1), (409, False, 0)}


def test_a_decision_is_in_the_minutes_or_outside_the_meeting_never_between(
    client, city_director, support
):
    item = complete(make_item(status=Status.PREPARING))
    meeting = make_open_meeting()
    client.force_login(city_director)
    form = {
        "step": "publish",
        "title": "Start it",
        "text": "It is to be started.",
        "reason": "The need is there.",
        "mandate": "The city director",
        "review_on": "2099-05-24",
        "version": "0",
        "meeting": str(meeting.pk),
    }

    raised = at_once(
        lambda: client.post(f"/agenda/{item.pk}/beslut/", form), close(meeting, support)
    )

    assert raised == [None, None]
    event = Event.objects.about(item).of_kind("decisions.published").get()
    told = len(Meeting.objects.get(pk=meeting.pk).minutes["decisions"])
    assert ("meeting" in event.data, told) in {(True, 1), (False, 0)}


def test_of_two_who_open_two_meetings_of_a_forum_one_does(db):
    person, meetings = make_person(), [make_meeting() for _ in range(2)]

    def open_it(meeting):
        return lambda: Meeting.objects.get(pk=meeting.pk).open(by=person, at=NOW)

    raised = at_once(*(open_it(meeting) for meeting in meetings))

    assert sum(error is None for error in raised) == 1
    assert any(isinstance(error, AnotherIsOpen) for error in raised)


def test_a_closing_that_fails_halfway_changes_nothing(db, monkeypatch):
    meeting = make_open_meeting(entries=["Never reached"])

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Entry, "publish", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        meeting.close(by=make_person(), at=NOW)

    assert Meeting.objects.get(pk=meeting.pk).is_open
    assert Meeting.objects.count() == 1
