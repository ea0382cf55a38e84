"""How the trail speaks of meetings."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from meetings.models import Entry


def with_title(text):
    """Return a sentence about an event that fills the entry's title into `text`."""

    def sentence(event):
        return text % {"title": event.data.get("title", "")}

    return sentence


def outcome(value):
    return dict(Entry.Outcome.choices).get(value, value)


def outcome_recorded(event):
    """Say on an item's trail what a meeting made of it."""
    match event.data.get("outcome"):
        case Entry.Outcome.DECISION:
            return _("closed the meeting that decided on it")
        case Entry.Outcome.MOVE:
            return _("closed the meeting that moved it")
        case Entry.Outcome.QUESTION:
            name = event.data.get("question_to") or ""
            return _("closed the meeting that asked %(name)s about it") % {"name": name}
        case Entry.Outcome.NO_ACTION:
            return _("closed the meeting that took it up without action")
    return _("closed the meeting that put it off to the next one")


def moment(value):
    """Show a stored time as date and time of day."""
    try:
        local = timezone.localtime(dt.datetime.fromisoformat(value))
    except ValueError:
        return value
    return date_format(local, "DATETIME_FORMAT")
