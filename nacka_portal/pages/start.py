"""The start page: what I must do, what is new for me, what happened since the last meeting."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, prefetch_related_objects
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.models import Person, Unit
from accounts.rules import is_participant
from activity import words
from activity.models import Event
from agenda.models import Item
from dialogue.models import Comment
from dialogue.news import news_for
from meetings.models import Meeting
from reminders.models import ReadMark
from reminders.todo import Todo, drafts_left, todo_for

# Somebody who has never read the news is told of what is not too old to matter.
LOOKS_BACK = dt.timedelta(weeks=4)
MOST_NEWS, MOST_PER_THING, MOST_CHANGES = 60, 3, 6
# In which role somebody meets a kind of task.
ROLES = {
    "meeting": gettext_lazy("You take part"),
    "check_in": gettext_lazy("You own the item"),
    "question": gettext_lazy("The meeting asked you"),
    "proposal": gettext_lazy("Leadership support answers every proposal"),
    "reply": gettext_lazy("You proposed it"),
    "action": gettext_lazy("Only you can decide it"),
    "decision": gettext_lazy("Only you can decide it"),
}
A_NEW_ORDER = Q(verb="agenda.moved") & ~Q(changes__has_key="horizon")
SHOWN_FIELDS = {"status", "light", "action_state"}
CHANGES = [
    "agenda.moved",
    "agenda.focus_given",
    "agenda.focus_taken",
    "agenda.decided",
    "agenda.action_decided",
    "agenda.started",
    "agenda.finished",
    "agenda.ended",
]


@require_safe
def start(request):
    return render(request, "pages/start.html", {"start": Start(request.user, timezone.now())})


@dataclass
class Task:
    """Something to do, and in which role the person is to do it."""

    todo: Todo
    role: str = ""


@dataclass
class Line:
    """One event in a line: of what changed, only what is short; and what was said."""

    event: object
    comment: object = None

    @property
    def changes(self):
        if self.event.verb == "agenda.moved":
            return self.event.change_rows
        return [
            (words.label(name), words.show(name, old), words.show(name, new))
            for name, (old, new) in self.event.changes.items()
            if name in SHOWN_FIELDS and old
        ]

    @property
    def said(self):
        if self.comment is not None:
            return self.comment.text
        return self.event.reason or self.event.data.get("headline", "")


@dataclass
class News:
    """What is new about one thing, the latest first."""

    target: object
    role: str
    lines: list
    more: int


class Start:
    """What `user` meets when they come to the portal at the moment `now`."""

    def __init__(self, user, now):
        self.user, self.now = user, now
        self.on = timezone.localdate(now)

    @cached_property
    def is_participant(self):
        """Whether there is an agenda to work with; not for an administrator and nothing else."""
        return is_participant(self.user)

    # What must be done

    @cached_property
    def tasks(self):
        """All that waits for the person to act: a meeting under way first, then by date."""
        todos = [*self._meeting_now(), *todo_for(self.user, self.on)]
        return [Task(todo, ROLES.get(todo.kind, "")) for todo in todos]

    @cached_property
    def drafts(self):
        return drafts_left(self.user)

    def _meeting_now(self):
        meeting = self._open_meeting
        if meeting:
            yield Todo(
                kind="meeting",
                text=_("Under way now: %(forum)s") % {"forum": meeting.forum},
                notice="",
                url=meeting.get_absolute_url(),
                button=_("Go to the meeting"),
                about=f"meeting:{meeting.pk}",
            )
        elif self.user.has_perm("meetings.run") and self._is_today(self._planned_meeting):
            yield Todo(
                kind="meeting",
                text=_("Meets today: %(forum)s") % {"forum": self._planned_meeting.forum},
                notice="",
                url=self._planned_meeting.get_absolute_url(),
                button=_("Open the meeting"),
                about=f"meeting:{self._planned_meeting.pk}",
                due_on=self.on,
            )

    def _is_today(self, meeting):
        return meeting is not None and meeting.starts_on == self.on

    # What is new

    @cached_property
    def since(self):
        return ReadMark.objects.read_at(self.user) or self.now - LOOKS_BACK

    @cached_property
    def _new_events(self):
        news = news_for(self.user, self.since, self.now).exclude(A_NEW_ORDER)
        return list(news.order_by("-at", "-pk")[: MOST_NEWS + 1])

    @property
    def has_more_news(self):
        return len(self._new_events) > MOST_NEWS

    @cached_property
    def news(self):
        """What is new on what the person owns, proposed or follows, by thing, the latest first."""
        self._fetch_targets()
        by_thing = {}
        for event in self._new_events[:MOST_NEWS]:
            if event.target is not None:
                by_thing.setdefault((event.target_type_id, event.target_id), []).append(event)
        return [self._news_of(events) for events in by_thing.values()]

    def _news_of(self, events):
        target, shown = events[0].target, events[:MOST_PER_THING]
        lines = [Line(event, self._comments.get(event.data.get("comment"))) for event in shown]
        return News(target, self._role_in(target), lines, len(events) - len(shown))

    @cached_property
    def _comments(self):
        """The comments that the news tell of, by key; withdrawn ones are no longer shown."""
        written = {event.data["comment"] for event in self._new_events if "comment" in event.data}
        return Comment.objects.standing().in_bulk(written) if written else {}

    def _role_in(self, target):
        if isinstance(target, Item):
            if target.owner_id == self.user.pk:
                return _("You own it")
            if target.deputy_id == self.user.pk:
                return _("You are its deputy")
            if target.proposed_by_id == self.user.pk:
                return _("You proposed it")
        return _("You follow it")

    # Meetings

    @cached_property
    def _meetings(self):
        """The last meeting, those under way and those to come that the person may see, in order."""
        visible = Meeting.objects.visible_to(self.user)
        states = [Meeting.State.OPEN, Meeting.State.PLANNED]
        wanted = Q(state__in=states) | Q(pk__in=visible.closed().values("pk")[:1])
        meetings = visible.filter(wanted).select_related("forum").defer("minutes")
        return list(meetings.order_by("starts_at")[:20])

    @property
    def _open_meeting(self):
        return next((meeting for meeting in self._meetings if meeting.is_open), None)

    @property
    def _planned_meeting(self):
        return next((meeting for meeting in self._meetings if meeting.is_planned), None)

    @property
    def next_meeting(self):
        return self._planned_meeting

    @property
    def last_meeting(self):
        return next((meeting for meeting in self._meetings if meeting.is_closed), None)

    # What changed since the last meeting

    @cached_property
    def _changes(self):
        """The events that changed the agenda since the last meeting closed, the latest first."""
        if self.last_meeting is None:
            return []
        events = Event.objects.since(self.last_meeting.closed_at).until(self.now)
        return list(
            events.of_kind(*CHANGES)
            .filter(target_type=ContentType.objects.get_for_model(Item))
            .exclude(A_NEW_ORDER)
            .with_people()
            .order_by("-at", "-pk")[: MOST_CHANGES + 1]
        )

    @property
    def changes(self):
        self._fetch_targets()
        return [Line(event) for event in self._changes[:MOST_CHANGES]]

    @property
    def has_more_changes(self):
        return len(self._changes) > MOST_CHANGES

    def _fetch_targets(self):
        """Fetch what the news and the changes are about, one query per kind of thing."""
        prefetch_related_objects([*self._new_events, *self._changes], "target")

    # In words

    @property
    def lead(self):
        if not self.is_participant:
            return _("You look after people, units and roles.")
        if not self.tasks:
            return _("Nothing waits for you. That is as it should be.")
        text = ngettext(
            "%(number)d thing waits for you.", "%(number)d things wait for you.", len(self.tasks)
        )
        return text % {"number": len(self.tasks)}

    # For an administrator

    @cached_property
    def may_manage_people(self):
        return self.user.has_perm("accounts.manage_people")

    @cached_property
    def people_facts(self):
        """What an administrator may want to put right, as [(number, words, address)]."""
        active = Person.objects.active()
        people, units = reverse("people"), reverse("units")
        return [
            (active.count(), _("people who may sign in"), people),
            (active.filter(role_assignments=None).count(), _("of them without a role"), people),
            (Unit.objects.filter(manager=None).count(), _("units without a manager"), units),
        ]
