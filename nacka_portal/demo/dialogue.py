"""Comments on actions, principles, the target picture and platform areas, and who follows what."""

from agenda.models import Action
from dialogue.models import Comment, Follow
from nacka_portal.demo.story import read
from platform_areas.models import PlatformArea
from principles.models import Principle, TargetPicture

FIND = {
    "action": lambda key: Action.objects.get(number=key),
    "principle": lambda key: Principle.objects.get(slug=key),
    "area": lambda key: PlatformArea.objects.get(slug=key),
    "picture": lambda key: TargetPicture.objects.get(),
}


def plan(story):
    script = read("dialogue.yaml")
    for number, record in enumerate(script["comments"]):
        kind, key = record["about"]
        thread = Thread(story, FIND[kind](key))
        story.add(story.moment(record, number), thread.open, record)
        for answer in record.get("answers", []):
            story.add(story.moment(answer, number), thread.answer, answer)
    for person, keys in script["follows"].items():
        for number, key in enumerate(keys):
            story.add(story.moment({"ago": 36}, number), follow, story, person, key)


class Thread:
    """A comment on `subject`, and the answers to it."""

    def __init__(self, story, subject):
        self.story, self.subject = story, subject

    def open(self, record, at):
        by = self.story.people[record["by"]]
        self.comment = Comment.write(self.subject, by=by, at=at, text=record["text"])

    def answer(self, record, at):
        by = self.story.people[record["by"]]
        Comment.write(self.subject, by=by, at=at, text=record["text"], answer_to=self.comment)


def follow(story, person, key, at):
    Follow.objects.start(story.people[person], story.items[key], at=at)
