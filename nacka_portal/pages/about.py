"""What the portal is, how well it can be used by everybody, and how the work with it goes."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from agenda.models import Action, Backlog, Factor, FocusArea, Horizon, Insight, Status
from followup.models import LIGHT_MEANINGS, Light


@dataclass
class Meaning:
    """A word of the portal and what it means."""

    word: str
    text: str
    kind: str = ""


@dataclass
class Figure:
    """A figure that the report gives, and where."""

    value: str
    text: str
    source: str


def figures():
    """Return the figures that the page shows. Only the report's own."""
    return [
        Figure(_("almost 22 %"), _("more people in the offices in three years"), "4.1.1"),
        Figure(_("about 160"), _("IT systems, most of them run by one unit each"), "1.8"),
    ]


@require_safe
def about(request):
    context = {
        "factors": Factor.objects.all(),
        "insights": Insight.objects.all(),
        "focus_areas": FocusArea.objects.all(),
        "figures": figures(),
    }
    return render(request, "pages/about.html", context)


@login_not_required
@require_safe
def accessibility(request):
    return render(request, "pages/accessibility.html")


@require_safe
def how_we_work(request):
    backlog = Backlog.objects.current()
    context = {
        "backlog": backlog,
        "steps": steps(),
        "horizons": horizons(backlog),
        "lights": [Meaning(light.label, LIGHT_MEANINGS[light], light) for light in Light],
        "states": states(),
        "outcomes": outcomes(),
        "words": glossary(),
    }
    return render(request, "pages/how_we_work.html", context)


def steps():
    """Return the rhythm of the work, from a proposal to its effect (docs/product.md section 5)."""
    return [
        Meaning(_("Propose"), _("Anybody proposes an item: what it is and why.")),
        Meaning(
            pgettext("step of the rhythm", "Answer"),
            _("Leadership support answers every proposal, with a reason."),
        ),
        Meaning(
            _("Prepare"),
            _(
                "Whose need it is, the evidence, what level is good enough and what happens if we "
                "leave it. An owner is named, and the units it touches."
            ),
        ),
        Meaning(
            _("Meet"),
            _(
                "The management group meets every week: what do we do now, what waits, what gets "
                "special focus, and what do we then put down? Each move is kept with who, when "
                "and why."
            ),
        ),
        Meaning(
            _("Decide"),
            _(
                "Whoever holds the mandate decides, with a reason and a day for review. A "
                "published decision never changes; a new one can replace it."
            ),
        ),
        Meaning(
            _("Do, and check in"),
            _(
                "The owner says in short how it goes, in the item's own rhythm. “No news” is one "
                "click. One reminder before and one after, never more."
            ),
        ),
        Meaning(
            _("Ask whether the need is still there"),
            _("Still there, less, met or gone: the owner says so. Nothing is closed by itself."),
        ),
        Meaning(
            _("Finish or end"),
            _("With the effect that was seen. To end in time is a good ending."),
        ),
        Meaning(
            pgettext("step of the rhythm", "Report"),
            _("Leadership support publishes a progress report for the period. All can read it."),
        ),
    ]


def horizons(backlog):
    texts = {
        Horizon.NOW: _("What we work with now. At most %(cap)d items at a time.")
        % {"cap": backlog.now_cap},
        Horizon.NEXT: _("What comes after that, in order. An intention."),
        Horizon.LATER: _("What we want to do further on. A scenario, not a promise."),
        Horizon.WAITING: _("What waits for something else, or has been put down for now."),
    }
    return [Meaning(horizon.label, texts[horizon], horizon) for horizon in Horizon]


def states():
    texts = {
        Status.PROPOSED: _("Somebody has proposed it. It is not decided that we do it."),
        Status.PREPARING: _(
            "Leadership support has taken it up, and its four fields are filled in."
        ),
        Status.DECIDED: _("Whoever holds the mandate has decided that it is to be done."),
        Status.IN_PROGRESS: _("The work has begun. The owner checks in."),
        Status.DONE: _("It is finished, and the effect that was seen is written down."),
        Status.ENDED: _("We stopped, as the need was met or gone. That is a good ending."),
        Status.DECLINED: _("The proposal was not taken up. The reason stands on its page."),
    }
    return [Meaning(status.label, texts[status], status) for status in Status]


def outcomes():
    texts = {
        Action.State.PROPOSAL: _("The city director has not decided yet."),
        Action.State.APPROVED: _("It is to be done as proposed."),
        Action.State.APPROVED_CHANGED: _("It is to be done, with what the decision changes."),
        Action.State.REJECTED: _("It is not to be done."),
        Action.State.RETURNED: _("It has to be prepared further and is decided later."),
    }
    return [Meaning(state.label, texts[state], state) for state in Action.State]


def glossary():
    """Return the words of the portal, one per concept."""
    return [
        Meaning(_("Agenda"), _("Always the development agenda: all items, in their order.")),
        Meaning(_("Agenda item"), _("A development effort on the agenda.")),
        Meaning(_("Proposed action"), _("One of eight proposals to the city director.")),
        Meaning(_("Focus area"), _("One of the report's six development areas.")),
        Meaning(_("Horizon"), _("When: now, next, later or waiting.")),
        Meaning(_("Place"), _("The item's number in its horizon. The order is strict.")),
        Meaning(_("Special focus"), _("What gets extra attention in Now. At most a few items.")),
        Meaning(_("Check-in"), _("The owner's short update on an item.")),
        Meaning(_("Comment"), _("What somebody says in the dialogue. Everybody can read it.")),
        Meaning(_("Follow"), _("To get what happens on the start page and in the daily mail.")),
        Meaning(_("Meeting point"), _("A line on the list of a meeting, never called an item.")),
        Meaning(_("Mandate"), _("The right to decide in a matter, and who holds it.")),
        Meaning(
            _("Decision"), _("What the holder of the mandate decided, numbered by year: 2026:14.")
        ),
        Meaning(
            _("Progress report"), _("What happened in a period, published by leadership support.")
        ),
        Meaning(_("Working material"), _("What is not finished, such as a draft of a decision.")),
        Meaning(_("Drawn up"), _("What is finished and a public record, such as a decision.")),
    ]
