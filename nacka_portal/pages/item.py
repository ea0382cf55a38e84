"""The page of one agenda item: its story, its facts, its dialogue and what to do now."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Subquery
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from activity.timeline import Timeline
from agenda.models import Horizon, Item, Status, place_in_words
from decisions.models import UNDECIDED, Decision
from dialogue.models import Follow
from dialogue.thread import FollowState, Thread
from followup.state import FollowUpState
from meetings.models import Meeting

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
# Who decided, and what came of it, is never folded away (rule 1).
KEPT = ["effect", "decision", "answer"]


@dataclass
class Act:
    """Something the reader can do with the item; `is_needed` when somebody waits for it."""

    text: str
    url: str
    is_needed: bool = True


def with_what_stands_above(items, user):
    """Fetch in the items' own query the single values that the apps above know about each."""
    closed = Meeting.objects.closed().order_by("-closed_at").values("closed_at")
    follows = Follow.objects.filter(
        person=user,
        subject_type=ContentType.objects.get_for_model(Item),
        subject_id=OuterRef("pk"),
    )
    return items.select_related("follow_up_plan").annotate(
        since=Subquery(closed[:1]), is_followed=Exists(follows)
    )


class ItemPage:
    """Everything about `item` as `user` sees it at the moment `now`."""

    def __init__(self, item, user, request, now):
        self.item, self.user, self.request, self.now = item, user, request, now
        self.on = timezone.localdate(now)

    # The story

    @property
    def since(self):
        return self.item.since

    @cached_property
    def timeline(self):
        timeline = Timeline(self.item, KINDS, strong=STRONG, kept=KEPT, since=self.since)
        by_pk = {decision.pk: decision for decision in self.decisions}
        for group in timeline.groups:
            if decision := by_pk.get(group.data("decision")):
                group.insert, group.template = decision, "decisions/_card.html"
        return timeline

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
        state = FollowState(self.item, self.user)
        state.is_following = self.item.is_followed
        return state

    @cached_property
    def follow_up(self):
        state = FollowUpState(self.item, self.user, self.on, self.now)
        state.plan = getattr(self.item, "follow_up_plan", None)
        return state

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
        """All that the reader can do: what waits for them first, and each only once."""
        if not self.item.is_open:
            return []
        acts = {}
        for act in (*self._needed(), *self._possible()):
            acts.setdefault(act.url.partition("?")[0], act)
        return list(acts.values())

    def _needed(self):
        """Yield what somebody waits for the reader to do."""
        item, may = self.item, self._may
        is_held = item.is_held_by(self.user)
        is_proposed, awaits_reply = item.status == Status.PROPOSED, item.awaits_reply
        if awaits_reply and may["comment"] and item.proposed_by_id == self.user.pk:
            yield Act(_("Answer the question"), "#comments")
        if may["answer"] and is_proposed and not awaits_reply:
            yield Act(_("Answer the proposal"), self._url("item-answer"))
        if may["check_in"] and is_held and item.status == Status.IN_PROGRESS:
            yield Act(_("Check in"), self._url("check-in"))
        if item.status == Status.PREPARING and item.missing_fields and may["change"]:
            yield Act(_("Fill in what is missing"), self._url("item-text"))
        if item.status == Status.PREPARING and not item.missing_fields and may["decide"]:
            yield Act(_("Decide"), self._url("item-decision"))
        if item.status == Status.DECIDED and may["state"]:
            yield Act(_("Start the work"), self._url("item-state", "?steg=start"))

    def _possible(self):
        """Yield what the reader may do although nobody waits for it."""
        item, may = self.item, self._may
        back = f"?tillbaka={item.get_absolute_url()}"
        if may["answer"] and item.status == Status.PROPOSED:
            yield Act(_("Answer the proposal"), self._url("item-answer"), is_needed=False)
        if may["place"]:
            yield Act(_("Move to …"), self._url("item-place", back), is_needed=False)
        if may["place"] and item.horizon == Horizon.NOW:
            words = _("Take away special focus") if item.is_focus else _("Give special focus")
            yield Act(words, self._url("item-focus", back), is_needed=False)
        if may["change"]:
            yield Act(_("Edit the texts"), self._url("item-text"), is_needed=False)
        if may["facts"]:
            yield Act(_("Edit the facts"), self._url("item-facts"), is_needed=False)
        if may["prepare"] and item.status in UNDECIDED:
            words = _("Decide") if may["decide"] else _("Prepare a decision")
            yield Act(words, self._url("item-decision"), is_needed=False)
        if may["state"]:
            can_start = item.status in item.STARTABLE
            words = _("Start, finish or end") if can_start else _("Finish or end")
            yield Act(words, self._url("item-state"), is_needed=False)

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
    found = get_object_or_404(with_what_stands_above(items, request.user), pk=pk)
    page = ItemPage(found, request.user, request, timezone.now())
    context = {
        "page": page,
        "item": found,
        "thread": page.thread,
        "follow": page.follow,
        "follow_up": page.follow_up,
    }
    return render(request, "agenda/item.html", context)
