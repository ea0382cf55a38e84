"""The desk of leadership support: who owes a check-in, what came back, whose answer is awaited."""

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Value, When
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.text import clean_query
from agenda.filters import choices_in_use
from agenda.models import Item, Status
from followup.models import DueState, Light, with_follow_up_state, with_latest_light
from meetings.models import Entry
from outbox.models import Email
from reminders.models import ReminderLine

PER_PAGE = 50
SHOWN = 10
# The most pressing first.
STATE_ORDER = Case(
    *(When(follow_up_state=state, then=Value(number)) for number, state in enumerate(DueState)),
    default=Value(len(DueState)),
)


class DeskFilters(forms.Form):
    """The filters as they stand in the address; an unknown value filters nothing and is told."""

    visa = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, widget=forms.TextInput({"type": "search"})
    )
    enhet = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    agare = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)

    def __init__(self, query, *, path):
        self.query, self.path = query, path
        values = {name: clean_query(query.get(name, "")) for name in self.base_fields}
        super().__init__({name: text for name, text in values.items() if text}, auto_id="desk-%s")
        choices = choices_in_use() | {"visa": DueState.choices}
        for name in ("visa", "enhet", "agare"):
            self.fields[name].choices = [("", _("All")), *choices.get(name, [])]

    @cached_property
    def values(self):
        """What is set and known."""
        return {name: value for name, value in self.data.items() if self._is_known(name, value)}

    def _is_known(self, name, value):
        return name == "q" or value in dict(self.fields[name].choices)

    @property
    def unknown(self):
        """What the address asks for that does not exist, as sentences."""
        return [
            _("“%(value)s” is not known here, so it filters nothing.") % {"value": value[:60]}
            for name, value in self.data.items()
            if name not in self.values
        ]

    def narrow(self, items):
        if text := self.values.get("q"):
            items = items.matching(text)
        if unit := self.values.get("enhet"):
            items = items.filter(units=unit)
        if owner := self.values.get("agare"):
            items = items.filter(owner=owner)
        return items

    @property
    def active(self):
        return [
            {
                "label": self.fields[name].label,
                "value": f"”{value}”" if name == "q" else dict(self.fields[name].choices)[value],
                "url": self.url(**{name: None}),
            }
            for name, value in self.values.items()
            if name != "visa"
        ]

    @property
    def clear_url(self):
        return self.url(q=None, enhet=None, agare=None)

    def url(self, **changes):
        """Return the address of the desk with `changes`; None takes a parameter away."""
        query = QueryDict(mutable=True)
        query.update(self.values | {name: value for name, value in changes.items() if value})
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
        return f"{self.path}?{query.urlencode()}" if query else self.path


class Desk:
    """What leadership support works through, as of the day `on`."""

    def __init__(self, filters, on, number):
        self.filters, self.on, self.number = filters, on, number

    @cached_property
    def _items(self):
        in_progress = self.filters.narrow(Item.objects.filter(status=Status.IN_PROGRESS))
        return with_follow_up_state(in_progress, self.on)

    @cached_property
    def counts(self):
        """How many items stand in each state."""
        rows = self._items.order_by().values("follow_up_state").annotate(number=Count("pk"))
        return {row["follow_up_state"]: row["number"] for row in rows}

    @property
    def tabs(self):
        current = self.filters.values.get("visa", "")
        tabs = [(None, _("All"), sum(self.counts.values()))]
        tabs += [(state, state.label, self.counts.get(state, 0)) for state in DueState]
        return [
            {
                "url": self.filters.url(visa=state),
                "label": label,
                "number": number,
                "is_current": (state or "") == current,
            }
            for state, label, number in tabs
            if number or state is None or state == current
        ]

    @cached_property
    def page(self):
        items = self._items
        if state := self.filters.values.get("visa"):
            items = items.filter(follow_up_state=state)
        items = with_latest_light(items.for_list()).select_related("follow_up_plan", "owner")
        items = items.order_by(
            STATE_ORDER, F("follow_up_plan__next_due_on").asc(nulls_last=True), "sort_key", "pk"
        )
        paginator = Paginator(items, PER_PAGE)
        paginator.count = self.counts.get(state, 0) if state else sum(self.counts.values())
        return paginator.get_page(self.number)

    @cached_property
    def rows(self):
        """The items of the page with what is said about each."""
        items = list(self.page)
        told = self._told(items)
        light_words = dict(Light.choices)
        return [
            {
                "item": item,
                "plan": getattr(item, "follow_up_plan", None),
                "state": DueState(item.follow_up_state),
                "is_pressing": item.follow_up_state in {DueState.SILENT, DueState.LATE},
                "is_due": item.follow_up_state
                in {DueState.SILENT, DueState.LATE, DueState.DUE, DueState.CALM},
                "light_label": light_words.get(item.light),
                "told": told.get(item.pk, []),
                "owner_trouble": self._owner_trouble(item.owner),
            }
            for item in items
        ]

    def _told(self, items):
        """Return {item's pk: when its owner was reminded of the coming date}."""
        about = {
            f"check-in:{item.pk}:{item.follow_up_plan.next_due_on}": item.pk
            for item in items
            if hasattr(item, "follow_up_plan")
        }
        told = {}
        lines = ReminderLine.objects.told().filter(about__in=about).order_by("email__sent_at")
        for key, sent_at in lines.values_list("about", "email__sent_at"):
            told.setdefault(about[key], []).append(sent_at)
        return told

    def _owner_trouble(self, owner):
        if owner is None:
            return ""
        if not owner.is_active:
            return _("no longer uses the portal")
        return "" if owner.email else _("has no e-mail address")

    # Mail

    @cached_property
    def troubled_emails(self):
        return list(Email.objects.troubled().select_related("to")[: SHOWN + 1])

    @property
    def shown_emails(self):
        return self.troubled_emails[:SHOWN]

    @property
    def has_more_emails(self):
        return len(self.troubled_emails) > SHOWN

    # Answers awaited

    @cached_property
    def proposals(self):
        return list(
            Item.objects.awaiting_answer().for_list().select_related("proposed_by")[: SHOWN + 1]
        )

    @cached_property
    def questions(self):
        asked = Entry.objects.questions().unanswered().order_by("due_on", "pk")
        return list(asked.select_related("question_to", "item", "action")[: SHOWN + 1])

    @property
    def shown_proposals(self):
        return self.proposals[:SHOWN]

    @property
    def shown_questions(self):
        return [(entry, entry.due_on < self.on) for entry in self.questions[:SHOWN]]

    @property
    def has_more_answers(self):
        return len(self.proposals) > SHOWN or len(self.questions) > SHOWN
