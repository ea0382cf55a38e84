import datetime as dt

from decisions.models import Decision
from tests.factories import NOW, Role, Status, complete, make_item, make_person

TEXTS = {
    "title": "Start it",
    "text": "It is to be started.",
    "reason": "The need is there.",
    "mandate": "The city director",
    "review_on": dt.date(2027, 5, 24),
}


def make_decision(subject=None, *, by=None, at=NOW, **fields):
    """Publish a decision on `subject`, or on a new item that is ready to be decided."""
    by = by or make_person(Role.CITY_DIRECTOR)
    if subject is None:
        subject = complete(make_item(status=Status.PREPARING))
    data = {**TEXTS, **fields}
    if subject._meta.model_name == "action":
        return Decision.publish_for_action(subject, by=by, at=at, **{"outcome": "approved", **data})
    return Decision.publish_for_item(subject, by=by, at=at, **data)
