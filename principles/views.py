from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts
from accounts.access import get_permitted
from accounts.versions import StaleVersion
from activity.models import Event
from activity.wording import WordingAdopted
from principles.forms import AdoptionForm, PrincipleForm, TargetPictureForm
from principles.models import Principle, TargetPicture

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def principles(request):
    principles = Principle.objects.visible_to(request.user).select_related("owner")
    picture = TargetPicture.objects.visible_to(request.user).first()
    context = {"principles": principles, "picture": picture}
    return render(request, "principles/principles.html", context)


@require_http_methods(METHODS)
def principle_text(request, slug):
    """Propose another wording of a principle."""
    principles = Principle.objects.visible_to(request.user).select_related("owner")
    principle = get_permitted(request.user, "principles.change", principles, slug=slug)
    key = f"principle-text:{principle.pk}"
    may_appoint = request.user.has_perm("principles.appoint", principle)
    saved = {name: getattr(principle, name) for name in principle.TEXT_FIELDS}
    if may_appoint:
        saved["owner"] = principle.owner_id
    initial, draft = drafts.restore(request.user, key, saved | {"version": principle.version})
    data = request.POST if request.method == "POST" else None
    form = PrincipleForm(data, initial=initial, draft_key=key, may_appoint=may_appoint)

    def save():
        principle.revise(
            form.texts,
            version=form.cleaned_data["version"],
            by=request.user,
            at=timezone.now(),
        )

    return revise(request, principle, form, draft, save)


@require_http_methods(METHODS)
def principle_adoption(request, slug):
    principles = Principle.objects.visible_to(request.user)
    principle = get_permitted(request.user, "principles.adopt", principles, slug=slug)
    return adopt(request, principle, f"principle-adoption:{principle.pk}")


@require_http_methods(METHODS)
def target_picture_text(request):
    """Propose another wording of the target picture and its sentences."""
    picture = the_picture(request, "principles.change")
    key = f"target-picture-text:{picture.pk}"
    statements = list(picture.statements.all())
    saved = {name: getattr(picture, name) for name in picture.TEXT_FIELDS}
    for statement in statements:
        saved[f"{TargetPictureForm.PREFIX}{statement.pk}"] = statement.text
    initial, draft = drafts.restore(request.user, key, saved | {"version": picture.version})
    data = request.POST if request.method == "POST" else None
    form = TargetPictureForm(data, initial=initial, draft_key=key, statements=statements)

    def save():
        picture.revise_with_statements(
            form.texts,
            form.statements,
            version=form.cleaned_data["version"],
            by=request.user,
            at=timezone.now(),
        )

    return revise(request, picture, form, draft, save)


@require_http_methods(METHODS)
def target_picture_adoption(request):
    picture = the_picture(request, "principles.adopt")
    return adopt(request, picture, f"target-picture-adoption:{picture.pk}")


def the_picture(request, perm):
    pictures = TargetPicture.objects.visible_to(request.user)
    picture = pictures.first()
    if picture is None:
        raise Http404
    return get_permitted(request.user, perm, pictures, pk=picture.pk)


# What the principles and the target picture share


def revise(request, wording, form, draft, save):
    """Show the form for `wording`, or `save()` it; an adopted one is refused in words."""
    if wording.is_adopted:
        return refuse(request, wording)
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except WordingAdopted:
            return refuse(request, wording)
        except StaleVersion as stale:
            return conflict(request, wording, form, stale.current)
        drafts.discard(request.user, form.draft_key)
        messages.success(request, _("The proposal is saved."))
        return redirect(wording)
    context = {"wording": wording, "form": form, "draft": draft}
    status = 422 if form.errors else 200
    return render(request, "principles/text.html", context, status=status)


def adopt(request, wording, key):
    """Show what is to be adopted and ask why; adopt it on POST."""
    if wording.is_adopted:
        return refuse(request, wording)
    initial, draft = drafts.restore(request.user, key, {"version": wording.version})
    data = request.POST if request.method == "POST" else None
    form = AdoptionForm(data, initial=initial, draft_key=key)
    is_stale = False
    if request.method == "POST" and form.is_valid():
        try:
            wording.adopt(by=request.user, at=timezone.now(), **form.cleaned_data)
        except WordingAdopted:
            return refuse(request, wording)
        except StaleVersion as stale:
            is_stale, wording = True, stale.current
            seen = form.cleaned_data | {"version": wording.version}
            form = AdoptionForm(initial=seen, draft_key=key)
        else:
            drafts.discard(request.user, key)
            messages.success(request, _("The wording is adopted."))
            return redirect(wording)
    context = {"wording": wording, "form": form, "draft": draft, "is_stale": is_stale}
    status = 409 if is_stale else 422 if form.errors else 200
    return render(request, "principles/adoption.html", context, status=status)


def refuse(request, wording):
    """Say that the wording is adopted: 409 to somebody who tried to change it."""
    adoption = Event.objects.about(wording).of_kind("principles.adopted").with_people().last()
    status = 409 if request.method == "POST" else 200
    context = {"wording": wording, "adoption": adoption}
    return render(request, "principles/adopted.html", context, status=status)


def conflict(request, wording, form, current):
    """Show what both have written: somebody else saved the wording in the meantime."""
    last = Event.objects.about(wording).order_by("-at", "-pk").with_people().first()
    theirs = texts_of(current, form)
    differing = [name for name in theirs if str(form.cleaned_data[name]) != theirs[name]]
    context = {
        "wording": wording,
        "changed_by": last.by if last else "",
        "changed_at": last.at if last else None,
        "fields": [
            {
                "name": name,
                "label": form.fields[name].label,
                "mine": form.cleaned_data[name],
                "theirs": theirs[name],
            }
            for name in differing
        ],
        "hidden": {name: form[name].value() for name in theirs if name not in differing}
        | ({"owner": form["owner"].value() or ""} if "owner" in form.fields else {}),
        "version": current.version,
        "action": request.path,
        "cancel_url": wording.get_absolute_url(),
    }
    return render(request, "principles/conflict.html", context, status=409)


def texts_of(current, form):
    """Return the texts as they are saved now, by the names of the form's fields."""
    texts = {name: getattr(current, name) for name in current.TEXT_FIELDS}
    if isinstance(current, TargetPicture):
        for statement in current.statements.all():
            texts[f"{TargetPictureForm.PREFIX}{statement.pk}"] = statement.text
    return {name: text for name, text in texts.items() if name in form.fields}
