"""What needs the group's time: the list of the next meeting proposes it by itself.

Each kind is a question to the app that knows; the suggestion says why it is there.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.models import Action, Item
from followup.models import FollowUpPlan, Light, with_latest_light
from meetings.models import Entry

UNANSWERED_FOR = dt.timedelta(days=14)
MINUTES = {"light": 10, "proposal": 5, "check_in": 5, "action": 15, "question": 5}
SHOWN = 8


@dataclass
class Suggestion:
    """An item or action that could be on the list, and why."""

    subject: object
    whys: list
    minutes: int

    @property
    def is_item(self):
        return isinstance(self.subject, Item)

    @property
    def field(self):
        return "item" if self.is_item else "action"

    @property
    def why(self):
        return " ".join(self.whys)

    @property
    def url(self):
        return self.subject.get_absolute_url()


class Suggestions:
    """What `meeting` could take up on the day it is held, without what already stands on its list.

    `wants_all` shows more than the first few.
    """

    def __init__(self, meeting, now, *, wants_all=False):
        self.meeting, self.now, self.wants_all = meeting, now, wants_all
        self.on = timezone.localdate(now)

    @cached_property
    def _on_list(self):
        pairs = self.meeting.entries.values_list("item_id", "action_id")
        return {("item", item) for item, _a in pairs} | {("action", action) for _i, action in pairs}

    @cached_property
    def all(self):
        found = {}
        for subject, why, minutes in self._reasons():
            key = ("item" if isinstance(subject, Item) else "action", subject.pk)
            if key in self._on_list:
                continue
            suggestion = found.setdefault(key, Suggestion(subject, [], minutes))
            suggestion.whys.append(why)
            suggestion.minutes = max(suggestion.minutes, minutes)
        return list(found.values())

    @property
    def shown(self):
        return self.all if self.wants_all else self.all[:SHOWN]

    @property
    def rest(self):
        return len(self.all) - len(self.shown)

    def _reasons(self):
        """Yield (subject, why, minutes), the most pressing first; one subject may come again."""
        lights = list(self._by_light())
        for item in lights:
            if item.light == Light.NEEDS_DECISION:
                yield item, _("The owner says that it needs a decision."), MINUTES["light"]
        for entry in self._late_questions():
            why = _("A question to %(name)s is late.") % {"name": entry.question_to}
            yield entry.subject, why, MINUTES["question"]
        for item in self._old_proposals():
            yield item, self._why_answer(item), MINUTES["proposal"]
        for item in lights:
            if item.light == Light.NEEDS_DIALOGUE:
                yield item, _("The owner says that it needs dialogue."), MINUTES["light"]
        for plan in self._overdue():
            days = (self.on - plan.next_due_on).days
            why = ngettext(
                "The check-in is %(days)d day late.", "The check-in is %(days)d days late.", days
            ) % {"days": days}
            yield plan.item, why, MINUTES["check_in"]
        for action in Action.objects.filter(state__in=Action.OPEN_STATES):
            yield action, _("Waits for the city director's decision."), MINUTES["action"]

    def _by_light(self):
        wanted = [Light.NEEDS_DECISION, Light.NEEDS_DIALOGUE]
        items = with_latest_light(Item.objects.open().for_list())
        return items.filter(light__in=wanted).order_by("light_at")

    def _late_questions(self):
        late = Entry.objects.questions().unanswered().filter(due_on__lt=self.on)
        late = late.select_related("item", "action", "question_to").order_by("due_on")
        return [entry for entry in late if entry.subject and entry.subject.is_open]

    def _old_proposals(self):
        return Item.objects.awaiting_answer().filter(waits_since__lte=self.now - UNANSWERED_FOR)

    def _why_answer(self, item):
        days = (self.now - item.waits_since).days
        if item.replied_at:
            text = ngettext(
                "The proposer replied to our question %(days)d day ago and is not answered.",
                "The proposer replied to our question %(days)d days ago and is not answered.",
                days,
            )
        else:
            text = ngettext(
                "Proposed %(days)d day ago and not answered.",
                "Proposed %(days)d days ago and not answered.",
                days,
            )
        return text % {"days": days}

    def _overdue(self):
        overdue = FollowUpPlan.objects.overdue(self.on)
        return overdue.select_related("item").order_by("next_due_on")
