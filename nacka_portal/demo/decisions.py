"""Decisions on the proposed actions, one that replaced another, and some being prepared."""

from agenda.models import Action
from decisions.models import Decision
from nacka_portal.demo.story import read

TEXTS = ["title", "text", "reason", "mandate"]


def plan(story):
    script = read("decisions.yaml")
    for number, record in enumerate(script["actions"] + script["items"]):
        act = {"publish": publish, "prepare": prepare}[record["do"]]
        story.add(story.moment(record, number), act, story, record)


def subject_of(story, record):
    if "number" in record:
        return Action.objects.get(number=record["number"])
    item = story.items[record["item"]]
    item.refresh_from_db()
    return item


def texts_of(story, record):
    review = record["review"]
    return {name: record[name] for name in TEXTS} | {"review_on": review and story.day(review)}


def publish(story, record, at):
    subject, by = subject_of(story, record), story.people[record["by"]]
    texts = texts_of(story, record)
    if isinstance(subject, Action):
        outcome = record["outcome"]
        Decision.publish_for_action(subject, by=by, at=at, outcome=outcome, **texts)
    else:
        replaces = story.decisions[record["replaces"]]
        Decision.publish_for_item(subject, by=by, at=at, replaces=replaces, **texts)


def prepare(story, record, at):
    outcome = record.get("outcome", Decision.Outcome.APPROVED)
    Decision.prepare(
        subject_of(story, record),
        by=story.people[record["by"]],
        at=at,
        outcome=outcome,
        **texts_of(story, record),
    )
