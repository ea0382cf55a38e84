"""What can be commented and followed: each model under the name that stands in its addresses.

A subject's manager has `visible_to(user)`, and a subject has `get_absolute_url()`. Apps below are
registered in `dialogue.apps`; those above, and siblings through `nacka_portal`, register theirs in
their own `ready()`.
"""

from django.http import Http404
from django.shortcuts import get_object_or_404

_models = {}
_names = {}


def register(name, model):
    """Let the objects of `model` be commented and followed under /synpunkter/<name>/<pk>/."""
    _models[name] = model
    _names[model] = name


def names():
    return sorted(_models)


def name_of(subject):
    """Return the name under which `subject`'s kind is registered."""
    return _names[type(subject)]


def find(name, pk, user):
    """Return the subject if there is one that `user` may see; otherwise 404."""
    model = _models.get(name)
    if model is None:
        raise Http404
    return get_object_or_404(model.objects.visible_to(user), pk=pk)
