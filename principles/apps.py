from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrinciplesConfig(AppConfig):
    name = "principles"

    def ready(self):
        from activity.words import register_verb

        register_verb("principles.loaded", _("came in from the report"))
