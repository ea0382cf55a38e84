"""Meetings and their entries, with all filled in but what a test is about."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.models import Entry, Forum, Meeting
from tests.factories import NOW, STOCKHOLM, Role, make_person

SOON = dt.datetime(2026, 11, 24, 13, 0, tzinfo=STOCKHOLM)


def make_forum(name="SLG", **fields):
    """Return the forum `name`; the management group's has everybody with the role in it."""
    if name == "SLG":
        fields.setdefault("role", Role.SLG)
    return Forum.objects.get_or_create(name=name, defaults=fields)[0]


def make_meeting(*, state=Meeting.State.PLANNED, by=None, forum=None, entries=(), **fields):
    """Make a meeting in `state`, with free lines of the titles in `entries`."""
    by = by or make_person(Role.SUPPORT)
    starts_at = fields.pop("starts_at", SOON)
    meeting = Meeting.plan(forum or make_forum(), starts_at, by=by, at=NOW, **fields)
    for title in entries:
        make_entry(meeting, title, by=by)
    if state in {Meeting.State.OPEN, Meeting.State.CLOSED}:
        meeting.open(by=by, at=NOW)
    if state == Meeting.State.CLOSED:
        meeting.close(by=by, at=NOW)
    if state == Meeting.State.CANCELLED:
        meeting.cancel(by=by, at=NOW, reason="Nobody is here")
    return meeting


def make_open_meeting(**fields):
    return make_meeting(state=Meeting.State.OPEN, **fields)


def make_closed_meeting(**fields):
    return make_meeting(state=Meeting.State.CLOSED, **fields)


def make_entry(meeting, about="A free line", *, by=None, at=NOW, **fields):
    """Put an item, an action or a free line on the list of `meeting`."""
    by = by or make_person(Role.SUPPORT)
    kind = {"Item": "item", "Action": "action"}.get(type(about).__name__, "title")
    return Entry.add(meeting, by=by, at=at, **{kind: about}, **fields)


def queries_of(client, path, status=200):
    """Return how many questions a page asks the database, its transaction not counted.

    Asked twice, as the first request notes that the session is in use, once in five minutes.
    """
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == status
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])
