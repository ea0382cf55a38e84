"""One decision: what was decided, why, what led to it, and what was said after it."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activity.models import Event
from decisions.desk import DecisionDesk
from decisions.forms import meeting_number
from decisions.models import Decision
from dialogue.thread import FollowState, Thread, with_follow


class DecisionPage:
    def __init__(self, decision, user):
        self.decision, self.user = decision, user

    @property
    def _may_prepare(self):
        return self.user.has_perm("decisions.prepare", self.decision.subject)

    @property
    def may_go_on(self):
        return not self.decision.is_published and self._may_prepare

    @property
    def may_replace(self):
        is_standing = self.decision.is_published and not self.decision.successor
        return is_standing and self._may_prepare

    @property
    def desk_url(self):
        """Where the draft is gone on with."""
        replaces = self.decision.replaces
        return DecisionDesk(self.decision.subject, self.user, None, replaces=replaces).url

    @cached_property
    def events(self):
        """The trail: drafts, publishing and replacing, oldest first."""
        own = Event.objects.about(self.decision).exclude(verb__startswith="dialogue.")
        publishing = Event.objects.about(self.decision.subject).filter(
            verb="decisions.published", data__decision=self.decision.pk
        )
        events = Event.objects.filter(
            Q(pk__in=own.values("pk")) | Q(pk__in=publishing.values("pk"))
        )
        events = list(events.with_people().order_by("at", "pk"))
        if not self._may_prepare:
            # How a draft was worded stays working material; that there were drafts does not.
            for event in events:
                if event.verb == "decisions.prepared":
                    event.changes = {}
        return events


@require_safe
def decision(request, pk):
    decisions = Decision.objects.visible_to(request.user).for_list()
    found = get_object_or_404(with_follow(decisions, request.user), pk=pk)
    context = {
        "decision": found,
        "page": DecisionPage(found, request.user),
        # Where the reader came from, when the decision was made in a meeting.
        "meeting": meeting_number(request.GET.get("mote")),
    }
    if found.is_published:
        title = _("After the decision")
        context["thread"] = Thread(found, request.user, request, title=title)
        context["follow"] = FollowState(found, request.user)
    return render(request, "decisions/decision.html", context)
