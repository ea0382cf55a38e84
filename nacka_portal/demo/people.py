"""The people and units of the story: all marked as fictional, with addresses that lead nowhere."""

from django.utils.text import slugify

from accounts.models import Person, RoleAssignment, Unit
from nacka_portal.demo.story import read


def introduce(story):
    cast = read("people.yaml")
    for key, unit in cast["units"].items():
        story.units[key] = Unit.objects.create(name=unit["name"], is_fictional=True)
    for key, person in cast["people"].items():
        story.people[key] = join(key, person, story.units[person["unit"]])
    # They have been here since before the story begins, as far as reminders and news know.
    before = story.moment({"ago": 80})
    Person.objects.filter(is_fictional=True).update(created_at=before)
    RoleAssignment.objects.filter(person__is_fictional=True).update(since=before)
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
