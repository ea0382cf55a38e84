"""One of everything, so that every address of the portal has something to show.

Used by the tests over all pages: access, form of the pages, bad input. `ADDRESSES` says what stands
in the address of each URL that has a parameter; a new one must be put there or the tests fail.
"""

import datetime as dt

from django.urls import get_resolver, reverse

from agenda.models import Horizon, Status
from meetings.models import Entry
from outbox import unsubscribing
from platform_areas.models import PlatformArea
from principles.models import Principle, TargetPicture
from tests.decisions.factories import make_decision
from tests.dialogue.factories import make_comment
from tests.factories import (
    NOW,
    TODAY,
    Role,
    complete,
    make_action,
    make_item,
    make_person,
    make_platform_area,
    make_principle,
    make_target_picture,
    make_unit,
)
from tests.followup.factories import make_check_in, make_plan
from tests.meetings.factories import make_entry, make_meeting, make_open_meeting
from tests.outbox.factories import make_email
from tests.reports.factories import make_report, publish

# A working day like any other, two hours after what was made.
WORLD_TIME = NOW + dt.timedelta(hours=2)


class World:
    """The people by the name of what they are, and one of each thing."""

    def __init__(self):
        self.make_people()
        self.make_things()
        self.make_meetings()

    def make_people(self):
        self.unit = make_unit("School unit")
        self.people = {
            "employee": make_person(Role.EMPLOYEE, name="Emma Employee", username="emma"),
            # Owns the item and the areas, wrote the comment, was asked the question.
            "owner": make_person(
                Role.EMPLOYEE, Role.MANAGER, name="Olle Owner", username="olle", unit=self.unit
            ),
            "manager": make_person(
                Role.EMPLOYEE, Role.MANAGER, name="Maria Manager", username="maria"
            ),
            "slg": make_person(Role.EMPLOYEE, Role.SLG, name="Sara Slg", username="sara"),
            "city_director": make_person(
                Role.EMPLOYEE, Role.CITY_DIRECTOR, name="Ylva Director", username="ylva"
            ),
            "support": make_person(
                Role.EMPLOYEE, Role.SUPPORT, name="Lena Support", username="lena"
            ),
            "admin": make_person(Role.ADMIN, name="Adam Admin", username="adam"),
        }
        self.disabled = make_person(*Role, name="Dag Disabled", username="dag", is_active=False)

    def make_things(self):
        owner, support = self.people["owner"], self.people["support"]
        self.item = complete(
            make_item(
                "Self-service",
                horizon=Horizon.NOW,
                owner=owner,
                status=Status.IN_PROGRESS,
                units=[self.unit],
            )
        )
        make_plan(self.item, due_on=TODAY)
        make_check_in(self.item, by=owner)
        self.preparing = complete(make_item("Fewer forms", owner=owner, status=Status.PREPARING))
        self.proposal = make_item("A new idea", proposed_by=owner, status=Status.PROPOSED)
        self.action = make_action(number=1, title="Gather the agenda")
        self.action_decided = make_action(number=2, title="Adopt the principles")
        self.principle = Principle.objects.first() or make_principle(slug="customer", owner=owner)
        self.target_picture = TargetPicture.objects.first() or make_target_picture()
        self.platform_area = PlatformArea.objects.first() or make_platform_area(
            slug="channels", owner=owner
        )
        self.comment = make_comment(self.item, "I wonder", by=owner)
        make_comment(self.item, "So do I", by=support, answer_to=self.comment)
        self.decision = make_decision(by=self.people["city_director"])
        self.email = make_email(to=owner, title="Something waits")
        self.draft_report = make_report("December", by=support)
        self.report = publish(make_report("November", by=support), by=support)

    def make_meetings(self):
        support = self.people["support"]
        self.closed = make_open_meeting(by=support)
        self.question = make_entry(self.closed, "What does it cost?", by=support)
        self.question.write_outcome(
            Entry.Outcome.QUESTION,
            version=self.question.version,
            by=support,
            at=NOW,
            question_to=self.people["owner"],
            due_on=TODAY,
        )
        self.closed.close(by=support, at=NOW)
        self.open = make_meeting(by=support)
        self.entry = make_entry(self.open, self.item, by=support)
        make_entry(self.open, self.action, by=support)
        make_entry(self.open, "A free line", by=support)
        self.open.open(by=support, at=NOW)
        self.planned = make_meeting(by=support)
        self.planned_entry = make_entry(self.planned, "Next week", by=support)

    def address(self, name):
        """Return the address of URL `name`, with one of the things of this world in it.

        "meeting (planned)" is that URL with the thing that `STATES` has under its whole name.
        """
        return reverse(name.partition(" (")[0], kwargs=self.kwargs(name))

    def kwargs(self, name):
        key = name if name in STATES else name.partition(" (")[0]
        return {**ADDRESSES, **STATES}.get(key, nothing)(self)


