from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "agenda"

    def ready(self):
        from activity.words import register_changes, register_field, register_verb
        from agenda.models import Action, Horizon, Item, Status
        from agenda.models.item import places_in_words

        verbs = {
            "agenda.loaded": _("came in from the report"),
            "agenda.proposed": _("proposed the item"),
            "agenda.answered": _("answered the proposal"),
            "agenda.text_revised": _("revised the text"),
            "agenda.facts_revised": _("changed the facts"),
            "agenda.moved": _("moved the item"),
            "agenda.cap_raised": _("raised the cap on Now"),
            "agenda.focus_given": _("gave the item special focus"),
            "agenda.focus_taken": _("took away the special focus"),
            "agenda.decided": _("decided the item"),
            "agenda.started": _("started the work"),
            "agenda.finished": _("finished the item"),
            "agenda.ended": _("ended the item, as the need is met or gone"),
            "agenda.action_decided": _("decided the proposed action"),
        }
        for verb, text in verbs.items():
            register_verb(verb, text)
        register_changes("agenda.moved", places_in_words)

        register_field("horizon", _("Horizon"), dict(Horizon.choices))
        register_field("status", _("State"), dict(Status.choices))
        register_field("action_state", _("State"), dict(Action.State.choices))
        register_field("rank", _("Place"))
        register_field("now_cap", _("Most items in Now"))
        register_field("is_focus", _("Special focus"))
        for name in [*Item.TEXT_FIELDS, *Item.FACT_FIELDS, *Item.FACT_SETS]:
            label = Item._meta.get_field(name).verbose_name
            register_field(name, label)
