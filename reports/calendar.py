"""The periods that a municipality reports on: months, tertials (thirds of a year) and years."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def month_of(date):
    """Return the first and the last day of the month of `date`."""
    following = (date.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return date.replace(day=1), following - dt.timedelta(days=1)


def tertial_of(date):
    """Return the first and the last day of the third of the year that `date` is in."""
    first = (date.month - 1) // 4 * 4 + 1
    last = month_of(date.replace(month=first + 3, day=1))[1]
    return date.replace(month=first, day=1), last


def year_of(date):
    return dt.date(date.year, 1, 1), dt.date(date.year, 12, 31)


def before(period_of, on):
    """Return the whole period before the one that the day `on` is in."""
    return period_of(period_of(on)[0] - dt.timedelta(days=1))


def likely_periods(on):
    """Return the periods to report on around the day `on`: [(from, to)], the likeliest first."""
    return [
        before(month_of, on),
        month_of(on),
        before(tertial_of, on),
        tertial_of(on),
        year_of(on),
    ]


def name_of(from_on, to_on):
    """Return what a period is called: "October 2026", "tertial 2 2026", "2026", or its two days."""
    period = from_on, to_on
    if period == month_of(from_on):
        return date_format(from_on, "F Y")
    if period == tertial_of(from_on):
        number = (from_on.month + 3) // 4
        return _("tertial %(number)s %(year)s") % {"number": number, "year": from_on.year}
    if period == year_of(from_on):
        return str(from_on.year)
    return _("%(from)s to %(to)s") % {"from": from_on.isoformat(), "to": to_on.isoformat()}
