from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlatformAreasConfig(AppConfig):
    name = "platform_areas"

    def ready(self):
        from activity.words import register_verb

        register_verb("platform_areas.loaded", _("came in from the report"))
