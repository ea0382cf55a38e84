from django.apps import AppConfig
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DecisionsConfig(AppConfig):
    name = "decisions"

    def ready(self):
        from activity.words import register_verb

        register_verb("decisions.prepared", gettext_lazy("saved a draft of the decision"))
        register_verb("decisions.published", published)
        register_verb("decisions.replaced", replaced)


def published(event):
    return _("published decision %(number)s") % {"number": event.data.get("number", "")}


def replaced(event):
    return _("replaced it with decision %(number)s") % {"number": event.data.get("number", "")}
