"""Bad input gets a sentence and never a crash: every form field, parameter and part of an address.

The forms are those that stand on the pages, so that a new form is tried as soon as it is shown.
`VALID` holds what fills one in; the first tests hold it to what the forms ask for.
"""

import datetime as dt
import re
from contextlib import contextmanager
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.apps import apps
from django.db import models, transaction
from django.urls import resolve, reverse

from accounts.models import Draft, Submission
from tests.test_access import ACCESS, NO, as_role
from tests.test_layers import LAYER
from tests.world import WORLD_TIME

DAY = WORLD_TIME.date()
# Fields that belong to the form itself and not to what it is about.
OF_THE_FORM = {"csrfmiddlewaretoken", "draft_by", "draft_key", "once"}
ONCE = "6fa459ea-ee8a-3ca4-894e-db77e160355e"
# Taken by no form on a page, or tried in the tests of their own.
APART = {
    "check-in-take-back",
    "demo-login",
    "digests-now",
    "draft",
    "language",
    "login",
    "logout",
    "news-read",
    "outbox-retry",
    "unsubscribe",
}


def focus_area(world):
    return world.item.focus_area_id


# URL name: (who sends it, what it takes to have its effect)
VALID = {
    "action-decision": (
        "city_director",
        {
            "step": "publish",
            "outcome": "approved",
            "title": "Gather it",
            "text": "It is gathered.",
            "reason": "It helps.",
            "mandate": "The city director",
            "review_on": DAY + dt.timedelta(days=90),
        },
    ),
    "check-in": ("owner", {"light": "on_track", "headline": "It goes well", "need": "still"}),
    "comment-withdrawal": ("support", {"reason": "It names somebody"}),
    "comments": ("employee", {"text": "I wonder too"}),
    "decision-replacement": (
        "city_director",
        {
            "step": "publish",
            "title": "Do it otherwise",
            "text": "It is done otherwise.",
            "reason": "We know more.",
            "mandate": "The city director",
            "review_on": DAY + dt.timedelta(days=90),
        },
    ),
    "entry": ("support", {"why": "It matters", "minutes": "10"}),
    "entry-answer": ("owner", {"text": "Nothing"}),
    "entry-new": ("support", {"title": "One more line", "minutes": "5"}),
    "entry-outcome": ("support", {"outcome": "no_action", "text": "Nothing to do"}),
    "entry-place": ("support", {"where": "down"}),
    "entry-removal": ("support", {"reason": "Not now"}),
    "follow": ("employee", {"follow": "1"}),
    "follow-up-plan": ("support", {"rhythm": "monthly", "next_due_on": DAY + dt.timedelta(days=9)}),
    "item-answer": ("support", {"answer": "taken_up", "reason": "It fits"}),
    "item-decision": (
        "city_director",
        {
            "step": "publish",
            "outcome": "approved",
            "title": "Do it",
            "text": "It is done.",
            "reason": "It helps.",
            "mandate": "The city director",
            "review_on": DAY + dt.timedelta(days=90),
        },
    ),
    "item-facts": ("support", {"reason": "New facts", "is_digital": "on"}),
    "item-focus": ("support", {"fokus": "1", "reason": "It matters"}),
    "item-new": (
        "employee",
        {"title": "Fewer forms", "why": "They take time", "need": "Time", "focus_area": focus_area},
    ),
    "item-place": ("support", {"horizon": "next", "where": "first", "reason": "Later"}),
    "item-state": ("support", {"step": "finish", "confirmed": "1", "effect_seen": "It works"}),
    "item-text": ("owner", {"title": "Self-service for all", "why": "Because"}),
    "mail-switches": ("employee", {"kind": "digest"}),
    "meeting-cancellation": ("support", {"reason": "Nobody is here"}),
    "meeting-focus": ("slg", {"fokus": "1", "reason": "It matters"}),
    "meeting-new": (
        "support",
        {"date": DAY + dt.timedelta(days=14), "time": "13:00", "length_minutes": "60"},
    ),
    "meeting-place": ("slg", {"horizon": "next", "where": "first", "reason": "Later"}),
    "meeting-state": ("support", {"state": "closed"}),
    "meeting-time": (
        "support",
        {
            "date": DAY + dt.timedelta(days=8),
            "time": "14:00",
            "length_minutes": "60",
            "reason": "The room",
        },
    ),
    "no-news": ("owner", {}),
    "person-edit": ("admin", {"name": "Emma Ek", "roles": ["employee", "slg"]}),
    "person-new": (
        "admin",
        {"name": "Nora Ny", "username": "nora", "roles": ["employee"], "is_active": "on"},
    ),
    "platform-area-adoption": ("city_director", {"reason": "We agree"}),
    "platform-area-text": ("support", {"title": "Channels", "summary": "One way in"}),
    "principle-adoption": ("city_director", {"reason": "We agree"}),
    "principle-text": (
        "support",
        {"title": "For the customer", "summary": "S", "promotes": "P", "test_question": "Q?"},
    ),
    "profile": ("employee", {"language": "en", "color_scheme": "dark"}),
    "report-correction": ("support", {}),
    "report-edit": ("support", {"title": "December", "from_on": DAY, "to_on": DAY}),
    "report-new": ("support", {"title": "A week", "from_on": DAY, "to_on": DAY}),
    "report-publish": ("support", {}),
    "target-picture-adoption": ("city_director", {"reason": "We agree"}),
    "target-picture-text": ("support", {"title": "One municipality", "summary": "S"}),
    "unit-edit": ("admin", {"name": "Schools"}),
    "unit-new": ("admin", {"name": "Parks"}),
}

