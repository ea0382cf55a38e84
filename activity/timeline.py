"""The story of an object: its events grouped by what happened, not by row."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from activity.models import Event

COMMENTS_SHOWN = 3


@dataclass
class Group:
    """Something that happened on one day, and the events that tell it."""

    kind: str
    title: str
    on: object
    meeting: int | None = None
    events: list = field(default_factory=list)
    hidden: int = 0
    is_new: bool = False
    # Something of its own to show under the events, and the template that shows it.
    insert: object = None
    template: str = ""

    def data(self, name):
        """Return the value `name` that one of the events carries, or None."""
        return next((event.data[name] for event in self.events if name in event.data), None)

    def takes(self, event, kind, on):
        """Whether `event` is a part of the same happening."""
        if on != self.on:
            return False
        if self.meeting is not None or event.data.get("meeting") is not None:
            return event.data.get("meeting") == self.meeting
        return kind == self.kind or event.at == self.events[-1].at


@dataclass
class Stretch:
    """Groups that follow each other, and whether they are folded away."""

    is_folded: bool
    groups: list = field(default_factory=list)


class Timeline:
    """The events of one object as a story, oldest first.

    `kinds` maps a verb, or the app before its dot, to (kind, title); a verb without one is not
    told. `strong` names the kinds that give their name to a group where they meet others, strongest
    first. What happened after `since` is marked as new.
    """

    LIMIT = 300
    FIRST, LAST = 2, 8

    def __init__(self, target, kinds, *, strong=(), kept=(), since=None, now=None):
        self.target, self.kinds, self.strong, self.kept = target, kinds, strong, kept
        self.since, self.now = since, now
        events = Event.objects.about(target).with_people().order_by("-at", "-pk")
        self.groups = self._group(reversed(events[: self.LIMIT]))

    def _kind(self, event):
        return self.kinds.get(event.verb) or self.kinds.get(event.verb.split(".")[0])

    def _group(self, events):
        groups = []
        for event in events:
            if (found := self._kind(event)) is None:
                continue
            kind, title = found
            event.target = self.target  # known already: no query for its address
            on = timezone.localdate(event.at)
            if not groups or not groups[-1].takes(event, kind, on):
                groups.append(Group(kind, str(title), on, event.data.get("meeting")))
            elif self._strength(kind) < self._strength(groups[-1].kind):
                groups[-1].kind, groups[-1].title = kind, str(title)
            groups[-1].events.append(event)
            if self.since is not None and event.at > self.since:
                groups[-1].is_new = True
        for group in groups:
            self._fold(group)
        return groups

    def _strength(self, kind):
        return self.strong.index(kind) if kind in self.strong else len(self.strong)

    def _fold(self, group):
        """Make one line of a series of the same, and keep the comments of a day short."""
        folded = []
        for event in group.events:
            if folded and _same_doing(folded[-1], event):
                folded[-1] = _merged(folded[-1], event)
            else:
                if folded and (event.by_id, event.reason) == (folded[-1].by_id, folded[-1].reason):
                    event.reason = ""  # said once for what was done at once
                folded.append(event)
        if group.kind == "dialogue" and len(folded) > COMMENTS_SHOWN:
            group.hidden = len(folded) - COMMENTS_SHOWN
            folded = folded[:COMMENTS_SHOWN]
        group.events = folded
        if group.meeting is not None:
            group.title = _("%(what)s, at a meeting") % {"what": group.title}

    @property
    def stretches(self):
        """The groups in order, in `Stretch`es: a long story folds what is between its ends.

        What `kept` names is never folded, wherever it stands.
        """
        is_long = len(self.groups) > self.FIRST + self.LAST + 2
        middle = range(self.FIRST, len(self.groups) - self.LAST) if is_long else ()
        stretches = []
        for number, group in enumerate(self.groups):
            is_folded = number in middle and group.kind not in self.kept
            if not stretches or stretches[-1].is_folded != is_folded:
                stretches.append(Stretch(is_folded))
            stretches[-1].groups.append(group)
        return stretches


def _same_doing(one, other):
    """Whether `other` goes on with what `one` did: the same fields, by the same person."""
    return (
        one.verb == other.verb
        and bool(one.changes)
        and (one.by_id, one.on_behalf_of_id) == (other.by_id, other.on_behalf_of_id)
        and "comment" not in other.data
    )


def _merged(one, other):
    """Return one event, not saved, from the first value to the last of the two."""
    changes = dict(one.changes)
    for name, (old, new) in other.changes.items():
        changes[name] = [changes[name][0] if name in changes else old, new]
    reasons = [reason for reason in (one.reason, other.reason) if reason]
    merged = Event(
        target_type=other.target_type,
        target_id=other.target_id,
        verb=other.verb,
        by=other.by,
        on_behalf_of=other.on_behalf_of,
        at=other.at,
        reason="; ".join(dict.fromkeys(reasons)),
        changes=changes,
        data={**other.data, "times": one.data.get("times", 1) + 1},
    )
    merged.target = other.target
    return merged
