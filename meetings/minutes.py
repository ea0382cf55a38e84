"""The minutes of a meeting: compiled once when it closes, read by everybody after that.

They hold codes and keys, so that each reader gets them in their own language, and the titles as
they were that day. People are keys only: who is erased later is erased here too.
"""

from django.db.models import BigIntegerField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from activity.models import Event
from agenda.models import Horizon, Item
from decisions.models import Decision


def compile_minutes(meeting, entries, next_meeting):
    """Return what the closing `meeting` came to, as a snapshot that JSON can hold."""
    moves = moves_in(meeting)
    touched = {entry.item_id for entry in entries if entry.item_id}
    touched |= {move["item"] for move in moves}
    return {
        "edition": 1,
        "entries": [_entry(entry) for entry in entries],
        "decisions": [_decision(decision) for decision in decisions_in(meeting)],
        "moves": moves,
        "focus": focus_in(meeting),
        "caps": caps_in(meeting),
        "units": units_of(touched),
        "order": order(),
        "next_meeting": next_meeting and next_meeting.pk,
    }


def _entry(entry):
    return {
        "entry": entry.pk,
        "item": entry.item_id,
        "action": entry.action and entry.action.number,
        "title": entry.heading,
        "why": entry.why,
        "outcome": str(entry.outcome),
        "text": entry.outcome_text,
        "by": entry.outcome_by_id,
        "question_to": entry.question_to_id,
        "due_on": entry.due_on and entry.due_on.isoformat(),
        "decision": entry.decision_id,
    }


def _decision(decision):
    return {
        "decision": decision.pk,
        "number": decision.number,
        "title": decision.title,
        "item": decision.item_id,
        "action": decision.action and decision.action.number,
    }


def decisions_in(meeting):
    """Return the decisions that were published in `meeting`, in the order of their numbers."""
    events = Event.objects.during(meeting).of_kind("decisions.published")
    keys = events.values_list(Cast(KeyTextTransform("decision", "data"), BigIntegerField()))
    published = Decision.objects.published().filter(pk__in=keys.order_by())
    return list(published.select_related("action").order_by("year", "serial"))


def decision_on(entry, decisions):
    """Return the latest of `decisions` that is about what `entry` is about, or None."""
    if entry.item_id is None and entry.action_id is None:
        return None
    about = [
        decision
        for decision in decisions
        if (decision.item_id, decision.action_id) == (entry.item_id, entry.action_id)
    ]
    return about[-1] if about else None


def moves_in(meeting):
    """Return each item that ended `meeting` in another place, with who moved it and why.

    An item moved several times is one move, from where it first stood to where it ended; one that
    was moved back has not moved.
    """
    steps = {}
    for event in Event.objects.during(meeting).of_kind("agenda.moved").order_by("at", "pk"):
        steps.setdefault(event.target_id, []).append(event)
    items = Item.objects.in_bulk(steps)
    moves = []
    for pk, events in steps.items():
        was, now = _net(events, items[pk])
        if was != now:
            moves.append(
                {
                    "item": pk,
                    "title": items[pk].title,
                    "from": was,
                    "to": now,
                    "steps": [_step(event) for event in events],
                }
            )
    return moves


def _net(events, item):
    """Return ([horizon, rank] before the first event, the same after the last).

    An event tells the horizon only when it changed.
    """
    across = [event.changes["horizon"] for event in events if "horizon" in event.changes]
    first, last = (across[0][0], across[-1][1]) if across else (item.horizon, item.horizon)
    return [first, events[0].changes["rank"][0]], [last, events[-1].changes["rank"][1]]


def _step(event):
    return {
        "by": event.by_id,
        "on_behalf_of": event.on_behalf_of_id,
        "at": event.at.isoformat(),
        "why": event.reason,
        "gave_room_to": event.data.get("gave_room_to"),
    }


def focus_in(meeting):
    """Return the special focus that was given or taken in `meeting`, the latest word per item."""
    events = Event.objects.during(meeting).of_kind("agenda.focus_given", "agenda.focus_taken")
    latest = {event.target_id: event for event in events.order_by("at", "pk")}
    titles = Item.objects.in_bulk(latest)
    return [
        {
            "item": pk,
            "title": titles[pk].title,
            "is_given": event.verb == "agenda.focus_given",
            "by": event.by_id,
            "why": event.reason,
        }
        for pk, event in latest.items()
    ]


def caps_in(meeting):
    """Return how the cap on Now was raised in `meeting`, and why."""
    events = Event.objects.during(meeting).of_kind("agenda.cap_raised").order_by("at", "pk")
    return [
        {
            "from": event.changes["now_cap"][0],
            "to": event.changes["now_cap"][1],
            "why": event.reason,
        }
        for event in events
    ]


def units_of(item_ids):
    """Return per unit which of the items touch it: "this concerns you"."""
    units = {}
    items = Item.objects.filter(pk__in=item_ids).prefetch_related("units").order_by("sort_key")
    for item in items:
        for unit in item.units.all():
            entry = units.setdefault(unit.pk, {"unit": unit.pk, "name": unit.name, "items": []})
            entry["items"].append({"item": item.pk, "title": item.title})
    return list(units.values())


def order():
    """Return the whole ranking as it stands: {horizon: [[key, title], ...]}."""
    ranking = {horizon: [] for horizon in Horizon.values}
    for horizon, pk, title in Item.objects.ranked().values_list("horizon", "pk", "title"):
        ranking[horizon].append([pk, title])
    return ranking
