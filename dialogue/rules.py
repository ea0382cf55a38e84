"""Who may take part in the dialogue (docs/product.md section 3): all but a pure administrator."""

from rules import add_perm, predicate

from accounts.rules import is_city_director, is_participant, is_support

is_leadership = is_city_director | is_support


@predicate
def wrote_comment(user, comment):
    return comment is not None and comment.author_id == user.pk


add_perm("dialogue.comment", is_participant)
add_perm("dialogue.follow", is_participant)
add_perm("dialogue.withdraw", is_leadership | (is_participant & wrote_comment))
