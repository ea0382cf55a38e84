from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self):
        from activity.words import register_field, register_verb
        from meetings import words

        verbs = {
            "meetings.planned": _("planned the meeting"),
            "meetings.rescheduled": _("moved the meeting to another time"),
            "meetings.cancelled": _("cancelled the meeting"),
            "meetings.opened": _("opened the meeting"),
            "meetings.closed": _("closed the meeting"),
            "meetings.entry_added": words.with_title(_("put “%(title)s” on the list")),
            "meetings.entry_carried_over": words.with_title(
                _("carried “%(title)s” over from the meeting before")
            ),
            "meetings.entry_placed": words.with_title(_("moved “%(title)s” on the list")),
            "meetings.entry_revised": words.with_title(_("changed “%(title)s” on the list")),
            "meetings.entry_removed": words.with_title(_("took “%(title)s” off the list")),
            "meetings.outcome_written": words.with_title(_("wrote what came of “%(title)s”")),
            "meetings.outcome_recorded": words.outcome_recorded,
            "meetings.question_answered": _("answered a question from a meeting"),
        }
        for verb, text in verbs.items():
            register_verb(verb, text)

        register_field("starts_at", _("Time"), words.moment)
        register_field("length_minutes", _("Length in minutes"))
        register_field("minutes", _("Minutes"))
        register_field("position", _("Place on the list"))
        register_field("why_on_list", _("Why it is on the list"))
        register_field("entry_outcome", _("Outcome"), words.outcome)
        register_field("entry_text", _("What came of it"))
        register_field("question_to", _("Question to"))
        register_field("question_due_on", _("Answer by"))
