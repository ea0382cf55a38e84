"""Search over everything that somebody may read, grouped by what it is."""

from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchHeadline, SearchRank, SearchVector
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Concat
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.swedish import search_query, words_of
from accounts.text import clean_query
from agenda.models import Action, Item
from decisions.models import Decision
from meetings.models import Meeting
from platform_areas.models import PlatformArea
from principles.models import Principle, TargetPicture

MAX_LENGTH = 100
# Marks around a found word. `accounts.text` lets no control character into a text, so that
# nobody can write them; they become HTML only after everything else has been escaped.
START, STOP = "\x02", "\x03"


@dataclass
class Hit:
    title: str
    url: str
    excerpt: str = ""
    facts: list = field(default_factory=list)


@dataclass
class Group:
    """The hits of one kind; `url` is where the rest of them are."""

    title: str
    count: int
    hits: list
    url: str = ""

    @property
    def more(self):
        return self.count - len(self.hits)


class Search:
    """What `user` finds for `text`."""

    MOST = 10

    def __init__(self, user, text):
        self.user = user
        self.is_cut = len(text) > MAX_LENGTH
        self.text = clean_query(text, MAX_LENGTH)
        self.query = search_query(self.text)

    @property
    def is_empty(self):
        return not self.text

    @property
    def has_no_word(self):
        """Whether something was typed, but nothing that can be looked for."""
        return bool(self.text) and not words_of(self.text)

    @cached_property
    def groups(self):
        if self.query is None:
            return []
        groups = [
            self.items(),
            self.actions(),
            self.principles(),
            self.platform_areas(),
            self.decisions(),
            self.meetings(),
        ]
        return [group for group in groups if group.count]

    @property
    def count(self):
        return sum(group.count for group in self.groups)

    # The groups

    def items(self):
        items = Item.objects.visible_to(self.user).matching(self.text).select_related("owner")
        return self._group(
            _("Agenda items"),
            self._ranked(items, "why", "need", "effect"),
            lambda item: [item.get_status_display(), item.owner.name if item.owner else ""],
            url=reverse("agenda"),
        )

    def actions(self):
        actions = Action.objects.visible_to(self.user).matching(self.text)
        return self._group(
            _("Proposed actions"),
            self._ranked(actions, "asks_for", "also"),
            lambda action: [action.get_state_display(), section(action)],
        )

    def principles(self):
        principles = Principle.objects.visible_to(self.user).matching(self.text)
        group = self._group(
            _("Organising principles and target picture"),
            self._ranked(principles, "summary", "promotes"),
            lambda principle: [principle.get_standing_display(), section(principle)],
        )
        # There is one target picture; an index of its own would be for nothing.
        pictures = TargetPicture.objects.visible_to(self.user).annotate(
            search=SearchVector("title", "summary", config="swedish")
        )
        for picture in self._ranked(pictures.filter(search=self.query), "summary")[:1]:
            facts = [picture.get_standing_display(), section(picture)]
            group.hits.append(hit(picture, facts))
            group.count += 1
        return group

    def platform_areas(self):
        areas = PlatformArea.objects.visible_to(self.user).matching(self.text)
        return self._group(
            _("Platform areas"),
            self._ranked(areas, "summary"),
            lambda area: [area.get_standing_display(), section(area)],
        )

    def decisions(self):
        decisions = Decision.objects.visible_to(self.user).published().matching(self.text)
        return self._group(
            _("Decisions"),
            self._ranked(decisions, "text", "reason"),
            lambda decision: [decision.number, decision.get_outcome_display()],
            url=reverse("decisions"),
        )

    def meetings(self):
        """Closed meetings, by the titles of what was on their list."""
        on_list = (
            Q(entries__title__icontains=self.text)
            | Q(entries__item__search=self.query)
            | Q(entries__action__search=self.query)
        )
        closed = Meeting.objects.visible_to(self.user).closed()
        meetings = closed.filter(pk__in=closed.filter(on_list).order_by().values("pk"))
        found = list(meetings.select_related("forum").defer("minutes")[: self.MOST])
        count = meetings.count() if len(found) == self.MOST else len(found)
        hits = [Hit(escape(meeting), meeting.get_absolute_url()) for meeting in found]
        return Group(_("Closed meetings"), count, hits, reverse("meetings"))

    # What they share

    def _ranked(self, rows, *texts):
        """Order `rows` by how well they match, with the words marked in title and `texts`."""
        body = Concat(*joined(texts), output_field=TextField()) if len(texts) > 1 else F(texts[0])
        marks = {"config": "swedish", "start_sel": START, "stop_sel": STOP}
        return rows.annotate(
            relevance=SearchRank(F("search"), self.query),
            marked_title=SearchHeadline("title", self.query, highlight_all=True, **marks),
            body=body,
            marked_text=SearchHeadline(
                body, self.query, max_fragments=2, max_words=28, min_words=14, **marks
            ),
        ).order_by("-relevance", "pk")

    def _group(self, title, rows, facts, url=""):
        found = list(rows[: self.MOST])
        # Counting is asked for only where there may be more than is shown.
        count = rows.count() if len(found) == self.MOST else len(found)
        hits = [hit(row, facts(row)) for row in found]
        return Group(title, count, hits, url and f"{url}?{urlencode({'q': self.text})}")


def joined(names):
    """Return the expressions for the fields `names` with a space between them."""
    parts = []
    for name in names:
        parts += [F(name), Value(" ")]
    return parts[:-1]


def hit(row, facts):
    return Hit(
        title=marked(row.marked_title),
        url=row.get_absolute_url(),
        excerpt=marked(with_dots(row.marked_text, row.body)),
        facts=[fact for fact in facts if fact],
    )


def with_dots(excerpt, body):
    """Return the excerpt with dots where `body` goes on before or after it."""
    plain = excerpt.replace(START, "").replace(STOP, "").strip(" .")
    before = "" if body.strip().startswith(plain[:40]) else "… "
    after = "" if body.strip(" .?!\n").endswith(plain[-40:]) else " …"
    return f"{before}{excerpt.strip()}{after}" if plain else ""


def section(row):
    return _("The report, section %(source)s") % {"source": row.source}


def marked(text):
    """Return `text` as safe HTML, with `<mark>` where the words were found."""
    html = escape(text).replace(START, "<mark>").replace(STOP, "</mark>")
    return mark_safe(html)  # noqa: S308 - escaped above; the marks cannot be typed


@require_safe
def search(request):
    return render(
        request, "pages/search.html", {"search": Search(request.user, request.GET.get("q", ""))}
    )
