"""What happened on the agenda in a period: each figure of a report is computed here, and only here.

`Period.contents()` is the whole as plain data that JSON can hold: codes, keys and titles as they
are, people as keys only, so that a reader gets it in their own language and an erased person is
erased here too. Page, snapshot and export show the same contents.
"""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property

from activity.models import Event
from agenda.models import Action, FocusArea, Horizon, Item, Status
from decisions.models import Decision
from followup.models import CheckIn, FollowUpPlan

SILENT_AFTER = dt.timedelta(days=30)
COMING = dt.timedelta(days=60)
EDITION = 1  # of the form of the contents, for whoever reads old ones later


class Period:
    """The days from `from_on` to `to_on`, both included, in the portal's own time zone.

    What holds "at the end" is as it was when the last day ended, or as it is at `now` if that
    day has not ended yet.
    """

    def __init__(self, from_on, to_on, now):
        self.from_on, self.to_on = from_on, to_on
        self.begins = _midnight(from_on)
        self.ends = min(_midnight(to_on + dt.timedelta(days=1)), now)

    def contents(self):
        """Return all sections as plain data."""
        return {
            "edition": EDITION,
            "from_on": self.from_on.isoformat(),
            "to_on": self.to_on.isoformat(),
            "decided": self.decided,
            "started": self.started,
            "done": self.done,
            "ended": self.ended,
            "in_progress": self.in_progress,
            "moves": self.moves,
            "proposals": self.proposals,
            "silent": self.silent,
            "areas": self.areas,
            "actions": self.actions,
            "coming": self.coming,
            "comments": self.comments,
        }

    # Sections

    @cached_property
    def decided(self):
        """The decisions published in the period, in the order of their numbers."""
        decisions = Decision.objects.published().filter(self._within("published_at"))
        return [
            {
                "decision": decision.pk,
                "number": decision.number,
                "title": decision.title,
                "about": str(decision.subject),
                "outcome": str(decision.outcome),
                "area": decision.item and decision.item.focus_area_id,
                "by": decision.decided_by_id,
                "on": decision.decided_on.isoformat(),
            }
            for decision in decisions.for_list().order_by("year", "serial")
        ]

    @cached_property
    def started(self):
        return [self._item(event) for event in self._events("agenda.started")]

    @cached_property
    def done(self):
        """What was finished, with the effect that was wanted and the one that was seen."""
        return [
            self._item(event)
            | {
                "effect_wanted": self._items[event.target_id].effect,
                "effect_seen": self._items[event.target_id].effect_seen,
            }
            for event in self._events("agenda.finished")
        ]

    @cached_property
    def ended(self):
        """What ended because the need was met or gone: a good ending."""
        return [
            self._item(event)
            | {"why": event.reason, "effect_seen": self._items[event.target_id].effect_seen}
            for event in self._events("agenda.ended")
        ]

    @cached_property
    def in_progress(self):
        """What was in progress at the end, with the light of its latest check-in before that."""
        return [
            {
                "item": item.pk,
                "title": item.title,
                "owner": item.owner_id,
                "area": item.focus_area_id,
                "action": item.action_id,
                "light": item.light_then or "none",
                "headline": item.headline_then or "",
                "on": _date(item.heard_at),
            }
            for item in self._running
        ]

    @cached_property
    def moves(self):
        """The items that ended the period in another horizon than they began it in.

        Several moves of one item are one, from where it first stood to where it ended.
        """
        steps = {}
        for event in self._events("agenda.moved"):
            if "horizon" in event.changes:
                steps.setdefault(event.target_id, []).append(event)
        moves = []
        for events in steps.values():
            was, became = events[0].changes["horizon"][0], events[-1].changes["horizon"][1]
            if was != became:
                moves.append(
                    self._item(events[-1])
                    | {"from": was, "to": became, "by": events[-1].by_id, "why": events[-1].reason}
                )
        return moves

    @cached_property
    def proposals(self):
        """What was proposed or answered in the period, with the latest answer in it."""
        answers = {event.target_id: event for event in self._events("agenda.answered")}
        proposed = {event.target_id: event for event in self._events("agenda.proposed")}
        return [
            {
                "item": pk,
                "title": self._items[pk].title,
                "by": self._items[pk].proposed_by_id,
                "on": _date(self._items[pk].created_at),
                "is_new": pk in proposed,
                "answer": answers[pk].data.get("answer", "") if pk in answers else "",
                "why": answers[pk].reason if pk in answers else "",
            }
            for pk in sorted({*proposed, *answers}, key=lambda pk: (self._items[pk].created_at, pk))
            if self._items[pk].proposed_by_id
        ]

    @cached_property
    def silent(self):
        """What nobody had checked in on for 30 days at the end; what is paused owes nothing."""
        limit = self.ends - SILENT_AFTER
        return [
            {
                "item": item.pk,
                "title": item.title,
                "owner": item.owner_id,
                "area": item.focus_area_id,
                "since": _date(item.heard_at or item.started_at),
            }
            for item in self._running
            if not item.is_paused and (item.heard_at or item.started_at or self.begins) <= limit
        ]

    @cached_property
    def areas(self):
        """Per focus area: what was decided, started, done and ended, and the lights at the end."""
        return [
            {
                "area": area.pk,
                "number": area.number,
                "title": area.title,
                "decided": _count(self.decided, "area", area.pk),
                "started": _count(self.started, "area", area.pk),
                "done": _count(self.done, "area", area.pk),
                "ended": _count(self.ended, "area", area.pk),
                "lights": self._lights("area", area.pk),
            }
            for area in FocusArea.objects.only("pk", "number", "title")
        ]

    @cached_property
    def actions(self):
        """Per proposed action: how it stood at the end, and what of it was in progress or done."""
        actions = _as_of(Action.objects.all(), "action_state", "state", self.ends)
        return [
            {
                "action": action.number,
                "title": action.title,
                "state": action.action_state_then,
                "in_progress": _count(self.in_progress, "action", action.pk),
                "done": _count(self.done, "action", action.pk),
                "lights": self._lights("action", action.pk),
            }
            for action in actions.defer("search")
        ]

    @cached_property
    def coming(self):
        """The decisions to be reviewed in the time after the period."""
        decisions = (
            Decision.objects.standing()
            .filter(
                published_at__lt=self.ends,
                review_on__gt=self.to_on,
                review_on__lte=self.to_on + COMING,
            )
            .order_by("review_on", "pk")
        )
        return [
            {
                "decision": decision.pk,
                "number": decision.number,
                "title": decision.title,
                "by": decision.decided_by_id,
                "on": decision.review_on.isoformat(),
            }
            for decision in decisions.defer("search")
        ]

    @cached_property
    def comments(self):
        """How many comments and answers were written in the period, and by how many people."""
        written = Event.objects.of_kind("dialogue.commented", "dialogue.answered")
        return written.filter(self._within("at")).aggregate(
            number=Count("pk"), people=Count("by", distinct=True)
        )

    # What the sections share

    def _within(self, field):
        return Q(**{f"{field}__gte": self.begins, f"{field}__lt": self.ends})

    @cached_property
    def _happened(self):
        """The events on items in the period, by verb, the oldest first."""
        events = Event.objects.filter(
            self._within("at"), target_type=ContentType.objects.get_for_model(Item)
        ).of_kind(
            "agenda.started",
            "agenda.finished",
            "agenda.ended",
            "agenda.moved",
            "agenda.proposed",
            "agenda.answered",
        )
        by_verb = {}
        for event in events.order_by("at", "pk"):
            by_verb.setdefault(event.verb, []).append(event)
        return by_verb

    def _events(self, verb):
        return self._happened.get(verb, [])

    @cached_property
    def _items(self):
        """The items that something happened to, by key."""
        ids = {event.target_id for events in self._happened.values() for event in events}
        return Item.objects.defer("search").in_bulk(ids)

    def _item(self, event):
        item = self._items[event.target_id]
        return {
            "item": item.pk,
            "title": item.title,
            "owner": item.owner_id,
            "area": item.focus_area_id,
            "action": item.action_id,
            "on": _date(event.at),
        }

    @cached_property
    def _running(self):
        """The items that were in progress at the end, the latest word on each annotated."""
        heard = CheckIn.objects.filter(item=OuterRef("pk"), created_at__lt=self.ends).order_by(
            "-created_at", "-pk"
        )
        pauses = FollowUpPlan.objects.filter(item=OuterRef("pk"), paused_until__gt=self.to_on)
        started = _events_of(Item, at__lt=self.ends, verb="agenda.started").order_by("-at")
        items = _as_of(Item.objects.filter(created_at__lt=self.ends), "status", "status", self.ends)
        return list(
            items.filter(status_then=Status.IN_PROGRESS)
            .annotate(
                light_then=Subquery(heard.values("light")[:1]),
                headline_then=Subquery(heard.exclude(headline="").values("headline")[:1]),
                heard_at=Subquery(heard.values("created_at")[:1]),
                started_at=Subquery(started.values("at")[:1]),
                is_paused=Exists(pauses),
            )
            .only("pk", "title", "owner_id", "focus_area_id", "action_id", "status", "sort_key")
            .order_by("focus_area__number", "sort_key", "pk")
        )

    def _lights(self, name, key):
        """Return how many items in progress have each light: {light: number}."""
        lights = {}
        for row in self.in_progress:
            if row[name] == key:
                lights[row["light"]] = lights.get(row["light"], 0) + 1
        return lights


