from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts
from accounts.access import get_permitted
from accounts.versions import StaleVersion
from activity.models import Event
from activity.wording import WordingAdopted
from platform_areas.forms import AdoptionForm, PlatformAreaForm
from platform_areas.models import PlatformArea

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def platform_areas(request):
    areas = PlatformArea.objects.visible_to(request.user).select_related("owner")
    return render(request, "platform_areas/platform_areas.html", {"areas": areas})


@require_http_methods(METHODS)
def area_text(request, slug):
    """Propose another wording of an area, or settle what was left open."""
    areas = PlatformArea.objects.visible_to(request.user).select_related("owner")
    area = get_permitted(request.user, "platform_areas.change", areas, slug=slug)
    if area.is_adopted:
        return refuse(request, area)

    key = f"platform-area-text:{area.pk}"
    may_appoint = request.user.has_perm("platform_areas.appoint", area)
    saved = {name: getattr(area, name) for name in area.TEXT_FIELDS} | {"version": area.version}
    if may_appoint:
        saved["owner"] = area.owner_id
    initial, draft = drafts.restore(request.user, key, saved)
    data = request.POST if request.method == "POST" else None
    form = PlatformAreaForm(data, initial=initial, draft_key=key, may_appoint=may_appoint)
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            area.revise(form.texts, version=version, by=request.user, at=timezone.now())
        except WordingAdopted:
            return refuse(request, area)
        except StaleVersion as stale:
            return conflict(request, area, form, stale.current)
        drafts.discard(request.user, key)
        messages.success(request, _("The proposal is saved."))
        return redirect(area)
    context = {"area": area, "form": form, "draft": draft}
    status = 422 if form.errors else 200
    return render(request, "platform_areas/text.html", context, status=status)


@require_http_methods(METHODS)
def area_adoption(request, slug):
    """Show what is to be adopted and ask why; adopt it on POST."""
    areas = PlatformArea.objects.visible_to(request.user)
    area = get_permitted(request.user, "platform_areas.adopt", areas, slug=slug)
    if area.is_adopted:
        return refuse(request, area)

    key = f"platform-area-adoption:{area.pk}"
    initial, draft = drafts.restore(request.user, key, {"version": area.version})
    data = request.POST if request.method == "POST" else None
    form = AdoptionForm(data, initial=initial, draft_key=key)
    is_stale = False
    if form.is_valid():
        try:
            area.adopt(by=request.user, at=timezone.now(), **form.cleaned_data)
        except WordingAdopted:
            return refuse(request, area)
        except StaleVersion as stale:
            is_stale, area = True, stale.current
            seen = form.cleaned_data | {"version": area.version}
            form = AdoptionForm(initial=seen, draft_key=key)
        else:
            drafts.discard(request.user, key)
            messages.success(request, _("The wording is adopted."))
            return redirect(area)
    context = {"area": area, "form": form, "draft": draft, "is_stale": is_stale}
    status = 409 if is_stale else 422 if form.errors else 200
    return render(request, "platform_areas/adoption.html", context, status=status)


def refuse(request, area):
    """Say that the wording is adopted: 409 to somebody who tried to change it."""
    adoption = Event.objects.about(area).of_kind("platform_areas.adopted").with_people().last()
    status = 409 if request.method == "POST" else 200
    context = {"area": area, "adoption": adoption}
    return render(request, "platform_areas/adopted.html", context, status=status)


def conflict(request, area, form, current):
    """Show what both have written: somebody else saved the wording in the meantime."""
    last = Event.objects.about(area).order_by("-at", "-pk").with_people().first()
    texts = {name: form.cleaned_data[name] for name in area.TEXT_FIELDS}
    differing = [name for name, text in texts.items() if text != getattr(current, name)]
    context = {
        "area": area,
        "changed_by": last.by if last else "",
        "changed_at": last.at if last else None,
        "fields": [
            {
                "name": name,
                "label": form.fields[name].label,
                "mine": texts[name],
                "theirs": getattr(current, name),
            }
            for name in differing
        ],
        "hidden": {name: text for name, text in texts.items() if name not in differing}
        | ({"owner": form["owner"].value() or ""} if "owner" in form.fields else {}),
        "version": current.version,
        "action": request.path,
        "cancel_url": area.get_absolute_url(),
    }
    return render(request, "platform_areas/conflict.html", context, status=409)
