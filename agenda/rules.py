"""Who may do what to an agenda item (docs/product.md section 3); when, the model says."""

from rules import add_perm, predicate

from accounts.rules import is_city_director, is_participant, is_support

is_leadership = is_city_director | is_support


@predicate
def holds_item(user, item):
    """The owner or the deputy."""
    return item is not None and item.is_held_by(user)


add_perm("agenda.propose_item", is_participant)
add_perm("agenda.change_item", is_leadership | (is_participant & holds_item))
add_perm("agenda.answer_item", is_leadership)
add_perm("agenda.change_facts", is_leadership)
add_perm("agenda.change_state", is_leadership | (is_participant & holds_item))
# Members of the management group rank during an open meeting; that right is in `meetings`.
add_perm("agenda.place_item", is_leadership)
