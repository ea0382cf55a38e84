"""The one mail a day: what I must do, then what is good to know, from what is unread by then."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from dialogue.news import news_for
from followup.models import REMIND_AFTER
from followup.workdays import add_working_days
from outbox import kinds
from outbox.models import Email
from reminders.models import ReadMark, ReminderLine
from reminders.todo import todo_for

KIND = "digest"
LOOKS_BACK = dt.timedelta(days=14)
MOST_LINES = 10
# Re-ranking sends no mail: it stands in the list, as what changed since the last meeting.
QUIET_VERBS = ["agenda.moved", "agenda.focus_given", "agenda.focus_taken", "agenda.cap_raised"]

Stage = ReminderLine.Stage


def stage_of(todo, on):
    """Return which reminder it is time for: the one before, the one after, or none (None)."""
    if todo.due_on is None or on <= todo.due_on:
        return Stage.BEFORE
    if on >= add_working_days(todo.due_on, REMIND_AFTER):
        return Stage.AFTER
    return None


class Digest:
    """What `person` is told on the day of `now`. With `email`, what that mail holds already."""

    def __init__(self, person, now, email=None):
        self.person, self.now, self.email = person, now, email
        self.on = timezone.localdate(now)

    @cached_property
    def must_do(self):
        """What the person must do and has not been told before, as [(stage, todo)]."""
        staged = [(stage_of(todo, self.on), todo) for todo in todo_for(self.person, self.on)]
        told = ReminderLine.objects.standing().filter(
            person=self.person, about__in=[todo.about for stage, todo in staged]
        )
        if self.email is not None:
            told = told.exclude(email=self.email)
        told = set(told.values_list("about", "stage"))
        return [
            (stage, todo) for stage, todo in staged if stage and (todo.about, stage) not in told
        ]

    @cached_property
    def since(self):
        """From when on something is news: not what was read or told before."""
        moments = [
            self.now - LOOKS_BACK,
            self.person.created_at,
            ReadMark.objects.read_at(self.person),
            Email.objects.filter(to=self.person, kind=KIND, status=Email.Status.SENT)
            .order_by("-sent_at")
            .values_list("sent_at", flat=True)
            .first(),
        ]
        return max(moment for moment in moments if moment is not None)

    @cached_property
    def news_count(self):
        """How much has happened to what the person follows, owns or proposed."""
        news = news_for(self.person, self.since, self.now).exclude(verb__in=QUIET_VERBS)
        return news.count()

    @property
    def is_empty(self):
        return not self.must_do and not self.news_count

    def lines(self):
        """What must be done, as the mail says it: that it waits, and where; no titles."""
        shown = [todo for stage, todo in self.must_do[:MOST_LINES]]
        return [(todo.notice, settings.BASE_URL + todo.url, todo.button) for todo in shown]

    @transaction.atomic
    def note_lines(self):
        """Write down what the mail tells, in place of what a mail that never arrived would have."""
        mine = Q(person=self.person, about__in=[todo.about for stage, todo in self.must_do])
        ReminderLine.objects.filter(
            mine, email__status__in=[Email.Status.FAILED, Email.Status.CANCELLED]
        ).delete()
        ReminderLine.objects.bulk_create(
            [
                ReminderLine(person=self.person, about=todo.about, stage=stage, email=self.email)
                for stage, todo in self.must_do
            ],
            ignore_conflicts=True,
        )

    def content(self):
        """Return the mail in words."""
        more = len(self.must_do) - MOST_LINES
        context = {
            "name": self.person.get_short_name(),
            "lines": self.lines(),
            "more": max(0, more),
            "count": len(self.must_do),
            "news_count": self.news_count,
            "start_url": settings.BASE_URL + reverse("start"),
            "switches_url": settings.BASE_URL + reverse("mail-switches"),
            "on": self.on,
        }
        return kinds.content("emails/digest", context)


# As a kind of mail


def key_of(person, on):
    return f"{KIND}:{person.pk}:{on.isoformat()}"


def is_still_wanted(email, now):
    """A digest is for its day; after it, the next one tells what is still so."""
    return email.data["on"] == timezone.localdate(now).isoformat()


def render(email, now):
    """Return the digest as of `now`, or None when everything has been done or read meanwhile."""
    digest = Digest(email.to, now, email)
    if digest.is_empty:
        return None
    digest.note_lines()
    return digest.content()
