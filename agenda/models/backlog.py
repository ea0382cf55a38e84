"""The order of the agenda: horizons with a cap, ranks without gaps, moves that never collide.

Report 2.6: what do we do now, what waits, what gets special focus, and what do we then put down?
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class HorizonFull(Exception):
    """*Now* is full: something has to move out, or the cap be raised with a reason."""

    def __init__(self, cap):
        self.cap = cap
        super().__init__(f"at most {cap} items in Now")


class FocusFull(Exception):
    """As many items as allowed already have special focus."""

    def __init__(self, cap):
        self.cap = cap
        super().__init__(f"at most {cap} items with special focus")


class StalePlace(Exception):
    """Somebody else moved the item, or the one it should follow, after the list was shown.

    `item` is as it stands now.
    """

    def __init__(self, item):
        self.item = item
        super().__init__("moved by somebody else in the meantime")


class BacklogManager(models.Manager):
    def current(self):
        """Return the backlog as it stands; until the first move, as it begins."""
        return self.filter(pk=1).first() or Backlog(pk=1)

    def lock(self):
        """Return the backlog, locked until the transaction ends: every move goes through here.

        One lock for the whole order is what keeps simultaneous moves from deadlocking; locking
        the moved rows instead lost moves and took half a minute where this takes one second.
        """
        locked = self.select_for_update(no_key=True)
        return locked.filter(pk=1).first() or locked.get(pk=self.get_or_create(pk=1)[0].pk)


class Backlog(models.Model):
    """The settings of the order, and its lock. There is one row."""

    now_cap = models.PositiveSmallIntegerField(_("most items in Now"), default=12)
    focus_cap = models.PositiveSmallIntegerField(_("most items with special focus"), default=3)
    version = models.PositiveBigIntegerField(default=1, editable=False)

    objects = BacklogManager()

    class Meta:
        verbose_name = _("backlog")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="agenda_backlog_is_one"),
            models.CheckConstraint(
                condition=models.Q(now_cap__gte=1), name="agenda_backlog_cap_is_positive"
            ),
        ]

    def __str__(self):
        return f"Now: {self.now_cap}, focus: {self.focus_cap}"

    def count_up(self):
        """Mark that the order changed, so that open screens know."""
        Backlog.objects.filter(pk=1).update(version=models.F("version") + 1)

    def clean(self):
        if self.now_cap < 1:
            raise ValidationError({"now_cap": _("At least one item must fit.")})
