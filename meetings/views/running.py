"""While the meeting is open: outcomes, moves, and what the other screens ask for."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts, once
from accounts.access import get_permitted, require
from accounts.versions import StaleVersion
from agenda.models import Item
from agenda.moves import Moves
from meetings.entries import EntryList
from meetings.forms import OutcomeForm
from meetings.models import Meeting, MeetingNotOpen
from meetings.rules import takes_part
from meetings.views.entries import find_entry, with_version
from meetings.views.meetings import METHODS, visible
from meetings.week import Week, make_board, outcome_draft_key


@require_http_methods(METHODS)
def entry_outcome(request, pk, entry_pk):
    """Write what the meeting made of an entry."""
    is_written = request.method == "POST"
    meeting = get_object_or_404(visible(request), pk=pk)
    if is_written and meeting.is_closed and takes_part(request.user):
        return tell_closed(request, meeting)
    # The right first: the list is not told by which of its entries exist.
    require(request.user, "meetings.write_outcome" if is_written else "meetings.view_list", meeting)
    entry = find_entry(meeting, entry_pk)
    at_hand = f"{meeting.get_absolute_url()}?punkt={entry.pk}"
    if not is_written:
        return redirect(at_hand)
    form = OutcomeForm(request.POST, entry=entry, on=timezone.localdate())
    form.draft_key = outcome_draft_key(entry)
    if not form.is_valid():
        return show_week(request, meeting, entry, form, status=422)
    if sent := once.claim(request):
        return redirect(sent.location)
    try:
        entry.write_outcome(
            version=form.cleaned_data["version"] or 0,
            by=request.user,
            at=timezone.now(),
            **form.written,
        )
    except MeetingNotOpen as error:
        return tell_closed(request, error.meeting)
    except StaleVersion as stale:
        form = OutcomeForm(
            with_version(request.POST, stale.current.version), entry=entry, on=form.on
        )
        form.draft_key = outcome_draft_key(entry)
        return show_week(request, meeting, entry, form, status=409, theirs=stale.current)
    drafts.discard(request.user, form.draft_key)
    messages.success(request, _("What came of “%(title)s” is written.") % {"title": entry})
    location = after(request, meeting, entry) or at_hand
    once.remember(request, location)
    return redirect(location)


def after(request, meeting, entry):
    """Return the address of the next entry without an outcome, or None when all have one."""
    entries = EntryList(meeting, request.user, with_rows=False)
    following = entries.next_after(entries.line_of(str(entry.pk)))
    if following is None:
        return None
    return f"{meeting.get_absolute_url()}?punkt={following.entry.pk}"


def show_week(request, meeting, entry, form, *, status, theirs=None):
    key = str(entry.pk)
    week = Week(meeting, request.user, timezone.now(), key=key, faulty=form, theirs=theirs)
    context = {"week": week, "form_has_errors": status == 422}
    return render(request, "meetings/open.html", context, status=status)


def tell_closed(request, meeting):
    """409: the meeting has closed meanwhile; what was written is shown, to be kept elsewhere."""
    return render(request, "meetings/refused.html", {"meeting": meeting}, status=409)


@require_safe
def live(request, pk):
    """What an open screen asks for every few seconds: 204 when nothing has changed."""
    meeting = get_permitted(request.user, "meetings.view_list", visible(request), pk=pk)
    if not meeting.is_open:
        return render(request, "meetings/_over.html", {"meeting": meeting})
    is_projector = request.GET.get("vy") == "projektor"
    key = request.GET.get("punkt", "")
    week = Week(meeting, request.user, timezone.now(), key=key, with_board=not is_projector)
    version = week.projector_version if is_projector else week.version
    if request.GET.get("v") == version:
        return HttpResponse(status=204)
    template = "meetings/_projector.html" if is_projector else "meetings/_live.html"
    return render(request, template, {"week": week})


live.asks_by_itself = True  # an open screen keeps nobody signed in


def movable(request, pk, item_pk):
    """Return the meeting, locked while something moves in it, and the item.

    Locked, so that no move falls between the minutes and the closing.
    """
    meeting = get_object_or_404(visible(request), pk=pk)
    if request.method == "POST":
        meeting = Meeting.objects.lock(meeting.pk)
    item = get_object_or_404(Item.objects.visible_to(request.user), pk=item_pk)
    return meeting, item


def moves_in(request, meeting):
    board = partial(make_board, meeting, request.user)
    return Moves(request, board, back=meeting.get_absolute_url(), meeting=meeting.pk)


def tell_board_closed(request, meeting):
    """409: the meeting closed before the move; nothing was moved."""
    if request.htmx.target == "board":
        notice = _("The meeting has been closed, and nothing was moved.")
        board = make_board(meeting, request.user, notice=notice)
        return render(request, "agenda/_board.html", {"board": board}, status=409)
    return render(request, "meetings/refused.html", {"meeting": meeting}, status=409)


@require_http_methods(METHODS)
def meeting_place(request, pk, item_pk):
    """Move an item in the open meeting."""
    meeting, item = movable(request, pk, item_pk)
    if meeting.is_closed and takes_part(request.user):
        return tell_board_closed(request, meeting)
    require(request.user, "meetings.place_item", meeting)
    return moves_in(request, meeting).place(item)


@require_http_methods(METHODS)
def meeting_focus(request, pk, item_pk):
    """Give an item special focus in the open meeting, or take it away."""
    meeting, item = movable(request, pk, item_pk)
    if meeting.is_closed and takes_part(request.user):
        return tell_board_closed(request, meeting)
    require(request.user, "meetings.place_item", meeting)
    return moves_in(request, meeting).focus(item)
