"""Working days of Sweden, to the day."""

import datetime as dt

import pytest

from followup.workdays import add_months, add_working_days, is_working_day, next_working_day

D = dt.date


@pytest.mark.parametrize(
    "free",
    [
        D(2026, 1, 1),
        D(2026, 1, 6),
        D(2026, 4, 3),
        D(2026, 4, 6),
        D(2026, 5, 1),
        D(2026, 5, 14),
        D(2027, 6, 25),  # midsummer eve
        D(2026, 6, 19),
        D(2026, 12, 24),
        D(2026, 12, 25),
        D(2026, 12, 31),
        D(2026, 11, 28),  # a Saturday
        D(2026, 11, 29),
    ],
    ids=str,
)
def test_nobody_works_on_a_free_day(free):
    assert not is_working_day(free)


@pytest.mark.parametrize(
    "day",
    [D(2026, 11, 24), D(2026, 12, 23), D(2026, 4, 2), D(2026, 5, 15), D(2028, 2, 29)],
    ids=str,
)
def test_an_ordinary_weekday_is_a_working_day(day):
    assert is_working_day(day)


def test_a_day_over_christmas_moves_past_all_the_free_days():
    assert next_working_day(D(2026, 12, 24)) == D(2026, 12, 28)
    assert next_working_day(D(2026, 12, 31)) == D(2027, 1, 4)


def test_working_days_are_counted_over_weekends_and_both_ways():
    assert add_working_days(D(2026, 11, 26), 2) == D(2026, 11, 30)
    assert add_working_days(D(2026, 11, 30), -2) == D(2026, 11, 26)
    assert add_working_days(D(2026, 11, 24), 0) == D(2026, 11, 24)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (D(2026, 11, 24), 1, D(2026, 12, 24)),
        (D(2026, 12, 24), 1, D(2027, 1, 24)),
        (D(2026, 11, 30), 3, D(2027, 2, 28)),
        (D(2027, 11, 30), 3, D(2028, 2, 29)),
        (D(2026, 1, 31), 1, D(2026, 2, 28)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day, months, expected):
    assert add_months(day, months) == expected
