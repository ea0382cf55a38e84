"""The page of one agenda item: its story, its facts, its dialogue and what to do now."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from activity.timeline import Timeline
from agenda.models import Item, Status, place_in_words
from decisions.models import UNDECIDED, Decision
from dialogue.thread import FollowState, Thread
from followup.state import FollowUpState
from meetings.models import last_closed_at

# What is told on an item's timeline, and under which name.
KINDS = {
    "agenda.loaded": ("proposal", gettext_lazy("Proposal")),
    "agenda.proposed": ("proposal", gettext_lazy("Proposal")),
    "agenda.answered": ("answer", gettext_lazy("Answer to the proposal")),
    "agenda.text_revised": ("preparation", gettext_lazy("Preparation")),
    "agenda.facts_revised": ("preparation", gettext_lazy("Preparation")),
    "agenda.moved": ("place", gettext_lazy("Place on the agenda")),
    "agenda.cap_raised": ("place", gettext_lazy("Place on the agenda")),
    "agenda.focus_given": ("place", gettext_lazy("Place on the agenda")),
    "agenda.focus_taken": ("place", gettext_lazy("Place on the agenda")),
    "agenda.decided": ("decision", gettext_lazy("Decision")),
    "decisions": ("decision", gettext_lazy("Decision")),
    "agenda.started": ("work", gettext_lazy("The work")),
    "agenda.finished": ("effect", gettext_lazy("Effect")),
    "agenda.ended": ("effect", gettext_lazy("Ending")),
    "followup": ("check-in", gettext_lazy("Check-in")),
    "dialogue": ("dialogue", gettext_lazy("Comments")),
    "meetings": ("meeting", gettext_lazy("Meeting")),
}
STRONG = ["effect", "decision", "answer", "proposal", "check-in", "work", "place"]


@dataclass
class Act:
    """Something the reader can do with the item."""

    text: str
    url: str
    is_needed: bool = True


class ItemPage:
    """Everything about `item` as `user` sees it at the moment `now`."""

    def __init__(self, item, user, request, now):
        self.item, self.user, self.request, self.now = item, user, request, now
        self.on = timezone.localdate(now)

    # The story

    @cached_property
    def since(self):
        return last_closed_at()

    @cached_property
    def timeline(self):
        return Timeline(self.item, KINDS, strong=STRONG, since=self.since)

    @property
    def commission(self):
        """The four fields as (label, text)."""
        fields = self.item.COMMISSION_FIELDS
        return [
            (self.item._meta.get_field(name).verbose_name, getattr(self.item, name))
            for name in fields
            if getattr(self.item, name).strip()
        ]

    @cached_property
    def decisions(self):
        published = Decision.objects.visible_to(self.user).published().about(self.item)
        return list(published.for_list().latest_first())

    @cached_property
    def thread(self):
        return Thread(self.item, self.user, self.request)

    @cached_property
    def follow(self):
        return FollowState(self.item, self.user)

    @cached_property
    def follow_up(self):
        return FollowUpState(self.item, self.user, self.on, self.now)

    # The facts

    @property
    def place(self):
        return place_in_words(self.item.horizon, self.item.rank)

    @property
    def is_followed_up(self):
        """Whether there is, or soon will be, anything to say about how it goes."""
        return self.item.status in {Status.DECIDED, Status.IN_PROGRESS} or self.follow_up.latest

    # What to do

    @cached_property
    def _may(self):
        perms = {
            "answer": "agenda.answer_item",
            "change": "agenda.change_item",
            "facts": "agenda.change_facts",
            "state": "agenda.change_state",
            "place": "agenda.place_item",
            "decide": "decisions.decide_item",
            "prepare": "decisions.prepare",
            "check_in": "followup.check_in",
            "comment": "dialogue.comment",
        }
        return {name: self.user.has_perm(perm, self.item) for name, perm in perms.items()}

    def _url(self, name, query=""):
        return reverse(name, args=[self.item.pk]) + query

    @cached_property
    def acts(self):
        """All that the reader can do, the most needed first."""
        item, may = self.item, self._may
        if not item.is_open:
            return []
        is_undecided = item.status in UNDECIDED
        is_owner_now = item.is_held_by(self.user) and item.status == Status.IN_PROGRESS
        is_proposal = item.status == Status.PROPOSED
        text = _("Fill in what is missing") if item.missing_fields else _("Edit the texts")
        # In the order of who needs it most; each stands there once.
        wanted = [
            (may["answer"] and item.awaits_answer, _("Answer the proposal"), "item-answer", ""),
            (may["check_in"] and is_owner_now, _("Check in"), "check-in", ""),
            (
                may["decide"] and is_undecided and not item.missing_fields and not is_proposal,
                _("Decide"),
                "item-decision",
                "",
            ),
            (may["change"] and is_undecided and item.missing_fields, text, "item-text", ""),
            (
                may["state"] and item.status == Status.DECIDED,
                _("Start the work"),
                "item-state",
                "?steg=start",
            ),
            (may["answer"] and is_proposal, _("Answer the proposal"), "item-answer", ""),
            (may["facts"], _("Edit the facts"), "item-facts", ""),
            (may["change"], _("Edit the texts"), "item-text", ""),
            (may["place"], _("Move to …"), "item-place", self._back),
            (
                may["place"] and item.horizon == "now",
                _("Take away special focus") if item.is_focus else _("Give special focus"),
                "item-focus",
                self._back,
            ),
            (
                may["prepare"] and is_undecided,
                _("Decide") if may["decide"] else _("Prepare a decision"),
                "item-decision",
                "",
            ),
            (may["state"], _("Start, finish or end"), "item-state", ""),
        ]
        acts = {}
        for is_possible, words, name, query in wanted:
            if is_possible and name not in acts:
                acts[name] = Act(words, self._url(name, query))
        return list(acts.values())

    @property
    def _back(self):
        return f"?tillbaka={self.item.get_absolute_url()}"

    @property
    def first_act(self):
        """The one primary action; for a reader, to say something."""
        if self.acts:
            return self.acts[0]
        if self._may["comment"]:
            return Act(_("Write a comment"), "#comments", is_needed=False)
        return None

    @property
    def other_acts(self):
        return self.acts[1:]

    @property
    def may_fill_in(self):
        return self._may["change"]


@require_safe
def item(request, pk):
    items = Item.objects.visible_to(request.user).for_page()
    found = get_object_or_404(items, pk=pk)
    page = ItemPage(found, request.user, request, timezone.now())
    context = {
        "page": page,
        "item": found,
        "thread": page.thread,
        "follow": page.follow,
        "follow_up": page.follow_up,
    }
    return render(request, "agenda/item.html", context)
