"""Who may do what in a meeting (docs/product.md section 3). When it is possible, the model says."""

from rules import add_perm, predicate

from accounts.rules import is_city_director, is_participant, is_signed_in, is_slg, is_support

is_leadership = is_city_director | is_support


@predicate
def is_open(user, meeting):
    return meeting is not None and meeting.is_open


@predicate
def is_over(user, meeting):
    return meeting is not None and (meeting.is_closed or meeting.is_cancelled)


@predicate
def is_planned(user, meeting):
    return meeting is not None and meeting.is_planned


@predicate
def is_member(user, meeting):
    return meeting is not None and meeting.forum.has_member(user)


@predicate
def is_asked(user, entry):
    """The question of a closed meeting was put to this person."""
    return entry is not None and entry.question_to_id == user.pk and entry.meeting.is_closed


takes_part = is_leadership | is_slg

# That a meeting is planned, and what a closed one came to, everybody may know.
add_perm("meetings.view_meeting", takes_part | (is_signed_in & (is_planned | is_over)))
# What is on the list before that is for those who take part.
add_perm("meetings.view_list", takes_part | (is_signed_in & is_over))
add_perm("meetings.plan", is_leadership)
add_perm("meetings.run", is_leadership)
add_perm("meetings.write_outcome", is_open & (is_leadership | (is_slg & is_member)))
add_perm("meetings.place_item", is_open & (is_leadership | (is_slg & is_member)))
add_perm("meetings.answer_question", (is_participant & is_asked) | is_leadership)
