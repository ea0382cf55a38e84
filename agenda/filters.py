"""What the agenda is filtered and sorted on; everything stands in the address."""

from dataclasses import dataclass

from django import forms
from django.db.models import CharField, F, OrderBy, Value
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person, Unit
from accounts.text import clean_query
from agenda.models import Action, FocusArea, Horizon, Item, Status
from platform_areas.models import PlatformArea
from principles.models import Principle

NO_HORIZON = "none"
OPEN, CLOSED = "open", "closed"
# The words of the page are understood in the address as well as those of the code.
HORIZON_WORDS = {"nu": "now", "harnast": "next", "senare": "later", "avvaktar": "waiting"}
STATUS_WORDS = {
    "foreslagen": "proposed",
    "bereds": "preparing",
    "beslutad": "decided",
    "pagar": "in_progress",
    "klar": "done",
    "avslutad": "ended",
    "avbojd": "declined",
}
# Names of sortings in the address: a minus before the name turns the order round.
SORTINGS = {
    "plats": [Item.HORIZON_ORDER, "rank", Item.IS_CLOSED, "sort_key", "pk"],
    "titel": ["sort_key", "pk"],
    "fokusomrade": ["focus_area__number", Item.HORIZON_ORDER, "rank", "sort_key", "pk"],
    "agare": [OrderBy(F("owner__sort_key"), nulls_last=True), "sort_key", "pk"],
    "status": [Item.STATUS_ORDER, "sort_key", "pk"],
}
DEFAULT_SORTING = "plats"


FORM_ID = "agenda-filters"
_with_list = forms.HiddenInput(attrs={"form": FORM_ID})


@dataclass
class Active:
    """A filter that is set, in words, and the address without it."""

    label: str
    value: str
    url: str


def values_of(queryset, kind, value, label, position):
    """Return rows of (kind, value, label, position) for a union of all choices."""
    return (
        queryset.order_by()
        .annotate(
            choice_kind=Value(kind, CharField()),
            choice_value=Cast(F(value), CharField()),
            choice_label=Cast(F(label), CharField()),
            choice_order=Cast(F(position), CharField()),
        )
        .values_list("choice_kind", "choice_value", "choice_label", "choice_order")
    )


def choices_in_use():
    """Return {parameter: [(value, label), …]} of what can be filtered on, in one query."""
    owners = Person.objects.filter(pk__in=Item.objects.filter(owner__isnull=False).values("owner"))
    rows = values_of(FocusArea.objects, "fokusomrade", "slug", "title", "number").union(
        values_of(PlatformArea.objects, "plattform", "slug", "title", "position"),
        values_of(Principle.objects, "princip", "slug", "title", "number"),
        values_of(Action.objects, "atgard", "number", "title", "number"),
        values_of(Unit.objects, "enhet", "pk", "name", "sort_key"),
        values_of(owners, "agare", "pk", "name", "sort_key"),
        all=True,
    )
    choices = {}
    for kind, value, label, position in rows:
        choices.setdefault(kind, []).append((position, value, label))
    numbered = {"fokusomrade", "plattform", "princip", "atgard"}
    return {
        kind: [
            (value, f"{value}. {label}" if kind == "atgard" else label)
            for _position, value, label in sorted(
                found, key=lambda row: int(row[0]) if kind in numbered else row[0]
            )
        ]
        for kind, found in choices.items()
    }


