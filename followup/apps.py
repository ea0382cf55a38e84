from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "followup"

    def ready(self):
        from activity.words import register_field, register_verb
        from followup.models import FollowUpPlan, Light
        from followup.words import date_in_words, plan_changed

        verbs = {
            "followup.checked_in": _("checked in"),
            "followup.said_no_news": _("checked in: no news"),
            "followup.took_back": _("took back the latest check-in"),
            "followup.plan_changed": plan_changed,
            "followup.paused": _("paused the follow-up"),
            "followup.resumed": _("resumed the follow-up"),
        }
        for verb, text in verbs.items():
            register_verb(verb, text)

        register_field("light", _("How it goes"), dict(Light.choices))
        register_field("rhythm", _("Rhythm"), dict(FollowUpPlan.Rhythm.choices))
        register_field("owed_by", _("Who checks in"))
        register_field("next_due_on", _("Next check-in"), date_in_words)
        register_field("paused_until", _("Paused until"), date_in_words)
