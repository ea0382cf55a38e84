"""Meetings: the list of them, planning one, and each one's page by its state."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts, once
from accounts.access import get_permitted, require
from meetings.entries import EntryList
from meetings.forms import PlanForm, ReasonForm, RescheduleForm
from meetings.minutes import compile_minutes
from meetings.models import (
    AnotherIsOpen,
    Forum,
    Meeting,
    MeetingNotOpen,
    MeetingNotPlanned,
)
from meetings.published import Published, in_one_line
from meetings.suggestions import Suggestions
from meetings.week import Week, version_of

METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 20


def visible(request):
    meetings = Meeting.objects.visible_to(request.user).with_last_closed()
    return meetings.select_related("forum", "opened_by", "closed_by")


def posted(request):
    """Return what a form is bound to: what was sent, also when all of it was left empty."""
    return request.POST if request.method == "POST" else None


@require_safe
def meetings(request):
    visible_meetings = visible(request)
    closed = Paginator(visible_meetings.closed(), PER_PAGE).get_page(request.GET.get("sida"))
    context = {
        "open": visible_meetings.open_now(),
        "planned": visible_meetings.planned(),
        "closed": closed,
        "summaries": [(meeting, in_one_line(meeting.minutes)) for meeting in closed],
        "may_plan": request.user.has_perm("meetings.plan"),
    }
    return render(request, "meetings/meetings.html", context)


@require_http_methods(METHODS)
def meeting_new(request):
    """Plan a meeting; the forum's next working day of its weekday is proposed."""
    require(request.user, "meetings.plan")
    now, key = timezone.now(), "meeting-new"
    forum = Forum.objects.default()
    starts_at = timezone.localtime(forum.next_start(now))
    proposed = {
        "forum": forum.pk,
        "date": starts_at.date(),
        "time": starts_at.time(),
        "length_minutes": forum.length_minutes,
    }
    initial, draft = drafts.restore(request.user, key, proposed)
    form = PlanForm(posted(request), initial=initial, now=now)
    form.draft_key = key
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        length = form.cleaned_data["length_minutes"]
        meeting = Meeting.plan(
            form.cleaned_data["forum"],
            form.starts_at,
            by=request.user,
            at=now,
            length_minutes=length,
        )
        drafts.discard(request.user, key)
        once.remember(request, meeting.get_absolute_url())
        messages.success(request, _("The meeting is planned. Put on its list what it is to do."))
        return redirect(meeting)
    context = {"form": form, "draft": draft}
    return render(request, "meetings/new.html", context, status=422 if form.errors else 200)


@require_safe
def meeting(request, pk):
    meeting = get_permitted(request.user, "meetings.view_meeting", visible(request), pk=pk)
    show = {
        Meeting.State.PLANNED: show_planned,
        Meeting.State.OPEN: show_open,
        Meeting.State.CLOSED: show_closed,
        Meeting.State.CANCELLED: show_cancelled,
    }[meeting.state]
    return show(request, meeting)


def show_planned(request, meeting):
    user, now = request.user, timezone.now()
    context = {"meeting": meeting, "is_today": meeting.starts_on <= timezone.localdate(now)}
    if user.has_perm("meetings.view_list", meeting):
        context["list"] = EntryList(meeting, user)
    if user.has_perm("meetings.plan", meeting):
        wants_all = request.GET.get("forslag") == "alla"
        context["suggestions"] = Suggestions(meeting, now, wants_all=wants_all)
    return render(request, "meetings/planned.html", context)


def show_open(request, meeting):
    is_projector = request.GET.get("vy") == "projektor"
    key = request.GET.get("punkt", "")
    week = Week(meeting, request.user, timezone.now(), key=key, with_board=not is_projector)
    if is_projector:
        return render(request, "meetings/projector.html", {"week": week})
    return render(request, "meetings/open.html", {"week": week})


def show_closed(request, meeting):
    published = Published(meeting, request.user)
    return render(request, "meetings/closed.html", {"meeting": meeting, "published": published})


def show_cancelled(request, meeting):
    context = {"meeting": meeting, "cancellation": meeting.cancellation}
    return render(request, "meetings/cancelled.html", context)


@require_http_methods(METHODS)
def meeting_state(request, pk):
    """Open a planned meeting, or look at what will be published and close an open one."""
    meeting = get_permitted(request.user, "meetings.run", visible(request), pk=pk)
    if request.method == "POST" and request.POST.get("state") == "open":
        return open_meeting(request, meeting)
    if request.method == "POST" and request.POST.get("state") == "closed":
        return close_meeting(request, meeting)
    if not meeting.is_open:
        return redirect(meeting)
    return show_check(request, meeting)


