"""Sessions that end, the language of the person, and typed text that outlives both."""

from django.conf import settings
from django.contrib import auth
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from accounts import sessions
from accounts.addresses import page_of, safe_path


class AbsoluteSessionLimit:
    """End a session a fixed time after it began, however busy it is, and note when it is in use.

    Django ends idle ones, an hour after they were last saved. They are saved again once in a while
    and not with each request, which would write on every page; a page that asks by itself whether
    something is new (`view.asks_by_itself`) is no sign that somebody is there.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            self.check(request, now=timezone.now())
        return self.get_response(request)

    def check(self, request, now):
        began = request.session.setdefault(sessions.BEGAN_AT, now.timestamp())
        if now.timestamp() - began > settings.SESSION_ABSOLUTE_LIMIT.total_seconds():
            auth.logout(request)

    def process_view(self, request, view, args, kwargs):
        if request.user.is_authenticated and not getattr(view, "asks_by_itself", False):
            now = timezone.now().timestamp()
            quiet = now - request.session.get(sessions.SEEN_AT, 0)
            if quiet > settings.SESSION_SAVED_EVERY.total_seconds():
                request.session[sessions.SEEN_AT] = now


class PersonLanguage:
    """Speak the person's language; before sign-in that of the cookie, else Swedish.

    The browser's own wish is not asked: the portal is Swedish until somebody chooses.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = self.language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response

    def language_of(self, request):
        wish = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if request.user.is_authenticated:
            wish = request.user.language
        return wish if wish in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class KeepTypedText:
    """Send whoever has no session to the sign-in page and back, with what they had typed.

    Stands before Django's LoginRequiredMiddleware and leaves the plain opening of a page to it.
    A fragment never holds a sign-in page: HTMX is told to go there.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if request.method == "POST":
            page = page_of(request) or request.get_full_path()
            sessions.hold(request)
            # The automatic saving is no page: whoever asked stays there and is told.
            if request.resolver_match.url_name == "draft":
                return HttpResponse(status=401)
        elif request.htmx:
            page = safe_path(request, request.headers.get("HX-Current-URL"))
        else:
            return None
        return to_sign_in(request, page)


def to_sign_in(request, page):
    address = resolve_url(settings.LOGIN_URL)
    if page:
        address += "?" + urlencode({auth.REDIRECT_FIELD_NAME: page})
    if request.htmx:
        # htmx 4 follows HX-Redirect whatever the status, and swaps nothing.
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
