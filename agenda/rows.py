"""Items as rows of a list or a board: words made ready, which a template only writes."""

from dataclasses import dataclass

from django.urls import reverse

from agenda.changes import changes_since
from agenda.models import Item, place_in_words


@dataclass
class Row:
    """What one row shows of an item."""

    item: Item
    url: str
    place: str
    status_label: str
    light: str
    light_label: str
    changes: list
    is_new: bool
    # Only on a board that the reader may change.
    place_url: str = ""
    focus_url: str = ""
    is_first: bool = False
    is_last: bool = False
    is_moved: bool = False
    is_at_cap: bool = False


def make_rows(items, *, since=None, light_words=None):
    """Return a `Row` for each of `items`.

    `since` is the moment that changes are counted from. The check-ins stand above the agenda, so
    whoever composes the page has annotated `light` on the items and gives its words.
    """
    items = list(items)
    changes = changes_since(items, since) if items else {}
    light_words = light_words or {}
    item_url = reverse("item", args=[0])
    rows = []
    for item in items:
        light = getattr(item, "light", None) or ""
        rows.append(
            Row(
                item=item,
                url=item_url.replace("/0/", f"/{item.pk}/"),
                place=place_in_words(item.horizon, item.rank),
                status_label=str(item.get_status_display()),
                light=light,
                light_label=str(light_words.get(light, "")),
                changes=changes.get(item.pk, []),
                is_new=since is not None and item.created_at > since,
            )
        )
    return rows
