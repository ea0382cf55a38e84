"""The words for what administrators do; accounts lies below activity and cannot register them."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Role, Unit
from activity.words import register_field, register_verb


def register_all():
    verbs = {
        "accounts.person_added": _("added the person"),
        "accounts.person_changed": _("changed the person"),
        "accounts.unit_added": _("added the unit"),
        "accounts.unit_changed": _("changed the unit"),
    }
    for verb, text in verbs.items():
        register_verb(verb, text)

    for name in ["name", "email", "unit", "username", "is_active"]:
        register_field(name, Person._meta.get_field(name).verbose_name)
    register_field("manager", Unit._meta.get_field("manager").verbose_name)
    register_field("roles", _("Roles"), roles_in_words)


def roles_in_words(roles):
    return ", ".join(str(dict(Role.choices).get(role, role)) for role in roles)
