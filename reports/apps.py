from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self):
        from activity.words import register_verb
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
