"""What has happened to the things a person cares about; the digest and the start page ask."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q

from activity.models import Event
from agenda.models import Item
from dialogue.models import Follow


def news_for(person, since, until):
    """Return the events, oldest first, of what `person` follows, owns or proposed.

    What the person did is no news to them. `since` is excluded and `until` included, so that two
    periods beside each other neither miss nor repeat anything.
    """
    followed = Follow.objects.filter(
        person=person, subject_type=OuterRef("target_type"), subject_id=OuterRef("target_id")
    )
    own = Item.objects.filter(Q(owner=person) | Q(deputy=person) | Q(proposed_by=person))
    concerns = Q(Exists(followed)) | Q(
        target_type=ContentType.objects.get_for_model(Item), target_id__in=own.values("pk")
    )
    return (
        Event.objects.filter(concerns)
        .exclude(by=person)
        .since(since)
        .until(until)
        .with_people()
        .order_by("at", "pk")
    )
