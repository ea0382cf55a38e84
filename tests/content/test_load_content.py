"""The content of the report comes in whole or not at all, and never over what people wrote."""

import shutil

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from activity.models import Event
from agenda.models import Action, Factor, FocusArea, Insight, Item, Status
from platform_areas.models import DialogueQuestion, KnownFact, PlatformArea
from principles.models import Principle, TargetPicture, TargetStatement
from prioritisation.models import Criterion
from tests.factories import NOW, make_action

LOADED = [Insight, Factor, FocusArea, Item, Action, Principle, PlatformArea, Criterion]


@pytest.fixture
def directory(tmp_path):
    return shutil.copytree(settings.BASE_DIR / "content", tmp_path / "content")


def edit(directory, name, old, new):
    path = directory / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.fixture
def loaded(db):
    call_command("load_content")


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (Insight, 8),
        (Factor, 3),
        (FocusArea, 6),
        (Item, 28),
        (Action, 8),
        (Principle, 7),
        (TargetPicture, 1),
        (TargetStatement, 6),
        (PlatformArea, 6),
        (KnownFact, 7),
        (DialogueQuestion, 12),
        (Criterion, 7),
    ],
)
def test_all_that_the_report_holds_is_loaded(loaded, model, count):
    assert model.objects.count() == count


@pytest.mark.parametrize("model", [*LOADED, TargetPicture])
def test_everything_loaded_names_its_section(loaded, model):
    assert not model.objects.filter(source="").exists()


def test_an_item_comes_with_all_that_belongs_to_it(loaded):
    debt = Item.objects.get(slug="digital-debt")

    assert debt.focus_area.slug == "coherent-digitalisation"
    assert debt.action.number == 5
    assert {item.slug for item in debt.depends_on.all()} == {
        "common-funding",
        "integrate-architecture",
    }
    assert debt.principles.count() == debt.platform_areas.count() == 2
    assert debt.is_digital
    assert (debt.status, debt.horizon, debt.owner) == (Status.PROPOSED, None, None)


def test_a_loaded_item_is_no_proposal_that_waits_for_an_answer(loaded):
    assert not Item.objects.awaiting_answer().exists()


@pytest.mark.parametrize(
    ("model", "verb"),
    [
        (Item, "agenda.loaded"),
        (Action, "agenda.loaded"),
        (Principle, "principles.loaded"),
        (TargetPicture, "principles.loaded"),
        (PlatformArea, "platform_areas.loaded"),
    ],
)
def test_the_trail_tells_that_it_came_from_the_report(loaded, model, verb):
    for thing in model.objects.all():
        [event] = Event.objects.about(thing)
        assert (event.verb, event.by) == (verb, None)


def test_loading_again_changes_nothing_and_says_so(loaded, capsys):
    events = Event.objects.count()

    call_command("load_content")

    assert Event.objects.count() == events
    assert Item.objects.count() == 28
    assert "already loaded" in capsys.readouterr().out