# Where a form stands, when it has no page of its own.
PAGES = {"entry-outcome": lambda form, world: f"/moten/{world.open.pk}/?punkt={world.entry.pk}"}

LONG = "x" * 30_000
# Written from the right, an å of two signs, joined emoji, markup, a quote, a power, a formula.
ODD = "\u202e a\u030a 👩\u200d👩\u200d👧 <script>alert(1)</script> ' OR 1=1 -- ² =1+1 %s {0} \ufeff"
BAD = {
    "nul": "a\x00b",
    "no character": "\ufffe \ufdd0",
    "30 digits": "9" * 30,
    "long": LONG,
    "odd": ODD,
    "below zero": "-1",
}
BIG = b"text=" + b"x" * 10_000_000
MANY = {f"field{number}": "" for number in range(1001)}


class FormReader(HTMLParser):
    """Reads the forms of a page, as a browser would send them: action, method, values by name."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.links = [], []
        self.select = self.textarea = None
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        element = dict(attributes)
        if tag == "a" and "?" in (element.get("href") or ""):
            self.links.append(element["href"])
        if tag == "form":
            self.is_inside = True
            method = (element.get("method") or "get").lower()
            self.forms.append((element.get("action") or "", method, {}))
        if not self.is_inside:
            return
        fields, name = self.forms[-1][2], element.get("name")
        if tag == "input" and name:
            values = fields.setdefault(name, [])
            if element.get("type") not in ("checkbox", "radio") or "checked" in element:
                values.append(element.get("value") or "")
        elif tag == "select" and name:
            self.select = fields.setdefault(name, [])
        elif tag == "option" and self.select is not None and "selected" in element:
            self.select.append(element.get("value") or "")
        elif tag == "textarea" and name:
            self.textarea = fields.setdefault(name, [])
            self.textarea.append("")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_data(self, text):
        if self.textarea is not None:
            self.textarea[-1] += text

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea[-1] = self.textarea[-1].removeprefix("\n")
            self.textarea = None


class Filled:
    """The form at URL `name` as it stands on its page, filled in with what has an effect."""

    def __init__(self, world, name):
        role, values = VALID[name]
        self.name, self.address = name, world.address(name)
        self.visitor = as_role(world, role)
        self.fields = {}
        page = self.visitor.send("GET", PAGES.get(name, Filled.own_page)(self, world), {})
        for action, method, fields in FormReader(page.content.decode()).forms:
            if page.status_code == 200 and method == "post" and action in ("", self.address):
                self.fields |= fields
        self.fields |= {field: values_of(value, world) for field, value in values.items()}
        self.fields["once"] = [ONCE]

    def own_page(self, world):
        return self.address

    def send(self, **changes):
        return self.visitor.send("POST", self.address, {**self.fields, **changes})


def told_in(response):
    """Return what a page with faults says, for whoever reads that a test failed."""
    return re.findall(r"<(?:h1|li><a href=.#id|h2)[^<]*<", response.content.decode())


def values_of(value, world):
    if callable(value):
        value = value(world)
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def kept(world, with_keys=True):
    """Return what the database holds of ours, row by row, except what forms leave about themselves.

    Without keys two runs can be compared that gave new rows different numbers.
    """
    rows = {}
    for model in apps.get_models():
        if model._meta.app_label in LAYER and model not in (Draft, Submission):
            fields = [field for field in model._meta.concrete_fields if with_keys or is_told(field)]
            names = [field.attname for field in fields]
            rows[model._meta.label] = sorted(map(repr, model.objects.values_list(*names)))
    return rows


def is_told(field):
    """Tell whether a field holds the same when the same was done twice over."""
    is_key = field.primary_key or field.is_relation or field.name.endswith("_id")
    of_its_own = (models.DateTimeField, models.UUIDField, models.JSONField, models.GeneratedField)
    return not is_key and not isinstance(field, of_its_own)


def differing_rows(before, after):
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def test_every_form_is_tried():
    """A new URL that takes a form needs a filling in `VALID`."""
    taking = {name.partition(" (")[0] for name, row in ACCESS.items() if row[1] != NO}

    assert taking - APART - VALID.keys() == set()
    assert VALID.keys() - taking == set()


@contextmanager
def undone():
    sid = transaction.savepoint()
    yield
    transaction.savepoint_rollback(sid)


def test_a_form_sent_twice_has_one_effect(world):
    faults, before = {}, kept(world)

    for name in VALID:
        form = Filled(world, name)
        client = form.visitor.client
        with undone():
            first = client.post(form.address, form.fields)
            after = kept(world)
            second = client.post(form.address, form.fields)
            changed_again = differing_rows(after, kept(world))
        if first.status_code != 302 or after == before:
            faults[name] = f"no effect: {first.status_code}", told_in(first)
        elif changed_again or second.status_code >= 500:
            faults[name] = second.status_code, changed_again

    assert faults == {}


def names_of_our_fields():
    """Return something to send for each field of each model, by name; the wilder the better."""
    sent = {"is_staff": "1", "is_superuser": "1", "pk": "1", "_state": "1", "__class__": "1"}
    for model in apps.get_models():
        if model._meta.app_label in LAYER:
            for field in model._meta.get_fields():
                if not field.concrete:
                    continue
                choices = getattr(field, "choices", None)
                sent[field.name] = str(choices[-1][0]) if choices else "1"
                sent[f"{field.name}_id"] = "1"
    return sent


# Two of them differ by themselves, in a moment or a random key; the facts ask for more than they
# show filled in.
NOT_COMPARED = {"comments", "follow", "item-facts", "person-new"}


def test_what_a_form_does_not_ask_for_changes_nothing(world):
    ours, faults = names_of_our_fields(), {}

    for name in VALID.keys() - NOT_COMPARED:
        form = Filled(world, name)
        others = [pair for pair in ours.items() if pair[0] not in form.fields]
        middle = len(others) // 2  # all at once would be more fields than a form may have
        results = []
        for extra in ({}, dict(others[:middle]), dict(others[middle:])):
            with undone():
                response = form.visitor.client.post(form.address, {**form.fields, **extra})
                results.append(kept(world, with_keys=False))
            if response.status_code != 302:
                faults[name] = told_in(response)
        if difference := differing_rows(results[0], results[1]) | differing_rows(*results[::2]):
            faults[name] = difference

    assert faults == {}


def changed_fields(form):
    """Return the ways in which a form can be bad: one field at a time, and all of them at once."""
    names = form.fields.keys() - {"csrfmiddlewaretoken"}
    for field in names:
        for kind in ("nul", "30 digits", "odd"):
            yield f"{field}: {kind}", {field: [BAD[kind]]}
        yield f"{field}: missing", {field: []}
    for kind, text in BAD.items():
        yield f"all: {kind}", {field: [text] for field in names}
    yield "all: repeated", {field: [*form.fields[field], "x"] * 2 for field in names}
    yield "all: missing", {field: [] for field in names}


@pytest.mark.parametrize("name", VALID)
def test_a_bad_field_is_told_in_words(world, name):
    form, faults = Filled(world, name), {}

    for what, change in changed_fields(form):
        response = form.send(**change)
        if response.status_code not in (200, 302, 400, 403, 404, 409, 422):
            faults[what] = response.status_code
        elif response.status_code >= 400 and b"<h1>" not in response.content:
            faults[what] = "no page"

    assert faults == {}


def test_too_much_is_refused_at_once(world):
    kind, faults = "application/x-www-form-urlencoded", {}

    for name in VALID:
        form = Filled(world, name)
        big = form.visitor.send("POST", form.address, BIG, content_type=kind)
        many = form.visitor.send("POST", form.address, MANY)
        # What reads nothing of what is sent has its effect and is done.
        if big.status_code not in (413, 302) or many.status_code not in (400, 302):
            faults[name] = big.status_code, many.status_code

    assert faults == {}


# What can stand after a question mark


READ_BY_SUPPORT = [
    name
    for name, row in ACCESS.items()
    if row[0].split()[5] == "200" and name not in ("health", "ready")
]


def parameters(world, visitor):
    """Return the parameters that the pages lead to, once for each URL: [(path, name)]."""
    found = {}
    for name in READ_BY_SUPPORT:
        own = world.address(name)
        reader = FormReader(visitor.ask("GET", name).content.decode())
        asked = [
            (action or own, fields) for action, method, fields in reader.forms if method == "get"
        ]
        asked += [(link, dict(parse_qsl(urlsplit(link).query))) for link in reader.links]
        for address, fields in asked:
            path = urlsplit(address).path or own
            for field in fields:
                found.setdefault((resolve(path).url_name, field), (path, field))
    return sorted(found.values())


@pytest.mark.parametrize("kind", ["nul", "30 digits", "odd", "unknown", "repeated"])
def test_a_parameter_that_is_bad_breaks_no_page(world, kind):
    visitor, faults = as_role(world, "support"), {}
    text = {**BAD, "odd": ODD * 20}.get(kind, "finns-inte")
    values = ["1", text] if kind == "repeated" else [text]
    expected = (400,) if kind == "nul" else (200, 204, 302, 400, 404, 409)
    pairs = parameters(world, visitor)
    all_at_once = dict.fromkeys({name for _, name in pairs} | {"sida", "next", "v"}, values)
    asked = [(world.address(name), all_at_once) for name in READ_BY_SUPPORT]
    asked += [(path, {name: values}) for path, name in pairs]

    for path, sent in asked:
        status = visitor.send("GET", path, sent).status_code
        if status not in expected:
            faults[path, *sent] = status

    assert len(pairs) > 25
    assert faults == {}


# What can stand in an address


BAD_PARTS = {
    "pk": [0, 2**31, 2**63, 10**30],
    "number": [0, 2**31, 2**63, 10**30],
    "entry_pk": [0, 2**63, 10**30],
    "item_pk": [0, 2**63, 10**30],
    "slug": ["finns-inte", "x" * 500],
    "name": ["finns-inte", "x" * 500],
    "token": ["x", "a:b:c", "..", "å", "x" * 500],
}
TAILS = ["%00", "%ff", "%ED%A0%80", "..%2f..%2fetc%2fpasswd", "%0d%0aX-Header:1", "%F0%9F%91%A9"]


def test_an_address_of_nothing_is_not_found(world):
    visitor, faults = as_role(world, "city_director"), {}

    for name in ACCESS:
        right = world.kwargs(name)
        for part in right:
            for bad in BAD_PARTS[part]:
                address = reverse(name.partition(" (")[0], kwargs={**right, part: bad})
                for method in ("GET", "POST"):
                    status = visitor.send(method, address, {}).status_code
                    if status not in (403, 404, 405):
                        faults[method, address[:90]] = status

    assert faults == {}


def test_a_broken_address_is_refused(world):
    visitor, faults = as_role(world, "support"), {}
    addresses = [world.address(name) for name in ACCESS if world.kwargs(name)]

    for address in addresses:
        for tail in TAILS if address == addresses[0] else TAILS[:2]:
            status = visitor.send("GET", address + tail, {}).status_code
            if status not in (400, 404):
                faults[address + tail] = status

    assert faults == {}
