import datetime as dt

from django.apps import AppConfig
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DecisionsConfig(AppConfig):
    name = "decisions"

    def ready(self):
        from activity.words import register_field, register_verb
        from decisions.models import Decision

        register_verb("decisions.prepared", gettext_lazy("saved a draft of the decision"))
        register_verb("decisions.published", published)
        register_verb("decisions.replaced", replaced)

        shown = {"outcome": dict(Decision.Outcome.choices), "review_on": date_in_words}
        for name in Decision.TEXTS:
            if name != "title":  # which is called the same everywhere
                label = Decision._meta.get_field(name).verbose_name
                register_field(name, label, shown.get(name, str))


def date_in_words(value):
    return date_format(dt.date.fromisoformat(value), "j F Y")


def published(event):
    return _("published decision %(number)s") % {"number": event.data.get("number", "")}


def replaced(event):
    return _("replaced it with decision %(number)s") % {"number": event.data.get("number", "")}
