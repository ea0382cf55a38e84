"""What every request passes before and after the views."""

from urllib.parse import unquote_to_bytes

from django.utils.cache import patch_vary_headers

from nacka_portal import errors, health


class HealthBeforeEverything:
    """Answer the probes before host names, sessions and languages come into it."""

    PROBES = {"/halsa/": health.alive, "/redo/": health.ready}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if probe := self.PROBES.get(request.path_info):
            return probe(request)
        return self.get_response(request)


def is_broken(text):
    """Tell whether `text` holds what PostgreSQL cannot store: a NUL or half a character."""
    if "\0" in text:
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def is_readable(raw):
    """Tell whether percent-encoded bytes are UTF-8."""
    try:
        unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return False
    return True


class RefuseBrokenText:
    """Answer 400 to an address or a header that no browser writes and no view expects.

    A broken cookie is dropped, or its browser would never get in again; so this comes before
    the session. The fields of a form are not looked at: what somebody pasted there is cleaned or
    told about by the form, beside the field (accounts.text), and nothing that was typed is lost.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        address = [request.path_info, *request.GET, *self.values(request.GET)]
        headers = [text for name, text in request.META.items() if name.startswith("HTTP_")]
        query = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
        if any(map(is_broken, address + headers)) or not is_readable(query):
            return errors.bad_request(request)
        request.COOKIES = {
            name: text for name, text in request.COOKIES.items() if not is_broken(text)
        }
        return self.get_response(request)

    def values(self, query):
        return (value for values in query.lists() for value in values[1])


class VaryOnHtmx:
    """Tell caches that one address has two bodies, and that neither is theirs to keep.

    htmx 4 names the target as `section#comments`; the views know it by its id, as htmx 2 did.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.htmx.target = (request.headers.get("HX-Target") or "").rpartition("#")[2] or None
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        if not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response


class WordsForMethodNotAllowed:
    """Give the bare 405 of Django's decorators a page: somebody may reload a form's answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            return errors.method_not_allowed(request, response.headers.get("Allow", ""))
        return response
