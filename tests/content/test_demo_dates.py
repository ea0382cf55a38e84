"""When the demo is added: only where it is one, and on whatever day."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Person
from activity.models import Event
from agenda.models import Horizon, Item
from followup.models import FollowUpPlan
from nacka_portal import content, demo
from tests.factories import STOCKHOLM


def test_it_is_only_for_a_demo(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="set DEMO=1"):
        call_command("load_demo")

    assert not Person.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "now",
    [
        dt.datetime(2026, 11, 30, 0, 5),  # a Monday, five minutes after midnight
        dt.datetime(2027, 1, 1, 12, 0),  # a public holiday after two weeks with many
        dt.datetime(2027, 3, 28, 3, 30),  # the Sunday on which summer time begins
        dt.datetime(2027, 5, 14, 23, 55),  # the Friday after Ascension Day
        dt.datetime(2028, 2, 29, 8, 0),  # a leap day
    ],
    ids=str,
)
def test_it_can_be_added_on_any_day(db, settings, now):
    moment = now.replace(tzinfo=STOCKHOLM)
    content.load(content.read(settings.BASE_DIR / "content"), at=demo.begins_at(moment))

    assert demo.load(moment)

    assert Item.objects.in_horizon(Horizon.NOW).count() == 11
    assert not Event.objects.filter(at__gt=moment).exists()
    chef = Person.objects.get(username="chef")
    on = timezone.localdate(moment)
    assert FollowUpPlan.objects.due_or_soon(on).filter(item__owner=chef).exists()
