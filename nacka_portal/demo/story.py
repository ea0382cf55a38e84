"""When things happened in the story, and playing them in that order."""

import datetime as dt
from pathlib import Path

import yaml
from django.utils import timezone

from followup.workdays import is_working_day

HERE = Path(__file__).parent
FIRST_HOUR = dt.time(8, 0)
MEETING_TIME = dt.time(9, 0)
TUESDAY = 1


def read(name):
    return yaml.load((HERE / name).read_bytes(), Loader=yaml.CSafeLoader)


class Story:
    """Collects what happens, and plays it in the order of time.

    The chapters find each other's things by the keys of the YAML files: `people`, `units`,
    `items`, `comments`, `decisions` and `meetings`.
    """

    def __init__(self, now):
        self.now = now
        self.today = timezone.localdate(now)
        self.people, self.units, self.items = {}, {}, {}
        self.comments, self.decisions, self.meetings = {}, {}, {}
        self.steps = []
        last = self.meeting_day()
        self.meeting_starts = {
            "earlier": self.clock(self.workday(last - dt.timedelta(weeks=1)), MEETING_TIME),
            "last": self.clock(self.workday(last), MEETING_TIME),
            "open": self.open_meeting_starts(),
        }

    # When

    def meeting_day(self):
        """Return the latest Tuesday at least three days back: something has happened since."""
        day = self.today - dt.timedelta(days=3)
        return day - dt.timedelta(days=(day.weekday() - TUESDAY) % 7)

    def open_meeting_starts(self):
        """Return the quarter of an hour at which a meeting that is under way now began."""
        moment = self.now - dt.timedelta(minutes=25)
        return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)

    def day(self, days):
        """Return the date `days` from today; may be a free day."""
        return self.today + dt.timedelta(days=days)

    def workday(self, date):
        """Return `date`, or the working day before it."""
        while not is_working_day(date):
            date -= dt.timedelta(days=1)
        return date

    def clock(self, date, time):
        return timezone.make_aware(dt.datetime.combine(date, time))

    def moment(self, step, number=0):
        """Return when `step` happened; `number` keeps the steps of one day in their order."""
        if "hours" in step:
            return self.now - dt.timedelta(hours=step["hours"])
        if "meeting" in step:
            return self.in_meeting(step["meeting"], step["minute"])
        date = self.workday(self.day(-step["ago"]))
        return self.clock(date, FIRST_HOUR) + dt.timedelta(minutes=7 + 11 * number)

    def in_meeting(self, key, minute):
        return self.meeting_starts[key] + dt.timedelta(minutes=minute)

    # What

    def add(self, at, act, *args, **kwargs):
        """Let `act(*args, at=at, **kwargs)` happen at the moment `at`."""
        self.steps.append((at, len(self.steps), act, args, kwargs))

    def play(self):
        """Do everything, the oldest first."""
        for at, _number, act, args, kwargs in sorted(self.steps, key=lambda step: step[:2]):
            act(*args, at=min(at, self.now), **kwargs)

    def trail(self, step):
        """Return who did `step` and for whom, as the models' verbs take it."""
        trail = {"by": self.people[step["by"]]}
        if "for" in step:
            trail["on_behalf_of"] = self.people[step["for"]]
        return trail
