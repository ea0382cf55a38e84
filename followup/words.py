"""Words for what the trail stores as data."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def plan_changed(event):
    """Say that the rhythm changed; when nobody changed it, it followed the item to a new owner."""
    if event.by_id is None:
        return _("the development agenda handed the check-ins over to the new owner")
    return _("changed the rhythm of check-ins")


def date_in_words(value):
    """Return a stored date ("2026-11-24") as the reader writes it: 24 November 2026."""
    return date_format(dt.date.fromisoformat(value), "j F Y")
