"""Reports, and a fortnight of events made by hand."""

import datetime as dt

from reports.models import ProgressReport
from tests.factories import NOW, STOCKHOLM, Role, make_person


def at(month, day, hour=12, minute=0):
    return dt.datetime(2026, month, day, hour, minute, tzinfo=STOCKHOLM)


def make_report(title="November", *, by=None, **fields):
    by = by or make_person(Role.SUPPORT)
    days = {"from_on": dt.date(2026, 11, 1), "to_on": dt.date(2026, 11, 30)}
    return ProgressReport.begin(**{**days, **fields}, title=title, by=by, at=NOW)


def publish(report, *, by=None, at=NOW):
    by = by or make_person(Role.SUPPORT)
    report.publish(version=report.version, by=by, at=at)
    return report
