"""The rhythm of an item and the owner's short updates on it: under two minutes, and never a debt.

A rhythm moves past free days; a pause asks nothing and is followed by one full period; a new owner
inherits no old debt (docs/product.md rules 6 and 7).
"""

import datetime as dt

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.versions import StaleVersion
from activity.models import Event
from agenda.models import Item, ItemClosed, Status
from followup.workdays import add_months, add_working_days, next_working_day

# One reminder this many working days before, and one this many after; then silence (rule 7).
REMIND_BEFORE = REMIND_AFTER = 2
# A check-in at most this early counts for the coming date, so that the weekday is kept.
EARLY = dt.timedelta(days=7)
UNDO_WITHIN = dt.timedelta(minutes=10)


class Light(models.TextChoices):
    ON_TRACK = "on_track", _("On track")
    NEEDS_DIALOGUE = "needs_dialogue", _("Needs dialogue")
    NEEDS_DECISION = "needs_decision", _("Needs a decision")


# What each light means to who reads it.
LIGHT_MEANINGS = {
    Light.ON_TRACK: _("The work goes as we said. Nobody else needs to do anything."),
    Light.NEEDS_DIALOGUE: _("Something differs from what we said. I want to talk about it."),
    Light.NEEDS_DECISION: _("I cannot go on until somebody else decides."),
}


class Need(models.TextChoices):
    STILL = "still", _("Still there")
    LESS = "less", _("Less than before")
    MET = "met", _("Met")
    GONE = "gone", _("Gone")


class CannotUndo(Exception):
    """The check-in is not the latest, not one's own, or too old to take back."""


class NobodyToActFor(Exception):
    """The item has no owner on whose behalf leadership support could check in."""


def with_latest_light(items):
    """Annotate agenda items with the `light` of their latest check-in and when it was set."""
    latest = CheckIn.objects.filter(item=OuterRef("pk")).order_by("-created_at", "-pk")
    return items.annotate(
        light=Subquery(latest.values("light")[:1]),
        light_at=Subquery(latest.values("created_at")[:1]),
    )


class DueState(models.TextChoices):
    """How an item in progress stands with its check-ins; the most pressing first."""

    SILENT = "silent", _("Silent after both reminders")
    LATE = "late", _("Late")
    DUE = "due", _("Due within two working days")
    NO_OWNER = "no_owner", _("Without an owner")
    NO_RHYTHM = "no_rhythm", _("Without a rhythm")
    PAUSED = "paused", _("Paused")
    CALM = "calm", _("Nothing is due")


def with_follow_up_state(items, on):
    """Annotate items in progress with their `follow_up_state` as of the day `on`."""

    def among(plans):
        return Exists(plans.filter(item=OuterRef("pk")))

    plans, state = FollowUpPlan.objects, DueState
    return items.annotate(
        follow_up_state=Case(
            When(owner=None, then=Value(state.NO_OWNER)),
            When(among(plans.silent(on)), then=Value(state.SILENT)),
            When(among(plans.overdue(on)), then=Value(state.LATE)),
            When(among(plans.due_or_soon(on)), then=Value(state.DUE)),
            When(among(plans.paused(on)), then=Value(state.PAUSED)),
            When(among(plans.with_rhythm()), then=Value(state.CALM)),
            default=Value(state.NO_RHYTHM),
            output_field=models.CharField(),
        )
    )


