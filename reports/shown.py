"""How the contents of a report are read: figures and sections, in the reader's language.

A section is a title, a sentence, and a table, whatever shows it.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext, pgettext

from accounts.models import Person
from agenda.models import Action, Horizon, Item
from decisions.models import Decision
from followup.models import Light
from reports.period import into_now, out_of_now

TITLES = {
    "decided": gettext_lazy("What was decided"),
    "started": gettext_lazy("What was started"),
    "done": gettext_lazy("Done, with effect"),
    "ended": gettext_lazy("Ended in good time"),
    "lights": gettext_lazy("How it goes"),
    "moves": gettext_lazy("Moved between horizons"),
    "proposals": gettext_lazy("Proposals and answers"),
    "silent": gettext_lazy("Silent for 30 days or more"),
    "areas": gettext_lazy("Per focus area"),
    "actions": gettext_lazy("Per proposed action"),
    "coming": gettext_lazy("Coming next"),
}
LIGHTS = [*Light.choices, ("none", gettext_lazy("No check-in yet"))]


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table: words, perhaps with a link, a light, or a date."""

    text: str
    url: str = ""
    light: str = ""
    is_date: bool = False


@dataclass
class Section:
    key: str
    lead: str
    columns: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    comment: str = ""

    @property
    def title(self):
        return TITLES[self.key]

    @property
    def anchor(self):
        return f"section-{self.key}"

    @property
    def lines(self):
        """The rows as [(heading, [(label, cell), ...])]: the first cell heads its row."""
        return [(row[0], list(zip(self.columns[1:], row[1:], strict=True))) for row in self.rows]


