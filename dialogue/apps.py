from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialogueConfig(AppConfig):
    name = "dialogue"

    def ready(self):
        from activity.words import register_verb
        from agenda.models import Action, Item
        from dialogue import subjects
        from platform_areas.models import PlatformArea
        from principles.models import Principle, TargetPicture

        subjects.register("agendapunkt", Item)
        subjects.register("atgard", Action)
        subjects.register("princip", Principle)
        subjects.register("malbild", TargetPicture)
        subjects.register("plattform", PlatformArea)

        verbs = {
            "dialogue.commented": _("commented"),
            "dialogue.answered": _("answered a comment"),
            "dialogue.withdrew": _("withdrew a comment"),
            "dialogue.followed": _("began to follow"),
            "dialogue.unfollowed": _("stopped following"),
        }
        for verb, text in verbs.items():
            register_verb(verb, text)