class AgendaFilters(forms.Form):
    """The filters as they stand in the address.

    An unknown value filters nothing and is told in `unknown`.
    """

    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, widget=forms.TextInput({"type": "search"})
    )
    fokusomrade = forms.ChoiceField(label=gettext_lazy("Focus area"), required=False)
    horisont = forms.ChoiceField(label=gettext_lazy("Horizon"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    enhet = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    agare = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    plattform = forms.ChoiceField(label=gettext_lazy("Platform area"), required=False)
    princip = forms.ChoiceField(label=gettext_lazy("Principle"), required=False)
    atgard = forms.ChoiceField(label=gettext_lazy("Proposed action"), required=False)
    digital = forms.BooleanField(
        label=gettext_lazy("Only the digital agenda"),
        required=False,
        widget=forms.CheckboxInput({"value": "1"}, check_test=lambda value: value == "1"),
    )
    # Written with the list, which changes them, and so sent with the form by its id.
    vy = forms.CharField(required=False, widget=_with_list)
    sort = forms.CharField(required=False, widget=_with_list)

    ALWAYS_SHOWN = ["q", "fokusomrade", "horisont", "status", "enhet", "agare"]
    VIEWS = ["", "tabell", "tavla"]

    def __init__(self, data, *, path, sortings=None):
        self.query, self.path = data, path
        self.sortings = {**SORTINGS, **(sortings or {})}
        super().__init__(self._canonical(data), auto_id="filter-%s")
        choices = {
            **choices_in_use(),
            "horisont": [*Horizon.choices, (NO_HORIZON, _("No place"))],
            "status": [(OPEN, _("All open")), (CLOSED, _("All closed")), *Status.choices],
        }
        choices["agare"] = self._with_asked_owner(choices.get("agare", []))
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", _("All")), *choices.get(name, [])]

    def _canonical(self, data):
        """Return {name: cleaned value} with each value as the code writes it."""
        values = {name: clean_query(data.get(name, "")) for name in self.base_fields}
        values["horisont"] = HORIZON_WORDS.get(values["horisont"], values["horisont"])
        values["status"] = STATUS_WORDS.get(values["status"], values["status"])
        return {name: value for name, value in values.items() if value}

    def _with_asked_owner(self, owners):
        """Add the person the address names, who is known although they own nothing now."""
        pk = self.data.get("agare", "")
        if pk.isdecimal() and len(pk) < 19 and pk not in dict(owners):
            owners = [*owners, *((pk, person.name) for person in Person.objects.filter(pk=pk))]
        return owners

    @cached_property
    def _checked(self):
        """What is set and known, as {name: value}, and what is unknown, as [(label, value)]."""
        known, unknown = {}, []
        for name, value in self.data.items():
            field = self.fields[name]
            if self._is_known(name, field, value):
                known[name] = value
            else:
                unknown.append((field.label or name, value))
        page = clean_query(self.query.get("sida", ""))
        if page and not page.isdecimal():
            unknown.append((_("Page"), page))
        return known, unknown

    def _is_known(self, name, field, value):
        if name == "q":
            return True
        if name == "digital":
            return value == "1"
        if name == "vy":
            return value in self.VIEWS
        if name == "sort":
            return value.removeprefix("-") in self.sortings
        return any(value == choice for choice, _label in field.choices)

    @property
    def values(self):
        return self._checked[0]

    @property
    def unknown(self):
        """What the address asks for that does not exist, as sentences."""
        return [
            _("“%(value)s” is not known for %(label)s, so it filters nothing.")
            % {"value": value[:60], "label": str(label).lower()}
            for label, value in self._checked[1]
        ]

    @property
    def is_board(self):
        return self.values.get("vy") == "tavla"

    @property
    def is_narrowed(self):
        """Whether something is filtered away."""
        return bool(self.values.keys() - {"vy", "sort"})

    @property
    def first_fields(self):
        return [self[name] for name in self.ALWAYS_SHOWN]

    @property
    def more_fields(self):
        return [field for field in self.visible_fields() if field.name not in self.ALWAYS_SHOWN]

    @property
    def has_more_set(self):
        return any(field.name in self.values for field in self.more_fields)

    # What it does to items

    def narrow(self, items):
        """Keep the items that match every filter."""
        values = self.values
        if text := values.get("q"):
            items = items.matching(text)
        if horizon := values.get("horisont"):
            items = items.filter(horizon=None if horizon == NO_HORIZON else horizon)
        if status := values.get("status"):
            groups = {OPEN: Item.OPEN_STATUSES, CLOSED: Item.CLOSED_STATUSES}
            items = items.filter(status__in=groups.get(status, [status]))
        lookups = {
            "fokusomrade": "focus_area__slug",
            "enhet": "units",
            "agare": "owner",
            "plattform": "platform_areas__slug",
            "princip": "principles__slug",
            "atgard": "action__number",
        }
        for name, lookup in lookups.items():
            if name in values:
                items = items.filter(**{lookup: values[name]})
        if "digital" in values:
            items = items.filter(is_digital=True)
        return items

    @property
    def sorting(self):
        """The name of the sorting, with a minus when it is turned round."""
        return self.values.get("sort", DEFAULT_SORTING)

    def order(self, items):
        order = items.order_by(*self.sortings[self.sorting.removeprefix("-")])
        return order.reverse() if self.sorting.startswith("-") else order

    # Addresses

    def url(self, **changes):
        """Return the address of this list with `changes`; None takes a parameter away."""
        query = self.query.copy()
        query.pop("sida", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        for name in [name for name in query if not query[name]]:
            del query[name]
        return f"{self.path}?{query.urlencode()}" if query else self.path

    @property
    def active(self):
        """The filters that are set, to be shown as words that can be taken away."""
        active = []
        for name, value in self.values.items():
            if name in {"vy", "sort"}:
                continue
            field = self.fields[name]
            if name == "digital":
                label, words = field.label, ""
            elif name == "q":
                label, words = field.label, f"”{value}”"
            else:
                label, words = field.label, dict(field.choices)[value]
            active.append(Active(label, words, self.url(**{name: None})))
        return active

    @property
    def clear_url(self):
        return self.url(**{name: None for name in self.values if name not in {"vy", "sort"}})

    @property
    def table_url(self):
        return self.url(vy=None)

    @property
    def board_url(self):
        return self.url(vy="tavla", sort=None)

    def headings(self, columns):
        """Return the heads of the table: `columns` are (sorting or "", label)."""
        current = self.sorting.removeprefix("-")
        is_turned = self.sorting.startswith("-")
        heads = []
        for name, label in columns:
            if not name:
                heads.append(Heading(label))
                continue
            direction = ""
            wanted = name
            if name == current:
                direction = "descending" if is_turned else "ascending"
                wanted = name if is_turned else f"-{name}"
            heads.append(Heading(label, self.url(sort=wanted), direction, f"sort-{name}"))
        return heads


@dataclass
class Heading:
    """The head of a column; with an address it sorts."""

    label: str
    url: str = ""
    direction: str = ""
    id: str = ""
