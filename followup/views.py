from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import drafts, once
from accounts.access import get_permitted
from accounts.models import Draft
from accounts.versions import StaleVersion
from activity.models import Event
from agenda.models import Item, ItemClosed
from followup.forms import CheckInForm, FollowUpPlanForm
from followup.models import CannotUndo, CheckIn, FollowUpPlan
from followup.state import FollowUpState

FACTS_SHOWN = 8


def draft_key(item):
    return f"check-in:{item.pk}"


def items_for(user):
    return Item.objects.visible_to(user).select_related("owner", "deputy")


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request, pk):
    """The owner's short update, with the last one and what has changed since beside it."""
    item = get_permitted(request.user, "followup.check_in", items_for(request.user), pk=pk)
    now = timezone.now()
    state = FollowUpState(item, request.user, timezone.localdate(now), now)
    if not may_be_filed(item, state):
        return render(request, "followup/check_in.html", {"item": item, "state": state}, status=409)

    initial, draft = drafts.restore(request.user, draft_key(item))
    form = CheckInForm(request.POST or None, initial=initial)
    form.draft_key = draft_key(item)
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        try:
            filed = CheckIn.file(
                item, by=request.user, on_behalf_of=state.acts_for, at=now, **form.cleaned_data
            )
        except ItemClosed:
            return tell_closed(request, item, state)
        drafts.discard(request.user, draft_key(item))
        location = f"{item.get_absolute_url()}#follow-up"
        once.remember(request, location)
        messages.success(request, what_happened(item, filed))
        return redirect(location)

    context = {
        "item": item,
        "state": state,
        "form": form,
        "draft": draft,
        "changes": changes_since(item, state.latest),
    }
    return render(request, "followup/check_in.html", context, status=422 if form.errors else 200)


@require_POST
def no_news(request, pk):
    """Say that nothing has happened, with one click."""
    item = get_permitted(request.user, "followup.check_in", items_for(request.user), pk=pk)
    now = timezone.now()
    state = FollowUpState(item, request.user, timezone.localdate(now), now)
    if not may_be_filed(item, state):
        return render(request, "followup/check_in.html", {"item": item, "state": state}, status=409)
    if once.claim(request):
        return answer(request, item, now)
    try:
        filed = CheckIn.file_no_news(item, by=request.user, on_behalf_of=state.acts_for, at=now)
    except ItemClosed:
        return tell_closed(request, item, state)
    return answer(request, item, now, what_happened(item, filed))


@require_POST
def take_back(request, pk):
    """Undo the check-in that was just filed; a written one becomes a draft again."""
    item = get_permitted(request.user, "followup.check_in", items_for(request.user), pk=pk)
    now = timezone.now()
    filed = get_object_or_404(CheckIn, item=item, pk=number(request.POST.get("check_in", "")))
    texts = {name: getattr(filed, name) for name in CheckInForm.base_fields}
    try:
        filed.take_back(by=request.user, at=now)
    except CannotUndo:
        messages.error(
            request,
            _("Only the latest check-in can be taken back, within ten minutes, by who made it."),
        )
        return redirect(f"{item.get_absolute_url()}#follow-up")
    if filed.is_no_news:
        return answer(request, item, now, _("The check-in is taken back."))
    Draft.objects.keep(request.user, draft_key(item), texts, now=now)
    messages.success(request, _("The check-in is taken back. What you wrote stands in the form."))
    return redirect("check-in", pk=item.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_plan(request, pk):
    """How often an item is checked in on, when next, and whether it rests."""
    item = get_permitted(request.user, "followup.plan", items_for(request.user), pk=pk)
    now = timezone.now()
    on = timezone.localdate(now)
    plan = FollowUpPlan.objects.filter(item=item).first()
    form = FollowUpPlanForm(request.POST or None, on=on, plan=plan)
    status = 200
    if form.is_valid():
        try:
            plan = FollowUpPlan.revise(item, by=request.user, at=now, **form.cleaned_data)
        except StaleVersion as stale:
            plan, status = stale.current, 409
            form.add_error(
                None,
                _(
                    "Somebody changed the rhythm meanwhile. How it is now stands above the form; "
                    "save again if yours is to hold."
                ),
            )
            form.data = form.data.copy()
            form.data["version"] = plan.version
        except ItemClosed:
            form.add_error(None, _("The item is closed, so it is no longer followed up."))
        else:
            messages.success(request, when_next(plan, on))
            return redirect(f"{item.get_absolute_url()}#follow-up")
    if form.errors and status == 200:
        status = 422
    context = {"item": item, "plan": plan, "form": form, "is_stale": status == 409, "on": on}
    return render(request, "followup/follow_up_plan.html", context, status=status)


def may_be_filed(item, state):
    """Whether a check-in is possible: an open item, and an owner when one acts for the owner."""
    return item.is_open and (item.is_held_by(state.user) or item.owner is not None)


def tell_closed(request, item, state):
    """409: somebody closed the item at the same moment."""
    item.refresh_from_db(fields=["status"])
    return render(request, "followup/check_in.html", {"item": item, "state": state}, status=409)


def answer(request, item, now, text=""):
    """Show how the item goes after a one-click act, and say what happened: fragment or page."""
    if request.htmx.target == "follow-up":
        state = FollowUpState(item, request.user, timezone.localdate(now), now)
        context = {"follow_up": state, "item": item, "is_answer": True, "answer_text": text}
        return render(request, "followup/_state.html", context)
    if text:
        messages.success(request, text)
    return redirect(f"{item.get_absolute_url()}#follow-up")


def changes_since(item, latest):
    """Return what has happened to the item since its last check-in, the latest first."""
    events = Event.objects.about(item).exclude(verb__startswith="followup.")
    events = events.since(latest.created_at if latest else None).with_people()
    return events.order_by("-at", "-pk")[:FACTS_SHOWN]


def what_happened(item, filed):
    """Say what was saved and when the next one is due."""
    plan = FollowUpPlan.objects.filter(item=item).first()
    saved = _("No news is noted.") if filed.is_no_news else _("The check-in is saved.")
    if filed.on_behalf_of:
        saved += " " + _("It says that you did it on behalf of %(name)s.") % {
            "name": filed.on_behalf_of.name
        }
    return f"{saved} {when_next(plan, timezone.localdate(filed.created_at))}".strip()


def when_next(plan, on):
    if plan is None or plan.next_due_on is None:
        return _("No date is set for the next one.")
    date = date_format(plan.next_due_on, "j F Y")
    if plan.is_paused(on):
        until = date_format(plan.paused_until, "j F Y")
        return _("Paused until %(until)s; the next check-in is %(date)s.") % {
            "until": until,
            "date": date,
        }
    return _("The next check-in is %(date)s.") % {"date": date}


def number(text):
    """Return `text` as the key of a row, or 0, which no row has."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0
