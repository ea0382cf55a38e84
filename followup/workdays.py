"""Working days of a Swedish municipality: no mail and no due date falls on another day (rule 7)."""

import datetime as dt
from functools import cache

import holidays

# Not public holidays by law, but free days in practice (the public sector's agreements).
_EVES = [(12, 24), (12, 31)]
SATURDAY = 5


@cache
def _free_days(year):
    public = set(holidays.Sweden(years=year, include_sundays=False))
    midsummer_eve = next(
        dt.date(year, 6, day)
        for day in range(19, 26)
        if dt.date(year, 6, day).weekday() == SATURDAY - 1
    )
    return public | {midsummer_eve} | {dt.date(year, month, day) for month, day in _EVES}


def is_working_day(date):
    return date.weekday() < SATURDAY and date not in _free_days(date.year)


def next_working_day(date):
    """Return `date` if it is a working day, else the first one after it."""
    while not is_working_day(date):
        date += dt.timedelta(days=1)
    return date


def add_working_days(date, number):
    """Return the day `number` working days after `date`, or before it when negative."""
    step = dt.timedelta(days=1 if number > 0 else -1)
    left = abs(number)
    while left:
        date += step
        if is_working_day(date):
            left -= 1
    return date


def add_months(date, number):
    """Return the same day `number` months later, or the last one of a shorter month."""
    months = date.year * 12 + date.month - 1 + number
    year, month = months // 12, months % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(date.day, last))
