"""The pages of the proposals: section, standing, the items that belong there, and the dialogue."""

import pytest

from agenda.models import Horizon
from followup.models import CheckIn
from tests.decisions.factories import make_decision
from tests.dialogue.factories import make_comment
from tests.factories import (
    NOW,
    Role,
    make_action,
    make_focus_area,
    make_item,
    make_person,
    make_platform_area,
    make_principle,
    make_target_picture,
)
from tests.pages.queries import count_queries


@pytest.fixture
def action(db):
    return make_action(
        number=4,
        title="The common platform",
        source="5.4, 2.2",
        asks_for="Deepen the dialogue.",
        also="Mandates may change.",
        pilots=["A team across units"],
    )


def make_page(kind):
    """Return (address, a function that gives it an item) for one of the kinds of pages."""
    if kind == "action":
        subject = make_action(number=5)
        return subject, lambda **fields: make_item(action=subject, **fields)
    if kind == "principle":
        subject = make_principle(slug="trust")
        return subject, lambda **fields: make_item(principles=[subject], **fields)
    subject = make_platform_area(slug="brand")
    return subject, lambda **fields: make_item(platform_areas=[subject], **fields)


KINDS = ["action", "principle", "platform area"]


def test_an_action_shows_what_it_asks_for_and_where_it_stands(client, action, employee):
    other = make_action(number=3, title="The economic model")
    action.depends_on.add(other)
    action.focus_areas.add(make_focus_area(title="Stronger platform", slug="platform"))
    action.platform_areas.add(make_platform_area(title="The brand", slug="brand"))
    client.force_login(employee)

    html = client.get("/atgarder/4/").content.decode()

    for text in (
        "The report, section 5.4, 2.2",
        "Deepen the dialogue.",
        "Mandates may change.",
        "A team across units",
        "3. The economic model",
        "Stronger platform",
        "The brand",
        "The city director has not decided yet.",
    ):
        assert text in html
    assert "/beslut/" in html
    assert "/atgarder/4/beslut/" not in html


@pytest.mark.parametrize(
    ("role", "text"), [(Role.CITY_DIRECTOR, ">Decide<"), (Role.SUPPORT, ">Prepare the decision<")]
)
def test_the_leadership_finds_the_way_to_the_decision(client, action, role, text):
    client.force_login(make_person(role))

    html = client.get("/atgarder/4/").content.decode()

    assert "/atgarder/4/beslut/" in html
    assert text in html


def test_a_decided_action_shows_its_decisions_the_latest_first(client, action, city_director):
    first = make_decision(action, outcome="approved", text="The first text.")
    make_decision(action, outcome="rejected", text="The second text.", replaces=first)
    client.force_login(city_director)

    html = client.get("/atgarder/4/").content.decode()

    assert html.index("Decision 2026:2: Rejected") < html.index("Decision 2026:1: Approved")
    assert "replaced by 2026:2" in html
    assert "The second text." in html
    assert "The first text." not in html
    assert ">Decide<" not in html


@pytest.mark.parametrize("kind", KINDS)
def test_the_items_stand_in_the_order_of_the_agenda_with_their_light(client, employee, kind):
    subject, make = make_page(kind)
    make(title="Without a place")
    later = make(title="Later one", horizon=Horizon.LATER)
    make(title="Now one", horizon=Horizon.NOW)
    CheckIn.objects.create(
        item=later, light="needs_dialogue", headline="Slow", by=employee, created_at=NOW
    )
    client.force_login(employee)

    html = client.get(subject.get_absolute_url()).content.decode()

    assert html.index("Now one") < html.index("Later one") < html.index("Without a place")
    assert "Needs dialogue" in html


@pytest.mark.parametrize("kind", KINDS)
def test_more_than_ten_items_are_a_link_to_the_agenda(client, employee, kind):
    subject, make = make_page(kind)
    for number in range(12):
        make(title=f"Item number {number:02}.")
    client.force_login(employee)

    html = client.get(subject.get_absolute_url()).content.decode()

    assert html.count("Item number") == 10
    assert "See all 12 on the agenda" in html
    names = {"action": "atgard=5", "principle": "princip=trust", "platform area": "plattform=brand"}
    link = f"/agenda/?{names[kind]}"
    assert link in html
    listed = client.get(link).content.decode()
    assert "Item number 11." in listed


@pytest.mark.parametrize("kind", KINDS)
def test_without_items_the_page_says_what_to_do(client, employee, kind):
    subject, _make = make_page(kind)
    client.force_login(employee)

    html = client.get(subject.get_absolute_url()).content.decode()

    assert "No item belongs here yet" in html
    assert "/agenda/ny/" in html


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_asks_as_often_with_many_items_and_comments_as_with_few(client, employee, kind):
    subject, make = make_page(kind)
    client.force_login(employee)
    counts = []
    for number in (2, 18):
        for _ in range(number):
            make(owner=make_person(), horizon=Horizon.LATER)
            make_comment(subject, answer_to=make_comment(subject))
        counts.append(count_queries(client, subject.get_absolute_url()))

    assert counts[0] == counts[1] <= 15


def test_a_decided_action_with_all_its_links_asks_fifteen_times_at_most(client, city_director):
    action, make = make_page("action")
    for _ in range(3):
        other = make_action()
        action.depends_on.add(other)
        other.depends_on.add(action)
        action.focus_areas.add(make_focus_area())
        action.platform_areas.add(make_platform_area())
    for _ in range(40):
        make()
        make_comment(action)
    make_decision(action)
    client.force_login(city_director)

    # Past thirty comments the rest are counted: one more.
    assert count_queries(client, action.get_absolute_url()) <= 16


def test_the_target_picture_shows_both_perspectives(client, employee):
    picture = make_target_picture()
    picture.statements.create(slug="easy", perspective="customer", text="It is easy.", position=1)
    picture.statements.create(slug="own", perspective="employee", text="I own it.", position=2)
    client.force_login(employee)

    html = client.get("/malbild/").content.decode()

    assert "The report, section 3.1" in html
    assert html.index("For those who live and work") < html.index("It is easy.")
    assert html.index("For us who work here") < html.index("I own it.")


def test_a_platform_area_shows_facts_with_sections_and_the_questions(client, employee):
    area = make_platform_area(slug="brand")
    area.known_facts.create(text="About 160 systems.", source="1.8", position=1)
    area.dialogue_questions.create(text="What is the same for all?", position=1)
    client.force_login(employee)

    html = client.get("/plattform/brand/").content.decode()

    assert "About 160 systems." in html
    assert "(section 1.8)" in html
    assert "What is the same for all?" in html


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_follows_and_comments_but_an_administrator_only_reads(client, admin, kind):
    subject, _make = make_page(kind)

    client.force_login(admin)
    html = client.get(subject.get_absolute_url()).content.decode()
    assert ">Follow<" not in html
    assert "Send the comment" not in html

    client.force_login(make_person())
    html = client.get(subject.get_absolute_url()).content.decode()
    assert ">Follow<" in html
    assert "Send the comment" in html


@pytest.mark.parametrize(
    "path", ["/atgarder/99/", "/atgarder/0/", "/principer/x/", "/plattform/x/"]
)
def test_what_is_not_there_is_404(client, employee, path):
    client.force_login(employee)

    assert client.get(path).status_code == 404
