"""What the agenda rests on: the report's insights, factors, focus areas and proposed actions."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.swedish import search_query, search_vector
from activity.models import Event
from platform_areas.models import PlatformArea


class Insight(models.Model):
    """What the report saw of the present state (1.1-1.8)."""

    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)
    summary = models.TextField(_("summary"))

    class Meta:
        ordering = ["source"]
        verbose_name = _("insight")
        verbose_name_plural = _("insights")

    def __str__(self):
        return self.title


class Factor(models.Model):
    """One of the three factors for growing without growing (4.2)."""

    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)

    class Meta:
        ordering = ["source"]
        verbose_name = _("success factor")
        verbose_name_plural = _("success factors")

    def __str__(self):
        return self.title


class FocusArea(models.Model):
    """One of the six development areas (2.1-2.6)."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)
    summary = models.TextField(_("summary"))
    insights = models.ManyToManyField(
        Insight, related_name="focus_areas", verbose_name=_("insights")
    )
    factors = models.ManyToManyField(
        Factor, related_name="focus_areas", verbose_name=_("success factors")
    )

    class Meta:
        ordering = ["number"]
        verbose_name = _("focus area")
        verbose_name_plural = _("focus areas")

    def __str__(self):
        return self.title


class ActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_authenticated else self.none()

    def matching(self, text):
        query = search_query(text)
        return self.filter(search=query) if query else self.none()

    def for_list(self):
        """Fetch what a row of the list shows: how many items belong to it, what it waits for."""
        return (
            self.defer("search")
            .annotate(item_count=models.Count("items", distinct=True))
            .prefetch_related("depends_on")
        )


class ActionDecided(Exception):
    """The city director has already decided the action."""


class Action(models.Model):
    """One of the eight proposals to the city director (chapter 5)."""

    class State(models.TextChoices):
        PROPOSAL = "proposal", _("Proposal")
        APPROVED = "approved", _("Approved")
        APPROVED_CHANGED = "approved_changed", _("Approved with changes")
        REJECTED = "rejected", _("Rejected")
        RETURNED = "returned", _("Returned for more preparation")

    class Kind(models.TextChoices):
        INITIATE = "initiate", _("Start")
        DEVELOP_AND_ANCHOR = "develop_and_anchor", _("Develop and anchor")
        COMMISSION = "commission", _("Commission")
        DEEPEN_DIALOGUE = "deepen_dialogue", _("Deepen the dialogue")

    OPEN_STATES = [State.PROPOSAL, State.RETURNED]

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)
    asks_for = models.TextField(_("what it asks for"))
    also = models.TextField(_("also"), blank=True)
    kind = models.CharField(_("kind of decision"), choices=Kind, max_length=20)
    state = models.CharField(_("state"), choices=State, default=State.PROPOSAL, max_length=20)
    pilots = models.JSONField(_("proposed pilots"), default=list, blank=True)
    depends_on = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="needed_by",
        verbose_name=_("depends on"),
    )
    focus_areas = models.ManyToManyField(
        FocusArea, blank=True, related_name="actions", verbose_name=_("focus areas")
    )
    platform_areas = models.ManyToManyField(
        PlatformArea, blank=True, related_name="actions", verbose_name=_("platform areas")
    )
    search = models.GeneratedField(
        expression=search_vector(title="A", asks_for="B", also="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("proposed action")
        verbose_name_plural = _("proposed actions")
        indexes = [GinIndex(fields=["search"], name="agenda_action_search")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("action", args=[self.number])

    @property
    def is_open(self):
        return self.state in self.OPEN_STATES

    @transaction.atomic
    def decide(self, state, *, by, at, reason, replacing=False, **data):
        """Set what the city director decided, once; a returned action can be decided again.

        Raises `ActionDecided` when it is no longer open, unless the decision is `replacing` one.
        """
        old = self.state
        possible = self.State.values if replacing else self.OPEN_STATES
        if not Action.objects.filter(pk=self.pk, state__in=possible).update(state=state):
            raise ActionDecided
        self.state = state
        Event.objects.record(
            self,
            "agenda.action_decided",
            by=by,
            at=at,
            reason=reason,
            changes={"action_state": [str(old), str(state)]},
            **data,
        )
