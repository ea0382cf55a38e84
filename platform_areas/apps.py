from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlatformAreasConfig(AppConfig):
    name = "platform_areas"

    def ready(self):
        from activity.words import register_field, register_verb
        from platform_areas.models import PlatformArea

        verbs = {
            "platform_areas.loaded": _("came in from the report"),
            "platform_areas.revised": _("proposed another wording"),
            "platform_areas.adopted": _("adopted the wording"),
        }
        for verb, text in verbs.items():
            register_verb(verb, text)

        for name in PlatformArea.UNDECIDED_FIELDS:
            register_field(name, PlatformArea._meta.get_field(name).verbose_name)
