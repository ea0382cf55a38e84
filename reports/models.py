"""The period report: filled from the data, with human words, and frozen when it is published."""

import pgtrigger
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_city_director, is_support
from accounts.versions import StaleVersion, save_version
from activity.models import Event
from reports.period import Period


class AlreadyPublished(Exception):
    """The report is published, and changes no more."""


class CorrectionBegun(Exception):
    """Somebody has begun the next edition already: `draft`."""

    def __init__(self, draft):
        self.draft = draft
        super().__init__("the next edition is begun")


class ProgressReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep the published ones; a draft is for the leadership's eyes."""
        if is_city_director(user) or is_support(user):
            return self
        return self.published() if user.is_authenticated else self.none()

    def published(self):
        return self.filter(status=ProgressReport.Status.PUBLISHED)

    def drafts(self):
        return self.filter(status=ProgressReport.Status.DRAFT)

    def current(self):
        """Keep the published ones that no published edition has replaced."""
        return self.published().exclude(corrected_by__status=ProgressReport.Status.PUBLISHED)

    def latest_first(self):
        return self.order_by("-to_on", "-from_on", "-edition", "-pk")

    def for_list(self):
        return self.select_related("published_by", "written_by").defer("data", "comments")


class ProgressReport(models.Model):
    """What happened on the agenda from `from_on` to `to_on`, both included.

    A draft shows the data as it is; publishing keeps the data it was made from, and the database
    refuses changes after that. A correction is a new edition that points at the old.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    TEXTS = ["title", "from_on", "to_on", "summary", "comments", "what_changed"]

    title = models.CharField(_("title"), max_length=200)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    status = models.CharField(_("state"), choices=Status, default=Status.DRAFT, max_length=10)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1, editable=False)
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name=_("corrects"),
    )
    what_changed = models.TextField(_("what this edition changes"), max_length=2000, blank=True)
    summary = models.TextField(_("summary"), max_length=6000, blank=True)
    # What is said about single sections: {section: text}.
    comments = models.JSONField(_("comments on sections"), default=dict, blank=True)
    data = models.JSONField(null=True, blank=True, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("latest written by"),
    )
    written_at = models.DateTimeField(_("latest written"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    is_fictional = models.BooleanField(_("fictional"), default=False, editable=False)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        ordering = ["-to_on", "-pk"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__lte=models.F("to_on")),
                name="reports_report_begins_before_it_ends",
                violation_error_message=_("The period must begin before it ends."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status="draft",
                    data__isnull=True,
                    published_by__isnull=True,
                    published_at__isnull=True,
                )
                | Q(
                    status="published",
                    data__isnull=False,
                    published_by__isnull=False,
                    published_at__isnull=False,
                ),
                name="reports_report_published_is_complete",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="published"),
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("report", args=[self.pk])

    # Questions

    @property
    def is_published(self):
        return self.status == self.Status.PUBLISHED

    @property
    def successor(self):
        """The published edition that corrects this one, or None."""
        later = getattr(self, "corrected_by", None)
        return later if later and later.is_published else None

    @property
    def next_edition(self):
        """The edition that corrects this one, also when it is a draft; or None."""
        return getattr(self, "corrected_by", None)

    def contents(self, now):
        """Return the data the report shows: as it was when published, else as it is `now`."""
        if self.is_published:
            return self.data
        return Period(self.from_on, self.to_on, now).contents()

    # Verbs

    @classmethod
    @transaction.atomic
    def begin(cls, from_on, to_on, *, title, by, at, **fields):
        """Begin a draft for a period."""
        report = cls.objects.create(
            title=title, from_on=from_on, to_on=to_on, written_by=by, written_at=at, **fields
        )
        Event.objects.record(report, "reports.begun", by=by, at=at)
        return report

    @transaction.atomic
    def revise(self, texts, *, version, by, at):
        """Save the texts of a draft if nobody else has since `version`; else `StaleVersion`."""
        changes = self._require_draft()._changes_by(texts)
        for name, value in texts.items():
            setattr(self, name, value)
        self.written_by, self.written_at = by, at
        save_version(self, "version", [*texts, "written_by", "written_at"], version)
        if changes:
            Event.objects.record(self, "reports.revised", by=by, at=at, changes=changes)

    @transaction.atomic
    def publish(self, *, version, by, at):
        """Publish the draft, once, with the data as it is now; it is frozen from then on.

        Raises `AlreadyPublished`, or `StaleVersion` when somebody wrote after `version` was shown.
        """
        saved = self._require_draft()
        if saved.version != version:
            raise StaleVersion(saved)
        self.data = saved.contents(at)
        self.status = self.Status.PUBLISHED
        self.published_by, self.published_at = by, at
        self.save(update_fields=["data", "status", "published_by", "published_at"])
        Event.objects.record(self, "reports.published", by=by, at=at)
        if self.corrects:
            Event.objects.record(
                self.corrects,
                "reports.corrected",
                by=by,
                at=at,
                reason=self.what_changed,
                edition=self.pk,
            )

    @transaction.atomic
    def correct(self, *, by, at):
        """Begin the next edition of a published report, with the same words to start from.

        Raises `CorrectionBegun` when there is one already.
        """
        try:
            with transaction.atomic():
                draft = ProgressReport.begin(
                    self.from_on,
                    self.to_on,
                    title=self.title,
                    by=by,
                    at=at,
                    corrects=self,
                    edition=self.edition + 1,
                    summary=self.summary,
                    comments=self.comments,
                    is_fictional=self.is_fictional,
                )
        except IntegrityError:
            raise CorrectionBegun(ProgressReport.objects.get(corrects=self)) from None
        return draft

    def _changes_by(self, texts):
        """Return what `texts` change, as the trail keeps it; of the comments only those."""
        changes = {}
        for name, new in texts.items():
            old = getattr(self, name)
            if name == "comments":
                keys = {key for key in {*old, *new} if old.get(key) != new.get(key)}
                old, new = ({key: all_[key] for key in keys & {*all_}} for all_ in (old, new))
            if old != new:
                changes[name] = [_plain(old), _plain(new)]
        return changes

    def _require_draft(self):
        """Lock the report, see that it is a draft still, and return it as it stands."""
        saved = ProgressReport.objects.select_for_update(no_key=True, of=("self",)).get(pk=self.pk)
        if saved.is_published:
            raise AlreadyPublished
        return saved


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value or None
