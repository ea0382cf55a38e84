"""The invented people that anybody may sign in as while this is a demo (`DEMO=1`)."""

from accounts.models import Person

MAIN = ["medarbetare", "chef", "slg", "stadsdirektor", "ledningsstod", "admin"]
FURTHER = ["chef2", "chef3", "chef4", "chef5", "slg2", "slg3", "slg4", "slg5"]


def people():
    """Return the personas that exist, as (main, further)."""
    found = (
        Person.objects.active()
        .filter(is_fictional=True, username__in=MAIN + FURTHER)
        .for_list()
        .in_bulk(field_name="username")
    )
    return tuple([found[name] for name in names if name in found] for names in (MAIN, FURTHER))


def find(persona):
    """Return the invented person that `persona` names, or None."""
    if persona not in MAIN + FURTHER:
        return None
    return Person.objects.active().filter(is_fictional=True, username=persona).first()
