"""Objects that fill in all but what a test is about; each app has more of its own."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from accounts.models import Person, Role, Unit
from agenda.models import Action, Backlog, FocusArea, Horizon, Item, Status
from platform_areas.models import PlatformArea
from principles.models import Principle, TargetPicture

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# A Tuesday in week 48, and no public holiday.
TODAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=STOCKHOLM)
_number = itertools.count(1)


def make_unit(name=None, **fields):
    return Unit.objects.create(name=name or f"Unit {next(_number)}", **fields)


def make_person(*roles, name=None, username=None, **fields):
    """Make a person with `roles`; an employee when none is given."""
    number = next(_number)
    username = username or f"person{number}"
    fields.setdefault("email", f"{username}@example.test")
    fields.setdefault("language", Person.Language.ENGLISH)
    return Person.objects.create_person(
        username, name=name or f"Person {number}", roles=roles or (Role.EMPLOYEE,), **fields
    )


def make_focus_area(**fields):
    number = next(_number)
    defaults = {"number": number, "slug": f"area-{number}", "title": f"Focus area {number}"}
    return FocusArea.objects.create(**{**defaults, "source": "2.1", "summary": "…", **fields})


def make_action(**fields):
    number = next(_number)
    defaults = {
        "number": number,
        "slug": f"action-{number}",
        "title": f"Action {number}",
        "source": "5.1",
        "asks_for": "Gather the agenda",
        "kind": Action.Kind.COMMISSION,
    }
    return Action.objects.create(**{**defaults, **fields})


def make_principle(**fields):
    number = next(_number)
    defaults = {"number": number, "slug": f"principle-{number}", "title": f"Principle {number}"}
    return Principle.objects.create(
        **{**defaults, "source": "3.2", "summary": "…", "promotes": "…", "test_question": "…?"}
        | fields
    )


def make_target_picture(**fields):
    return TargetPicture.objects.create(
        **{"title": "Target picture", "source": "3.1", "summary": "…", **fields}
    )


def make_platform_area(**fields):
    number = next(_number)
    defaults = {"slug": f"platform-{number}", "title": f"Platform area {number}"}
    return PlatformArea.objects.create(**{**defaults, "source": "2.2", "summary": "…", **fields})


def make_item(title=None, *, horizon=None, **fields):
    """Make an item; with a horizon it stands last there. Any focus area serves unless given."""
    sets = {name: fields.pop(name) for name in Item.FACT_SETS if name in fields}
    fields.setdefault("focus_area", None)
    if fields["focus_area"] is None:
        fields["focus_area"] = FocusArea.objects.first() or make_focus_area()
    fields.setdefault("created_at", NOW)
    fields.setdefault("why", "Because")
    rank = Item.objects.filter(horizon=horizon).count() + 1 if horizon else None
    item = Item.objects.create(
        title=title or f"Item {next(_number)}", horizon=horizon, rank=rank, **fields
    )
    for name, values in sets.items():
        getattr(item, name).set(values)
    return item


def complete(item):
    """Fill in the four fields that an item needs before it can be decided."""
    for name in Item.COMMISSION_FIELDS:
        setattr(item, name, "Known")
    item.save(update_fields=Item.COMMISSION_FIELDS)
    return item


def set_caps(**caps):
    """Set `now_cap` or `focus_cap`, also where nothing has been moved yet."""
    Backlog.objects.update_or_create(pk=1, defaults=caps)


__all__ = [
    "NOW",
    "STOCKHOLM",
    "TODAY",
    "Horizon",
    "Role",
    "Status",
    "complete",
    "make_action",
    "make_focus_area",
    "make_item",
    "make_person",
    "make_platform_area",
    "make_principle",
    "make_target_picture",
    "make_unit",
    "set_caps",
]
