"""The words for what happened. Each app registers those of its own verbs and fields in `ready()`.

register_verb("agenda.moved", _("moved the item"))
register_verb("agenda.moved", lambda event: ...)     # when the words depend on the event
register_field("horizon", _("Horizon"), dict(Horizon.choices))
register_changes("agenda.moved", moves)              # when its fields are best said together
"""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

# A value longer than this is a text: shown before and after, not struck through in a line.
SHORT = 100

_verbs = {}
_fields = {}
_changes = {}


def register_verb(verb, text):
    """Say `verb` as `text`: a lazy string, or a function from event to string."""
    _verbs[verb] = text


def register_field(name, label, show=str):
    """Call field `name` by `label`; `show` maps a stored value to words (a dict or a function)."""
    _fields[name] = (label, show)


def register_changes(verb, rows):
    """Let `rows`, a function from event to [(label, old, new)], say what `verb` changed."""
    _changes[verb] = rows


def sentence(event):
    text = _verbs.get(event.verb, event.verb)
    return str(text(event) if callable(text) else text)


def label(name):
    """Return what field `name` is called, with a capital."""
    return capfirst(str(_fields.get(name, (name, str))[0]))


def show(name, value):
    """Return a stored value of field `name` in words."""
    return _shown(value, _fields.get(name, (name, str))[1])


def _shown(value, show):
    if value is None or value == "":
        return _("nothing")
    if isinstance(show, dict):
        return str(show.get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(show(value))


def change_rows(event):
    """Return the event's changed fields as [(label, old, new)] in the reader's language."""
    if event.verb in _changes:
        return _changes[event.verb](event)
    return [
        (label(name), show(name, old), show(name, new))
        for name, (old, new) in event.changes.items()
    ]


def is_short(row):
    """Whether a changed value fits in a line."""
    _label, old, new = row
    return len(old) <= SHORT and len(new) <= SHORT and "\n" not in old + new
