"""What a person must do: the same lines on the start page and in the mail."""

import datetime as dt
import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Draft, Role
from agenda.models import Action, Item
from decisions.desk import DecisionDesk
from decisions.models import Decision
from followup.models import FollowUpPlan
from meetings.models import Entry


@dataclass(frozen=True)
class Todo:
    """Something that waits for a person.

    `text` is for the portal and names things; `notice` is for the mail, which says no more than
    that something waits. `about` tells it from all others, with its date.
    """

    kind: str
    text: str
    notice: str
    url: str
    button: str
    about: str
    due_on: dt.date | None = None
    is_late: bool = False


def todo_for(person, on):
    """Return what `person` must do as of the day `on`: the late first, then by date."""
    todos = [
        *due_check_ins(person, on),
        *questions(person, on),
        *proposals(person),
        *replies(person),
        *actions(person),
        *prepared_decisions(person),
    ]
    return sorted(todos, key=lambda todo: (todo.due_on is None, todo.due_on or on))


def todo_with_drafts(person, on):
    """Return `todo_for` and, last, what the person has begun to write."""
    return [*todo_for(person, on), *drafts_left(person)]


def due_check_ins(person, on):
    """The check-ins that the owner owes, or will in two working days."""
    plans = FollowUpPlan.objects.due_or_soon(on)
    for plan in plans.filter(item__owner=person).select_related("item"):
        date = date_format(plan.next_due_on, "j F Y")
        is_late = plan.next_due_on < on
        yield Todo(
            kind="check_in",
            text=gettext("Check in on “%(title)s”") % {"title": plan.item.title},
            notice=(
                gettext("A check-in is late; it was due on %(date)s.")
                if is_late
                else gettext("A check-in waits for you, due on %(date)s.")
            )
            % {"date": date},
            url=reverse("check-in", args=[plan.item_id]),
            button=gettext("Check in"),
            about=f"check-in:{plan.item_id}:{plan.next_due_on}",
            due_on=plan.next_due_on,
            is_late=is_late,
        )


def questions(person, on):
    """What a meeting asked of the person and has no answer to."""
    for entry in Entry.objects.questions_to(person):
        yield Todo(
            kind="question",
            text=gettext("Answer the meeting's question on “%(title)s”") % {"title": entry.heading},
            notice=gettext("A question from a meeting waits for your answer, by %(date)s.")
            % {"date": date_format(entry.due_on, "j F Y")},
            url=entry.get_absolute_url(),
            button=gettext("Give an answer"),
            about=f"question:{entry.pk}:{entry.due_on}",
            due_on=entry.due_on,
            is_late=entry.due_on < on,
        )


def proposals(person):
    """The proposals that leadership support has not answered."""
    if not person.has_role(Role.SUPPORT):
        return
    fields = ["pk", "title", "created_at", "answered_at"]
    for item in Item.objects.awaiting_answer().only(*fields):
        yield Todo(
            kind="proposal",
            text=gettext("Answer the proposal “%(title)s”") % {"title": item.title},
            notice=gettext("A proposal waits for an answer."),
            url=reverse("item-answer", args=[item.pk]),
            button=gettext("Give an answer"),
            about=f"proposal:{item.pk}{round_of(item)}",
        )


def replies(person):
    """The proposals of the person that leadership support asked something about."""
    mine = Item.objects.awaiting_reply().filter(proposed_by=person).order_by("answered_at", "pk")
    for item in mine.only("pk", "title", "answered_at"):
        yield Todo(
            kind="reply",
            text=gettext("Answer the question about your proposal “%(title)s”")
            % {"title": item.title},
            notice=gettext("A question about your proposal waits for your answer."),
            url=f"{item.get_absolute_url()}#comments",
            button=gettext("Answer the question"),
            about=f"reply:{item.pk}{round_of(item)}",
        )


def round_of(item):
    """Tell one round of question and reply from the next, so that each is told once."""
    return f":{item.answered_at:%Y%m%dT%H%M%S}" if item.answered_at else ""


def actions(person):
    """The proposed actions that only the city director can decide, as one line."""
    if not person.has_role(Role.CITY_DIRECTOR):
        return
    numbers = list(
        Action.objects.filter(state__in=Action.OPEN_STATES).values_list("number", flat=True)
    )
    if numbers:
        text = ngettext(
            "%(count)s proposed action waits for your decision",
            "%(count)s proposed actions wait for your decision",
            len(numbers),
        ) % {"count": len(numbers)}
        yield Todo(
            kind="action",
            text=text,
            notice=f"{text}.",
            url=reverse("actions"),
            button=gettext("Read and decide"),
            about=f"actions:{'-'.join(map(str, numbers))}"[:120],
        )


def prepared_decisions(person):
    """The decisions that are written and wait for the city director to publish them."""
    if not person.has_role(Role.CITY_DIRECTOR):
        return
    for decision in Decision.objects.preparing().for_list().order_by("prepared_at", "pk"):
        desk = DecisionDesk(decision.subject, person, None, replaces=decision.replaces)
        yield Todo(
            kind="decision",
            text=gettext("Decide: “%(title)s” is prepared") % {"title": decision.title},
            notice=gettext("A prepared decision waits for you."),
            url=desk.url,
            button=gettext("Decide"),
            about=f"decision:{decision.pk}",
        )


# What the key of a draft looks like → what was begun, and the name of the address to go on at.
DRAFTS = [
    (re.compile(r"check-in:(\d+)", re.ASCII), _("a check-in"), "check-in"),
    (re.compile(r"comment:(\w+):(\d+)(?::\d+)?", re.ASCII), _("a comment"), "comments"),
    (re.compile(r"item-new", re.ASCII), _("a proposal"), "item-new"),
    (re.compile(r"item-text:(\d+)", re.ASCII), _("the text of an item"), "item-text"),
    (re.compile(r"decision:item:(\d+)", re.ASCII), _("a decision"), "item-decision"),
    (re.compile(r"report:(\d+)", re.ASCII), _("a progress report"), "report-edit"),
]


def drafts_left(person):
    """Return what the person has begun to write and not sent, the latest first."""
    found = []
    for draft in Draft.objects.filter(person=person).order_by("-saved_at")[:20]:
        for pattern, words, name in DRAFTS:
            if match := pattern.fullmatch(draft.key):
                date = date_format(localtime(draft.saved_at), "j F H:i")
                found.append(
                    Todo(
                        kind="draft",
                        text=gettext("Go on writing %(what)s, begun %(date)s")
                        % {"what": words, "date": date},
                        notice="",
                        url=reverse(name, args=match.groups()),
                        button=gettext("Go on writing"),
                        about=f"draft:{draft.key}"[:120],
                    )
                )
    return found
