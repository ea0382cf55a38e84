"""The list of a meeting: putting on, ordering, changing, taking off; answers to questions."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import drafts, once
from accounts.access import get_permitted, require
from accounts.text import clean_query
from accounts.versions import StaleVersion
from meetings.entries import EntryList, Picker
from meetings.forms import AnswerForm, EntryForm, NewEntryForm, ReasonForm
from meetings.models import AlreadyOnList, Entry, EntryHasOutcome, MeetingNotPlanned
from meetings.views.meetings import METHODS, posted, refuse, visible

PLACES = {"up", "down", "first", "last"}


def permitted(request, pk):
    """Return the meeting whose list the user may change."""
    return get_permitted(request.user, "meetings.plan", visible(request), pk=pk)


def find_entry(meeting, entry_pk):
    entries = meeting.entries.select_related("item", "action", "question_to", "meeting__forum")
    return get_object_or_404(entries, pk=entry_pk)


@require_http_methods(METHODS)
def entry_new(request, pk):
    """Find something for the list, say why and how long, and put it there."""
    meeting = permitted(request, pk)
    if not meeting.is_coming:
        return refuse(request, meeting)
    key = f"entry-new:{pk}"
    wanted = {name: request.GET[name] for name in ("item", "action") if name in request.GET}
    initial, draft = (wanted, None) if wanted else drafts.restore(request.user, key)
    form = NewEntryForm(posted(request), initial=initial)
    form.draft_key = key
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        fields = {
            name: form.cleaned_data[name] for name in ("item", "action", "title", "why", "minutes")
        }
        try:
            entry = Entry.add(meeting, by=request.user, at=timezone.now(), **fields)
            messages.success(request, _("“%(title)s” is on the list.") % {"title": entry})
        except AlreadyOnList as error:
            entry = error.entry
            messages.info(request, _("“%(title)s” is on the list already.") % {"title": entry})
        except MeetingNotPlanned as error:
            return refuse(request, error.meeting)
        drafts.discard(request.user, key)
        once.remember(request, entry.get_absolute_url())
        return redirect(entry)
    text = clean_query(request.GET.get("q", ""))
    context = {
        "meeting": meeting,
        "form": form,
        "subject": form.subject,
        "draft": draft,
        "picker": Picker(meeting, request.user, text),
    }
    template = "meetings/entry_new.html"
    if request.htmx.target == "picker":
        template = "meetings/_picker.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
def entry(request, pk, entry_pk):
    """Change why an entry is on the list, and how long it may take."""
    meeting = permitted(request, pk)
    entry = find_entry(meeting, entry_pk)
    if not meeting.is_coming:
        return refuse(request, meeting)
    key = f"entry:{entry_pk}"
    saved = {"why": entry.why, "minutes": entry.minutes, "version": entry.version}
    initial, draft = drafts.restore(request.user, key, saved)
    form = EntryForm(posted(request), initial=initial)
    form.draft_key = key
    theirs = None
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        data = form.cleaned_data
        try:
            entry.revise(
                why=data["why"],
                minutes=data["minutes"],
                version=data["version"] or 0,
                by=request.user,
                at=timezone.now(),
            )
        except MeetingNotPlanned as error:
            return refuse(request, error.meeting)
        except StaleVersion as stale:
            theirs = stale.current
            form = EntryForm(with_version(request.POST, theirs.version))
            form.draft_key = key
        else:
            drafts.discard(request.user, key)
            once.remember(request, entry.get_absolute_url())
            messages.success(request, _("“%(title)s” is changed.") % {"title": entry})
            return redirect(entry)
    status = 409 if theirs else 422 if form.errors else 200
    context = {"meeting": meeting, "entry": entry, "form": form, "draft": draft, "theirs": theirs}
    return render(request, "meetings/entry.html", context, status=status)


def with_version(post, version):
    """Return the POST with the version that is saved now, for a form that is shown again."""
    data = post.copy()
    data["version"] = version
    return data


@require_POST
def entry_place(request, pk, entry_pk):
    """Move an entry on its list by one step, first or last."""
    meeting = permitted(request, pk)
    entry = find_entry(meeting, entry_pk)
    where = request.POST.get("where")
    if where not in PLACES:
        return show_entries(request, meeting, notice=_("Choose up, down, first or last."))
    if sent := once.claim(request):
        return redirect(sent.location) if not request.htmx else show_entries(request, meeting)
    try:
        entry.place(where, by=request.user, at=timezone.now())
    except MeetingNotPlanned as error:
        return refuse(request, error.meeting)
    once.remember(request, entry.get_absolute_url())
    if request.htmx:
        return show_entries(request, meeting, moved=entry, focus_on=where)
    return redirect(entry)


def show_entries(request, meeting, notice="", **shown):
    if not request.htmx:
        messages.error(request, notice)
        return redirect(meeting)
    entries = EntryList(meeting, request.user, notice=notice, **shown)
    context = {"meeting": meeting, "list": entries}
    return render(request, "meetings/_entries.html", context, status=422 if notice else 200)


@require_http_methods(METHODS)
def entry_removal(request, pk, entry_pk):
    """Take an entry off the list, with a reason: not this time."""
    meeting = permitted(request, pk)
    entry = meeting.entries.filter(pk=entry_pk).select_related("item", "action").first()
    if entry is None:
        if request.method == "POST" and (sent := once.claim(request)):
            return redirect(sent.location)
        raise Http404
    if not meeting.is_coming:
        return refuse(request, meeting)
    key = f"entry-removal:{entry_pk}"
    initial, draft = drafts.restore(request.user, key)
    missing = _("Say why it is not taken up this time.")
    form = ReasonForm(posted(request), initial=initial, missing=missing)
    form.draft_key = key
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        title = str(entry)
        try:
            entry.remove(by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        except EntryHasOutcome:
            form.add_error(None, _("The meeting has written what came of it, so it stays."))
        except MeetingNotPlanned as error:
            return refuse(request, error.meeting)
        else:
            drafts.discard(request.user, key)
            once.remember(request, meeting.get_absolute_url())
            messages.success(request, _("“%(title)s” is off the list.") % {"title": title})
            return redirect(meeting)
    context = {"meeting": meeting, "entry": entry, "form": form, "draft": draft}
    status = 422 if form.errors else 200
    return render(request, "meetings/entry_removal.html", context, status=status)


@require_http_methods(METHODS)
def entry_answer(request, pk, entry_pk):
    """Answer the question that a closed meeting asked."""
    meeting = get_permitted(request.user, "meetings.view_meeting", visible(request), pk=pk)
    entry = find_entry(meeting, entry_pk)
    if not (meeting.is_closed and entry.is_question):
        raise Http404
    require(request.user, "meetings.answer_question", entry)
    key = f"answer:{entry_pk}"
    initial, draft = drafts.restore(request.user, key)
    form = AnswerForm(posted(request), initial=initial)
    form.draft_key = key
    is_late = False
    if request.method != "POST" and entry.is_answered:
        return redirect(entry)
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        try:
            entry.give_answer(form.cleaned_data["text"], by=request.user, at=timezone.now())
        except StaleVersion as stale:
            entry, is_late = stale.current, True
        else:
            drafts.discard(request.user, key)
            once.remember(request, entry.get_absolute_url())
            messages.success(request, _("The answer is saved, and everybody can read it."))
            return redirect(entry)
    context = {
        "meeting": meeting,
        "entry": entry,
        "form": form,
        "draft": draft,
        "is_late": is_late,
        "action": reverse("entry-answer", args=[pk, entry_pk]),
    }
    status = 409 if is_late else 422 if form.errors else 200
    return render(request, "meetings/entry_answer.html", context, status=status)
