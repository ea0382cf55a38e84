"""Where to send somebody on: only ever to a path of the portal itself."""

from urllib.parse import urlsplit

from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 1000


def safe_path(request, address):
    """Return the path and query of `address` if it lies in this portal, or an empty string."""
    address = (address or "")[:LONGEST]
    if not url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    # The path of an absolute address can itself look like a host: https://here//elsewhere
    is_path = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_path else ""


def next_path(request):
    """Return the path that `next` asks for, or an empty string."""
    return safe_path(request, request.POST.get("next") or request.GET.get("next"))


def page_of(request):
    """Return the path of the page that a form or a fragment was sent from, or an empty string."""
    for address in (
        request.POST.get("draft_page"),
        request.headers.get("HX-Current-URL"),
        request.headers.get("Referer"),
    ):
        if path := safe_path(request, address):
            return path
    return ""
