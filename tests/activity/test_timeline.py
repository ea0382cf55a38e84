"""The trail as a story: grouped by what happened, a series as one line, in the reader's words."""

import datetime as dt

import pytest

from activity.models import Event
from activity.timeline import Timeline
from tests.factories import NOW, make_item, make_person

KINDS = {
    "agenda.moved": ("place", "Place"),
    "agenda.decided": ("decision", "Decision"),
    "agenda.text_revised": ("preparation", "Preparation"),
    "decisions": ("decision", "Decision"),
    "dialogue": ("dialogue", "Comments"),
}
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def person(db):
    return make_person(name="Anna")


def record(item, verb, person, at=NOW, **kwargs):
    return Event.objects.record(item, verb, by=person, at=at, **kwargs)


def move(item, person, old, new, at=NOW, **kwargs):
    changes = {"horizon": [old, new], "rank": [1, 1]} if old != new else {"rank": [1, 2]}
    return record(item, "agenda.moved", person, at, changes=changes, in_horizon=new, **kwargs)


def tell(item, **kwargs):
    return Timeline(item, KINDS, strong=["decision", "place"], **kwargs).groups


def test_what_belongs_together_on_a_day_is_one_group_and_another_day_is_another(item, person):
    move(item, person, "later", "next")
    record(item, "agenda.text_revised", person, NOW + MINUTE, changes={"why": ["a", "b"]})
    move(item, person, "next", "now", NOW + DAY)

    assert [(group.title, group.on.day) for group in tell(item)] == [
        ("Place", 24),
        ("Preparation", 24),
        ("Place", 25),
    ]


def test_a_decision_and_the_document_about_it_are_one_happening(item, person):
    record(item, "agenda.decided", person, changes={"status": ["preparing", "decided"]})
    record(item, "decisions.published", person, number="2026:1")

    [group] = tell(item)

    assert group.title == "Decision"
    assert len(group.events) == 2


def test_what_was_done_in_one_meeting_is_one_happening_named_by_the_strongest(item, person):
    move(item, person, "later", "now", meeting=5)
    record(item, "decisions.published", person, NOW + 9 * MINUTE, meeting=5)

    [group] = tell(item)

    assert group.title == "Decision, at a meeting"


def test_a_series_of_moves_is_told_from_the_first_place_to_the_last(item, person):
    move(item, person, "waiting", "later", reason="Perhaps")
    move(item, person, "later", "next", NOW + MINUTE)
    move(item, person, "next", "now", NOW + 2 * MINUTE, reason="Yes")

    [event] = tell(item)[0].events

    assert event.short_changes == [("Place", "Waiting 1", "Now 1")]
    assert (event.reason, event.data["times"]) == ("Perhaps; Yes", 3)


def test_moves_by_two_people_are_two_lines(item, person):
    move(item, person, "later", "next")
    move(item, make_person(), "next", "now", NOW + MINUTE)

    assert len(tell(item)[0].events) == 2


def test_many_comments_on_a_day_are_cut_short_with_how_many_more(item, person):
    for n in range(5):
        record(item, "dialogue.commented", person, NOW + n * MINUTE, comment=n)

    [group] = tell(item)

    assert (len(group.events), group.hidden) == (3, 2)


def test_what_happened_after_the_last_meeting_is_new(item, person):
    move(item, person, "later", "next", NOW - DAY)
    move(item, person, "next", "now", NOW)

    assert [group.is_new for group in tell(item, since=NOW - MINUTE)] == [False, True]


def test_a_long_story_shows_how_it_began_and_where_it_is(item, person):
    for n in range(30):
        move(item, person, "now", "now", NOW + n * DAY)

    timeline = Timeline(item, KINDS)

    beginning, between, latest = timeline.stretches
    assert [*beginning.groups, *between.groups, *latest.groups] == timeline.groups
    assert (len(beginning.groups), between.is_folded, len(latest.groups)) == (2, True, 8)


def test_one_reason_for_two_things_done_at_once_is_said_once(item, person):
    record(item, "agenda.decided", person, reason="It is needed")
    record(item, "decisions.published", person, reason="It is needed")

    [group] = tell(item)

    assert [event.reason for event in group.events] == ["It is needed", ""]


def test_a_decision_is_never_folded_away(item, person):
    for n in range(30):
        if n == 15:
            record(item, "agenda.decided", person, at=NOW + n * DAY)
        move(item, person, "now", "now", NOW + n * DAY + MINUTE)

    timeline = Timeline(item, KINDS, strong=["decision"], kept=["decision"])

    shown = [
        group.kind
        for stretch in timeline.stretches
        if not stretch.is_folded
        for group in stretch.groups
    ]
    assert "decision" in shown
    assert [stretch.is_folded for stretch in timeline.stretches] == [
        False,
        True,
        False,
        True,
        False,
    ]


def test_events_of_other_items_and_unknown_kinds_are_not_told(item, person):
    move(make_item("Other"), person, "later", "now")
    record(item, "unknown.verb", person)

    assert tell(item) == []


def test_a_long_text_is_read_before_and_after_instead_of_struck_through(item, person):
    old, new = "old " * 50, "new " * 50

    event = record(
        item, "agenda.text_revised", person, changes={"why": [old, new], "title": ["A", "B"]}
    )

    assert [label for label, _old, _new in event.text_changes] == ["Why"]
    assert [label for label, _old, _new in event.short_changes] == ["Title"]
