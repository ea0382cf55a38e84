from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts, once
from accounts.access import get_permitted, require
from accounts.versions import StaleVersion
from agenda.models import Action, Item, ItemNotReady
from decisions.desk import DecisionDesk
from decisions.log import Log
from decisions.models import AlreadyDecided, AlreadyReplaced, Decision
from decisions.occasions import MeetingOver

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def decisions(request):
    log = Log(request.user, request.GET)
    template = "decisions/decisions.html"
    if request.htmx.target == "decisions":
        template = "decisions/_decisions.html"
    return render(request, template, {"log": log})


@require_http_methods(METHODS)
def action_decision(request, number):
    """Prepare or publish the city director's decision on an action; `?mote=` as for an item."""
    actions = Action.objects.visible_to(request.user)
    action = get_permitted(request.user, "decisions.prepare", actions, number=number)
    meeting = request.GET.get("mote")
    return desk(request, DecisionDesk(action, request.user, timezone.localdate(), meeting=meeting))


@require_http_methods(METHODS)
def item_decision(request, pk):
    """Prepare or publish a decision on an agenda item; `?mote=` says in which meeting."""
    items = Item.objects.visible_to(request.user)
    item = get_permitted(request.user, "decisions.prepare", items, pk=pk)
    meeting = request.GET.get("mote")
    return desk(request, DecisionDesk(item, request.user, timezone.localdate(), meeting=meeting))


@require_http_methods(METHODS)
def replacement(request, pk):
    """Prepare or publish the decision that takes the place of a published one."""
    published = Decision.objects.visible_to(request.user).published().for_list()
    old = get_permitted(request.user, "decisions.prepare", published, pk=pk)
    if old.successor and request.method != "POST":
        messages.info(request, _("The decision has been replaced already."))
        return redirect(old.successor)
    return desk(
        request, DecisionDesk(old.subject, request.user, timezone.localdate(), replaces=old)
    )


def desk(request, desk):
    """Show the desk; on POST do the `step` of its button: check, edit, publish or save."""
    if request.method != "POST":
        return show(request, desk, desk.form())

    form, step = desk.form(request.POST), request.POST.get("step", "save")
    if step == "publish":
        require(request.user, desk.publish_perm, desk.subject)
        if form.is_valid() and (sent := once.claim(request)):
            return redirect(sent.location)
    if not desk.is_open:
        return refuse(request, desk, form)
    if step == "edit":
        return show(request, desk, form)
    if not form.is_valid():
        return show(request, desk, form, status=422)
    if step in {"check", "publish"} and desk.missing:
        form.add_error(None, _("The item cannot be decided before its commission is clear."))
        return show(request, desk, form, status=422)
    if step == "check" and desk.may_publish:
        outcome = form.texts.get("outcome", Decision.Outcome.APPROVED)
        context = {
            "desk": desk,
            "form": form,
            "outcome": Decision.Outcome(outcome).label,
            "effect": desk.effect(form),
        }
        return render(request, "decisions/check.html", context)
    try:
        return publish(request, desk, form) if step == "publish" else save(request, desk, form)
    except (AlreadyDecided, AlreadyReplaced):
        return refuse(request, desk, form)
    except ItemNotReady:
        form.add_error(None, _("The item cannot be decided before its commission is clear."))
        return show(request, desk, form, status=422)
    except StaleVersion as stale:
        return conflict(request, desk, form, stale.current)


def save(request, desk, form):
    Decision.prepare(
        desk.subject,
        by=request.user,
        at=timezone.now(),
        version=form.cleaned_data["version"],
        replaces=desk.replaces,
        **form.texts,
    )
    drafts.discard(request.user, desk.draft_key)
    messages.success(request, _("The draft is saved. The city director can publish it."))
    return redirect(desk.url)


def publish(request, desk, form):
    verb = Decision.publish_for_action if desk.is_about_action else Decision.publish_for_item
    publish_now = partial(
        verb,
        desk.subject,
        by=request.user,
        at=timezone.now(),
        version=form.cleaned_data["version"],
        replaces=desk.replaces,
        **form.texts,
    )
    meeting, is_over = form.cleaned_data["meeting"], False
    try:
        decision = publish_now(meeting=meeting) if meeting else publish_now()
    except MeetingOver:
        # The mandate is the city director's own, with or without a meeting.
        decision, meeting, is_over = publish_now(), None, True
    drafts.discard(request.user, desk.draft_key)
    location = decision.get_absolute_url() + (f"?mote={meeting}" if meeting else "")
    once.remember(request, location)
    text = _("Decision %(number)s is published.") % {"number": decision.number}
    messages.success(request, text)
    if is_over:
        messages.warning(
            request,
            _("The meeting is not open, so the decision does not stand in its minutes."),
        )
    return redirect(location)


def show(request, desk, form, status=200):
    context = {"desk": desk, "form": form}
    return render(request, "decisions/desk.html", context, status=status)


def refuse(request, desk, form):
    """Say that there is nothing left to decide, with what was written still in sight."""
    form.is_valid()
    context = {"desk": desk, "form": form, "is_refused": True}
    return render(request, "decisions/desk.html", context, status=409)


def conflict(request, desk, form, current):
    """Show both texts: somebody else saved the draft in the meantime."""
    context = {
        "desk": desk,
        "current": current,
        "changed_by": current.prepared_by,
        "changed_at": current.prepared_at,
        "fields": desk.differences(form, current),
        "hidden": desk.agreements(form, current),
        "version": current.version,
        "action": desk.url,
        "cancel_url": desk.url,
    }
    return render(request, "decisions/conflict.html", context, status=409)
