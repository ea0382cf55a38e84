"""What a browser gets instead of a stack trace: a page in plain words, with its status.

HTMX gets the same words as a fragment (`templates/errors/fragment.html`), which portal.js shows in
the page's alert region. What failed below the session, 500 and 503, is told by a page that asks
neither the session nor the database.
"""

import json
import logging
import secrets
import sys
from typing import NamedTuple

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts import drafts
from accounts.addresses import safe_path
from accounts.models import Person, Role

logger = logging.getLogger(__name__)

RETRY_AFTER = "30"  # seconds
NOT_SENT_AGAIN = {"csrfmiddlewaretoken", "password", "new_password"}


HEADINGS = {
    400: _("This could not be read"),
    403: _("You may not do this"),
    404: _("The page is not here"),
    405: _("This is not a page"),
    409: _("Somebody got there before you"),
    413: _("That is too much at once"),
    429: _("Too many attempts"),
    500: _("Something is wrong with the portal"),
    503: _("The portal is resting for a moment"),
    "csrf": _("The page has been open for a long time"),
}


class Right(NamedTuple):
    """Who may do something: a sentence, and the roles whose holders can be asked by name."""

    words: str
    ask: tuple = ()


LEADERSHIP = (Role.SUPPORT, Role.CITY_DIRECTOR)
RIGHTS = {
    "accounts.manage_people": Right(
        _("People, units and roles are looked after by the administrators."), (Role.ADMIN,)
    ),
    "agenda.propose_item": Right(
        _(
            "Everybody who works here may propose an item, but an account that is only for "
            "administration may not."
        ),
        (Role.ADMIN,),
    ),
    "agenda.change_item": Right(
        _(
            "The text of an item is written by its owner and deputy, by leadership support and "
            "by the city director. You can write a comment."
        ),
        LEADERSHIP,
    ),
    "agenda.answer_item": Right(
        _("Proposals are answered by leadership support and the city director."), LEADERSHIP
    ),
    "agenda.change_facts": Right(
        _(
            "Owner, units and the other facts of an item are set by leadership support and the "
            "city director."
        ),
        LEADERSHIP,
    ),
    "agenda.change_state": Right(
        _(
            "An item is started, finished and ended by its owner and deputy, by leadership "
            "support and by the city director."
        ),
        LEADERSHIP,
    ),
    "agenda.place_item": Right(
        _(
            "Items are ranked by leadership support and the city director, and by the management "
            "group during an open meeting."
        ),
        LEADERSHIP,
    ),
    "dialogue.comment": Right(
        _(
            "Everybody who works here may comment, but an account that is only for "
            "administration may not."
        ),
        (Role.ADMIN,),
    ),
    "dialogue.follow": Right(
        _(
            "Everybody who works here may follow things, but an account that is only for "
            "administration may not."
        ),
        (Role.ADMIN,),
    ),
    "followup.check_in": Right(
        _(
            "The owner and the deputy check in on an item; leadership support may do it on "
            "their behalf."
        ),
        (Role.SUPPORT,),
    ),
    "followup.view_desk": Right(
        _("The follow-up desk is for leadership support and the city director."), LEADERSHIP
    ),
    "followup.plan": Right(
        _("The rhythm of check-ins is set by leadership support and the city director."),
        LEADERSHIP,
    ),
    "decisions.decide_action": Right(
        _("The eight proposed actions are decided by the city director alone."),
        (Role.CITY_DIRECTOR,),
    ),
    "decisions.decide_item": Right(
        _("An item is decided by the one who holds the mandate for it."), LEADERSHIP
    ),
    "meetings.view_meeting": Right(
        _(
            "An open meeting is read by the management group, the city director and leadership "
            "support. When it is closed everybody can read it."
        ),
        LEADERSHIP,
    ),
    "meetings.plan": Right(
        _("Meetings are planned by leadership support and the city director."), LEADERSHIP
    ),
    "meetings.run": Right(
        _("A meeting is opened and closed by leadership support and the city director."),
        LEADERSHIP,
    ),
    "meetings.place_item": Right(
        _(
            "In a meeting, items are ranked by the management group, the city director and "
            "leadership support."
        ),
        LEADERSHIP,
    ),
    "meetings.write_outcome": Right(
        _(
            "The outcome of a meeting is written by the management group while the meeting is "
            "open, by the city director and by leadership support."
        ),
        LEADERSHIP,
    ),
    "reports.edit": Right(
        _("Progress reports are written by leadership support and the city director."),
        LEADERSHIP,
    ),
    "reports.view_report": Right(
        _("A report is read by everybody when it is published."), LEADERSHIP
    ),
    "outbox.view": Right(
        _("Mails sent are seen by leadership support and the city director."), LEADERSHIP
    ),
    "principles.change": Right(
        _(
            "The principles are changed by the city director and leadership support. "
            "You can write a comment."
        ),
        LEADERSHIP,
    ),
    "platform_areas.change": Right(
        _(
            "A platform area is changed by its owner, the city director and leadership support. "
            "You can write a comment."
        ),
        LEADERSHIP,
    ),
    "decisions.prepare": Right(
        _("Decisions are prepared by leadership support and the city director."), LEADERSHIP
    ),
    "dialogue.withdraw": Right(
        _(
            "A comment is withdrawn by the one who wrote it, by leadership support or by the "
            "city director."
        ),
        LEADERSHIP,
    ),
    "meetings.view_list": Right(
        _(
            "The list of a meeting is read by the management group, the city director and "
            "leadership support until the meeting is closed. Then everybody can read it."
        ),
        LEADERSHIP,
    ),
    "meetings.answer_question": Right(
        _("A question from a meeting is answered by the one it was put to."), LEADERSHIP
    ),
    "platform_areas.adopt": Right(
        _("A mandate on the platform is adopted by the city director."), (Role.CITY_DIRECTOR,)
    ),
    "platform_areas.appoint": Right(
        _("Who answers for a platform area is set by leadership support and the city director."),
        LEADERSHIP,
    ),
    "principles.adopt": Right(
        _("Principles are adopted by the city director."), (Role.CITY_DIRECTOR,)
    ),
    "principles.appoint": Right(
        _("Who answers for a principle is set by leadership support and the city director."),
        LEADERSHIP,
    ),
}


