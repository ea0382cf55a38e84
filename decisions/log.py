"""The decision log: which decisions a reader asked for, in words that stand in the address."""

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.text import clean_query
from decisions.models import Decision


class LogFilter(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    ar = forms.ChoiceField(label=gettext_lazy("Year"), required=False)
    galler = forms.ChoiceField(label=gettext_lazy("Concerns"), required=False)


class Log:
    """The published decisions that `user` may see and `params` ask for.

    An unknown value filters nothing and is told.
    """

    PER_PAGE = 25

    def __init__(self, user, params):
        self.user = user
        self.unknown = []
        self.q = clean_query(params.get("q", ""), 100)
        self.year = self._known(params, "ar", [str(year) for year in self.years])
        self.kind = self._known(params, "galler", list(self.kinds))
        self.number = params.get("sida", 1)

    def _known(self, params, name, values):
        value = clean_query(params.get(name, ""), 30)
        if value and value not in values:
            self.unknown.append(value)
            return ""
        return value

    @property
    def kinds(self):
        return {"atgard": _("Proposed actions"), "agendapunkt": _("Agenda items")}

    @cached_property
    def years(self):
        years = Decision.objects.visible_to(self.user).published().order_by("-year")
        return list(years.values_list("year", flat=True).distinct())

    @cached_property
    def filters(self):
        form = LogFilter(initial={"q": self.q, "ar": self.year, "galler": self.kind})
        years = [(str(year), str(year)) for year in self.years]
        form.fields["ar"].choices = [("", _("All years")), *years]
        form.fields["galler"].choices = [("", _("Everything")), *self.kinds.items()]
        return form

    @cached_property
    def page(self):
        decisions = Decision.objects.visible_to(self.user).published()
        if self.year:
            decisions = decisions.filter(year=self.year)
        if self.kind:
            decisions = decisions.filter(item__isnull=self.kind == "atgard")
        if self.q:
            decisions = decisions.matching(self.q)
        decisions = decisions.for_list().order_by("-year", "-serial")
        return Paginator(decisions, self.PER_PAGE).get_page(self.number)

    @cached_property
    def preparing(self):
        """The drafts that wait for the city director; nothing for those who may not see them."""
        drafts = Decision.objects.visible_to(self.user).preparing().for_list()
        return list(drafts.order_by("prepared_at")[:20])

    @property
    def active(self):
        """The filters in force, each with the address that leaves it out."""
        values = {"q": self.q, "ar": self.year, "galler": self.kinds.get(self.kind, "")}
        return [
            {"label": self.filters.fields[name].label, "value": value, "url": self._url(name)}
            for name, value in values.items()
            if value
        ]

    def _url(self, without):
        values = {"q": self.q, "ar": self.year, "galler": self.kind, without: ""}
        query = urlencode({name: value for name, value in values.items() if value})
        return reverse("decisions") + (f"?{query}" if query else "")
