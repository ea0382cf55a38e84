import datetime as dt

from django.apps import AppConfig
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self):
        from activity.words import register_field, register_verb
        from dialogue import subjects
        from reports.models import ProgressReport

        subjects.register("rapport", ProgressReport)

        verbs = {
            "reports.begun": _("began the report"),
            "reports.revised": _("wrote in the report"),
            "reports.published": _("published the report"),
            "reports.corrected": _("published a corrected edition"),
        }
        for verb, text in verbs.items():
            register_verb(verb, text)

        shown = {"from_on": date_in_words, "to_on": date_in_words, "comments": comments_in_words}
        for name in ProgressReport.TEXTS:
            if name != "title":  # which is called the same everywhere
                label = ProgressReport._meta.get_field(name).verbose_name
                register_field(name, label, shown.get(name, str))


def date_in_words(value):
    return date_format(dt.date.fromisoformat(value), "j F Y")


def comments_in_words(comments):
    return "\n\n".join(comments[key] for key in sorted(comments))
