"""What the organisation did with the items of the agenda: the acts of `items.yaml`."""

from agenda.models import FocusArea, Item
from decisions.models import Decision
from dialogue.models import Comment, Follow
from followup.models import CheckIn, FollowUpPlan
from nacka_portal.demo.story import read

PROPOSED_FIELDS = ["title", "why", "need", "effect", "is_digital"]


def plan(story):
    for record in read("items.yaml")["items"]:
        life = Life(story, record)
        if "propose" in record:
            step = record["propose"]
            story.add(story.moment(step), life.propose, step)
        for number, step in enumerate(record["life"], 1):
            story.add(story.moment(step, number), getattr(life, step["do"]), step)


class Life:
    """One item's way through the story; each method is an act that the YAML file names."""

    def __init__(self, story, record):
        self.story, self.record = story, record
        self.key = record.get("slug") or record["key"]
        if "slug" in record:
            story.items[self.key] = Item.objects.get(slug=record["slug"])

    @property
    def item(self):
        """The item as the acts so far have left it."""
        item = self.story.items[self.key]
        item.refresh_from_db()
        return item

    def person(self, name):
        key = self.record.get(name)
        return self.story.people[key] if key else None

    def in_meeting(self, step):
        """Return the trail of what is done in a meeting."""
        key = step.get("meeting")
        return {"meeting": self.story.meetings[key].pk} if key else {}

    # Proposing and preparing

    def propose(self, step, at):
        fields = {name: step[name] for name in PROPOSED_FIELDS if name in step}
        self.story.items[self.key] = Item.propose(
            **self.story.trail(step),
            at=at,
            focus_area=FocusArea.objects.get(slug=step["focus_area"]),
            is_fictional=True,
            **fields,
        )

    def take_up(self, step, at):
        self.answer_proposal(step, at, Item.Answer.TAKEN_UP)

    def question(self, step, at):
        self.answer_proposal(step, at, Item.Answer.QUESTION)

    def decline(self, step, at):
        self.answer_proposal(step, at, Item.Answer.DECLINED)

    def answer_proposal(self, step, at, answer):
        self.item.answer(answer, **self.story.trail(step), at=at, reason=step["reason"])

    def facts(self, step, at):
        item = self.item
        item.revise_facts(
            {"owner": self.person("owner"), "deputy": self.person("deputy")},
            {"units": [self.story.units[key] for key in self.record["units"]]},
            version=item.facts_version,
            **self.story.trail(step),
            at=at,
        )

    def commission(self, step, at):
        """Fill in those of the four fields that the record has."""
        item = self.item
        texts = {name: self.record[name] for name in Item.COMMISSION_FIELDS if name in self.record}
        item.revise_text(texts, version=item.text_version, **self.story.trail(step), at=at)

    # The place

    def place(self, step, at):
        self.item.place(
            step["horizon"],
            step.get("where", "last"),
            **self.story.trail(step),
            at=at,
            reason=step["reason"],
            **self.in_meeting(step),
        )

    def focus(self, step, at):
        self.item.set_focus(
            True,
            **self.story.trail(step),
            at=at,
            reason=step["reason"],
            **self.in_meeting(step),
        )

    # The way to the end

    def decide(self, step, at):
        decision = Decision.publish_for_item(
            self.item,
            **self.story.trail(step),
            at=at,
            title=step["title"],
            text=step["text"],
            reason=step["reason"],
            mandate=step["mandate"],
            review_on=self.story.day(step["review"]),
            **self.in_meeting(step),
        )
        if "key" in step:
            self.story.decisions[step["key"]] = decision

    def start(self, step, at):
        self.item.start(**self.story.trail(step), at=at)

    def finish(self, step, at):
        self.item.finish(
            **self.story.trail(step),
            at=at,
            effect_seen=step["effect_seen"],
            **self.in_meeting(step),
        )

    def end(self, step, at):
        self.item.end(
            **self.story.trail(step),
            at=at,
            reason=step["reason"],
            effect_seen=step["effect_seen"],
        )

    # Follow-up

    def rhythm(self, step, at):
        FollowUpPlan.set_rhythm(
            self.item,
            step["rhythm"],
            **self.story.trail(step),
            at=at,
            next_due_on=self.story.day(step["due_in"]),
            reason=step.get("reason", ""),
        )

    def pause(self, step, at):
        FollowUpPlan.pause(
            self.item,
            self.story.day(step["until_in"]),
            **self.story.trail(step),
            at=at,
            reason=step["reason"],
        )

    def check_in(self, step, at):
        names = ["light", "headline", "details", "delivered", "next_step", "need"]
        fields = {name: step[name] for name in names if name in step}
        CheckIn.file(self.item, **self.story.trail(step), at=at, **fields)

    def no_news(self, step, at):
        CheckIn.file_no_news(self.item, **self.story.trail(step), at=at)

    # Dialogue

    def comment(self, step, at):
        comment = Comment.write(self.item, **self.story.trail(step), at=at, text=step["text"])
        if "key" in step:
            self.story.comments[step["key"]] = comment

    def answer(self, step, at):
        Comment.write(
            self.item,
            **self.story.trail(step),
            at=at,
            text=step["text"],
            answer_to=self.story.comments[step["to"]],
        )

    def follow(self, step, at):
        Follow.objects.start(self.story.people[step["by"]], self.item, at=at)
