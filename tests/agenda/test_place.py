"""The order of the agenda: strict, without gaps, with a cap, and never moved behind one's back."""

import pytest
from django.db import IntegrityError, transaction

from activity.models import Event
from agenda.models import Backlog, FocusFull, Horizon, HorizonFull, Item, ItemClosed, StalePlace
from tests.factories import NOW, Status, make_item, set_caps


def order(horizon):
    return [item.title for item in Item.objects.in_horizon(horizon)]


def ranks(horizon):
    return list(Item.objects.in_horizon(horizon).values_list("rank", flat=True))


@pytest.fixture
def abc(db):
    return [make_item(title, horizon=Horizon.NEXT) for title in "ABC"]


@pytest.mark.parametrize(
    ("index", "where", "expected"),
    [
        (0, "down", "BAC"),
        (2, "up", "ACB"),
        (2, "first", "CAB"),
        (0, "last", "BCA"),
        (0, "up", "ABC"),
        (2, "down", "ABC"),
        (0, 2, "BAC"),
        (2, 1, "CAB"),
        (1, 99, "ACB"),
        (1, -5, "BAC"),
    ],
)
def test_an_item_moves_within_its_horizon(abc, slg, index, where, expected):
    abc[index].place(Horizon.NEXT, where, by=slg, at=NOW)

    assert order(Horizon.NEXT) == list(expected)
    assert ranks(Horizon.NEXT) == [1, 2, 3]


@pytest.mark.parametrize(
    ("moved", "anchor", "expected"), [(0, 1, "BAC"), (0, 2, "BCA"), (2, 0, "ACB")]
)
def test_an_item_is_placed_after_another(abc, slg, moved, anchor, expected):
    abc[moved].place(Horizon.NEXT, abc[anchor], by=slg, at=NOW)

    assert order(Horizon.NEXT) == list(expected)


def test_a_move_to_another_horizon_closes_the_gap_and_opens_a_place(abc, slg):
    x = make_item("X", horizon=Horizon.LATER)

    abc[0].place(Horizon.LATER, "first", by=slg, at=NOW, reason="It can wait")

    assert order(Horizon.NEXT) == ["B", "C"]
    assert order(Horizon.LATER) == ["A", "X"]
    assert ranks(Horizon.NEXT) == ranks(Horizon.LATER) == [1, 2]
    x.refresh_from_db()
    assert x.place_version == 1, "an item that only made room was not itself moved"


def test_a_move_leaves_who_when_from_to_and_why(abc, slg):
    abc[0].place(Horizon.LATER, by=slg, at=NOW, reason="It can wait")

    [event] = Event.objects.about(abc[0])
    assert (event.by, event.at, event.reason) == (slg, NOW, "It can wait")
    assert event.changes == {"horizon": ["next", "later"], "rank": [1, 1]}


def test_now_when_full_asks_what_moves_out(db, slg):
    set_caps(now_cap=1)
    make_item("A", horizon=Horizon.NOW)
    b = make_item("B", horizon=Horizon.NEXT)

    with pytest.raises(HorizonFull):
        b.place(Horizon.NOW, by=slg, at=NOW)

    assert order(Horizon.NOW) == ["A"]


def test_the_displaced_item_goes_to_the_top_of_next(db, slg):
    set_caps(now_cap=1)
    a = make_item("A", horizon=Horizon.NOW)
    make_item("B", horizon=Horizon.NEXT)
    c = make_item("C", horizon=Horizon.NEXT)

    c.place(Horizon.NOW, by=slg, at=NOW, reason="Needed first", displaced=a)

    assert order(Horizon.NOW) == ["C"]
    assert order(Horizon.NEXT) == ["A", "B"]
    event = Event.objects.about(a).get()
    assert event.reason == "Needed first"
    assert event.data["gave_room_to"] == c.pk


def test_the_cap_can_be_raised_and_the_trail_says_so(db, slg):
    set_caps(now_cap=1)
    make_item("A", horizon=Horizon.NOW)
    b = make_item("B", horizon=Horizon.NEXT)

    b.place(Horizon.NOW, by=slg, at=NOW, reason="Both are needed", raise_cap=True)

    assert Backlog.objects.current().now_cap == 2
    assert Event.objects.about(b).of_kind("agenda.cap_raised").get().changes == {"now_cap": [1, 2]}


def test_a_move_of_an_item_that_somebody_else_moved_is_refused(abc, slg, slg2):
    seen = abc[0].place_version
    abc[0].place(Horizon.NEXT, "last", by=slg2, at=NOW)

    with pytest.raises(StalePlace):
        abc[0].place(Horizon.NEXT, "down", by=slg, at=NOW, seen=seen)

    assert order(Horizon.NEXT) == ["B", "C", "A"]


def test_a_move_of_another_item_is_merged(abc, slg, slg2):
    seen = abc[2].place_version
    abc[0].place(Horizon.NEXT, "last", by=slg2, at=NOW)

    abc[2].place(Horizon.NEXT, "first", by=slg, at=NOW, seen=seen)

    assert order(Horizon.NEXT) == ["C", "B", "A"]


def test_a_move_after_an_item_that_has_left_the_horizon_is_refused(abc, slg):
    abc[1].place(Horizon.LATER, by=slg, at=NOW)

    with pytest.raises(StalePlace):
        abc[0].place(Horizon.NEXT, abc[1], by=slg, at=NOW)


def test_a_closed_item_leaves_the_order(abc, support):
    abc[0].end(by=support, at=NOW, reason="The need is gone")

    assert order(Horizon.NEXT) == ["B", "C"]
    assert ranks(Horizon.NEXT) == [1, 2]
    with pytest.raises(ItemClosed):
        abc[0].place(Horizon.NOW, by=support, at=NOW)


def test_special_focus_is_at_most_three(db, slg):
    items = [make_item(horizon=Horizon.NOW, status=Status.IN_PROGRESS) for _ in range(4)]
    for item in items[:3]:
        item.set_focus(True, by=slg, at=NOW, reason="Now or never")

    with pytest.raises(FocusFull):
        items[3].set_focus(True, by=slg, at=NOW)

    assert Item.objects.with_focus().count() == 3


def test_an_item_that_leaves_now_loses_its_special_focus(db, slg):
    item = make_item(horizon=Horizon.NOW, is_focus=True)

    item.place(Horizon.LATER, by=slg, at=NOW, reason="Later")

    assert not Item.objects.get().is_focus


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rank", [2, 5], ids=["a duplicate", "a gap"])
def test_the_database_refuses_a_broken_order(transactional_db, rank):
    make_item("A", horizon=Horizon.NEXT)
    make_item("B", horizon=Horizon.NEXT)
    make_item("C", horizon=Horizon.NEXT)

    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(title="C").update(rank=rank)
