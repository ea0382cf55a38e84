"""The backlog in its four horizons, with the moves that the reader may make."""

from dataclasses import dataclass, field

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agenda.models import Backlog, Horizon, Item
from agenda.rows import make_rows

# A column shows this many; the rest is one link away, in the table.
COLUMN_LIMIT = 25


@dataclass
class Column:
    horizon: str
    label: str
    rows: list
    count: int
    cap: int | None = None
    url: str = ""

    @property
    def is_full(self):
        return self.cap is not None and self.count >= self.cap

    @property
    def count_words(self):
        """How many it holds: "7 of 12" where there is a cap."""
        if self.cap is None:
            return str(self.count)
        return _("%(count)d of %(cap)d") % {"count": self.count, "cap": self.cap}

    @property
    def rest(self):
        """How many items the column has but does not show."""
        return self.count - len(self.rows)


@dataclass
class Board:
    """Everything `agenda/_board.html` shows.

    `place_url` and `focus_url` are names of URLs that take `url_args` and then an item's pk;
    without `may_place` no row can be moved. `narrow` keeps some of the items (then rows are not
    moved by one step, as what stands between is hidden); `annotate` and `light_words` bring the
    lights, which the agenda does not know. `back` is the address the board stands on.

    After a move, `moved` is the item and `said` what happened; `is_focus_lost` brings the focus
    there when the move was sent from elsewhere than its row. `question` is the form that has to be
    answered first, and `notice` a sentence on why nothing was moved.
    """

    user: object
    place_url: str = "item-place"
    focus_url: str = "item-focus"
    url_args: tuple = ()
    may_place: bool = False
    since: object = None
    annotate: object = None
    narrow: object = None
    light_words: dict = field(default_factory=dict)
    back: str = ""
    moved: Item | None = None
    is_focus_lost: bool = False
    said: str = ""
    notice: str = ""
    question: object = None
    question_title: str = ""
    question_url: str = ""

    @property
    def may_step(self):
        return self.may_place and self.narrow is None

    @cached_property
    def backlog(self):
        return Backlog.objects.current()

    @property
    def version(self):
        """Counts up with each move, so that an open screen can ask whether something moved."""
        return self.backlog.version

    @cached_property
    def _items(self):
        items = Item.objects.visible_to(self.user)
        return self.narrow(items) if self.narrow else items

    @cached_property
    def _counts(self):
        """How many open items each horizon holds; under None those without a place."""
        counts = self._items.open().order_by().values_list("horizon")
        return dict(counts.annotate(Count("pk")))

    @property
    def count(self):
        """How many items the board holds, placed or not."""
        return sum(self._counts.values())

    def _limit(self, horizon):
        """How many rows a column shows; *Now* always shows as many as it may hold."""
        return max(COLUMN_LIMIT, self.backlog.now_cap) if horizon == Horizon.NOW else COLUMN_LIMIT

    @cached_property
    def _rows(self):
        """The rows of all columns and of the unplaced, made in one go."""
        number = Window(
            RowNumber(), partition_by="horizon", order_by=[F("rank"), F("sort_key"), F("pk")]
        )
        first = self._items.open().order_by().annotate(number=number)
        shown = first.filter(number__lte=self._limit(Horizon.NOW)).values("pk")
        items = Item.objects.filter(pk__in=shown).for_list()
        if self.annotate:
            items = self.annotate(items)
        items = items.order_by(Item.HORIZON_ORDER, "rank", "sort_key", "pk")
        rows = make_rows(items, since=self.since, light_words=self.light_words)
        for row in rows:
            self._make_movable(row)
        return rows

    def _rows_of(self, horizon):
        rows = [row for row in self._rows if row.item.horizon == horizon]
        return rows[: self._limit(horizon)]

    def _make_movable(self, row):
        if row.item.horizon == Horizon.NOW and row.item.rank == self.backlog.now_cap:
            row.is_at_cap = True
        if self.moved is not None and row.item.pk == self.moved.pk:
            row.is_moved = True
        if self.may_place:
            row.place_url = self._url(self.place_url, row.item)
            row.focus_url = self._url(self.focus_url, row.item)
            row.is_first = row.item.rank == 1
            row.is_last = row.item.rank == self._counts.get(row.item.horizon)

    @cached_property
    def _url_patterns(self):
        return {
            name: reverse(name, args=[*self.url_args, 0])
            for name in (self.place_url, self.focus_url)
        }

    def _url(self, name, item):
        before, _zero, after = self._url_patterns[name].rpartition("/0/")
        return f"{before}/{item.pk}/{after}"

    @cached_property
    def columns(self):
        table = reverse("agenda")
        return [
            Column(
                horizon=horizon.value,
                label=str(horizon.label),
                rows=self._rows_of(horizon),
                count=self._counts.get(horizon.value, 0),
                cap=self.backlog.now_cap if horizon == Horizon.NOW else None,
                url=f"{table}?horisont={horizon.value}",
            )
            for horizon in Horizon
        ]

    @cached_property
    def unplaced(self):
        return self._rows_of(None)

    @property
    def unplaced_rest(self):
        """How many unplaced items are not shown."""
        return self._counts.get(None, 0) - len(self.unplaced)

    @property
    def unplaced_url(self):
        return f"{reverse('agenda')}?horisont=none"
