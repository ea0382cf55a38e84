from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrinciplesConfig(AppConfig):
    name = "principles"

    def ready(self):
        from activity.wording import Standing
        from activity.words import register_field, register_verb
        from principles.models import Principle

        verbs = {
            "principles.loaded": _("came in from the report"),
            "principles.revised": _("proposed another wording"),
            "principles.statements_revised": _("proposed other sentences"),
            "principles.adopted": _("adopted the wording"),
        }
        for verb, text in verbs.items():
            register_verb(verb, text)

        register_field("standing", _("Standing"), dict(Standing.choices))
        for name in ["summary", "promotes", "test_question"]:
            register_field(name, Principle._meta.get_field(name).verbose_name)
