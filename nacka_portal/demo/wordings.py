"""Who answers for a platform area, and what they have proposed to settle in it."""

from nacka_portal.demo.story import read
from platform_areas.models import PlatformArea


def plan(story):
    for number, record in enumerate(read("wordings.yaml")["areas"]):
        story.add(story.moment(record, number), revise, story, record)


def revise(story, record, at):
    area = PlatformArea.objects.get(slug=record["area"])
    names = [*PlatformArea.UNDECIDED_FIELDS, "owner"]
    fields = {name: record[name] for name in names if name in record}
    if "owner" in fields:
        fields["owner"] = story.people[fields["owner"]]
    area.revise(fields, version=area.version, by=story.people[record["by"]], at=at)
