"""What can be commented and followed: each model under the name that stands in its addresses.

A subject's manager has `visible_to(user)`, and a subject has `get_absolute_url()`. Apps below are
registered in `dialogue.apps`; those above, and siblings through `nacka_portal`, register theirs in
their own `ready()`.
"""

from django.http import Http404
from django.shortcuts import get_object_or_404

_visible = {}
_names = {}


def register(name, model, visible_to=None):
    """Let the objects of `model` be commented and followed under /synpunkter/<name>/<pk>/.

    `visible_to(user)` returns those that somebody may comment on; usually all they may see.
    """
    _visible[name] = visible_to or model.objects.visible_to
    _names[model] = name


def names():
    return sorted(_visible)


def is_registered(subject):
    return type(subject) in _names


def name_of(subject):
    """Return the name under which `subject`'s kind is registered."""
    return _names[type(subject)]


def find(name, pk, user):
    """Return the subject if there is one that `user` may see; otherwise 404."""
    if name not in _visible:
        raise Http404
    return get_object_or_404(_visible[name](user), pk=pk)
