"""Who may propose another wording, and who adopts it (docs/product.md section 3)."""

from rules import add_perm, predicate

from accounts.rules import is_city_director, is_manager, is_slg, is_support


@predicate
def owns_principle(user, wording):
    """The owner; the target picture has none."""
    return getattr(wording, "owner_id", None) == user.pk


add_perm(
    "principles.change",
    is_city_director | is_support | ((is_manager | is_slg) & owns_principle),
)
add_perm("principles.appoint", is_city_director | is_support)
add_perm("principles.adopt", is_city_director)
