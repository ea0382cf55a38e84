"""The kinds of mail. Each has one owner: the app that registers it in its `ready()`.

register(Kind("digest", _("Daily summary"), render=..., is_still_wanted=...))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.template.loader import render_to_string

_kinds = {}


class Content(NamedTuple):
    """A mail in the language of who gets it."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Kind:
    """One kind of mail.

    `render(email, now)` returns the `Content`, or None when there is nothing to say; it runs just
    before the sending, in the recipient's language. `is_still_wanted(email, now)` is asked first.
    """

    name: str
    words: str
    render: Callable
    is_still_wanted: Callable = lambda email, now: True
    may_be_off: bool = True


def register(kind):
    _kinds[kind.name] = kind


def get(name):
    return _kinds[name]


def all_kinds():
    return list(_kinds.values())


def switchable():
    """The kinds that a person may switch off."""
    return [kind for kind in _kinds.values() if kind.may_be_off]


def words_of(name):
    """Return what the kind is called, also for one that is no longer registered."""
    return str(_kinds[name].words) if name in _kinds else name


def content(template, context):
    """Return the `Content` made of `<template>_subject.txt`, `<template>.txt` and `.html`."""
    subject = render_to_string(f"{template}_subject.txt", context)
    return Content(
        " ".join(subject.split()),
        render_to_string(f"{template}.txt", context).strip() + "\n",
        render_to_string(f"{template}.html", context),
    )
