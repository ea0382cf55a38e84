"""Which failed sign-ins count together (django-axes): the same account, from the same place."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings

# One customer of a provider has at least this many bits of IPv6 addresses to choose from.
SAME_PLACE = 64
LONGEST_NAME = 150


def account(request, credentials=None):
    """Return the user name as the sign-in looks it up: capitals make no other account."""
    name = (credentials or request.POST).get("username") or ""
    return name.upper()[:LONGEST_NAME]  # ß becomes two letters


def place(request):
    """Return the address that a request came from, of an IPv6 one the network; None if unknown.

    Behind a proxy it is what the proxy saw: the last address of its header. Those before it are
    the client's own words.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "")
        seen = forwarded.rpartition(",")[2].strip() or seen
    try:
        address = ip_address(seen)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    network = ip_network((int(address), SAME_PLACE), strict=False)
    return str(network.network_address)
