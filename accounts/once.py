"""A form sent twice has one effect."""

import uuid

from accounts.models import Submission


def new_key():
    """Return a key for the hidden field `once` of a form that creates something."""
    return str(uuid.uuid4())


def key_of(post):
    """Return the key that came with a form, or None when it has none that can be used."""
    try:
        return uuid.UUID(post.get("once", ""))
    except ValueError:
        return None


def earlier(request):
    """Return the `Submission` of the form that was sent, if it has had its effect already.

    Asked before the form is judged: sent a second time, it may no longer be valid.
    """
    key = key_of(request.POST)
    return key and Submission.objects.filter(key=key, person=request.user).first()


def claim(request):
    """Claim the form's key for this request.

    Return None when this is the first time, or the earlier `Submission` when the same form
    has already had its effect; its `location` says where that led. A form without a usable key
    counts as new. The row is written in the request's transaction: if the request
    fails, the key is free again, and of two at the same moment the second waits for the first.
    """
    key = key_of(request.POST)
    if key is None:
        return None
    submission, created = Submission.objects.get_or_create(
        key=key, defaults={"person": request.user, "location": request.path}
    )
    if created:
        return None
    return submission if submission.person_id == request.user.pk else None


def remember(request, location):
    """Note where the claimed form led, for the answer to a second POST."""
    key = key_of(request.POST)
    Submission.objects.filter(key=key, person=request.user).update(location=str(location)[:300])