class Shown:
    """The contents `data` of a report with the words that people have written to its sections."""

    def __init__(self, data, comments=None):
        self.data, self.comments = data, comments or {}

    @cached_property
    def figures(self):
        """The numbers that stand on top, as [(number, what)]; each counts the rows of a section."""
        data = self.data
        lights = [row["light"] for row in data["in_progress"]]
        decided, started = len(data["decided"]), len(data["started"])
        done, ended = len(data["done"]), len(data["ended"])
        new = sum(row["is_new"] for row in data["proposals"])
        comments = data["comments"]["number"]
        return [
            (decided, npgettext("figure", "decision", "decisions", decided)),
            (started, npgettext("figure", "item started", "items started", started)),
            (done, npgettext("figure", "item done", "items done", done)),
            (ended, npgettext("figure", "ended in good time", "ended in good time", ended)),
            (len(lights), pgettext("figure", "in progress")),
            (lights.count(Light.NEEDS_DIALOGUE), pgettext("figure", "need dialogue")),
            (lights.count(Light.NEEDS_DECISION), pgettext("figure", "need a decision")),
            (len(into_now(data["moves"])), pgettext("figure", "moved into Now")),
            (len(out_of_now(data["moves"])), pgettext("figure", "moved out of Now")),
            (new, npgettext("figure", "new proposal", "new proposals", new)),
            (comments, npgettext("figure", "comment", "comments", comments)),
        ]

    @cached_property
    def sections(self):
        sections = [getattr(self, f"_{key}")() for key in TITLES]
        for section in sections:
            section.comment = self.comments.get(section.key, "")
        return sections

    @property
    def commented(self):
        """How many sections somebody has written something to."""
        return sum(bool(section.comment) for section in self.sections)

    # Charts, drawn from the same rows as the tables

    @property
    def light_parts(self):
        return LIGHTS

    @property
    def lights_per_area(self):
        return [(row["title"], row["lights"]) for row in self.data["areas"]]

    @property
    def moves_between(self):
        """How many items went from which horizon to which: [("Next → Now", number)]."""
        flows = {}
        for move in self.data["moves"]:
            flow = move["from"], move["to"]
            flows[flow] = flows.get(flow, 0) + 1
        order = [*Horizon.values, None]
        return [
            (f"{_horizon(was)} → {_horizon(became)}", number)
            for (was, became), number in sorted(
                flows.items(), key=lambda flow: [order.index(end) for end in flow[0]]
            )
        ]

    # Sections

    def _decided(self):
        rows = self.data["decided"]
        if not rows:
            return Section("decided", _("No decisions were published."))
        lead = ngettext("%d decision was published.", "%d decisions were published.", len(rows))
        return Section(
            "decided",
            lead % len(rows),
            [_("Decision"), _("Concerns"), _("Outcome"), _("Decided by"), _("Date")],
            [
                [
                    Cell(
                        f"{row['number']} {row['title']}",
                        reverse("decision", args=[row["decision"]]),
                    ),
                    Cell(row["about"]),
                    Cell(_label(Decision.Outcome, row["outcome"])),
                    self._person(row["by"]),
                    _day(row["on"]),
                ]
                for row in rows
            ],
        )

    def _started(self):
        rows = self.data["started"]
        if not rows:
            return Section("started", _("Nothing new was started."))
        lead = ngettext("Work began on %d item.", "Work began on %d items.", len(rows))
        columns = [_("Agenda item"), _("Owner"), _("Started on")]
        table = [[_item(row), self._person(row["owner"]), _day(row["on"])] for row in rows]
        return Section("started", lead % len(rows), columns, table)

    def _done(self):
        rows = self.data["done"]
        if not rows:
            return Section("done", _("Nothing was finished."))
        lead = ngettext("%d item was finished.", "%d items were finished.", len(rows))
        return Section(
            "done",
            lead % len(rows),
            [_("Agenda item"), _("Effect we wanted"), _("Effect we saw"), _("Owner"), _("Done on")],
            [
                [
                    _item(row),
                    Cell(row["effect_wanted"]),
                    Cell(row["effect_seen"]),
                    self._person(row["owner"]),
                    _day(row["on"]),
                ]
                for row in rows
            ],
        )

    def _ended(self):
        rows = self.data["ended"]
        if not rows:
            return Section("ended", _("Nothing was ended because its need was met or gone."))
        lead = ngettext(
            "%d item was ended, as its need was met or gone.",
            "%d items were ended, as their need was met or gone.",
            len(rows),
        )
        return Section(
            "ended",
            lead % len(rows),
            [_("Agenda item"), _("Why"), _("Effect we saw"), _("Ended on")],
            [
                [_item(row), Cell(row["why"]), Cell(row["effect_seen"]), _day(row["on"])]
                for row in rows
            ],
        )

    def _lights(self):
        rows = self.data["in_progress"]
        if not rows:
            return Section("lights", _("Nothing was in progress at the end of the period."))
        lead = ngettext(
            "%d item was in progress at the end of the period.",
            "%d items were in progress at the end of the period.",
            len(rows),
        )
        order = [key for key, _label in reversed(Light.choices)]
        urgent = sorted(
            rows, key=lambda row: (row["light"] not in order, _rank(order, row["light"]))
        )
        return Section(
            "lights",
            lead % len(rows),
            [_("Agenda item"), _("How it goes"), _("In short"), _("Owner"), _("Checked in")],
            [
                [
                    _item(row),
                    Cell(str(dict(LIGHTS)[row["light"]]), light=row["light"]),
                    Cell(row["headline"]),
                    self._person(row["owner"]),
                    _day(row["on"]),
                ]
                for row in urgent
            ],
        )

    def _moves(self):
        rows = self.data["moves"]
        if not rows:
            return Section("moves", _("Nothing moved from one horizon to another."))
        lead = ngettext(
            "%(number)d item changed horizon; %(into)d into Now and %(out)d out of it.",
            "%(number)d items changed horizon; %(into)d into Now and %(out)d out of it.",
            len(rows),
        ) % {"number": len(rows), "into": len(into_now(rows)), "out": len(out_of_now(rows))}
        return Section(
            "moves",
            lead,
            [_("Agenda item"), _("From"), _("To"), _("Why"), _("Moved by"), _("Date")],
            [
                [
                    _item(row),
                    Cell(_horizon(row["from"])),
                    Cell(_horizon(row["to"])),
                    Cell(row["why"]),
                    self._person(row["by"]),
                    _day(row["on"]),
                ]
                for row in rows
            ],
        )

    def _proposals(self):
        rows = self.data["proposals"]
        if not rows:
            return Section("proposals", _("Nobody made a proposal and none was answered."))
        new = sum(row["is_new"] for row in rows)
        answered = sum(bool(row["answer"]) for row in rows)
        lead = ngettext(
            "%(new)d new proposal; %(answered)d answered in the period.",
            "%(new)d new proposals; %(answered)d answered in the period.",
            new,
        ) % {"new": new, "answered": answered}
        return Section(
            "proposals",
            lead,
            [_("Proposal"), _("Proposed by"), _("Proposed on"), _("Answer"), _("Why")],
            [
                [
                    _item(row),
                    self._person(row["by"]),
                    _day(row["on"]),
                    Cell(_label(Item.Answer, row["answer"]) or _("Not answered in the period")),
                    Cell(row["why"]),
                ]
                for row in rows
            ],
        )

    def _silent(self):
        rows = self.data["silent"]
        if not rows:
            return Section("silent", _("Nothing in progress had been silent for 30 days."))
        lead = ngettext(
            "%d item in progress had not been heard of for 30 days.",
            "%d items in progress had not been heard of for 30 days.",
            len(rows),
        )
        columns = [_("Agenda item"), _("Owner"), _("Last heard of")]
        table = [[_item(row), self._person(row["owner"]), _day(row["since"])] for row in rows]
        return Section("silent", lead % len(rows), columns, table)

    def _areas(self):
        rows = self.data["areas"]
        return Section(
            "areas",
            _("What happened in each of the six focus areas."),
            [
                _("Focus area"),
                _("Decisions"),
                _("Items started"),
                _("Items done"),
                _("Items ended"),
            ],
            [
                [
                    Cell(f"{row['number']}. {row['title']}"),
                    *(Cell(str(row[name])) for name in ("decided", "started", "done", "ended")),
                ]
                for row in rows
            ],
        )

    def _actions(self):
        rows = self.data["actions"]
        return Section(
            "actions",
            _("Where the eight proposed actions stood at the end of the period."),
            [_("Proposed action"), _("State"), _("Items in progress"), _("Items done")],
            [
                [
                    Cell(
                        f"{row['action']}. {row['title']}", reverse("action", args=[row["action"]])
                    ),
                    Cell(_label(Action.State, row["state"])),
                    Cell(str(row["in_progress"])),
                    Cell(str(row["done"])),
                ]
                for row in rows
            ],
        )

    def _coming(self):
        rows = self.data["coming"]
        if not rows:
            return Section("coming", _("No decision is to be reviewed in the next 60 days."))
        lead = ngettext(
            "%d decision is to be reviewed in the next 60 days.",
            "%d decisions are to be reviewed in the next 60 days.",
            len(rows),
        )
        return Section(
            "coming",
            lead % len(rows),
            [_("Decision"), _("Decided by"), _("Review")],
            [
                [
                    Cell(
                        f"{row['number']} {row['title']}",
                        reverse("decision", args=[row["decision"]]),
                    ),
                    self._person(row["by"]),
                    _day(row["on"]),
                ]
                for row in rows
            ],
        )

    # Cells

    @cached_property
    def _names(self):
        """The names of everybody in the contents, as they are called today, by key."""
        people = {
            row.get(role)
            for rows in self.data.values()
            if isinstance(rows, list)
            for row in rows
            for role in ("owner", "by")
        }
        return dict(Person.objects.filter(pk__in=people - {None}).values_list("pk", "name"))

    def _person(self, key):
        return Cell(self._names.get(key, "–"))


def _item(row):
    return Cell(row["title"], reverse("item", args=[row["item"]]))


def _day(text):
    shown = date_format(dt.date.fromisoformat(text), "SHORT_DATE_FORMAT") if text else "–"
    return Cell(shown, is_date=True)


def _horizon(key):
    return str(dict(Horizon.choices).get(key, _("no place")))


def _label(choices, key):
    return str(dict(choices.choices).get(key, key))


def _rank(order, key):
    return order.index(key) if key in order else len(order)
