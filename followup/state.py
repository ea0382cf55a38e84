"""What the item page says about how an item goes, for `followup/_state.html`."""

from django.utils.functional import cached_property

from followup.models import CheckIn, FollowUpPlan


class FollowUpState:
    """How `item` goes as `user` sees it: the latest check-in, the lights before it, what is next.

    `now` tells whether the latest check-in can still be taken back, and what is late.
    """

    LIGHTS = 8

    def __init__(self, item, user, on, now=None):
        self.item, self.user, self.on, self.now = item, user, on, now

    @cached_property
    def lights(self):
        """The latest check-ins, oldest first."""
        return CheckIn.objects.lights_of(self.item, self.LIGHTS)

    @property
    def latest(self):
        return self.lights[-1] if self.lights else None

    @cached_property
    def latest_with_news(self):
        """The latest check-in that says something, to be read under a later "no news"."""
        return next((light for light in reversed(self.lights) if not light.is_no_news), None)

    @cached_property
    def plan(self):
        return FollowUpPlan.objects.filter(item=self.item).first()

    @property
    def is_paused(self):
        return bool(self.plan and self.plan.is_paused(self.on))

    @property
    def next_due_on(self):
        """When the next check-in is due; None when nothing is asked."""
        if self.plan is None or self.is_paused or not self.plan.is_owed_for(self.item):
            return None
        return self.plan.next_due_on

    @property
    def is_late(self):
        return bool(self.next_due_on and self.next_due_on < self.on)

    @cached_property
    def may_check_in(self):
        return self.item.is_open and self.user.has_perm("followup.check_in", self.item)

    @property
    def acts_for(self):
        """On whose behalf the user would check in, or None for oneself."""
        return None if self.item.is_held_by(self.user) else self.item.owner

    @property
    def may_plan(self):
        return self.item.is_open and self.user.has_perm("followup.plan", self.item)

    @property
    def may_take_back(self):
        return bool(
            self.now
            and self.latest
            and self.item.is_open
            and self.latest.can_be_undone_by(self.user, self.now)
        )
