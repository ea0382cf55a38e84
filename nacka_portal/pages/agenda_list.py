"""The agenda: its table and its board, with the lights and what changed since the last meeting."""

from functools import partial

from django.core.paginator import Paginator
from django.db.models import Case, When
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_permitted
from agenda.board import Board
from agenda.filters import AgendaFilters
from agenda.models import Item
from agenda.moves import Moves
from agenda.rows import make_rows
from followup.models import Light, with_latest_light
from meetings.models import last_closed_at

BOARD = "tavla"
PER_PAGE = 25
# What needs somebody comes first.
LIGHT_ORDER = Case(
    *(When(light=light, then=number) for number, light in enumerate(reversed(Light.values))),
    default=len(Light.values),
)


class AgendaTable:
    """One page of the agenda's table as `user` sees it, filtered and sorted as the address says."""

    def __init__(self, user, filters, since, number):
        self.filters, self.since = filters, since
        items = with_latest_light(Item.objects.visible_to(user).for_list())
        self.paginator = Paginator(filters.order(filters.narrow(items)), PER_PAGE)
        self.page = self.paginator.get_page(number)

    @cached_property
    def rows(self):
        return make_rows(self.page, since=self.since, light_words=dict(Light.choices))

    @property
    def headings(self):
        return self.filters.headings(
            [
                ("titel", _("Agenda item")),
                ("agare", _("Owner")),
                ("ljus", _("How it goes")),
                ("plats", _("Place")),
                ("status", _("State")),
                ("", _("Since the last meeting") if self.since else _("What has changed")),
            ]
        )


@require_safe
def agenda(request):
    """The agenda, as a table by default and as a board on demand."""
    sortings = {"ljus": [LIGHT_ORDER, Item.HORIZON_ORDER, "rank", "sort_key", "pk"]}
    filters = AgendaFilters(request.GET, path=request.path, sortings=sortings)
    # HTMX names the element that was pressed; it gets the focus back in the fresh list.
    context = {
        "filters": filters,
        "pressed": request.headers.get("HX-Source", "").partition("#")[2],
    }
    if filters.is_board:
        narrow = filters.narrow if filters.is_narrowed else None
        context["board"] = board_of(request.user, narrow=narrow, back=request.get_full_path())
    else:
        since = last_closed_at()
        context["table"] = AgendaTable(request.user, filters, since, request.GET.get("sida"))

    template = "agenda/agenda.html"
    if request.htmx.target == "items":
        template += "#items"
    return render(request, template, context)


def board_of(user, **kwargs):
    """Return the agenda's own board as `user` sees it."""
    return Board(
        user,
        may_place=user.has_perm("agenda.place_item"),
        since=last_closed_at(),
        annotate=with_latest_light,
        light_words=dict(Light.choices),
        **{"back": f"{reverse('agenda')}?vy={BOARD}", **kwargs},
    )


def moves_on_board(request):
    make_board = partial(board_of, request.user)
    return Moves(request, make_board, back=f"{reverse('agenda')}?vy={BOARD}")


@require_http_methods(["GET", "HEAD", "POST"])
def item_place(request, pk):
    """Move an item, and answer with the page or the board it was moved on."""
    items = Item.objects.visible_to(request.user)
    item = get_permitted(request.user, "agenda.place_item", items, pk=pk)
    return moves_on_board(request).place(item)


@require_http_methods(["GET", "HEAD", "POST"])
def item_focus(request, pk):
    """Give an item special focus, or take it away."""
    items = Item.objects.visible_to(request.user)
    item = get_permitted(request.user, "agenda.place_item", items, pk=pk)
    return moves_on_board(request).focus(item)
