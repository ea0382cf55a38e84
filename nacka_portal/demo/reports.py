"""A published report on a whole month, and a draft on the month after it."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import override

from nacka_portal.demo.story import read
from reports.calendar import month_of, name_of
from reports.models import ProgressReport


def plan(story):
    script = read("reports.yaml")
    month = month_of(story.day(-40))
    following = month_of(month[1] + dt.timedelta(days=1))
    story.add(story.moment({"ago": 6}), publish, story, month, script["published"])
    story.add(story.moment({"ago": 1}), begin, story, following, script["draft"])


def begin(story, period, words, at):
    by = story.people[words["by"]]
    with override("sv"):
        title = _("Progress report %(period)s") % {"period": name_of(*period)}
    texts = {"summary": words["summary"], "comments": words["comments"]}
    return ProgressReport.begin(*period, title=title, by=by, at=at, is_fictional=True, **texts)


def publish(story, period, words, at):
    report = begin(story, period, words, at)
    report.publish(version=report.version, by=report.written_by, at=at)
