"""What the management group judges by. The weights are its own to set (report 2.4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models import FocusArea


class CriterionQuerySet(models.QuerySet):
    def general(self):
        """Keep the criteria that hold for every item."""
        return self.filter(focus_area__isnull=True)

    def of_areas(self):
        """Keep the criteria that hold for the items of one focus area only."""
        return self.filter(focus_area__isnull=False).select_related("focus_area")


class Criterion(models.Model):
    """One thing to judge an item by, on a scale whose ends are described in words."""

    class Direction(models.TextChoices):
        BENEFIT = "benefit", _("The higher, the better")
        COST = "cost", _("The lower, the better")

    slug = models.SlugField(unique=True)
    focus_area = models.ForeignKey(
        FocusArea,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="criteria",
        verbose_name=_("focus area"),
    )
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)
    lowest = models.PositiveSmallIntegerField(_("lowest value"), default=1)
    highest = models.PositiveSmallIntegerField(_("highest value"), default=5)
    low = models.CharField(_("what the lowest value means"), max_length=200, blank=True)
    high = models.CharField(_("what the highest value means"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    direction = models.CharField(
        _("direction"), choices=Direction, default=Direction.BENEFIT, max_length=10
    )

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lowest__lt=models.F("highest")),
                name="prioritisation_criterion_scale_rises",
                violation_error_message=_("The lowest value must be below the highest."),
            )
        ]

    def __str__(self):
        return self.title
