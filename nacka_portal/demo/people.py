"""The people and units of the story. All are marked as fictional, and their addresses lead nowhere."""

from django.utils.text import slugify

from accounts.models import Person, RoleAssignment, Unit
from nacka_portal.demo.story import read


def introduce(story):
    cast = read("people.yaml")
    for key, unit in cast["units"].items():
        story.units[key] = Unit.objects.create(name=unit["name"], is_fictional=True)
    for key, person in cast["people"].items():
        story.people[key] = join(key, person, story.units[person["unit"]])
    roles = RoleAssignment.objects.filter(person__is_fictional=True)
    roles.update(since=story.moment({"ago": 80}))
    for key, unit in cast["units"].items():
        story.units[key].manager = story.people[unit["manager"]]
        story.units[key].save(update_fields=["manager"])


def join(key, person, unit):
    address = ".".join(slugify(part) for part in person["name"].split())
    return Person.objects.create_person(
        key,
        name=person["name"],
        email=f"{address}@demo.invalid",
        roles=person["roles"],
        title=person["title"],
        unit=unit,
        is_fictional=True,
    )