def nothing(world):
    return {}


def of_item(world):
    return {"pk": world.item.pk}


def of_open(world):
    return {"pk": world.open.pk}


def of_entry(world):
    return {"pk": world.open.pk, "entry_pk": world.entry.pk}


def of_open_and_item(world):
    return {"pk": world.open.pk, "item_pk": world.item.pk}


def of_planned(world):
    return {"pk": world.planned.pk}


def of_closed(world):
    return {"pk": world.closed.pk}


def of_principle(world):
    return {"slug": world.principle.slug}


def of_platform_area(world):
    return {"slug": world.platform_area.slug}


def of_comment(world):
    return {"pk": world.comment.pk}


def of_subject(world):
    return {"name": "agendapunkt", "pk": world.item.pk}


def of_decision(world):
    return {"pk": world.decision.pk}


def of_email(world):
    return {"pk": world.email.pk}


def of_report(world):
    return {"pk": world.report.pk}


def of_draft_report(world):
    return {"pk": world.draft_report.pk}


ADDRESSES = {
    "action": lambda world: {"number": world.action.number},
    "action-decision": lambda world: {"number": world.action.number},
    "check-in": of_item,
    "check-in-take-back": of_item,
    "comment": of_comment,
    "comment-withdrawal": of_comment,
    "comments": of_subject,
    "decision": of_decision,
    "decision-replacement": of_decision,
    "entry": of_entry,
    "entry-answer": lambda world: {"pk": world.closed.pk, "entry_pk": world.question.pk},
    "entry-new": of_open,
    "entry-outcome": of_entry,
    "entry-place": of_entry,
    "entry-removal": of_entry,
    "follow": of_subject,
    "follow-up-plan": of_item,
    "item": of_item,
    "item-answer": lambda world: {"pk": world.proposal.pk},
    "item-decision": lambda world: {"pk": world.preparing.pk},
    "item-facts": of_item,
    "item-focus": of_item,
    "item-place": of_item,
    "item-state": of_item,
    "item-text": of_item,
    "meeting": of_open,
    "meeting-cancellation": of_planned,
    "meeting-focus": of_open_and_item,
    "meeting-live": of_open,
    "meeting-place": of_open_and_item,
    "meeting-state": of_open,
    "meeting-time": of_planned,
    "no-news": of_item,
    "outbox-email": of_email,
    "outbox-email-html": of_email,
    "outbox-retry": of_email,
    "person-edit": lambda world: {"pk": world.people["employee"].pk},
    "platform-area": of_platform_area,
    "platform-area-adoption": of_platform_area,
    "platform-area-text": of_platform_area,
    "principle": of_principle,
    "principle-adoption": of_principle,
    "principle-text": of_principle,
    "report": of_report,
    "report-correction": of_report,
    "report-edit": of_draft_report,
    "report-publish": of_draft_report,
    "unit-edit": lambda world: {"pk": world.unit.pk},
    "unsubscribe": lambda world: {
        "token": unsubscribing.url_for(world.people["owner"], "test").rstrip("/").rpartition("/")[2]
    },
}

# The same URL with a thing in another state, where that changes who may.
STATES = {
    "entry-new (planned)": of_planned,
    "entry-outcome (planned)": lambda world: {
        "pk": world.planned.pk,
        "entry_pk": world.planned_entry.pk,
    },
    "item-answer (answered)": of_item,
    "meeting (closed)": of_closed,
    "meeting (planned)": of_planned,
    "meeting-live (closed)": of_closed,
    "meeting-live (planned)": of_planned,
    "meeting-place (closed)": lambda world: {"pk": world.closed.pk, "item_pk": world.item.pk},
    "meeting-place (planned)": lambda world: {"pk": world.planned.pk, "item_pk": world.item.pk},
    "meeting-state (planned)": of_planned,
    "meeting-time (open)": of_open,
    "report (draft)": of_draft_report,
}


def url_names(resolver=None):
    """Return the name of every URL of the portal, sorted."""
    names = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            names += url_names(pattern)
        else:
            names.append(pattern.name)
    return sorted(names)
