"""The session: how it begins, and what it holds for somebody who has lost theirs."""

from django.contrib import auth

from accounts import drafts
from accounts.models import Draft

BEGAN_AT, SEEN_AT, HELD = "began_at", "seen_at", "held_forms"
MOST_HELD, LONGEST_KEY = 3, 20


def hold(request):
    """Hold the posted form for whoever has no session, until they sign in; at most three forms."""
    key, data = drafts.key_in(request.POST), drafts.typed(request.POST)
    if not key or not data:
        return
    held = request.session.get(HELD, {})
    held.pop(key, None)
    held = dict(list(held.items())[-MOST_HELD + 1 :])
    by = request.POST.get("draft_by", "")[:LONGEST_KEY]
    request.session[HELD] = held | {key: {"data": data, "by": by}}


def holds_text(request):
    return bool(request.session.get(HELD))


def begin(request, person, *, now):
    """Sign `person` in, in a session with a new key; the held forms that were theirs become drafts.

    A form of somebody else's, left on a shared computer, is forgotten.
    """
    held = request.session.pop(HELD, {})
    auth.login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    request.session[BEGAN_AT] = now.timestamp()
    for key, form in held.items():
        if form["by"] in ("", str(person.pk)):
            Draft.objects.keep(person, key, form["data"], now=now)
