"""Read the content files strictly: whatever is not understood is a fault, told in one sentence.

`read` returns {section: [record, ...]}; a record holds exactly the keys that `FILES` lists for it.
"""

import re

import yaml

from accounts.text import clean_text

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SECTION = re.compile(r"\d+(\.\d+)*(, \d+(\.\d+)*)*")


class ContentFault(Exception):
    """A content file says something that the portal does not understand; names file and key."""


class Text:
    """A text that is not empty."""

    def __init__(self, max_length=2000):
        self.max_length = max_length

    def check(self, value, place, reader):
        if not isinstance(value, str) or not value.strip():
            raise ContentFault(f"{place} must be a text.")
        try:
            value = clean_text(value).strip()
        except ValueError:
            raise ContentFault(f"{place} holds a character that cannot be stored.") from None
        if len(value) > self.max_length:
            raise ContentFault(
                f"{place} is {len(value)} characters long; at most {self.max_length} fit."
            )
        return value


class Matching(Text):
    """A short text of a certain form, which `example` shows."""

    def __init__(self, pattern, example):
        super().__init__(40)
        self.pattern, self.example = pattern, example

    def check(self, value, place, reader):
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise ContentFault(f'{place} must be a text such as "{self.example}", in quotes.')
        return super().check(value, place, reader)


class Key(Matching):
    """The name of a record, which others refer to; 50 characters is what a slug holds."""

    def __init__(self):
        super().__init__(KEY, "self-service")
        self.max_length = 50


class Number:
    """A whole number from `low` to `high`."""

    def __init__(self, low, high):
        self.low, self.high = low, high

    def check(self, value, place, reader):
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not is_number or not self.low <= value <= self.high:
            raise ContentFault(f"{place} must be a whole number from {self.low} to {self.high}.")
        return value


class Flag:
    """Yes or no."""

    def check(self, value, place, reader):
        if not isinstance(value, bool):
            raise ContentFault(f"{place} must be true or false.")
        return value


class OneOf:
    """One of a few words."""

    def __init__(self, *words):
        self.words = words

    def check(self, value, place, reader):
        if value not in self.words:
            raise ContentFault(f"{place} must be one of: {', '.join(self.words)}.")
        return value


class Reference:
    """The key of a record in another section, or null when `or_nothing`."""

    def __init__(self, section, or_nothing=False):
        self.section, self.or_nothing = section, or_nothing

    def check(self, value, place, reader):
        if value is None and self.or_nothing:
            return None
        if not isinstance(value, str):
            raise ContentFault(f"{place} must be the key of one of the {self.section}.")
        reader.references.append((place, self.section, value))
        return value


class ListOf:
    """A list, possibly empty, of what `kind` checks."""

    def __init__(self, kind):
        self.kind = kind

    def check(self, value, place, reader):
        if not isinstance(value, list):
            raise ContentFault(f"{place} must be a list.")
        checked = [
            self.kind.check(entry, f"{place}, line {number}", reader)
            for number, entry in enumerate(value, 1)
        ]
        for entry in checked:
            if isinstance(entry, str) and checked.count(entry) > 1:
                raise ContentFault(f'{place} names "{entry}" twice.')
        return checked


class Record:
    """A mapping with exactly these keys; those with a default may be left out."""

    def __init__(self, defaults=None, **kinds):
        self.kinds, self.defaults = kinds, defaults or {}

    def check(self, value, place, reader):
        if not isinstance(value, dict):
            raise ContentFault(f"{place} must hold keys with values.")
        unknown = [name for name in value if name not in self.kinds]
        if unknown:
            known = ", ".join(self.kinds)
            raise ContentFault(f'{place} has the unknown key "{unknown[0]}". Known are: {known}.')
        missing = [name for name in self.kinds if name not in value and name not in self.defaults]
        if missing:
            raise ContentFault(f'{place} lacks the key "{missing[0]}".')
        return {
            name: kind.check(value[name], f'{place}, "{name}"', reader)
            if name in value
            else self.defaults[name]
            for name, kind in self.kinds.items()
        }


class Scale(Record):
    """From which value to which one judges."""

    def check(self, value, place, reader):
        scale = super().check(value, place, reader)
        if scale["min"] >= scale["max"]:
            raise ContentFault(f'{place}: "min" must be below "max".')
        return scale


class Section:
    """A list of records with keys of their own; `unique` names what else may stand only once."""

    def __init__(self, record, unique=()):
        self.record, self.unique = record, ("key", *unique)

    def check(self, value, place, reader):
        if not isinstance(value, list):
            raise ContentFault(f"{place} must be a list.")
        records = [
            self.record.check(entry, self._place(place, entry, number), reader)
            for number, entry in enumerate(value, 1)
        ]
        for name in self.unique:
            seen = set()
            for record in records:
                if record[name] in seen:
                    raise ContentFault(f'{place}: two records have the {name} "{record[name]}".')
                seen.add(record[name])
        return records

    @staticmethod
    def _place(place, entry, number):
        key = entry.get("key") if isinstance(entry, dict) else None
        return f'{place}, "{key}"' if isinstance(key, str) else f"{place}, record {number}"


