"""What changed on items since a moment: from what, to what, who and why (rule 9)."""

from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from activity import words
from activity.models import Event
from agenda.models import Item, place_in_words

WHY_LENGTH = 90


@dataclass
class Change:
    """One field that is another than it was; `old` is empty for what has no short old value."""

    label: str
    old: str
    new: str
    who: str
    why: str


def changes_since(items, moment):
    """Return {pk: [Change, …]} for what changed on `items` after `moment`, newest last.

    Several changes of one field count as one, from the first value to the last; what went back to
    where it was is no change. Without a moment everything counts.
    """
    by_pk = {item.pk: item for item in items}
    events = (
        Event.objects.about_all(Item, list(by_pk))
        .since(moment)
        .exclude(changes={})
        .select_related("by", "on_behalf_of")
    )
    changed = {}
    for event in events:
        fields = changed.setdefault(event.target_id, {})
        for name, (old, new) in event.changes.items():
            if name == "now_cap":
                continue
            first = fields[name][0] if name in fields else old
            fields.pop(name, None)  # so that the latest stands last
            fields[name] = (first, new, event)
    return {pk: _in_words(by_pk[pk], fields) for pk, fields in changed.items()}


def _in_words(item, fields):
    changes = []
    moved = _move(item, fields)
    if moved:
        changes.append(moved)
    texts = [name for name in fields if name in Item.TEXT_FIELDS]
    if texts:
        names = ", ".join(words.label(name).lower() for name in texts)
        changes.append(_change(_("Text"), "", names, fields[texts[-1]][2]))
    for name, (old, new, event) in fields.items():
        if name in {"horizon", "rank"} or name in texts or old == new:
            continue
        changes.append(
            _change(words.label(name), words.show(name, old), words.show(name, new), event)
        )
    return changes


def _move(item, fields):
    if "rank" not in fields:
        return None
    old_rank, _new_rank, event = fields["rank"]
    old_horizon = fields["horizon"][0] if "horizon" in fields else item.horizon
    if (old_horizon, old_rank) == (item.horizon, item.rank):
        return None
    old, new = (
        place_in_words(old_horizon, old_rank),
        place_in_words(item.horizon, item.rank),
    )
    return _change(_("Place"), old, new, event)


def _change(label, old, new, event):
    who = event.on_behalf_of or event.by
    why = event.reason or event.data.get("headline", "")
    return Change(
        label=str(label),
        old=str(old),
        new=str(new),
        who=who.name if who else "",
        why=Truncator(why).chars(WHY_LENGTH),
    )