def open_meeting(request, meeting):
    if sent := once.claim(request):
        return redirect(sent.location)
    try:
        meeting.open(by=request.user, at=timezone.now())
    except MeetingNotPlanned as error:
        if not error.meeting.is_open:
            return refuse(request, error.meeting)
        messages.info(request, _("Somebody else has just opened the meeting."))
    except AnotherIsOpen as error:
        return refuse(request, error.meeting, is_another=True)
    else:
        messages.success(request, _("The meeting is open."))
    once.remember(request, meeting.get_absolute_url())
    return redirect(meeting)


def close_meeting(request, meeting):
    if sent := once.claim(request):
        return redirect(sent.location)
    # Locked before it is compared, so that what is published is what was looked at.
    meeting = Meeting.objects.lock(meeting.pk)
    if meeting.is_open and request.POST.get("v") != version_of(meeting):
        return show_check(request, meeting, has_changed=True)
    try:
        meeting.close(by=request.user, at=timezone.now())
    except MeetingNotOpen as error:
        return refuse(request, error.meeting)
    once.remember(request, meeting.get_absolute_url())
    messages.success(
        request, _("The meeting is closed, and everybody can read what was decided and why.")
    )
    return redirect(meeting)


def show_check(request, meeting, has_changed=False):
    entries = list(meeting.decided_entries())
    record = compile_minutes(meeting, entries, None)
    following = meeting.following()
    context = {
        "meeting": meeting,
        "published": Published(meeting, request.user, record),
        "following": following,
        "following_at": following.starts_at if following else meeting.next_start(timezone.now()),
        "version": version_of(meeting),
        "has_changed": has_changed,
    }
    return render(request, "meetings/check.html", context, status=409 if has_changed else 200)


def refuse(request, meeting, is_another=False):
    """409: say how the meeting stands instead, and where to go."""
    context = {"meeting": meeting, "is_another": is_another}
    return render(request, "meetings/refused.html", context, status=409)


@require_http_methods(METHODS)
def meeting_time(request, pk):
    """Move a planned meeting to another time, with a reason."""
    meeting = get_permitted(request.user, "meetings.plan", visible(request), pk=pk)
    now, key = timezone.now(), f"meeting-time:{pk}"
    starts_at = timezone.localtime(meeting.starts_at)
    initial, draft = drafts.restore(
        request.user,
        key,
        {
            "date": starts_at.date(),
            "time": starts_at.time(),
            "length_minutes": meeting.length_minutes,
        },
    )
    form = RescheduleForm(posted(request), initial=initial, now=now)
    form.draft_key = key
    if not meeting.is_planned:
        return refuse(request, meeting)
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        data = form.cleaned_data
        try:
            meeting.reschedule(
                form.starts_at,
                data["length_minutes"],
                by=request.user,
                at=now,
                reason=data["reason"],
            )
        except MeetingNotPlanned as error:
            return refuse(request, error.meeting)
        drafts.discard(request.user, key)
        once.remember(request, meeting.get_absolute_url())
        moment = date_format(timezone.localtime(meeting.starts_at), "DATETIME_FORMAT")
        messages.success(request, _("The meeting is moved to %(time)s.") % {"time": moment})
        return redirect(meeting)
    context = {"meeting": meeting, "form": form, "draft": draft}
    return render(request, "meetings/time.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
def meeting_cancellation(request, pk):
    """Cancel a planned meeting, with a reason; its list goes to the next one."""
    meeting = get_permitted(request.user, "meetings.plan", visible(request), pk=pk)
    key = f"meeting-cancellation:{pk}"
    initial, draft = drafts.restore(request.user, key)
    missing = _("Say why the meeting is cancelled.")
    form = ReasonForm(posted(request), initial=initial, missing=missing)
    form.draft_key = key
    if meeting.is_cancelled and request.method == "POST":
        return redirect(meeting)
    if not meeting.is_planned:
        return refuse(request, meeting)
    if form.is_valid():
        try:
            meeting.cancel(by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        except MeetingNotPlanned as error:
            return refuse(request, error.meeting)
        drafts.discard(request.user, key)
        messages.success(
            request, _("The meeting is cancelled. What was on its list goes to the next one.")
        )
        return redirect(meeting)
    entries = meeting.entries.count()
    context = {"meeting": meeting, "form": form, "draft": draft, "entries": entries}
    status = 422 if form.errors else 200
    return render(request, "meetings/cancellation.html", context, status=status)
