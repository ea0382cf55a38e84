from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts, once
from accounts.access import get_permitted, require
from accounts.text import clean_query
from accounts.versions import StaleVersion
from activity.models import Event
from agenda.conflict import TextConflict
from agenda.forms import AnswerForm, ItemFactsForm, ItemTextForm, ProposalForm, StateForm
from agenda.models import Action, DependencyCircle, Item, ItemClosed, ItemNotReady, Status

SIMILAR_SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
def item_new(request):
    """Propose an item; what is already like it is shown beside the title while it is typed."""
    require(request.user, "agenda.propose_item")
    if request.htmx.target == "similar":
        return show_similar(request, request.GET.get("title", ""))

    key = "item-new"
    initial, draft = drafts.restore(request.user, key)
    form = ProposalForm(request.POST or None, initial=initial)
    form.draft_key = key
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        units = form.cleaned_data.pop("units")
        item = Item.propose(by=request.user, at=timezone.now(), **form.cleaned_data)
        item.units.set(units)
        drafts.discard(request.user, key)
        once.remember(request, item.get_absolute_url())
        messages.success(
            request,
            _(
                "Your proposal is on the agenda. Leadership support answers it with a reason, "
                "and you are told when they have."
            ),
        )
        return redirect(item)

    title = str(form["title"].value() or "")  # a draft holds what was sent, be it a list
    context = {"form": form, "draft": draft, "similar": similar_to(title)}
    status = 422 if form.errors else 200
    return render(request, "agenda/item_new.html", context, status=status)


def similar_to(title):
    """Return the items whose titles are most like `title`, if it says enough to compare."""
    title = clean_query(title)
    if len(title) < 6:
        return []
    return list(Item.objects.similar_to(title).select_related("focus_area")[:SIMILAR_SHOWN])


def show_similar(request, title):
    return render(request, "agenda/_similar.html", {"similar": similar_to(title)})


@require_http_methods(["GET", "HEAD", "POST"])
def item_text(request, pk):
    """Edit the texts of an item. Who saves second sees both texts and chooses."""
    items = Item.objects.visible_to(request.user)
    item = get_permitted(request.user, "agenda.change_item", items, pk=pk)
    if not item.is_open:
        return show_closed(request, item)

    key = f"item-text:{item.pk}"
    saved = {name: getattr(item, name) for name in Item.TEXT_FIELDS}
    initial, draft = drafts.restore(request.user, key, {**saved, "version": item.text_version})
    form = ItemTextForm(request.POST or None, initial=initial)
    form.draft_key = key
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            item.revise_text(
                form.texts,
                version=item.text_version if version is None else version,
                by=request.user,
                at=timezone.now(),
            )
        except StaleVersion as stale:
            return show_text_conflict(request, stale.current, form, version)
        except ItemClosed:
            return show_closed(request, item)
        drafts.discard(request.user, key)
        messages.success(request, _("The texts are saved."))
        return redirect(item)

    context = {"form": form, "draft": draft, "item": item}
    status = 422 if form.errors else 200
    return render(request, "agenda/item_text.html", context, status=status)


