"""Give a form back what was typed into it before (rule 8: nothing typed is ever lost).

A view that takes text does this; the key names the form and what it is about:

    key = f"item-text:{item.pk}"
    initial, draft = drafts.restore(request.user, key, {"version": item.text_version})
    form = ItemTextForm(request.POST or None, instance=item, initial=initial)
    form.draft_key = key
    if form.is_valid():
        item.revise_text(...)
        drafts.discard(request.user, key)
        return redirect(item)
    return render(request, template, {"form": form, "draft": draft})

`_form.html` writes the rest: the hidden fields `draft_key` and `draft_by`, the mark for portal.js,
which sends the form to the URL `draft` while somebody types, and the line that says that a draft
was restored. A form written by hand includes `accounts/_draft_fields.html` inside it.

When the session has ended, `accounts.middleware.KeepTypedText` takes what is posted to any view,
holds it while the person signs in, and the same draft comes back in the same form.

The counter of an editable text (`version`) is kept with it: a draft begun on an older text then
meets 409 with both texts, and never overwrites in silence.
"""

from accounts.models import Draft, Submission
from accounts.once import key_of
from accounts.text import clean_query

# Never kept: secrets, and what belongs to one rendering of the form.
NOT_KEPT = {
    "csrfmiddlewaretoken",
    "once",
    "password",
    "new_password",
    "new_password1",
    "new_password2",
    "discard",
    "next",
}
MAX_KEY, MAX_FIELDS, MAX_TEXT, MAX_TOTAL = 120, 60, 20_000, 100_000


def key_in(post):
    """Return the key of the form that was posted, or an empty string."""
    return clean_query(post.get("draft_key", ""), MAX_KEY)


def typed(post):
    """Return the fields of a POST worth keeping: {name: text or list of texts}, bounded in size."""
    kept, room = {}, MAX_TOTAL
    for name, values in list(post.lists())[:MAX_FIELDS]:
        if name in NOT_KEPT or name.startswith("draft_"):
            continue
        texts = [_storable(value)[: min(MAX_TEXT, room)] for value in values[:MAX_FIELDS]]
        room -= sum(map(len, texts))
        kept[_storable(name)[:MAX_KEY]] = texts[0] if len(texts) == 1 else texts
    return kept


def _storable(text):
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")


def find(user, key):
    """Return the `Draft` that `user` has for the form `key`, or None."""
    return Draft.objects.filter(person=user, key=key).first()


def restore(user, key, initial=None):
    """Return (initial, draft): `initial` overlaid with what `user` typed earlier in form `key`."""
    initial = initial or {}
    draft = find(user, key)
    if draft is None:
        return initial, None
    # A box that was unticked is not sent: what only `initial` has ticked is unticked.
    unticked = {
        name: type(value)()
        for name, value in initial.items()
        if name not in draft.data and isinstance(value, bool | list | tuple)
    }
    return {**initial, **unticked, **draft.data}, draft


def keep(user, post, *, now):
    """Keep what `user` has typed in the posted form; return the `Draft`, or None.

    Nothing is kept of a form without a key, nor of one that has been sent already: the last
    automatic save may arrive after it.
    """
    key, once = key_in(post), key_of(post)
    if not key or (once and Submission.objects.filter(key=once).exists()):
        return None
    return Draft.objects.keep(user, key, typed(post), now=now)


def discard(user, key):
    """Forget the draft of form `key`: its text has been sent."""
    Draft.objects.discard(user, key)
