"""The minutes as a reader sees them: "what was decided and why"."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from agenda.changes import place_in_words
from agenda.models import Horizon
from meetings.models import Entry


@dataclass
class Outcome:
    """An entry of the minutes with its words."""

    title: str
    url: str
    label: str
    text: str
    why: str
    by: str
    question_to: str = ""
    due_on: dt.date | None = None
    decision: dict | None = None
    decision_url: str = ""
    entry: Entry | None = None
    is_unreached: bool = False


@dataclass
class Move:
    """An item that ended in another place."""

    title: str
    url: str
    old: str
    new: str
    who: str
    whys: list
    said: str
    comes_in: bool
    goes_out: bool


class Published:
    """What `meeting` came to, from its `record` (the minutes, or what they would be).

    Only the answers to the meeting's questions are read live: they come after it has closed.
    """

    def __init__(self, meeting, user, record=None):
        self.meeting, self.user = meeting, user
        self.record = record or meeting.minutes

    @cached_property
    def _names(self):
        """The names of all people in the minutes, by key."""
        keys = {entry["by"] for entry in self.record["entries"]}
        keys |= {entry["question_to"] for entry in self.record["entries"]}
        for move in self.record["moves"]:
            for step in move["steps"]:
                keys |= {step["by"], step["on_behalf_of"]}
        keys |= {focus["by"] for focus in self.record["focus"]}
        people = Person.objects.filter(pk__in=keys - {None})
        return dict(people.values_list("pk", "name"))

    @cached_property
    def _entries(self):
        """The entries themselves, for the answers that came later."""
        return self.meeting.entries.select_related("question_to").in_bulk()

    @cached_property
    def outcomes(self):
        decisions = {decision["decision"]: decision for decision in self.record["decisions"]}
        labels = dict(Entry.Outcome.choices)
        outcomes = {value: [] for value in Entry.Outcome.values}
        for entry in self.record["entries"]:
            outcomes[entry["outcome"]].append(
                Outcome(
                    title=entry["title"],
                    url=_url(entry),
                    label=str(labels[entry["outcome"]]),
                    text=entry["text"],
                    why=entry["why"],
                    by=self._names.get(entry["by"], ""),
                    question_to=self._names.get(entry["question_to"], ""),
                    due_on=entry["due_on"] and dt.date.fromisoformat(entry["due_on"]),
                    decision=decisions.get(entry["decision"]),
                    decision_url=entry["decision"]
                    and reverse("decision", args=[entry["decision"]]),
                    entry=self._entries.get(entry["entry"]),
                    is_unreached=entry["outcome"] == Entry.Outcome.NONE,
                )
            )
        return outcomes

    @property
    def decided(self):
        return self.outcomes["decision"]

    @cached_property
    def decided_elsewhere(self):
        """The decisions that were published in the meeting on what was not on its list."""
        told = {entry["decision"] for entry in self.record["entries"]}
        others = [d for d in self.record["decisions"] if d["decision"] not in told]
        return [d | {"url": reverse("decision", args=[d["decision"]])} for d in others]

    @property
    def questions(self):
        return self.outcomes["question"]

    @property
    def discussed(self):
        """What was talked about with no more than that; a move is told with the moves."""
        moved = {move["item"] for move in self.record["moves"]}
        untold = [
            o for o in self.outcomes["move"] if o.entry is None or o.entry.item_id not in moved
        ]
        return untold + self.outcomes["no_action"]

    @property
    def goes_on(self):
        """What goes to the next meeting, put off or not reached."""
        return self.outcomes["carried_over"] + self.outcomes["none"]

    @cached_property
    def moves(self):
        """The moves, those in and out of Now first."""
        moves = [self._move(move) for move in self.record["moves"]]
        return sorted(moves, key=lambda move: (not move.comes_in, not move.goes_out))

    @cached_property
    def _said(self):
        """What the meeting wrote on the items whose outcome was a move, by item."""
        moved = [entry for entry in self.record["entries"] if entry["outcome"] == "move"]
        return {entry["item"]: entry["text"] for entry in moved}

    def _move(self, move):
        (old, old_rank), (new, new_rank) = move["from"], move["to"]
        names = [self._names.get(step["on_behalf_of"] or step["by"], "") for step in move["steps"]]
        whys = [step["why"] for step in move["steps"] if step["why"]]
        return Move(
            title=move["title"],
            url=_url(move),
            old=place_in_words(old, old_rank),
            new=place_in_words(new, new_rank),
            who=", ".join(dict.fromkeys(name for name in names if name)),
            whys=list(dict.fromkeys(whys)),
            said=self._said.get(move["item"], ""),
            comes_in=new == Horizon.NOW and old != Horizon.NOW,
            goes_out=old == Horizon.NOW and new != Horizon.NOW,
        )

    @cached_property
    def focus(self):
        return [
            focus | {"url": _url(focus), "who": self._names.get(focus["by"], "")}
            for focus in self.record["focus"]
        ]

    @property
    def caps(self):
        return self.record["caps"]

    @cached_property
    def units(self):
        """What concerns each unit."""
        own = self.user.unit_id
        units = []
        for unit in self.record["units"]:
            items = [item | {"url": _url(item)} for item in unit["items"]]
            units.append(unit | {"is_own": unit["unit"] == own, "items": items})
        return units

    @property
    def own_unit(self):
        """The reader's own unit, if the meeting touched it; in a list of one or none."""
        return [unit for unit in self.units if unit["is_own"]]

    @property
    def other_units(self):
        return [unit for unit in self.units if not unit["is_own"]]

    @property
    def untouched_unit(self):
        """The reader's own unit when nothing in the meeting touched it, else None."""
        return None if self.own_unit else self.user.unit

    @property
    def next_meeting_url(self):
        pk = self.record["next_meeting"]
        return reverse("meeting", args=[pk]) if pk else ""

    @property
    def is_empty(self):
        return not (self.record["entries"] or self.record["moves"] or self.record["decisions"])


def _url(entry):
    """Return the address of the item or action that a line of the minutes is about, if any."""
    if entry.get("item"):
        return reverse("item", args=[entry["item"]])
    if entry.get("action"):
        return reverse("action", args=[entry["action"]])
    return ""


def in_one_line(record):
    """Return what a meeting came to as a short list of words: for the list of meetings."""
    outcomes = [entry["outcome"] for entry in record["entries"]]
    decided = [entry["title"] for entry in record["entries"] if entry["outcome"] == "decision"]
    told = {entry["decision"] for entry in record["entries"]}
    decided += [d["title"] for d in record["decisions"] if d["decision"] not in told]
    moved, asked = len(record["moves"]), outcomes.count("question")
    words = []
    if decided:
        words.append(_("Decided: %(titles)s") % {"titles": ", ".join(decided)})
    if moved:
        words.append(
            ngettext("%(count)d item moved", "%(count)d items moved", moved) % {"count": moved}
        )
    if asked:
        words.append(
            ngettext("%(count)d question asked", "%(count)d questions asked", asked)
            % {"count": asked}
        )
    return words or [_("No decisions and no moves")]
