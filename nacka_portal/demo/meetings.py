"""The weekly meetings: two that are closed, one under way, one planned."""

import datetime as dt

from accounts.models import Role
from agenda.models import Action
from meetings.models import Entry, Forum, Meeting
from nacka_portal.demo.story import read

LENGTH = 60


def plan(story):
    script = read("meetings.yaml")
    forum = Forum.objects.default() or Forum.objects.create(name="SLG", role=Role.SLG)
    story.meeting_starts["planned"] = forum.next_start(story.now + dt.timedelta(days=3))
    for key, records in script.items():
        Weekly(story, forum, key, records).plan()


class Weekly:
    """One weekly meeting: called, filled and, when its time has come, opened and closed."""

    def __init__(self, story, forum, key, records):
        self.story, self.forum, self.key, self.records = story, forum, key, records
        self.support = story.people["ledningsstod"]

    def plan(self):
        story, starts_at = self.story, self.story.meeting_starts[self.key]
        # All are called before the first of them, so that each carries over to the next.
        called_at = story.meeting_starts["earlier"] - dt.timedelta(days=5)
        story.add(called_at, self.call, starts_at)
        for record in self.records:
            story.add(starts_at - dt.timedelta(hours=22), self.add, record)
        if self.key == "planned":
            return
        story.add(starts_at, self.open)
        for record in self.records:
            if "outcome" in record:
                story.add(story.in_meeting(self.key, record["minute"]), self.write, record)
            if "answer" in record:
                story.add(story.moment(record["answer"]), self.answer, record)
        if self.key != "open":
            story.add(story.in_meeting(self.key, LENGTH - 2), self.close)

    @property
    def meeting(self):
        return self.story.meetings[self.key]

    def call(self, starts_at, at):
        self.story.meetings[self.key] = Meeting.plan(
            self.forum, starts_at, by=self.support, at=at, is_fictional=True
        )

    def add(self, record, at):
        """Put a line on the list, unless the meeting before has carried it over."""
        subject = self.subject(record)
        standing = self.meeting.entries.filter(**subject).first()
        record["entry"] = standing or Entry.add(
            self.meeting,
            by=self.support,
            at=at,
            why=record["why"],
            minutes=record["minutes"],
            **subject,
        )

    def subject(self, record):
        if "item" in record:
            return {"item": self.story.items[record["item"]]}
        if "action" in record:
            return {"action": Action.objects.get(number=record["action"])}
        return {"title": record["title"]}

    def open(self, at):
        self.meeting.open(by=self.support, at=at)

    def write(self, record, at):
        entry = Entry.objects.get(pk=record["entry"].pk)
        asked = {}
        if "to" in record:
            due_at = self.story.meeting_starts[record["due"]]
            asked = {
                "question_to": self.story.people[record["to"]],
                "due_on": due_at.date() + dt.timedelta(days=2),
            }
        entry.write_outcome(
            record["outcome"],
            version=entry.version,
            by=self.support,
            at=at,
            text=record["text"],
            **asked,
        )

    def answer(self, record, at):
        entry = Entry.objects.get(pk=record["entry"].pk)
        entry.give_answer(record["answer"]["text"], by=self.story.people[record["to"]], at=at)

    def close(self, at):
        self.meeting.close(by=self.support, at=at)
