from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import drafts
from accounts.addresses import next_path, page_of


@require_POST
def draft(request):
    """Keep what is being typed, or forget it: the automatic saving of every form."""
    key = drafts.key_in(request.POST)
    if not key:
        return render(request, "errors/400.html", status=400)

    if request.POST.get("discard"):
        drafts.discard(request.user, key)
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return redirect(next_path(request) or page_of(request) or "start")

    kept = drafts.keep(request.user, request.POST, now=timezone.now())
    if not request.htmx:
        return HttpResponse(status=204)
    return render(request, "accounts/_draft_saved.html", {"draft": kept})


def locked_out(request, response=None, credentials=None):
    return HttpResponse(status=429)
