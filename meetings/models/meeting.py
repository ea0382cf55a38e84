"""A meeting, from being planned to its frozen minutes."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Role
from activity.models import Event
from meetings import minutes
from meetings.models.forum import Forum


class MeetingNotPlanned(Exception):
    """The meeting has already been opened, closed or cancelled. `meeting` is as it stands now."""

    def __init__(self, meeting):
        self.meeting = meeting
        super().__init__(f"the meeting is {meeting.state}")


class MeetingNotOpen(Exception):
    """The meeting is not open, or no longer. `meeting` is as it stands now."""

    def __init__(self, meeting):
        self.meeting = meeting
        super().__init__(f"the meeting is {meeting.state}")


class AnotherIsOpen(Exception):
    """The forum already has a meeting open: `meeting`."""

    def __init__(self, meeting):
        self.meeting = meeting
        super().__init__("the forum has another meeting open")


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep what `user` may know of: an open meeting only those who take part in it.

        Everybody sees that a meeting is planned; its list is another right (`meetings.view_list`).
        """
        if user.is_authenticated and user.has_role(Role.SLG, Role.CITY_DIRECTOR, Role.SUPPORT):
            return self
        if user.is_authenticated:
            return self.exclude(state=Meeting.State.OPEN)
        return self.none()

    def planned(self):
        return self.filter(state=Meeting.State.PLANNED).order_by("starts_at", "pk")

    def open_now(self):
        return self.filter(state=Meeting.State.OPEN).order_by("starts_at", "pk")

    def closed(self):
        """Keep those that are closed, the latest first."""
        return self.filter(state=Meeting.State.CLOSED).order_by("-closed_at", "-pk")

    def standing(self):
        """Keep those that were not cancelled."""
        return self.exclude(state=Meeting.State.CANCELLED)

    def with_last_closed(self):
        """Annotate when the latest meeting closed, as `last_closed`: what changed since then."""
        latest = Meeting.objects.closed().values("closed_at")[:1]
        return self.annotate(last_closed=models.Subquery(latest))

    def latest_closed(self):
        return self.closed().first()


class MeetingManager(models.Manager.from_queryset(MeetingQuerySet)):
    def lock(self, pk):
        """Return the meeting, locked until the transaction ends; every verb goes through here."""
        return self.select_for_update(no_key=True, of=("self",)).select_related("forum").get(pk=pk)

    def lock_if_open(self, pk):
        """Lock the meeting until the transaction ends; return whether there is one and it is open.

        Who does something in the meeting asks first, so that it cannot close in between.
        """
        found = self.select_for_update(no_key=True).filter(pk=pk)
        return found.values_list("state", flat=True).first() == Meeting.State.OPEN


def last_closed_at():
    """Return when the latest meeting closed, or None: "since the last meeting" begins there."""
    meeting = Meeting.objects.only("closed_at").latest_closed()
    return meeting.closed_at if meeting else None