class FollowUpPlanQuerySet(models.QuerySet):
    def with_rhythm(self):
        return self.exclude(rhythm=FollowUpPlan.Rhythm.NONE)

    def owed(self):
        """Keep what somebody can owe a check-in on: in progress, with an owner and a rhythm.

        When the item has a new owner, the date of the former one is nobody's debt.
        """
        return self.with_rhythm().filter(
            Q(owed_by__isnull=True) | Q(owed_by=F("item__owner")),
            item__status=Status.IN_PROGRESS,
            item__owner__isnull=False,
            next_due_on__isnull=False,
        )

    def asking(self, on):
        """Keep those that are not paused on the day `on`."""
        return self.owed().exclude(paused_until__gt=on)

    def paused(self, on):
        return self.owed().filter(paused_until__gt=on)

    def due(self, on):
        """Keep what should be checked in today or should have been before."""
        return self.asking(on).filter(next_due_on__lte=on)

    def overdue(self, on):
        """Keep what is late: a date lasts until its midnight."""
        return self.asking(on).filter(next_due_on__lt=on)

    def due_or_soon(self, on):
        """Keep what is due, or near enough for the one reminder before."""
        return self.asking(on).filter(next_due_on__lte=add_working_days(on, REMIND_BEFORE))

    def due_soon(self, on):
        """Keep what is due after today, and near enough for the one reminder before."""
        return self.due_or_soon(on).filter(next_due_on__gt=on)

    def silent(self, on):
        """Keep what is still unanswered after both reminders: now it is a flag, not more mail."""
        return self.asking(on).filter(next_due_on__lt=add_working_days(on, -REMIND_AFTER))

    def with_former_owner(self):
        return self.filter(owed_by__isnull=False, item__owner__isnull=False).exclude(
            owed_by=F("item__owner")
        )

    @transaction.atomic
    def adopt_new_owners(self, at):
        """Give each new owner one full period from the moment `at`; return how many."""
        on = timezone.localdate(at)
        changed = self.with_former_owner().select_related("item__owner", "owed_by")
        plans = list(changed.select_for_update(of=("self",)))
        for plan in plans:
            old_owner, old_date = plan.owed_by, plan.next_due_on
            plan.owed_by = plan.item.owner
            if plan.rhythm != FollowUpPlan.Rhythm.NONE:
                plan.set_due(plan.period_after(max(on, plan.paused_until or on)))
            plan.save(update_fields=["owed_by", "rhythm_on", "next_due_on"])
            changes = {
                "owed_by": [str(old_owner), str(plan.owed_by)],
                "next_due_on": [_plain(old_date), _plain(plan.next_due_on)],
            }
            plan._record("followup.plan_changed", changes, by=None, at=at)
        return len(plans)

    def of_people(self, people):
        """Keep the plans of items that one of `people` owns or is deputy for."""
        return self.filter(Q(item__owner__in=people) | Q(item__deputy__in=people))


