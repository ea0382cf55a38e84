"""Who may check in, set the rhythm and see the desk (docs/product.md section 3)."""

from rules import add_perm

from accounts.rules import is_city_director, is_participant, is_support
from agenda.rules import holds_item

is_leadership = is_city_director | is_support

# Leadership support does it on behalf of the owner, which the trail says.
add_perm("followup.check_in", (is_participant & holds_item) | is_support)
add_perm("followup.plan", is_leadership)
add_perm("followup.view_desk", is_leadership)
