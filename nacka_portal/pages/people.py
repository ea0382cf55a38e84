"""People, units and roles, as the administrators keep them. Every change leaves its trail."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts, once
from accounts.access import get_permitted, require
from accounts.forms import PeopleFilterForm, PersonForm, UnitForm
from accounts.models import Person, Unit
from activity.models import Event

PER_PAGE = 25
MANAGE = "accounts.manage_people"


@require_safe
def people(request):
    require(request.user, MANAGE)
    filters = PeopleFilterForm(request.GET)
    found = filters.narrow(Person.objects.for_list())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("sida"))
    template = "accounts/people.html"
    if request.htmx.target == "people":
        template += "#people"
    return render(request, template, {"filters": filters, "page": page})


@sensitive_post_parameters("new_password")
@require_http_methods(["GET", "POST"])
def person_new(request):
    require(request.user, MANAGE)
    return person_form(request, Person(), "accounts.person_added")


@sensitive_post_parameters("new_password")
@require_http_methods(["GET", "POST"])
def person_edit(request, pk):
    person = get_permitted(request.user, MANAGE, Person.objects.for_list(), pk=pk)
    return person_form(request, person, "accounts.person_changed")


def person_form(request, person, verb):
    key = f"person:{person.pk or 'new'}"
    initial, draft = drafts.restore(request.user, key, {"is_active": person.is_active})
    form = PersonForm(request.POST or None, instance=person, initial=initial, by=request.user)
    form.draft_key = key
    if once.earlier(request):
        return redirect("people")
    if form.is_valid():
        has_password = bool(form.cleaned_data["new_password"])
        answer = keep(request, form, verb, "people", has_password=has_password)
        if answer:
            return answer
    return form_page(request, "accounts/person.html", form, draft)


@require_safe
def units(request):
    require(request.user, MANAGE)
    page = Paginator(Unit.objects.for_list(), PER_PAGE).get_page(request.GET.get("sida"))
    return render(request, "accounts/units.html", {"page": page})


@require_http_methods(["GET", "POST"])
def unit_new(request):
    require(request.user, MANAGE)
    return unit_form(request, Unit(), "accounts.unit_added")


@require_http_methods(["GET", "POST"])
def unit_edit(request, pk):
    unit = get_permitted(request.user, MANAGE, Unit.objects.all(), pk=pk)
    return unit_form(request, unit, "accounts.unit_changed")


def unit_form(request, unit, verb):
    key = f"unit:{unit.pk or 'new'}"
    initial, draft = drafts.restore(request.user, key)
    form = UnitForm(request.POST or None, instance=unit, initial=initial)
    form.draft_key = key
    if once.earlier(request):
        return redirect("units")
    if form.is_valid():
        answer = keep(request, form, verb, "units")
        if answer:
            return answer
    return form_page(request, "accounts/unit.html", form, draft)


def keep(request, form, verb, then, **data):
    """Save the form once and record what it changed; return where to go, or None when it failed."""
    if once.claim(request):
        return redirect(then)
    try:
        with transaction.atomic():
            kept = form.save()
    except IntegrityError:  # another administrator took the name at the same moment
        form.add_error(None, _("Somebody else took that name just now. Choose another."))
        return None
    drafts.discard(request.user, form.draft_key)
    changes = form.changes()
    if changes or any(data.values()):
        Event.objects.record(
            kept, verb, by=request.user, at=timezone.now(), changes=changes, **data
        )
        messages.success(request, _("%(name)s has been saved.") % {"name": kept})
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(then)


def form_page(request, template, form, draft):
    status = 409 if form.is_stale else 422 if form.errors else 200
    kept = form.instance
    # The form has put what was typed into the instance; the page is about what is saved.
    kept = type(kept).objects.filter(pk=kept.pk).first()
    events = Event.objects.about(kept).with_people().order_by("-at")[:20] if kept else []
    context = {"form": form, "draft": draft, "kept": kept, "events": events}
    return render(request, template, context, status=status)
