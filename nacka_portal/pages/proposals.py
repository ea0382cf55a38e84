"""The pages of what the report proposes: actions, principles, target picture, platform areas.

Each shows the wording with its section number and standing, what has happened to it, the items that
belong to it, and its dialogue.
"""

from django.db.models import Count, Q, Window
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from activity.models import Event
from agenda.models import Action, Item
from agenda.rows import make_rows
from decisions.models import Decision, is_open
from dialogue.thread import FollowState, Thread, with_follow
from followup.models import Light, with_latest_light
from meetings.models import last_closed_at
from platform_areas.models import PlatformArea
from principles.models import Principle, TargetPicture


class ItemsOf:
    """The first of the items that belong to something, and the address of all of them."""

    LIMIT = 10

    def __init__(self, items, filter_name, filter_value):
        self.items = items
        self.url = f"{reverse('agenda')}?{filter_name}={filter_value}"

    @property
    def count(self):
        return self._first[0].total if self._first else 0

    @property
    def more(self):
        return max(0, self.count - self.LIMIT)

    @cached_property
    def _first(self):
        """The first items, each with the `total` of all, in one query."""
        items = self.items.for_list().annotate(total=Window(Count("*")))
        ordered = items.order_by(Item.HORIZON_ORDER, "rank", "sort_key", "pk")
        return list(with_latest_light(ordered)[: self.LIMIT])

    @cached_property
    def rows(self):
        """The first items in the order of the agenda, those without a place last."""
        light_words = dict(Light.choices)
        return make_rows(self._first, since=last_closed_at(), light_words=light_words)


class Trail:
    """What has happened to something, latest first.

    Its comments stand in the dialogue, and a decision with its change of state is one line.
    """

    LIMIT = 15

    def __init__(self, subject):
        self.subject = subject

    @cached_property
    def events(self):
        told_elsewhere = Q(verb__startswith="dialogue.") | Q(verb="decisions.published")
        events = Event.objects.about(self.subject).exclude(told_elsewhere)
        return list(events.with_people().order_by("-at", "-pk")[: self.LIMIT])


class ActionPage:
    """One of the eight proposals to the city director, as `user` sees it."""

    def __init__(self, action, user):
        self.action, self.user = action, user
        self.items = ItemsOf(
            Item.objects.visible_to(user).filter(action=action), "atgard", action.number
        )
        self.trail = Trail(action)

    @cached_property
    def _links(self):
        """What it depends on and what depends on it, in one query."""
        links = Action.depends_on.through.objects.select_related("from_action", "to_action")
        either = Q(from_action=self.action) | Q(to_action=self.action)
        return links.filter(either).order_by("from_action__number", "to_action__number")

    @property
    def depends_on(self):
        return [link.to_action for link in self._links if link.from_action == self.action]

    @property
    def needed_by(self):
        return [link.from_action for link in self._links if link.to_action == self.action]

    @cached_property
    def decisions(self):
        """The published decisions on it, latest first; the first one stands."""
        decisions = Decision.objects.visible_to(self.user).published().about(self.action)
        return list(decisions.for_list().latest_first())

    @property
    def may_prepare(self):
        return self.user.has_perm("decisions.prepare", self.action)

    @property
    def may_decide(self):
        return self.user.has_perm("decisions.decide_action", self.action)

    @property
    def is_open(self):
        return is_open(self.action)


class WordingPage:
    """A principle, the target picture or a platform area, as `user` sees it."""

    def __init__(self, wording, user, app, items=None):
        self.wording, self.user, self.app, self.items = wording, user, app, items
        self.trail = Trail(wording)

    @property
    def may_change(self):
        is_proposal = not self.wording.is_adopted
        return is_proposal and self.user.has_perm(f"{self.app}.change", self.wording)

    @property
    def may_adopt(self):
        is_proposal = not self.wording.is_adopted
        return is_proposal and self.user.has_perm(f"{self.app}.adopt", self.wording)


@require_safe
def action(request, number):
    actions = with_follow(Action.objects.visible_to(request.user), request.user)
    actions = actions.prefetch_related("focus_areas", "platform_areas")
    found = get_object_or_404(actions, number=number)
    return show(request, "agenda/action.html", found, ActionPage(found, request.user))


@require_safe
def principle(request, slug):
    principles = Principle.objects.visible_to(request.user).select_related("owner")
    found = get_object_or_404(with_follow(principles, request.user), slug=slug)
    items = ItemsOf(Item.objects.visible_to(request.user).filter(principles=found), "princip", slug)
    page = WordingPage(found, request.user, "principles", items)
    return show(request, "principles/principle.html", found, page)


@require_safe
def target_picture(request):
    pictures = TargetPicture.objects.visible_to(request.user).prefetch_related("statements")
    found = with_follow(pictures, request.user).first()
    if found is None:
        raise Http404
    page = WordingPage(found, request.user, "principles")
    return show(request, "principles/target_picture.html", found, page)


@require_safe
def platform_area(request, slug):
    areas = PlatformArea.objects.visible_to(request.user).select_related("owner")
    areas = areas.prefetch_related("known_facts", "dialogue_questions", "actions")
    found = get_object_or_404(with_follow(areas, request.user), slug=slug)
    items = Item.objects.visible_to(request.user).filter(platform_areas=found)
    page = WordingPage(found, request.user, "platform_areas", ItemsOf(items, "plattform", slug))
    return show(request, "platform_areas/platform_area.html", found, page)


def show(request, template, subject, page):
    context = {
        "subject": subject,
        "page": page,
        "thread": Thread(subject, request.user, request),
        "follow": FollowState(subject, request.user),
    }
    return render(request, template, context)
