"""A fictional organisation that has used the agenda for ten weeks, to look at and to try out.

Everything happens through the models' own verbs with times in the past, so that the trail, the
minutes and the figures of the report are as if people had done it.
"""

import datetime as dt

from django.db import transaction

from accounts.models import Person
from nacka_portal.demo import (
    agenda,
    decisions,
    dialogue,
    meetings,
    outbox,
    people,
    reports,
    wordings,
)
from nacka_portal.demo.story import Story

WEEKS = 10


def begins_at(now):
    """Return when the report came in, before all that the fictional organisation did."""
    return now - dt.timedelta(weeks=WEEKS)


@transaction.atomic
def load(now):
    """Add the fictional organisation and its ten weeks until `now`, unless it is there already.

    Returns whether it was added.
    """
    if Person.objects.filter(is_fictional=True).exists():
        return False
    story = Story(now)
    people.introduce(story)
    for chapter in (agenda, wordings, dialogue, decisions, meetings, outbox, reports):
        chapter.plan(story)
    story.play()
    return True
