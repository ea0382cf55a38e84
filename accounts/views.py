"""Signing in and out, the language, and the automatic saving of what is being typed."""

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import drafts, personas, sessions
from accounts.addresses import next_path, page_of
from accounts.forms import SignInForm


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request):
    if request.user.is_authenticated:
        return redirect(next_path(request) or settings.LOGIN_REDIRECT_URL)

    form = SignInForm(request, request.POST or None)
    if form.is_valid():
        return signed_in(request, form.person)
    return render(
        request,
        "accounts/login.html",
        sign_in_page(request, form),
        status=422 if form.errors else 200,
    )


def sign_in_page(request, form):
    main, further = personas.people() if settings.DEMO else ([], [])
    return {
        "form": form,
        "next": next_path(request),
        "holds_text": sessions.holds_text(request),
        "personas": main,
        "further_personas": further,
    }


def signed_in(request, person):
    sessions.begin(request, person, now=timezone.now())
    return redirect(next_path(request) or settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_POST
def demo_login(request):
    """Sign in as one of the invented people with one click."""
    if not settings.DEMO:
        raise Http404
    person = personas.find(request.POST.get("persona", ""))
    if person is None:
        raise BadRequest(
            _("There is no invented person of that name. Choose one on the sign-in page.")
        )
    return signed_in(request, person)


@login_not_required
@require_POST
def logout(request):
    auth.logout(request)
    messages.success(request, _("You have signed out."))
    response = redirect(settings.LOGOUT_REDIRECT_URL)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def locked_out(request, response=None, credentials=None):
    """Answer one sign-in attempt too many (django-axes)."""
    minutes = round(settings.AXES_COOLOFF_TIME.total_seconds() / 60)
    context = {"minutes": minutes}
    return render(request, "accounts/locked_out.html", context, status=429)


@login_not_required
@require_POST
def language(request):
    """Switch the language: of the person, or before sign-in of this browser."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise BadRequest(_("The portal speaks Swedish and English."))

    response = redirect(next_path(request) or page_of(request) or settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        request.user.language = code
        request.user.save(update_fields=["language"])
    else:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 60 * 60,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_POST
def draft(request):
    """Keep what is being typed, or forget it: the automatic saving of every form."""
    key = drafts.key_in(request.POST)
    if not key:
        raise BadRequest(_("The form has no name, so nothing can be kept for it."))

    if request.POST.get("discard"):
        drafts.discard(request.user, key)
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return redirect(next_path(request) or page_of(request) or settings.LOGIN_REDIRECT_URL)

    kept = drafts.keep(request.user, request.POST, now=timezone.now())
    if not request.htmx:
        return HttpResponse(status=204)
    return render(request, "accounts/_draft_saved.html", {"draft": kept})