def criterion(**more):
    """Return what a criterion holds; those of a focus area name it."""
    return Record(
        key=Key(),
        **more,
        title=TITLE,
        source=SOURCE,
        weight=Number(0, 100),
        direction=OneOf("benefit", "cost"),
        low=Text(200),
        high=Text(200),
        defaults={"low": "", "high": ""},
    )


TITLE, SOURCE = Text(200), Matching(SECTION, "2.1")
BACKGROUND = {"key": Key(), "title": TITLE, "source": SOURCE}
SUMMARISED = {**BACKGROUND, "summary": Text()}
NUMBERED = {**BACKGROUND, "number": Number(1, 99)}

FILES = {
    "focus_areas.yaml": {
        "factors": Section(Record(**BACKGROUND)),
        "insights": Section(Record(**SUMMARISED)),
        "focus_areas": Section(
            Record(
                **NUMBERED,
                summary=Text(),
                insights=ListOf(Reference("insights")),
                factors=ListOf(Reference("factors")),
            ),
            unique=["number"],
        ),
    },
    "principles.yaml": {
        "target_picture": Record(
            title=TITLE,
            source=SOURCE,
            status=OneOf("draft"),
            summary=Text(),
            statements=Section(
                Record(key=Key(), perspective=OneOf("customer", "employee"), text=Text())
            ),
        ),
        "principles": Section(
            Record(**NUMBERED, summary=Text(), promotes=Text(), test_question=Text()),
            unique=["number"],
        ),
    },
    "platform_areas.yaml": {
        "platform_areas": Section(
            Record(
                **SUMMARISED,
                known_facts=ListOf(Record(text=Text(), source=SOURCE)),
                dialogue_questions=ListOf(Text()),
            )
        )
    },
    "actions.yaml": {
        "actions": Section(
            Record(
                **NUMBERED,
                asks_for=Text(),
                also=Text(),
                decision_kind=OneOf(
                    "initiate", "develop_and_anchor", "commission", "deepen_dialogue"
                ),
                depends_on=ListOf(Reference("actions")),
                focus_areas=ListOf(Reference("focus_areas")),
                platform_areas=ListOf(Reference("platform_areas")),
                pilots=ListOf(Text(200)),
                defaults={"pilots": []},
            ),
            unique=["number"],
        )
    },
    "agenda_items.yaml": {
        "items": Section(
            Record(
                **BACKGROUND,
                focus_area=Reference("focus_areas"),
                action=Reference("actions", or_nothing=True),
                why=Text(),
                need=Text(),
                effect=Text(),
                digital=Flag(),
                principles=ListOf(Reference("principles")),
                platform_areas=ListOf(Reference("platform_areas")),
                depends_on=ListOf(Reference("items")),
                defaults={"depends_on": []},
            )
        )
    },
    "criteria.yaml": {
        "scale": Scale(min=Number(0, 10), max=Number(1, 100)),
        "criteria": Section(criterion()),
        "area_criteria": Section(criterion(focus_area=Reference("focus_areas"))),
    },
}


class StrictLoader(yaml.CSafeLoader):
    """YAML in which the same key twice is a fault; plain YAML silently keeps the last."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        scalars = [key for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
        for key_node in scalars:
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f'the key "{key_node.value}" stands twice',
                    problem_mark=key_node.start_mark,
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


class Reader:
    """Reads one directory of content files, and collects what refers to what on the way."""

    def __init__(self, directory):
        self.directory = directory
        self.references = []

    def read(self):
        content = {}
        for name, sections in FILES.items():
            shape = Record(**sections)
            content |= shape.check(self._parse(name), f"{self.directory.name}/{name}", self)
        self._require_references(content)
        return content

    def _parse(self, name):
        place = f"{self.directory.name}/{name}"
        try:
            data = (self.directory / name).read_bytes()
            return yaml.load(data, Loader=StrictLoader)  # noqa: S506 - it is a safe loader
        except FileNotFoundError:
            raise ContentFault(f"{place} is missing.") from None
        except OSError as error:
            raise ContentFault(f"{place} cannot be read: {error.strerror}.") from error
        except yaml.YAMLError as error:
            raise ContentFault(f"{place} is not readable as YAML: {_in_one_line(error)}.") from None

    def _require_references(self, content):
        for place, section, key in self.references:
            if not any(record["key"] == key for record in content[section]):
                raise ContentFault(f'{place} names "{key}", which is not among the {section}.')


def _in_one_line(error):
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", "") or "broken text"
    return f"{problem}, line {mark.line + 1}" if mark else problem


def read(directory):
    """Return all content in `directory` (a Path), checked. Raises `ContentFault`."""
    return Reader(directory).read()
