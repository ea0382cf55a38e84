"""Two people have edited the same texts: what each wrote, against what both began from."""

from django.utils.functional import cached_property
from django.utils.text import capfirst

from activity.models import Event
from agenda.models import Item


class TextConflict:
    """`mine`, typed from the texts of `version`, against `item` as somebody else saved it.

    What only the other one changed is taken over without asking; what I changed is shown with both
    texts, or listed in `merged` where the other one left it alone.
    """

    def __init__(self, item, mine, version):
        self.item, self.mine, self.version = item, mine, version

    @cached_property
    def _events(self):
        """What others have saved since, oldest first."""
        events = Event.objects.about(self.item).of_kind("agenda.text_revised").with_people()
        return [event for event in events if event.data.get("version", 0) > (self.version or 0)]

    @cached_property
    def base(self):
        """The texts as they were when I began."""
        base = {name: getattr(self.item, name) for name in Item.TEXT_FIELDS}
        for event in reversed(self._events):
            base.update({name: old for name, (old, _new) in event.changes.items()})
        return base

    @property
    def changed_by(self):
        last = self._events[-1] if self._events else None
        return last.by.name if last and last.by else ""

    @property
    def changed_at(self):
        return self._events[-1].at if self._events else None

    def _differs(self, name):
        return self.mine[name] != getattr(self.item, name)

    @property
    def is_same_text(self):
        return not any(self._differs(name) for name in Item.TEXT_FIELDS)

    def _both_changed(self, name):
        theirs = getattr(self.item, name)
        return self._differs(name) and self.mine[name] != self.base[name] != theirs

    @property
    def fields(self):
        """The texts that both changed, and differently."""
        return [
            {
                "name": name,
                "label": _label(name),
                "mine": self.mine[name],
                "theirs": getattr(self.item, name),
            }
            for name in Item.TEXT_FIELDS
            if self._both_changed(name)
        ]

    @property
    def hidden(self):
        """The other texts as they are to stand: mine where only I changed it, else theirs."""
        return {
            name: self.mine[name]
            if self.mine[name] != self.base[name]
            else getattr(self.item, name)
            for name in Item.TEXT_FIELDS
            if not self._both_changed(name)
        }

    @property
    def merged(self):
        """The labels of what only I changed."""
        return [
            _label(name)
            for name in Item.TEXT_FIELDS
            if self._differs(name)
            and self.mine[name] != self.base[name]
            and not self._both_changed(name)
        ]


def _label(name):
    return capfirst(Item._meta.get_field(name).verbose_name)