def into_now(moves):
    return [move for move in moves if move["to"] == Horizon.NOW]


def out_of_now(moves):
    return [move for move in moves if move["from"] == Horizon.NOW]


def _as_of(queryset, change, field, moment):
    """Annotate rows with `<change>_then`: what `field` was just before `moment`, by the trail.

    The last change before it says so; without one, the first change after it tells the old
    value; without any, the field has always been as it is.
    """
    changed = _events_of(queryset.model, changes__has_key=change)
    before = changed.filter(at__lt=moment).order_by("-at", "-pk")
    after = changed.filter(at__gte=moment).order_by("at", "pk")
    return queryset.annotate(
        **{
            f"{change}_then": Coalesce(
                Subquery(before.values(value=KT(f"changes__{change}__1"))[:1]),
                Subquery(after.values(value=KT(f"changes__{change}__0"))[:1]),
                F(field),
                Value(""),
                output_field=TextField(),
            )
        }
    )


def _events_of(model, **conditions):
    """Return the events of the row of `model` that an outer query is at."""
    return Event.objects.filter(
        target_type=ContentType.objects.get_for_model(model),
        target_id=OuterRef("pk"),
        **conditions,
    )


def _count(rows, name, key):
    return sum(row[name] == key for row in rows)


def _midnight(date):
    return timezone.make_aware(dt.datetime.combine(date, dt.time.min))


def _date(moment):
    return timezone.localdate(moment).isoformat() if moment else None
