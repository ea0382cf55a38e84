"""The one-click way out of a kind of mail (RFC 8058), without signing in."""

from django.core import signing
from django.urls import reverse

SALT = "outbox.unsubscribe"


def url_for(person, kind):
    token = signing.dumps([person.pk, kind], salt=SALT)
    return reverse("unsubscribe", args=[token])


def read(token):
    """Return (person's pk, kind), or None for a token that is not ours."""
    try:
        pk, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return pk, kind
