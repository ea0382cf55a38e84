"""A meeting's list as its readers see it: what is on it, why, and how long it takes."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import cached_property

from agenda.models import Action, Horizon, Item
from agenda.rows import Row, make_rows
from followup.models import Light, with_latest_light
from meetings import minutes
from meetings.models import Entry, last_closed_at


def since_last(meeting):
    """Return when the latest meeting closed; asked for with the meeting itself, if it was."""
    return meeting.last_closed if hasattr(meeting, "last_closed") else last_closed_at()


@dataclass
class Line:
    """One entry with what its row shows. `starts_at` and `ends_at` are when it is planned for."""

    entry: Entry
    number: int
    row: Row | None
    url: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    breaks_the_time: bool = False
    decision: object = None
    is_first: bool = False
    is_last: bool = False
    is_moved: bool = False
    focus_on: str = ""

    @property
    def element_id(self):
        return f"punkt-{self.entry.pk}"

    @property
    def outcome_label(self):
        """What came of it, in words; also when it was decided on and nobody wrote an outcome."""
        if self.decision and not self.entry.has_outcome:
            return Entry.Outcome.DECISION.label
        return self.entry.get_outcome_display()

    @property
    def is_handled(self):
        return self.entry.has_outcome or self.decision is not None


class EntryList:
    """The entries of `meeting` in their order, in a constant number of queries.

    `with_rows` fetches each item's light and what changed on it since the last meeting. After a
    change, `moved` is the entry that was moved and `focus_on` the button that was used.
    """

    def __init__(self, meeting, user, *, with_rows=True, moved=None, focus_on="", notice=""):
        self.meeting, self.user, self.with_rows = meeting, user, with_rows
        self.moved, self.focus_on, self.notice = moved, focus_on, notice

    @cached_property
    def may_prepare(self):
        return self.meeting.is_coming and self.user.has_perm("meetings.plan", self.meeting)

    @cached_property
    def entries(self):
        return list(self.meeting.entries.for_list())

    @cached_property
    def decisions(self):
        """What has been decided in this meeting so far."""
        return minutes.decisions_in(self.meeting) if self.meeting.is_open else []

    @cached_property
    def lines(self):
        rows = self._rows()
        lines, clock = [], self.meeting.opened_at or self.meeting.starts_at
        spent, is_broken = 0, False
        for number, entry in enumerate(self.entries, start=1):
            starts_at, clock = clock, clock + dt.timedelta(minutes=entry.minutes)
            spent += entry.minutes
            breaks = spent > self.meeting.length_minutes and not is_broken
            is_broken = is_broken or breaks
            is_moved = self.moved is not None and entry.pk == self.moved.pk
            lines.append(
                Line(
                    entry=entry,
                    number=number,
                    row=rows.get(entry.item_id),
                    url=entry.subject.get_absolute_url() if entry.subject else "",
                    starts_at=starts_at,
                    ends_at=clock,
                    breaks_the_time=breaks,
                    decision=entry.decision or minutes.decision_on(entry, self.decisions),
                    is_first=number == 1,
                    is_last=number == len(self.entries),
                    is_moved=is_moved,
                    focus_on=(self.focus_on or "title") if is_moved else "",
                )
            )
        return lines

    def _rows(self):
        """Return {item key: row} with light, place and what changed since the last meeting."""
        pks = [entry.item_id for entry in self.entries if entry.item_id]
        if not pks or not self.with_rows:
            return {}
        items = with_latest_light(Item.objects.filter(pk__in=pks).for_list())
        rows = make_rows(items, since=since_last(self.meeting), light_words=dict(Light.choices))
        return {row.item.pk: row for row in rows}

    @property
    def total(self):
        """The minutes of all entries together."""
        return sum(entry.minutes for entry in self.entries)

    @property
    def left(self):
        """The planned minutes that no entry takes; negative when the list is too long."""
        return self.meeting.length_minutes - self.total

    @property
    def over(self):
        return max(0, -self.left)

    @property
    def unhandled(self):
        return [line for line in self.lines if not line.is_handled]

    def line_of(self, key):
        """Return the line of the entry with this key (a text), or None."""
        return next((line for line in self.lines if str(line.entry.pk) == key), None)

    def next_after(self, line):
        """Return the next line without an outcome, from the top if none is below, or None."""
        after = [other for other in self.unhandled if other.number > line.number]
        before = [other for other in self.unhandled if other.number < line.number]
        return next(iter(after + before), None)


class Picker:
    """What could be on the list of `meeting`: what matches `text`, else what is in Now and Next."""

    LIMIT = 20

    def __init__(self, meeting, user, text):
        self.meeting, self.user, self.text = meeting, user, text

    @cached_property
    def items(self):
        on_list = self.meeting.entries.filter(item__isnull=False).values("item_id")
        items = Item.objects.visible_to(self.user).open().exclude(pk__in=on_list).for_list()
        if self.text:
            return list(items.matching(self.text).order_by("sort_key", "pk")[: self.LIMIT])
        return list(items.ranked().filter(horizon__in=[Horizon.NOW, Horizon.NEXT])[: self.LIMIT])

    @cached_property
    def actions(self):
        on_list = self.meeting.entries.filter(action__isnull=False).values("action_id")
        actions = Action.objects.visible_to(self.user).exclude(pk__in=on_list)
        return list(actions.matching(self.text) if self.text else actions.order_by("number"))
