"""Decisions: prepared, published once under a number, and never changed after that."""

import re

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models, transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_city_director, is_support
from accounts.swedish import search_query, search_vector
from accounts.versions import StaleVersion, save_version
from activity.models import Event
from agenda.models import Action, Item, ItemClosed, Status
from agenda.models.background import ActionDecided
from decisions import occasions

UNDECIDED = [Status.PROPOSED, Status.PREPARING]
NUMBER_LOCK = 20_181  # the first half of the advisory lock on a year's numbers


class AlreadyDecided(Exception):
    """The subject waits for no decision; `decision` is the one that stands, or None."""

    def __init__(self, decision=None):
        self.decision = decision
        super().__init__("already decided")


class AlreadyReplaced(Exception):
    """The decision has been replaced by another one."""


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep the published ones; what is being prepared is for the leadership's eyes."""
        if is_city_director(user) or is_support(user):
            return self
        return self.published() if user.is_authenticated else self.none()

    def published(self):
        return self.filter(state=Decision.State.PUBLISHED)

    def preparing(self):
        return self.filter(state=Decision.State.PREPARING)

    def standing(self):
        """Keep the published ones that no later decision has replaced."""
        return self.published().exclude(replaced_by__state=Decision.State.PUBLISHED)

    def about(self, subject):
        """Keep the decisions on `subject`, an item or an action."""
        return self.filter(**{field_for(subject): subject})

    def latest_first(self):
        return self.order_by("-published_at", "-pk")

    def for_list(self):
        return self.select_related(
            "item", "action", "decided_by", "prepared_by", "replaces", "replaced_by"
        ).defer("search", "item__search", "action__search")

    def matching(self, text):
        """Keep what matches the words of `text`, or has it as its number (2026:14)."""
        if number := re.fullmatch(r"(\d{4}):(\d{1,6})", text.strip()):
            return self.filter(year=number[1], serial=number[2])
        query = search_query(text)
        return self.filter(search=query) if query else self.none()


