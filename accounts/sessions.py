"""The session: how it begins, and what it holds for somebody who has lost theirs."""

from django.contrib import auth, messages
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.models import Draft

BEGAN_AT, SEEN_AT, HELD = "began_at", "seen_at", "held_forms"
MOST_HELD, LONGEST_KEY, LONGEST_SHOWN = 3, 20, 5000
LOOSE = "loose:"


def hold(request):
    """Hold the posted form for whoever has no session, until they sign in; at most three forms.

    Of a form that keeps no draft, the texts are held, to be shown after the sign-in.
    """
    key, data = drafts.key_in(request.POST), drafts.typed(request.POST)
    if not key:
        key, data = f"{LOOSE}{request.path}"[: drafts.MAX_KEY], written_in(data)
    if not data:
        return
    held = request.session.get(HELD, {})
    held.pop(key, None)
    held = dict(list(held.items())[-MOST_HELD + 1 :])
    by = request.POST.get("draft_by", "")[:LONGEST_KEY]
    request.session[HELD] = held | {key: {"data": data, "by": by}}


def written_in(data):
    """Return what of a form's fields somebody wrote: the values that have a space in them."""
    texts = {name: text for name, text in data.items() if isinstance(text, str)}
    return {name: text for name, text in texts.items() if " " in text.strip()}


def holds_text(request):
    return bool(request.session.get(HELD))


def begin(request, person, *, now):
    """Sign `person` in, in a session with a new key; the held forms that were theirs become drafts.

    A form of somebody else's, left on a shared computer, is forgotten; so is text from a form
    that has no draft and does not say whose it is.
    """
    held = request.session.pop(HELD, {})
    auth.login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    request.session[BEGAN_AT] = now.timestamp()
    for key, form in held.items():
        if key.startswith(LOOSE):
            if form["by"] == str(person.pk):
                show_unsent(request, form["data"].values())
        elif form["by"] in ("", str(person.pk)):
            Draft.objects.keep(person, key, form["data"], now=now)


def show_unsent(request, texts):
    words = " … ".join(texts)[:LONGEST_SHOWN]
    messages.warning(
        request,
        _("You had been signed out, so this was not sent. Copy it if you need it: %(text)s")
        % {"text": words},
    )
