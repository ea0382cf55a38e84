"""Items that are followed up, and what was said about them."""

from agenda.models import Status
from followup.models import CheckIn, FollowUpPlan, Light
from tests.factories import NOW, make_item, make_person


def make_followed_item(title=None, *, due_on=None, rhythm="monthly", **fields):
    """Make an item in progress with an owner and a rhythm; without `due_on` it has no date."""
    fields.setdefault("status", Status.IN_PROGRESS)
    if "owner" not in fields:
        fields["owner"] = make_person()
    item = make_item(title, **fields)
    make_plan(item, due_on=due_on, rhythm=rhythm)
    return item


def make_plan(item, *, due_on=None, rhythm="monthly", **fields):
    return FollowUpPlan.objects.create(
        item=item,
        rhythm=rhythm,
        rhythm_on=due_on,
        next_due_on=due_on,
        owed_by=item.owner,
        **fields,
    )


def make_check_in(item, *, light=Light.ON_TRACK, headline="It goes well", by=None, **fields):
    fields.setdefault("created_at", NOW)
    return CheckIn.objects.create(
        item=item, light=light, headline=headline, by=by or item.owner, **fields
    )
