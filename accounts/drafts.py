"""Give a form back what was typed into it before (rule 8)."""

from accounts.models import Draft

# Never kept: secrets, and what belongs to one rendering of the form.
NOT_KEPT = {"csrfmiddlewaretoken", "once", "password", "new_password1", "new_password2", "version"}
MAX_KEY, MAX_FIELDS, MAX_TEXT = 120, 60, 20_000


def typed(post):
    """Return the fields of a POST worth keeping: {name: text or list of texts}, bounded in size."""
    kept = {}
    for name, values in list(post.lists())[:MAX_FIELDS]:
        if name in NOT_KEPT or name.startswith("draft_"):
            continue
        texts = [value.encode("utf-8", "ignore").decode()[:MAX_TEXT] for value in values]
        texts = [text.replace("\x00", "") for text in texts]
        kept[name] = texts[0] if len(texts) == 1 else texts
    return kept


def find(user, key):
    """Return the `Draft` that `user` has for the form `key`, or None."""
    return Draft.objects.filter(person=user, key=key).first()


def restore(user, key, initial=None):
    """Return (initial, draft): `initial` overlaid with what `user` typed earlier in form `key`."""
    draft = find(user, key)
    if draft is None:
        return initial or {}, None
    return {**(initial or {}), **draft.data}, draft


def discard(user, key):
    """Forget the draft of form `key`: its text has been sent."""
    Draft.objects.discard(user, key)