class FollowUpPlan(models.Model):
    """How often an item is checked in on, and when next."""

    class Rhythm(models.TextChoices):
        TWO_WEEKS = "two_weeks", _("Every two weeks")
        MONTHLY = "monthly", _("Every month")
        QUARTERLY = "quarterly", _("Every quarter")
        NONE = "none", _("No rhythm")

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, related_name="follow_up_plan", verbose_name=_("agenda item")
    )
    rhythm = models.CharField(_("rhythm"), choices=Rhythm, default=Rhythm.MONTHLY, max_length=12)
    # The day by the rhythm; `next_due_on` is the same day moved past free days.
    rhythm_on = models.DateField(null=True, blank=True, editable=False)
    next_due_on = models.DateField(_("next check-in"), null=True, blank=True, db_index=True)
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    pause_reason = models.CharField(_("why paused"), max_length=300, blank=True)
    owed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owed by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FollowUpPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up plan")
        verbose_name_plural = _("follow-up plans")

    def __str__(self):
        return f"{self.item}: {self.get_rhythm_display()}"

    # Questions

    def is_paused(self, on):
        return self.paused_until is not None and self.paused_until > on

    def is_owed_for(self, item):
        """Whether the coming date is one that `item`, as it stands, owes anybody."""
        is_its_owners = self.owed_by_id in {None, item.owner_id}
        return item.status == Status.IN_PROGRESS and item.owner_id is not None and is_its_owners

    def period_after(self, date):
        """Return the day one full period after `date`, by the rhythm alone."""
        match self.rhythm:
            case self.Rhythm.TWO_WEEKS:
                return date + dt.timedelta(days=14)
            case self.Rhythm.MONTHLY:
                return add_months(date, 1)
            case self.Rhythm.QUARTERLY:
                return add_months(date, 3)
        return None

    def set_due(self, date):
        """Set the next date to `date` by the rhythm, moved past free days; save nothing."""
        self.rhythm_on = date
        self.next_due_on = date and next_working_day(date)

    def due_after_check_in(self, on):
        """Return the day by the rhythm that follows a check-in on the day `on`."""
        coming = self.rhythm_on or self.next_due_on
        is_for_coming = coming is not None and on <= coming <= on + EARLY
        return self.period_after(coming if is_for_coming else on)

    # Verbs

    @classmethod
    @transaction.atomic
    def set_rhythm(cls, item, rhythm, *, by, at, next_due_on=None, version=None, reason=""):
        """Set how often `item` is checked in on; without a date the first is one period from now.

        Raises `StaleVersion` when somebody changed the plan after `version` was shown.
        """
        plan = cls._locked(item, version)
        old = {"rhythm": plan.rhythm if plan.pk else None, "next_due_on": plan.next_due_on}
        plan.rhythm = rhythm
        plan.owed_by_id = item.owner_id
        if rhythm == cls.Rhythm.NONE:
            plan.set_due(None)
        else:
            plan.set_due(next_due_on or plan.period_after(timezone.localdate(at)))
        plan._save_next_version()
        plan._record(
            "followup.plan_changed",
            {
                "rhythm": [old["rhythm"] and str(old["rhythm"]), str(rhythm)],
                "next_due_on": [_plain(old["next_due_on"]), _plain(plan.next_due_on)],
            },
            by=by,
            at=at,
            reason=reason,
        )
        return plan

    @classmethod
    @transaction.atomic
    def pause(cls, item, until, *, by, at, reason, version=None):
        """Ask nothing until the day `until`; the next check-in is one full period after it."""
        plan = cls._locked(item, version)
        old = plan.paused_until
        plan.paused_until, plan.pause_reason = until, reason
        plan.set_due(plan.period_after(until))
        plan._save_next_version()
        changes = {"paused_until": [_plain(old), _plain(until)]}
        plan._record("followup.paused", changes, by=by, at=at, reason=reason)
        return plan

    @classmethod
    @transaction.atomic
    def resume(cls, item, *, by, at, version=None, reason=""):
        """End the pause today; the next check-in is one full period from now."""
        plan = cls._locked(item, version)
        old = plan.paused_until
        plan.paused_until, plan.pause_reason = None, ""
        plan.set_due(plan.period_after(timezone.localdate(at)))
        plan._save_next_version()
        changes = {"paused_until": [_plain(old), None]}
        plan._record("followup.resumed", changes, by=by, at=at, reason=reason)
        return plan

    @classmethod
    @transaction.atomic
    def revise(cls, item, *, rhythm, next_due_on, paused_until, pause_reason, version, by, at):
        """Set what differs from how it was: the rhythm and its date, a pause or the end of one."""
        old = cls._locked(item, version)
        trail = {"by": by, "at": at}
        is_paused = old.is_paused(timezone.localdate(at))
        plan = old
        if not old.pk or (rhythm, next_due_on) != (old.rhythm, old.next_due_on):
            plan = cls.set_rhythm(item, rhythm, next_due_on=next_due_on, **trail)
        if paused_until and (paused_until, pause_reason) != (old.paused_until, old.pause_reason):
            plan = cls.pause(item, paused_until, reason=pause_reason, **trail)
        elif is_paused and not paused_until:
            plan = cls.resume(item, **trail)
        return plan

    # What the verbs share

    @classmethod
    def _locked(cls, item, version=None):
        """Return the item's plan, locked, or a new one; the item's row is the lock for both."""
        if not Item.objects.select_for_update(no_key=True).get(pk=item.pk).is_open:
            raise ItemClosed
        plan = cls.objects.filter(item=item).first()
        if version is not None and version != (plan.version if plan else 0):
            raise StaleVersion(plan)
        return plan or cls(item=item, owed_by_id=item.owner_id)

    def _save_next_version(self):
        if self.pk:
            self.version += 1
        self.save()

    def _record(self, verb, changes, *, by, at, reason=""):
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        Event.objects.record(self.item, verb, by=by, at=at, reason=reason, changes=changes)


class CheckInQuerySet(models.QuerySet):
    def latest_for(self, item):
        return self.filter(item=item).select_related("by", "on_behalf_of").first()

    def lights_of(self, item, number=8):
        """Return the item's latest check-ins, oldest first, for the row of small marks."""
        latest = self.filter(item=item).select_related("by", "on_behalf_of")[:number]
        return list(reversed(latest))


