"""Many move at the same moment, over HTTP: the order stays strict, and nothing is moved in silence.

The second test takes the lock away, to show that the first one would notice.
"""

import http.client
import random
import threading
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from activity.models import Event
from agenda.models import Horizon, Item
from agenda.models.backlog import BacklogManager
from tests.factories import Role, make_item, make_person, set_caps

WRITERS, MOVES, ITEMS = 8, 15, 12
TOKEN = "a" * 32


@pytest.fixture
def backlog(transactional_db):
    # The first move makes the row that is the lock; here it is the many that are tested.
    set_caps(now_cap=12)
    return [make_item(f"Item {n}", horizon=Horizon.NEXT) for n in range(ITEMS)]


class Writer(threading.Thread):
    """Somebody who moves items as fast as the answers come."""

    def __init__(self, server, person, items, seed, *, moves, seen):
        super().__init__()
        self.moves = moves
        self.address = urlsplit(server.url).netloc
        self.items, self.seen = items, seen
        self.chance = random.Random(seed)
        client = Client()
        client.force_login(person)
        self.headers = {
            "Cookie": f"session={client.cookies['session'].value}; csrf={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.answers = []

    def run(self):
        for _ in range(self.moves):
            item = self.chance.choice(self.items)
            fields = {
                "horizon": self.chance.choice([Horizon.NEXT, Horizon.NEXT, Horizon.LATER]),
                "where": self.chance.choice(["up", "down", "first", "last", "position"]),
                "position": self.chance.randint(1, ITEMS),
                "reason": "All at once",
            }
            if self.seen:
                fields["seen"] = self.chance.randint(1, 4)
            connection = http.client.HTTPConnection(self.address, timeout=30)
            connection.request("POST", f"/agenda/{item.pk}/plats/", urlencode(fields), self.headers)
            self.answers.append(connection.getresponse().status)
            connection.close()


def move_at_once(server, items, *, moves=MOVES, seen=False):
    """Let everybody move, and return the statuses of all answers."""
    people = [make_person(Role.SUPPORT) for _ in range(WRITERS)]
    writers = [
        Writer(server, person, items, seed, moves=moves, seen=seen)
        for seed, person in enumerate(people)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return [status for writer in writers for status in writer.answers]


def is_strict():
    """Whether the ranks of each horizon are 1, 2, 3 … without gaps or duplicates."""
    return all(
        list(Item.objects.in_horizon(horizon).values_list("rank", flat=True))
        == list(range(1, Item.objects.filter(horizon=horizon).count() + 1))
        for horizon in Horizon
    )


@pytest.mark.slow
def test_every_move_is_made_and_the_order_is_strict(live_server, backlog):
    statuses = move_at_once(live_server, backlog)

    assert statuses == [302] * WRITERS * MOVES
    assert is_strict()
    assert Item.objects.filter(horizon__isnull=False).count() == ITEMS


@pytest.mark.slow
def test_with_stale_lists_a_move_is_made_or_refused(live_server, backlog):
    statuses = move_at_once(live_server, backlog, seen=True)

    assert set(statuses) == {302, 409}
    assert is_strict()
    moves = Event.objects.of_kind("agenda.moved").count()
    assert moves <= statuses.count(302)


@pytest.mark.slow
def test_without_the_lock_moves_are_lost_which_shows_that_the_lock_is_needed(
    live_server, backlog, monkeypatch
):
    monkeypatch.setattr(BacklogManager, "lock", BacklogManager.current)

    statuses = move_at_once(live_server, backlog, moves=4)

    assert any(status >= 500 for status in statuses), "deadlocks and duplicate places"
    # What the database lets through is in order even so.
    assert is_strict()
