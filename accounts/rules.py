"""Who somebody is. What each may do stands in the `rules.py` of the app that owns the thing."""

from rules import add_perm, predicate

from accounts.models import Role


def has_role(*roles):
    """Return a predicate that is true for an active person with one of `roles`."""

    @predicate(name=f"has_role:{','.join(roles)}")
    def holds(user):
        return user.is_authenticated and user.has_role(*roles)

    return holds


is_employee = has_role(Role.EMPLOYEE)
is_manager = has_role(Role.MANAGER)
is_slg = has_role(Role.SLG)
is_city_director = has_role(Role.CITY_DIRECTOR)
is_support = has_role(Role.SUPPORT)
is_admin = has_role(Role.ADMIN)
# Everybody but somebody who is an administrator and nothing else.
is_participant = has_role(*(role for role in Role if role != Role.ADMIN))
is_signed_in = has_role(*Role)

add_perm("accounts.manage_people", is_admin)