class CheckIn(models.Model):
    """The owner's short update on an item; "no news" is one too."""

    HEADLINE_AIM = (200, 280)

    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="check_ins", verbose_name=_("agenda item")
    )
    light = models.CharField(_("how it goes"), choices=Light, max_length=20)
    headline = models.CharField(_("in short"), max_length=600, blank=True)
    details = models.TextField(_("details"), max_length=5000, blank=True)
    delivered = models.TextField(_("delivered since last time"), max_length=2000, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    need = models.CharField(
        _("is the need still there?"), choices=Need, blank=True, default="", max_length=10
    )
    is_no_news = models.BooleanField(_("no news"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="check_ins",
        verbose_name=_("who"),
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    created_at = models.DateTimeField(_("when"))
    # The date it answered, and the same by the rhythm alone; empty outside a rhythm.
    due_on = models.DateField(_("was due"), null=True, blank=True)
    rhythm_on = models.DateField(null=True, blank=True, editable=False)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        indexes = [
            models.Index(fields=["item", "-created_at", "-id"], name="followup_checkin_latest")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_no_news=True) | ~Q(headline=""),
                name="followup_checkin_says_something",
                violation_error_message=_("Write in short how it goes."),
            )
        ]

    def __str__(self):
        return self.headline or str(_("No news"))

    # Questions

    def can_be_undone_by(self, person, now):
        """Whether `person` filed it so lately that it can be taken back."""
        return self.by_id == person.pk and now - self.created_at <= UNDO_WITHIN

    @property
    def proposes_ending(self):
        """Whether the need is met or gone, so that a good ending is near (rule 6)."""
        return self.need in {Need.MET, Need.GONE}

    # Verbs

    @classmethod
    @transaction.atomic
    def file(cls, item, *, by, at, on_behalf_of=None, light, headline, **fields):
        """File an update on an open item and move its next date one period on."""
        return cls._file(
            item,
            "followup.checked_in",
            by=by,
            at=at,
            on_behalf_of=on_behalf_of,
            light=light,
            headline=headline,
            **fields,
        )

    @classmethod
    @transaction.atomic
    def file_no_news(cls, item, *, by, at, on_behalf_of=None):
        """Say that nothing has happened: the light stays as it was."""
        return cls._file(
            item,
            "followup.said_no_news",
            by=by,
            at=at,
            on_behalf_of=on_behalf_of,
            is_no_news=True,
        )

    @transaction.atomic
    def take_back(self, *, by, at):
        """Undo the latest check-in, by who filed it and for a short time; the trail keeps both.

        Raises `CannotUndo` when it is somebody else's, no longer the latest, or too old.
        """
        Item.objects.select_for_update(no_key=True).get(pk=self.item_id)
        if CheckIn.objects.latest_for(self.item_id) != self or not self.can_be_undone_by(by, at):
            raise CannotUndo
        plan = FollowUpPlan.objects.filter(item=self.item_id).first()
        plan_events = Event.objects.about(self.item).since(self.created_at)
        is_plan_untouched = not plan_events.of_kind(*PLAN_VERBS).exists()
        if plan and self.due_on and is_plan_untouched:
            plan.rhythm_on, plan.next_due_on = self.rhythm_on, self.due_on
            plan.save(update_fields=["rhythm_on", "next_due_on"])
        Event.objects.record(
            self.item, "followup.took_back", by=by, at=at, on_behalf_of=self.on_behalf_of
        )
        self.delete()

    @classmethod
    def _file(cls, item, verb, *, by, at, on_behalf_of, light=None, **fields):
        """File it; without a `light`, under the one that the item has by then."""
        plan = FollowUpPlan._locked(item)
        latest = cls.objects.latest_for(item)
        check_in = cls.objects.create(
            item=item,
            light=light or (latest.light if latest else Light.ON_TRACK),
            by=by,
            on_behalf_of=on_behalf_of,
            created_at=at,
            due_on=plan.next_due_on if plan.pk else None,
            rhythm_on=plan.rhythm_on if plan.pk else None,
            **fields,
        )
        on = timezone.localdate(at)
        if plan.pk and not plan.is_paused(on):
            plan.owed_by_id = item.owner_id
            plan.set_due(plan.due_after_check_in(on))
            plan.save(update_fields=["owed_by", "rhythm_on", "next_due_on"])
        old = latest.light if latest else None
        changes = {} if old == check_in.light else {"light": [old, str(check_in.light)]}
        Event.objects.record(
            item,
            verb,
            by=by,
            at=at,
            on_behalf_of=on_behalf_of,
            changes=changes,
            check_in=check_in.pk,
            light=str(check_in.light),
            headline=check_in.headline,
        )
        return check_in


PLAN_VERBS = ["followup.plan_changed", "followup.paused", "followup.resumed"]


def _plain(date):
    return date.isoformat() if date else None
