"""When the digests are written: once a working day, person by person, in small steps."""

import datetime as dt
import logging
import time

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person, Role
from activity.models import Event
from agenda.models import Item
from dialogue.models import Follow
from followup.models import FollowUpPlan
from followup.workdays import is_working_day, next_working_day
from meetings.models import Entry
from outbox.mail import queue_email, wake_after_commit
from outbox.models import Email, MailSwitch
from reminders.digest import KIND, LOOKS_BACK, QUIET_VERBS, Digest, key_of
from reminders.models import DigestRun

log = logging.getLogger(__name__)

OPENS, CLOSES = 7, 18  # o'clock in Stockholm; the first look after it has opened begins
STEP, RUN_SECONDS = 50, 50
LOCK = 20_185  # one scheduler at a time writes the day's digests


def queue_due_digests(now, *, seconds=RUN_SECONDS):
    """Begin the day's run at the first look in working hours, and go on with unfinished runs.

    Of several schedulers at the same moment one does it; the others find it being done.
    """
    on = timezone.localdate(now)
    with transaction.atomic():
        if not is_alone():
            return 0
        FollowUpPlan.objects.adopt_new_owners(now)
        is_open = OPENS <= timezone.localtime(now).hour < CLOSES
        if is_open and is_working_day(on):
            DigestRun.objects.begin_day(on, now)
    return go_on(now, seconds)


def queue_digests_now(now, *, by, seconds=RUN_SECONDS):
    """Write at once the digests that are missing; on a free day for the next working day."""
    on = timezone.localdate(now)
    FollowUpPlan.objects.adopt_new_owners(now)
    DigestRun.objects.ask(next_working_day(on), by=by, at=now)
    return go_on(now, seconds)


def go_on(now, seconds):
    """Go on with the unfinished runs for at most `seconds`; return how many mails were written.

    Each step commits by itself: a killed worker loses one step, and a long run holds nothing up.
    """
    end, written = time.monotonic() + seconds, 0
    while True:
        with transaction.atomic():
            run = DigestRun.objects.unfinished().first() if is_alone() else None
            if run is None:
                return written
            written += take_step(run, now)
        if time.monotonic() > end:
            return written


def take_step(run, now):
    """Write the digests of the next people of a run; return how many."""
    today = timezone.localdate(now)
    people = []
    if run.on >= today:  # a run that was left behind yesterday would only be cancelled
        people = list(recipients(now, run.on).filter(pk__gt=run.reached).order_by("pk")[:STEP])
    written = 0
    for person in people:
        run.reached = person.pk
        try:
            with transaction.atomic():
                written += write_for(person, run.on, now)
        except Exception:  # a fault in what one person is told must not leave the others without
            log.exception("The digest of person %s could not be written", person.pk)
    run.written += written
    run.is_done = len(people) < STEP
    run.save()
    if written and run.on == today:
        wake_after_commit()
    return written


def write_for(person, on, now):
    """Write the person's digest for the day `on` if there is anything to tell; return 0 or 1."""
    if Digest(person, now).is_empty:
        return 0
    is_today = on == timezone.localdate(now)
    opens = timezone.make_aware(dt.datetime.combine(on, dt.time(OPENS)))
    queue_email(
        key=key_of(person, on),
        kind=KIND,
        to=person,
        now=now,
        send_after=now if is_today else opens,
        wakes=False,
        on=on.isoformat(),
    )
    return 1


def recipients(now, on):
    """Return those who may have something to be told; `Digest` says whether it is so."""
    plans = FollowUpPlan.objects.due_or_soon(on)
    recent = Event.objects.since(now - LOOKS_BACK).exclude(verb__in=QUIET_VERBS)
    moved_on = Item.objects.filter(
        pk__in=recent.about_all(Item, Item.objects.values("pk")).values("target_id")
    )
    concerned = (
        Q(pk__in=plans.values("item__owner"))
        | Q(pk__in=Entry.objects.questions().unanswered().values("question_to"))
        | Q(pk__in=Item.objects.awaiting_reply().values("proposed_by"))
        | Q(pk__in=Follow.objects.values("person"))
        | Q(pk__in=moved_on.exclude(owner=None).values("owner"))
        | Q(pk__in=moved_on.exclude(deputy=None).values("deputy"))
        | Q(pk__in=moved_on.exclude(proposed_by=None).values("proposed_by"))
    )
    people = Person.objects.active().participants().exclude(email="")
    leaders = Person.objects.with_role(Role.SUPPORT, Role.CITY_DIRECTOR).values("pk")
    return (
        people.filter(concerned | Q(pk__in=leaders))
        .exclude(pk__in=MailSwitch.objects.filter(kind=KIND).values("person"))
        .exclude(pk__in=Email.objects.filter(kind=KIND, data__on=on.isoformat()).values("to"))
        .prefetch_related("role_assignments")
    )


def is_alone():
    """Whether no other transaction writes digests now; holds until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]