def is_fragment(request):
    return request.headers.get("HX-Request") == "true"


def answer(request, status, template=None, **context):
    """Render `errors/<status>.html` as a page, or for HTMX as a fragment."""
    context["heading"] = HEADINGS[template or status]
    context["layout"] = "errors/fragment.html" if is_fragment(request) else "errors/base.html"
    return render(request, f"errors/{template or status}.html", context, status=status)


def bad_request(request, exception=None):
    """Say what cannot be read; a view gives words of its own with `BadRequest(_("..."))`."""
    if isinstance(exception, RequestDataTooBig):
        return answer(request, 413)
    words = exception.args[0] if type(exception) is BadRequest and exception.args else None
    return answer(
        request, 400, words=words, has_too_many_fields=isinstance(exception, TooManyFieldsSent)
    )


def permission_denied(request, exception=None):
    perm = exception.args[0] if exception and exception.args else None
    right = RIGHTS.get(perm) if isinstance(perm, str) else None
    people = []
    if right and right.ask:
        people = list(Person.objects.active().with_role(*right.ask).exclude(pk=request.user.pk)[:6])
    return answer(request, 403, right=right, people=people)


def not_found(request, exception=None):
    return answer(request, 404)


def method_not_allowed(request, allowed):
    response = answer(request, 405)
    response.headers["Allow"] = allowed
    return response


def conflict(request, words):
    """Say that the thing has changed since the page was opened, in the `words` of what happened."""
    return answer(request, 409, words=words)


def too_many(request, minutes):
    return answer(request, 429, minutes=minutes)


def server_error(request):
    """Say that it is our fault; a database that does not answer is told as 503 instead.

    Django calls this while it handles the exception, whatever layer it came from.
    """
    error = sys.exc_info()[1]
    is_down = isinstance(error, OperationalError | InterfaceError)
    status = 503 if is_down else 500
    reference = secrets.token_hex(4)
    logger.error("Answered %d, reference %s: %s", status, reference, request.path)
    # Without the request: the context processors would ask the session and the database.
    page = render_to_string(
        f"errors/{status}.html",
        {
            "heading": HEADINGS[status],
            "layout": "errors/fragment.html" if is_fragment(request) else "errors/bare.html",
            "reference": reference,
        },
    )
    response = HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
    if is_down:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def csrf_failure(request, reason=""):
    """Show what was typed, so that it can be copied or, from a page of our own, sent again.

    The usual cause is a page that was open while the person signed in anew in another tab.
    """
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    is_ours = bool(origin and origin != "null" and safe_path(request, origin + "/"))
    response = answer(
        request,
        403,
        "csrf",
        is_ours=is_ours,
        typed=[
            (name, text)
            for name, value in drafts.typed(request.POST).items()
            for text in ([value] if isinstance(value, str) else value)
        ],
        fields=[
            (name, text)
            for name, values in request.POST.lists()
            if name not in NOT_SENT_AGAIN
            for text in values
        ],
        has_secret=not NOT_SENT_AGAIN.isdisjoint(request.POST.keys() - {"csrfmiddlewaretoken"}),
    )
    if is_ours and is_fragment(request):
        # portal.js takes the new token into the page, so that the next try goes through.
        response.headers["HX-Trigger"] = json.dumps({"csrf-token": {"token": get_token(request)}})
    return response