def show_text_conflict(request, item, form, version):
    conflict = TextConflict(item, form.texts, version)
    if not conflict.fields and conflict.is_same_text:
        # The same form sent twice: what is saved is what was typed.
        drafts.discard(request.user, form.draft_key)
        messages.success(request, _("The texts are saved."))
        return redirect(item)
    hidden = conflict.hidden | {"draft_key": form.draft_key, "draft_by": request.user.pk}
    context = {
        "item": item,
        "fields": conflict.fields,
        "hidden": hidden,
        "changed_by": conflict.changed_by,
        "changed_at": conflict.changed_at,
        "merged": conflict.merged,
        "version": item.text_version,
        "cancel_url": item.get_absolute_url(),
        "form_has_errors": True,
    }
    return render(request, "agenda/item_text_conflict.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def item_facts(request, pk):
    """Edit whose the item is, and what it belongs to and depends on."""
    items = Item.objects.visible_to(request.user)
    item = get_permitted(request.user, "agenda.change_facts", items, pk=pk)
    if not item.is_open:
        return show_closed(request, item)

    key = f"item-facts:{item.pk}"
    initial, draft = drafts.restore(request.user, key, facts_of(item))
    form = ItemFactsForm(request.POST or None, instance=item, initial=initial)
    form.draft_key = key
    is_finding = "find_now" in request.POST
    if not is_finding and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            Item.objects.get(pk=item.pk).revise_facts(
                form.facts,
                form.sets,
                version=item.facts_version if version is None else version,
                by=request.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except StaleVersion:
            return show_facts_conflict(request, item, form)
        except DependencyCircle as circle:
            form.add_error(
                "depends_on",
                _("That would go in a circle: %(way)s. Take one of them away.")
                % {"way": " → ".join(f"“{title}”" for title in circle.titles)},
            )
        except ItemClosed:
            return show_closed(request, item)
        else:
            drafts.discard(request.user, key)
            messages.success(request, _("The facts are saved."))
            return redirect(item)

    context = {"form": form, "draft": draft, "item": item, "is_finding": is_finding}
    if is_finding:
        form.errors.clear()
    template = "agenda/item_facts.html"
    if request.htmx.target == "depends-on":
        template = "agenda/_depends_on.html"
    return render(request, template, context, status=422 if form.errors else 200)


def facts_of(item):
    facts = {name: getattr(item, item._meta.get_field(name).attname) for name in Item.FACT_FIELDS}
    sets = {name: list(getattr(item, name).values_list("pk", flat=True)) for name in Item.FACT_SETS}
    return {**facts, **sets, "version": item.facts_version}


def show_facts_conflict(request, item, form):
    """409: say who changed which facts meanwhile; what was chosen here stays in the form."""
    seen = form.cleaned_data["version"]
    events = Event.objects.about(item).of_kind("agenda.facts_revised").with_people()
    since = [event for event in events if event.data.get("version", 0) > (seen or 0)]
    data = request.POST.copy()
    data["version"] = Item.objects.get(pk=item.pk).facts_version
    again = ItemFactsForm(data, instance=item)
    again.draft_key = form.draft_key
    context = {"form": again, "item": item, "conflict": since or list(events)[-1:]}
    return render(request, "agenda/item_facts.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def item_answer(request, pk):
    """Answer a proposal with a reason."""
    items = Item.objects.visible_to(request.user).select_related("proposed_by", "focus_area")
    item = get_permitted(request.user, "agenda.answer_item", items, pk=pk)

    key = f"item-answer:{item.pk}"
    initial, draft = drafts.restore(request.user, key)
    form = AnswerForm(request.POST or None, initial=initial)
    form.draft_key = key
    status = 422 if form.errors else 200
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        try:
            item.answer(by=request.user, at=timezone.now(), **form.cleaned_data)
        except ItemClosed:
            status = 409
            item.refresh_from_db(fields=["status"])
        else:
            drafts.discard(request.user, key)
            once.remember(request, item.get_absolute_url())
            messages.success(request, answered_in_words(item))
            return redirect(item)

    context = {"form": form, "draft": draft, "item": item}
    if item.status != Status.PROPOSED:
        answers = Event.objects.about(item).of_kind("agenda.answered").with_people()
        context["earlier"] = answers.last()
    return render(request, "agenda/item_answer.html", context, status=status)


def answered_in_words(item):
    if item.proposed_by is None:
        return _("The answer is saved.")
    return _("The answer is saved. %(name)s is told on the start page and in the daily mail.") % {
        "name": item.proposed_by.name
    }


@require_http_methods(["GET", "HEAD", "POST"])
def item_state(request, pk):
    """Start, finish or end an item: first what is to happen, then in words what it means."""
    items = Item.objects.visible_to(request.user)
    item = get_permitted(request.user, "agenda.change_state", items, pk=pk)
    if not item.is_open:
        return show_closed(request, item)

    key = f"item-state:{item.pk}"
    initial, draft = drafts.restore(
        request.user, key, {"step": clean_query(request.GET.get("steg", ""))}
    )
    form = StateForm(request.POST or None, initial=initial, item=item)
    form.draft_key = key
    context = {"form": form, "draft": draft, "item": item}
    if form.is_valid() and "change" not in request.POST:
        if "confirmed" not in request.POST:
            return render(request, "agenda/item_state_check.html", context)
        try:
            take_step(item, form.cleaned_data, by=request.user)
        except ItemNotReady as error:
            missing = ", ".join(str(name).lower() for name in error.missing)
            form.add_error(
                "step",
                _("Before the work starts the item needs: %(missing)s.") % {"missing": missing},
            )
        except ItemClosed:
            item.refresh_from_db(fields=["status"])
            return show_closed(request, item)
        else:
            drafts.discard(request.user, key)
            messages.success(request, _("“%(title)s” is now: %(state)s.") % state_in_words(item))
            return redirect(item)
    is_faulty = form.errors and "change" not in request.POST
    return render(request, "agenda/item_state.html", context, status=422 if is_faulty else 200)


def take_step(item, answers, *, by):
    trail = {"by": by, "at": timezone.now(), "reason": answers["reason"]}
    match answers["step"]:
        case StateForm.START:
            item.start(**trail)
        case StateForm.FINISH:
            item.finish(effect_seen=answers["effect_seen"], **trail)
        case StateForm.END:
            item.end(effect_seen=answers["effect_seen"], **trail)


def state_in_words(item):
    return {"title": item.title, "state": item.get_status_display().lower()}


def show_closed(request, item):
    """The item is closed: say so, and since when; a form sent twice ends here too."""
    last = Event.objects.about(item).with_people().exclude(changes={}).last()
    status = 409 if request.method == "POST" else 200
    return render(request, "agenda/item_closed.html", {"item": item, "last": last}, status=status)


@require_safe
def actions(request):
    """The eight proposals to the city director, and what each waits for."""
    found = Action.objects.visible_to(request.user).for_list()
    return render(request, "agenda/actions.html", {"actions": found})