class Decision(models.Model):
    """What the holder of a mandate decided on an item or a proposed action, and why.

    A published decision is frozen by the database. Another decision can replace it, and then
    points at it.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("Being prepared")
        PUBLISHED = "published", _("Published")

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Approved")
        APPROVED_CHANGED = "approved_changed", _("Approved with changes")
        REJECTED = "rejected", _("Rejected")
        RETURNED = "returned", _("Returned for more preparation")

    TEXTS = ["outcome", "title", "text", "reason", "mandate", "review_on"]

    state = models.CharField(_("state"), choices=State, default=State.PREPARING, max_length=20)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, editable=False)
    serial = models.PositiveIntegerField(_("number"), null=True, blank=True, editable=False)
    item = models.ForeignKey(
        Item,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("agenda item"),
    )
    action = models.ForeignKey(
        Action,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("proposed action"),
    )
    outcome = models.CharField(_("outcome"), choices=Outcome, max_length=20)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("decision"), max_length=4000)
    reason = models.TextField(_("reason"), max_length=4000)
    mandate = models.CharField(_("mandate"), max_length=300)
    review_on = models.DateField(_("review"), null=True, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("prepared by"),
    )
    prepared_at = models.DateTimeField(_("prepared"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("decided by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    search = models.GeneratedField(
        expression=search_vector(title="A", text="B", reason="C", mandate="D"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-serial", "-pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, action__isnull=True)
                | Q(item__isnull=True, action__isnull=False),
                name="decisions_decision_on_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="preparing",
                    year__isnull=True,
                    serial__isnull=True,
                    decided_by__isnull=True,
                    decided_on__isnull=True,
                    published_at__isnull=True,
                )
                | Q(
                    state="published",
                    year__isnull=False,
                    serial__gte=1,
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    published_at__isnull=False,
                ),
                name="decisions_decision_published_is_complete",
            ),
            models.UniqueConstraint(fields=["year", "serial"], name="decisions_decision_number"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state="preparing"),
                name="decisions_decision_one_draft_per_item",
            ),
            models.UniqueConstraint(
                fields=["action"],
                condition=Q(state="preparing"),
                name="decisions_decision_one_draft_per_action",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="decisions_decision_search"),
            models.Index(fields=["state", "-published_at"], name="decisions_decision_latest"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]

    def __str__(self):
        return f"{self.number} {self.title}" if self.is_published else self.title

    def get_absolute_url(self):
        return reverse("decision", args=[self.pk])

    # Questions

    @property
    def number(self):
        """The number in the year's series, `2026:14`; empty until published."""
        return f"{self.year}:{self.serial}" if self.serial else ""

    @property
    def subject(self):
        return self.item or self.action

    @property
    def is_published(self):
        return self.state == self.State.PUBLISHED

    @property
    def successor(self):
        """The published decision that replaced this one, or None."""
        later = getattr(self, "replaced_by", None)
        return later if later and later.is_published else None

    @classmethod
    def standing_on(cls, subject):
        """Return the latest published decision on `subject` that stands, or None."""
        return cls.objects.standing().about(subject).latest_first().first()

    # Verbs

    @classmethod
    @transaction.atomic
    def prepare(cls, subject, *, by, at, version=None, replaces=None, **texts):
        """Save `texts` as the one draft on `subject`, for the city director to publish.

        Raises `StaleVersion` when somebody else saved the draft after `version`, or began one,
        `AlreadyDecided` when there is nothing to decide, and `AlreadyReplaced` when another
        decision has taken the place of `replaces`.
        """
        subject = lock(subject)
        if replaces is None and not is_open(subject):
            raise AlreadyDecided(cls.standing_on(subject))
        if replaces is not None and cls.objects.published().filter(replaces=replaces).exists():
            raise AlreadyReplaced
        draft = cls.objects.preparing().about(subject).first()
        if draft is None and version:
            raise AlreadyDecided(cls.standing_on(subject))
        changes = changes_to(draft or cls(), texts)
        if draft is None:
            draft = cls.objects.create(
                **{field_for(subject): subject},
                prepared_by=by,
                prepared_at=at,
                replaces=replaces,
                **texts,
            )
        else:
            for name, value in texts.items():
                setattr(draft, name, value)
            draft.prepared_by, draft.prepared_at = by, at
            save_version(draft, "version", [*texts, "prepared_by", "prepared_at"], version or 0)
        # On the draft, not on its subject: a draft is not for everybody's eyes.
        Event.objects.record(draft, "decisions.prepared", by=by, at=at, changes=changes)
        return draft

    @classmethod
    def publish_for_item(cls, item, *, by, at, **data):
        """Decide `item` and publish the decision. Raises `ItemNotReady` or `AlreadyDecided`.

        With `replaces=decision` the item stands as it is, and the new decision points at the old.
        `data` holds the texts (`TEXTS`); what else is in it goes into the trail.
        """
        return cls._publish(item, by=by, at=at, **{**data, "outcome": cls.Outcome.APPROVED})

    @classmethod
    def publish_for_action(cls, action, *, by, at, outcome, **data):
        """Decide `action` and publish the decision. Raises `AlreadyDecided`; see the above."""
        return cls._publish(action, by=by, at=at, outcome=outcome, **data)

    @classmethod
    @transaction.atomic
    def _publish(cls, subject, *, by, at, replaces=None, version=None, **data):
        """Publish the draft on `subject`, or a decision without one, with the texts in `data`.

        Raises `StaleVersion` when the draft is another than the one of `version`, and
        `MeetingOver` when the `meeting` in `data` is not open.
        """
        # The meeting first, as everything that happens in one locks it first.
        if data.get("meeting") is not None:
            occasions.require_open(data["meeting"])
        # Two at the same moment come in one by one; the second finds the subject decided.
        lock(subject)
        texts = {name: data.pop(name) for name in cls.TEXTS if name in data}
        draft = cls.objects.preparing().about(subject).first()
        if draft is None and version:
            raise AlreadyDecided(cls.standing_on(subject))
        if draft is not None and version is not None and version != draft.version:
            raise StaleVersion(draft)
        if replaces is not None and cls.objects.published().filter(replaces=replaces).exists():
            raise AlreadyReplaced

        decision = draft or cls(**{field_for(subject): subject}, prepared_by=by, prepared_at=at)
        for name, value in texts.items():
            setattr(decision, name, value)
        decision.replaces = replaces
        decision.save()
        decision._decide_subject(by, at, data)
        decision._publish_now(by, at)
        decision._leave_trail(by, at, data)
        return decision

    def _decide_subject(self, by, at, data):
        trail = {"by": by, "at": at, "reason": self.reason, "decision": self.pk, **data}
        try:
            if self.action:
                self.action.decide(self.outcome, replacing=self.replaces is not None, **trail)
            elif self.replaces is None:
                self.item.decide(**trail)
        except (ActionDecided, ItemClosed) as error:
            raise AlreadyDecided(self.standing_on(self.subject)) from error

    def _publish_now(self, by, at):
        self.state = self.State.PUBLISHED
        self.decided_by, self.published_at, self.decided_on = by, at, timezone.localdate(at)
        self.year = self.decided_on.year
        self.serial = self._next_serial(self.year)
        self.save()

    def _leave_trail(self, by, at, data):
        about = {"decision": self.pk, "number": self.number, **data}
        Event.objects.record(
            self.subject, "decisions.published", by=by, at=at, reason=self.reason, **about
        )
        if self.replaces:
            Event.objects.record(self.replaces, "decisions.replaced", by=by, at=at, **about)

    @staticmethod
    def _next_serial(year):
        """Return the next number of `year`, which nobody else gets until this transaction ends.

        The lock is on the year, as there may be no row to lock; counting from the rows
        themselves leaves no gap when a transaction fails.
        """
        lock_year(year)
        last = Decision.objects.filter(year=year).aggregate(last=Max("serial"))["last"]
        return (last or 0) + 1


def changes_to(decision, texts):
    """Return what `texts` change in `decision`, as the trail keeps it."""
    changes = {}
    for name, value in texts.items():
        old, new = _plain(getattr(decision, name)), _plain(value)
        if old != new:
            changes[name] = [old, new]
    return changes


def _plain(value):
    if value is None or value == "":
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def lock_year(year):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBER_LOCK, year])


def lock(subject):
    """Return the item or action as it stands now, locked until the transaction ends."""
    return type(subject).objects.select_for_update(no_key=True).get(pk=subject.pk)


def is_open(subject):
    """Whether the item or action still waits for a decision."""
    return subject.is_open if isinstance(subject, Action) else subject.status in UNDECIDED


def field_for(subject):
    """Return the name of the field that points at `subject`."""
    return "action" if isinstance(subject, Action) else "item"
