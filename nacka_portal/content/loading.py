"""Create what the database lacks of the content; what is there may have been edited and stays."""

from collections import Counter

from django.db import transaction

from activity.models import Event
from agenda.models import Action, Backlog, Factor, FocusArea, Insight, Item
from nacka_portal.content.reading import ContentFault
from platform_areas.models import PlatformArea
from principles.models import Principle, TargetPicture
from prioritisation.models import Criterion


@transaction.atomic
def load(content, *, at):
    """Create the records of `content` that are missing, and return how many of each model.

    Rows are recognised by their slug. Raises `ContentFault` when a number is taken by another row.
    """
    # The lock of the order makes two servers that start together take turns.
    Backlog.objects.lock()
    return Loading(content, at).run()


class Loading:
    def __init__(self, content, at):
        self.content, self.at = content, at
        self.rows, self.created = {}, Counter()

    def run(self):
        self.add(Factor, "factors", "title", "source")
        self.add(Insight, "insights", "title", "source", "summary")
        for area, record in self.add(
            FocusArea, "focus_areas", "number", "title", "source", "summary"
        ):
            self.link(area, record, "insights", "factors")
        self.add_platform_areas()
        self.add_principles()
        self.add_actions()
        self.add_items()
        self.add_criteria()
        return self.created

    def add_platform_areas(self):
        positions = {
            record["key"]: number for number, record in enumerate(self.content["platform_areas"], 1)
        }
        for area, record in self.add(
            PlatformArea,
            "platform_areas",
            "title",
            "source",
            "summary",
            verb="platform_areas.loaded",
            position=lambda record: positions[record["key"]],
        ):
            for position, fact in enumerate(record["known_facts"], 1):
                area.known_facts.create(position=position, **fact)
            for position, text in enumerate(record["dialogue_questions"], 1):
                area.dialogue_questions.create(position=position, text=text)

    def add_principles(self):
        self.add(
            Principle,
            "principles",
            "number",
            "title",
            "source",
            "summary",
            "promotes",
            "test_question",
            verb="principles.loaded",
        )
        if TargetPicture.objects.exists():
            return
        record = self.content["target_picture"]
        picture = TargetPicture.objects.create(
            title=record["title"], source=record["source"], summary=record["summary"]
        )
        for position, statement in enumerate(record["statements"], 1):
            picture.statements.create(
                slug=statement["key"],
                perspective=statement["perspective"],
                text=statement["text"],
                position=position,
            )
        self.created[TargetPicture] += 1
        Event.objects.record(picture, "principles.loaded", by=None, at=self.at)

    def add_actions(self):
        new = self.add(
            Action,
            "actions",
            "number",
            "title",
            "source",
            "asks_for",
            "also",
            "pilots",
            verb="agenda.loaded",
            kind=lambda record: record["decision_kind"],
        )
        for action, record in new:
            self.link(action, record, "focus_areas", "platform_areas")
            action.depends_on.set(self.rows["actions"][key] for key in record["depends_on"])

    def add_items(self):
        new = self.add(
            Item,
            "items",
            "title",
            "source",
            "why",
            "need",
            "effect",
            verb="agenda.loaded",
            is_digital=lambda record: record["digital"],
            focus_area=lambda record: self.rows["focus_areas"][record["focus_area"]],
            action=lambda record: self.rows["actions"].get(record["action"]),
            created_at=lambda record: self.at,
        )
        for item, record in new:
            self.link(item, record, "principles", "platform_areas")
            item.depends_on.set(self.rows["items"][key] for key in record["depends_on"])

    def add_criteria(self):
        scale = self.content["scale"]
        names = ["title", "source", "weight", "direction", "low", "high"]
        fields = {"lowest": lambda record: scale["min"], "highest": lambda record: scale["max"]}
        self.add(Criterion, "criteria", *names, **fields)
        fields["focus_area"] = lambda record: self.rows["focus_areas"][record["focus_area"]]
        self.add(Criterion, "area_criteria", *names, **fields)

    def add(self, model, section, *names, verb=None, **values):
        """Create the missing rows of `section` and return them as [(row, record)].

        `names` are taken over as they stand in the record; `values` are computed from it.
        """
        records = {record["key"]: record for record in self.content[section]}
        rows = {row.slug: row for row in model.objects.filter(slug__in=records)}
        new = []
        for key, record in records.items():
            if key in rows:
                continue
            self._require_free_number(model, section, record)
            fields = {name: record[name] for name in names}
            fields |= {name: value(record) for name, value in values.items()}
            rows[key] = model.objects.create(slug=key, **fields)
            new.append((rows[key], record))
            if verb:
                Event.objects.record(rows[key], verb, by=None, at=self.at)
        self.rows[section] = rows
        self.created[model] += len(new)
        return new

    def link(self, row, record, *sections):
        """Set the many-to-many fields of `row` that are named as the sections they refer to."""
        for section in sections:
            getattr(row, section).set(self.rows[section][key] for key in record[section])

    def _require_free_number(self, model, section, record):
        if "number" not in record:
            return
        taken = model.objects.filter(number=record["number"]).first()
        if taken:
            raise ContentFault(
                f'{section}, "{record["key"]}": number {record["number"]} '
                f'belongs to "{taken.slug}" in the database.'
            )