class Meeting(models.Model):
    """One meeting of a forum. Once closed, its minutes are frozen by the database."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("meeting", "Planned")
        OPEN = "open", pgettext_lazy("meeting", "Open now")
        CLOSED = "closed", pgettext_lazy("meeting", "Closed")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")

    forum = models.ForeignKey(
        Forum, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("forum")
    )
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    length_minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)
    state = models.CharField(_("state"), choices=State, default=State.PLANNED, max_length=10)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, db_index=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes = models.JSONField(_("minutes"), null=True, blank=True, editable=False)
    # Counts up with every change of the list, so that open screens know.
    version = models.PositiveIntegerField(default=1, editable=False)
    is_fictional = models.BooleanField(_("fictional"), default=False, editable=False)

    objects = MeetingManager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.UniqueConstraint(
                fields=["forum"],
                condition=Q(state="open"),
                name="meetings_meeting_one_open_per_forum",
                violation_error_message=_("The forum already has a meeting open."),
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_at__isnull=False, closed_by__isnull=False, minutes__isnull=False),
                name="meetings_meeting_closed_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(length_minutes__gte=5, length_minutes__lte=600),
                name="meetings_meeting_length",
                violation_error_message=_("Give a length between 5 and 600 minutes."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="closed_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="closed"),
            )
        ]

    def __str__(self):
        return f"{self.forum} {date_format(self.starts_on, 'j F Y')}"

    def get_absolute_url(self):
        return reverse("meeting", args=[self.pk])

    # Questions

    @property
    def starts_on(self):
        return timezone.localdate(self.starts_at)

    @property
    def is_planned(self):
        return self.state == self.State.PLANNED

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def is_closed(self):
        return self.state == self.State.CLOSED

    @property
    def is_cancelled(self):
        return self.state == self.State.CANCELLED

    @property
    def is_coming(self):
        """Whether the list can still change."""
        return self.is_planned or self.is_open

    @property
    def ends_at(self):
        """When it should be over, counted from when it was opened."""
        return (self.opened_at or self.starts_at) + dt.timedelta(minutes=self.length_minutes)

    def following(self):
        """Return the forum's next planned meeting, or None."""
        others = Meeting.objects.planned().filter(forum=self.forum_id).exclude(pk=self.pk)
        return others.filter(starts_at__gte=self.starts_at).first()

    def decided_entries(self):
        """Return the entries, those that were decided on tied to their decisions; save nothing.

        Decisions know nothing of meetings, so the trail says which were made in this one.
        """
        decisions = minutes.decisions_in(self)
        entries = list(self.entries.for_list())
        for entry in entries:
            entry.decision = minutes.decision_on(entry, decisions)
            if entry.decision and not entry.has_outcome:
                entry.outcome = entry.Outcome.DECISION
        return entries

    @property
    def cancellation(self):
        """The event of the cancelling, with who and why."""
        events = Event.objects.about(self).of_kind("meetings.cancelled")
        return events.with_people().last()

    def next_start(self, after):
        """Return when the forum meets after this meeting, should a meeting have to be planned."""
        return self.forum.next_start(max(after, self.starts_at))

    # Verbs

    @classmethod
    @transaction.atomic
    def plan(cls, forum, starts_at, *, by, at, length_minutes=None, **fields):
        """Plan a meeting of `forum`; it is as long as the forum's meetings usually are."""
        meeting = cls.objects.create(
            forum=forum,
            starts_at=starts_at,
            length_minutes=length_minutes or forum.length_minutes,
            **fields,
        )
        Event.objects.record(meeting, "meetings.planned", by=by, at=at)
        return meeting

    @transaction.atomic
    def reschedule(self, starts_at, length_minutes, *, by, at, reason):
        """Move a planned meeting to another time. Raises `MeetingNotPlanned` when it is not one."""
        now = self._locked(self.State.PLANNED)
        old = now.starts_at.isoformat(), now.length_minutes
        self._save(starts_at=starts_at, length_minutes=length_minutes)
        changes = {
            "starts_at": [old[0], starts_at.isoformat()],
            "length_minutes": [old[1], length_minutes],
        }
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        self._record("meetings.rescheduled", by=by, at=at, reason=reason, changes=changes)

    @transaction.atomic
    def cancel(self, *, by, at, reason):
        """Cancel a planned meeting; what was on its list goes to the next one."""
        self._locked(self.State.PLANNED)
        self._save(state=self.State.CANCELLED)
        self._record("meetings.cancelled", by=by, at=at, reason=reason)
        self._carry_over(self.entries.all(), by=by, at=at)

    @transaction.atomic
    def open(self, *, by, at):
        """Open a planned meeting.

        Raises `MeetingNotPlanned`, or `AnotherIsOpen` when the forum has one open already.
        """
        self._locked(self.State.PLANNED)
        try:
            with transaction.atomic():
                self._save(state=self.State.OPEN, opened_at=at, opened_by=by)
        except IntegrityError:
            self.state, self.opened_at, self.opened_by = self.State.PLANNED, None, None
            raise AnotherIsOpen(Meeting.objects.open_now().get(forum=self.forum_id)) from None
        self._record("meetings.opened", by=by, at=at)

    @transaction.atomic
    def close(self, *, by, at):
        """Close the meeting: freeze and publish its minutes, carry over what was not handled.

        Exactly once: of two at the same moment the second raises `MeetingNotOpen`. The events on
        the items are written here, as outcomes are not public before.
        """
        self._locked(self.State.OPEN)
        entries = self.decided_entries()
        for entry in entries:
            if entry.decision_id:
                found = self.entries.filter(pk=entry.pk)
                found.update(decision=entry.decision, outcome=entry.outcome)
        next_meeting = self._carry_over([e for e in entries if e.goes_on], by=by, at=at)
        record = minutes.compile_minutes(self, entries, next_meeting)
        self._save(state=self.State.CLOSED, closed_at=at, closed_by=by, minutes=record)
        self._record("meetings.closed", by=by, at=at)
        for entry in entries:
            entry.publish(by=by, at=at)
        return next_meeting

    # What the verbs share

    def _locked(self, state):
        """Lock the meeting and see that it is in `state`; return it as it stands."""
        now = Meeting.objects.lock(self.pk)
        if now.state != state:
            raise (MeetingNotOpen if state == self.State.OPEN else MeetingNotPlanned)(now)
        return now

    def _save(self, **values):
        Meeting.objects.filter(pk=self.pk).update(**values, version=F("version") + 1)
        for name, value in values.items():
            setattr(self, name, value)

    def _record(self, verb, **trail):
        Event.objects.record(self, verb, **trail)

    def count_up(self):
        """Mark that the list changed, so that open screens know."""
        Meeting.objects.filter(pk=self.pk).update(version=F("version") + 1)

    def _carry_over(self, entries, *, by, at):
        """Put `entries` first on the list of the forum's next meeting, planned if need be."""
        entries = list(entries)
        if not entries:
            return None
        meeting = self.following()
        if meeting is None:
            meeting = Meeting.plan(self.forum, self.next_start(at), by=by, at=at)
        meeting = Meeting.objects.lock(meeting.pk)
        for entry in reversed(entries):
            entry.carry_to(meeting, by=by, at=at)
        meeting.count_up()
        return meeting