def test_the_second_run_asks_only_what_is_there(loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        call_command("load_content")


def test_what_people_have_edited_stays(loaded, support):
    item = Item.objects.get(slug="self-service")
    item.revise_text({"title": "Vår egen rubrik"}, version=1, by=support, at=NOW)
    item.principles.clear()

    call_command("load_content")

    item.refresh_from_db()
    assert item.title == "Vår egen rubrik"
    assert not item.principles.exists()


def test_only_what_is_missing_is_created(loaded, directory):
    edit(
        directory,
        "actions.yaml",
        "actions:\n",
        """actions:
  - number: 9
    key: a-ninth
    title: En nionde
    source: "5.9"
    asks_for: Något mer.
    also: Och mer därtill.
    decision_kind: initiate
    depends_on: [organising-principles]
    focus_areas: []
    platform_areas: []
""",
    )

    call_command("load_content", "--from", directory)

    assert Action.objects.count() == 9
    assert Action.objects.get(number=9).depends_on.get().slug == "organising-principles"


FAULTS = {
    "an unknown key": (
        "actions.yaml",
        "  - number: 1\n",
        "  - number: 1\n    colour: blue\n",
        'actions.yaml, "actions", "joint-development-agenda" has the unknown key "colour"',
    ),
    "a key misspelt": (
        "agenda_items.yaml",
        "    why: Tjänster",
        "    wy: Tjänster",
        'agenda_items.yaml, "items", "use-customer-data" has the unknown key "wy"',
    ),
    "a key that is missing": (
        "principles.yaml",
        "    number: 1\n",
        "",
        'principles.yaml, "principles", "do-what-we-should" lacks the key "number"',
    ),
    "a section that is missing": (
        "criteria.yaml",
        "scale: {min: 1, max: 5}\n",
        "",
        'criteria.yaml lacks the key "scale"',
    ),
    "an unknown section": (
        "focus_areas.yaml",
        "factors:",
        "factor:",
        'focus_areas.yaml has the unknown key "factor"',
    ),
    "a reference to nothing": (
        "agenda_items.yaml",
        "focus_area: customer-perspective",
        "focus_area: customer-view",
        'use-customer-data", "focus_area" names "customer-view", which is not among',
    ),
    "a reference in a list to nothing": (
        "agenda_items.yaml",
        "principles: [for-the-customer]",
        "principles: [for-everybody]",
        '"principles", line 1 names "for-everybody"',
    ),
    "the same reference twice": (
        "agenda_items.yaml",
        "principles: [for-the-customer]",
        "principles: [for-the-customer, for-the-customer]",
        'names "for-the-customer" twice',
    ),
    "two records with one key": (
        "agenda_items.yaml",
        "key: customer-dialogue",
        "key: use-customer-data",
        'two records have the key "use-customer-data"',
    ),
    "two actions with one number": (
        "actions.yaml",
        "number: 2",
        "number: 1",
        'two records have the number "1"',
    ),
    "the same key twice in a record": (
        "actions.yaml",
        "  - number: 1\n",
        "  - number: 1\n    title: En annan\n",
        'actions.yaml is not readable as YAML: the key "title" stands twice, line 7',
    ),
    "a number that is a text": (
        "actions.yaml",
        "number: 1",
        "number: one",
        '"joint-development-agenda", "number" must be a whole number',
    ),
    "yes or no that is a text": (
        "agenda_items.yaml",
        "digital: true",
        'digital: "ja"',
        '"use-customer-data", "digital" must be true or false',
    ),
    "a section number without quotes": (
        "agenda_items.yaml",
        'source: "2.1"',
        "source: 2.1",
        '"use-customer-data", "source" must be a text such as "2.1", in quotes',
    ),
    "a list that is a text": (
        "agenda_items.yaml",
        "principles: [for-the-customer]",
        "principles: for-the-customer",
        '"use-customer-data", "principles" must be a list',
    ),
    "an empty text": (
        "agenda_items.yaml",
        "title: Använd användardata för att utveckla kundupplevelsen",
        'title: " "',
        '"use-customer-data", "title" must be a text',
    ),
    "a text that is too long": (
        "agenda_items.yaml",
        "title: Använd användardata",
        f"title: {'Å' * 300}",
        '"title" is',
    ),
    "a key with spaces": (
        "agenda_items.yaml",
        "key: use-customer-data",
        "key: use customer data",
        'must be a text such as "self-service"',
    ),
    "a word that is none of those": (
        "actions.yaml",
        "decision_kind: initiate",
        "decision_kind: begin",
        '"decision_kind" must be one of: initiate',
    ),
    "a record that is a text": (
        "criteria.yaml",
        "area_criteria:\n",
        "area_criteria:\n  - bara text\n",
        'criteria.yaml, "area_criteria", record 1 must hold keys with values',
    ),
    "a scale upside down": (
        "criteria.yaml",
        "{min: 1, max: 5}",
        "{min: 5, max: 1}",
        '"scale": "min" must be below "max"',
    ),
    "broken YAML": (
        "actions.yaml",
        "actions:\n",
        "actions: [\n",
        "actions.yaml is not readable as YAML",
    ),
    "half a character": (
        "actions.yaml",
        "title: Samlad utvecklingsagenda",
        'title: "Samlad \\ud800"',
        "actions.yaml",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_sentence_and_nothing_is_loaded(db, directory, name, old, new, sentence):
    edit(directory, name, old, new)

    with pytest.raises(CommandError) as fault:
        call_command("load_content", "--from", directory)

    assert sentence in str(fault.value)
    assert str(fault.value).startswith(f"content/{name}")
    assert "\n" not in str(fault.value)
    assert not any(model.objects.exists() for model in LOADED)


def test_a_missing_file_is_told(db, directory):
    (directory / "principles.yaml").unlink()

    with pytest.raises(CommandError, match=r"content/principles\.yaml is missing"):
        call_command("load_content", "--from", directory)


def test_a_file_in_another_encoding_is_told(db, directory):
    path = directory / "actions.yaml"
    path.write_bytes(path.read_text().encode("latin-1"))

    with pytest.raises(CommandError, match=r"content/actions\.yaml is not readable as YAML"):
        call_command("load_content", "--from", directory)


def test_a_number_that_another_row_has_stops_the_whole_load(db, directory):
    make_action(number=3, slug="something-else")

    with pytest.raises(CommandError, match=r'number 3 belongs to "something-else"'):
        call_command("load_content", "--from", directory)

    assert Action.objects.count() == 1
    assert not FocusArea.objects.exists()
