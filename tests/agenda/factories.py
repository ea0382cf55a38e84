"""Agendas of a size, with what a list shows on each item."""

import datetime as dt

from activity.models import Event
from agenda.models import Horizon, Item, Status
from followup.models import CheckIn, Light
from tests.factories import NOW, make_focus_area, make_person, make_unit


def make_agenda(number):
    """Make `number` items: twelve in Now, the rest in the other horizons and without a place.

    Every tenth has a check-in and was moved lately.
    """
    areas = [make_focus_area() for _ in range(6)]
    owners = [make_person() for _ in range(5)]
    unit = make_unit()
    places = iter_places(number)
    items = Item.objects.bulk_create(
        Item(
            title=f"Item number {n}",
            why="Because",
            focus_area=areas[n % 6],
            owner=owners[n % 5],
            created_at=NOW - dt.timedelta(days=90),
            status=Status.IN_PROGRESS,
            horizon=horizon,
            rank=rank,
        )
        for n, (horizon, rank) in enumerate(places)
    )
    Item.units.through.objects.bulk_create(
        Item.units.through(item=item, unit=unit) for item in items[::3]
    )
    for item in items[::10]:
        CheckIn.objects.create(
            item=item, light=Light.ON_TRACK, headline="Goes well", by=item.owner, created_at=NOW
        )
        Event.objects.record(
            item,
            "agenda.moved",
            by=item.owner,
            at=NOW,
            reason="A reason",
            changes={"horizon": ["waiting", item.horizon], "rank": [1, item.rank]},
        )
    return items


def iter_places(number):
    later = [Horizon.NEXT, Horizon.LATER, Horizon.WAITING, None]
    ranks = dict.fromkeys(later, 0)
    for n in range(number):
        if n < 12:
            yield Horizon.NOW, n + 1
        else:
            horizon = later[n % 4]
            ranks[horizon] += 1
            yield (horizon, ranks[horizon]) if horizon else (None, None)
