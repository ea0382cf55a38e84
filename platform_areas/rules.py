"""Who may propose another wording, and who adopts it (docs/product.md section 3)."""

from rules import add_perm, predicate

from accounts.rules import is_city_director, is_manager, is_slg, is_support


@predicate
def owns_area(user, area):
    return area is not None and area.owner_id == user.pk


add_perm(
    "platform_areas.change",
    is_city_director | is_support | ((is_manager | is_slg) & owns_area),
)
add_perm("platform_areas.appoint", is_city_director | is_support)
add_perm("platform_areas.adopt", is_city_director)
