"""Who prepares and who decides (docs/product.md section 3).

Only the holder of the mandate decides. Until a mandate map says otherwise, that is the city
director, for the eight actions and for the items alike.
"""

from rules import add_perm

from accounts.rules import is_city_director, is_support

add_perm("decisions.prepare", is_city_director | is_support)
add_perm("decisions.decide_action", is_city_director)
add_perm("decisions.decide_item", is_city_director)
