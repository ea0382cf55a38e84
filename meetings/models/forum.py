"""The group that prioritises: the management group, or a development council."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Role
from followup.workdays import is_working_day


class ForumManager(models.Manager):
    def default(self):
        """Return the first forum there is: the management group's, which is made when missing."""
        return (
            self.order_by("pk").first()
            or self.get_or_create(name="SLG", defaults={"role": Role.SLG})[0]
        )


class Forum(models.Model):
    """A group that meets, and when it usually does."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")

    name = models.CharField(_("name"), max_length=120, unique=True)
    # Membership by role needs no upkeep: whoever gets or loses the role is in or out at once.
    role = models.CharField(
        _("everybody with the role is a member"), choices=Role, blank=True, max_length=20
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="forums", verbose_name=_("members")
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), choices=Weekday, default=Weekday.TUESDAY
    )
    starts_at = models.TimeField(_("time"), default=dt.time(9, 0))
    length_minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)

    objects = ForumManager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("forum")
        verbose_name_plural = _("forums")

    def __str__(self):
        return self.name

    # Questions

    def has_member(self, person):
        """Whether `person` belongs to the group, by role or by name."""
        if self.role and person.has_role(self.role):
            return True
        return person.is_active and self.members.filter(pk=person.pk).exists()

    def people(self):
        """Return everybody who belongs to the group, in the order of their names."""
        named = Person.objects.filter(forums=self)
        if not self.role:
            return named.active()
        by_role = Person.objects.with_role(self.role)
        return (named | by_role).active().distinct().order_by("sort_key", "pk")

    def next_start(self, after):
        """Return when the group next meets: its weekday, working days only, no day twice."""
        taken = {
            timezone.localdate(moment)
            for moment in self.meetings.standing().values_list("starts_at", flat=True)
        }
        date = timezone.localdate(after) + dt.timedelta(days=1)
        while date.weekday() != self.weekday or not is_working_day(date) or date in taken:
            date += dt.timedelta(days=1)
        return timezone.make_aware(dt.datetime.combine(date, self.starts_at))
