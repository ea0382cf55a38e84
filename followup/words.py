"""Words for what the trail stores as data."""

import datetime as dt

from django.utils.formats import date_format


def date_in_words(value):
    """Return a stored date ("2026-11-24") as the reader writes it: 24 November 2026."""
    return date_format(dt.date.fromisoformat(value), "j F Y")
