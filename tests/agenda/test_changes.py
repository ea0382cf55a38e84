"""What is another than it was at the last meeting: one line a field, from first to last."""

import datetime as dt

import pytest

from agenda.changes import changes_since
from agenda.models import Horizon
from tests.factories import NOW, Status, make_item

BEFORE = NOW - dt.timedelta(days=1)


@pytest.fixture
def item(db):
    return make_item("A", horizon=Horizon.LATER, status=Status.PREPARING)


def told(item):
    return [
        (change.label, change.old, change.new)
        for change in changes_since([item], BEFORE).get(item.pk, [])
    ]


def test_several_moves_are_one_change(item, slg):
    item.place(Horizon.NEXT, by=slg, at=NOW, reason="One")
    item.place(Horizon.NOW, by=slg, at=NOW, reason="Two")

    [change] = changes_since([item], BEFORE)[item.pk]

    assert (change.label, change.old, change.new) == ("Place", "Later 1", "Now 1")
    assert (change.who, change.why) == ("Member of SLG", "Two")


def test_an_item_that_only_made_room_for_another_has_not_changed(item, slg):
    other = make_item("B", horizon=Horizon.LATER)

    other.place(Horizon.LATER, "first", by=slg, at=NOW)

    item.refresh_from_db()
    assert item.rank == 2
    assert told(item) == []


def test_texts_are_named_and_not_quoted(item, support):
    item.revise_text({"why": "x" * 900, "need": "Short"}, version=1, by=support, at=NOW)

    assert told(item) == [("Text", "", "why, need")]


def test_facts_are_told_from_what_to_what(item, support, manager):
    item.revise_facts({"owner": manager}, {}, version=1, by=support, at=NOW)

    assert told(item) == [("Owner", "nothing", "Manager")]


def test_what_happened_before_does_not_count(item, slg):
    item.place(Horizon.NOW, by=slg, at=BEFORE - dt.timedelta(hours=1), reason="Old")

    assert told(item) == []


def test_a_long_reason_is_cut_short(item, slg):
    item.place(Horizon.NOW, by=slg, at=NOW, reason="why " * 60)

    [change] = changes_since([item], BEFORE)[item.pk]

    assert len(change.why) <= 90
