"""The one way in which a view fetches an object that somebody acts on."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404


def get_permitted(user, perm, queryset, **lookup):
    """Return the one object of `queryset` that `user` may act on by `perm`.

    A hidden object gives 404, so that its existence is not told;
    a visible one that the user may not act on gives 403.
    """
    obj = get_object_or_404(queryset, **lookup)
    require(user, perm, obj)
    return obj


def require(user, perm, obj=None):
    """Raise `PermissionDenied`, which carries `perm` for the page that explains who may."""
    if not user.has_perm(perm, obj):
        raise PermissionDenied(perm)
