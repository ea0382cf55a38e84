"""The agenda's list and board: filters that live in the address, and what is shown of each item."""

import datetime as dt
import html
import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import Event
from agenda.models import Horizon, Item
from followup.models import CheckIn, Light
from meetings.models import Meeting
from tests.agenda.factories import make_agenda
from tests.factories import (
    NOW,
    Role,
    Status,
    make_action,
    make_focus_area,
    make_item,
    make_person,
    make_platform_area,
    make_principle,
    make_unit,
    set_caps,
)
from tests.meetings.factories import make_meeting

ITEMS = {"HX-Request": "true", "HX-Target": "items"}
QUERIES = 15


@pytest.fixture
def client(client, manager):
    client.force_login(manager)
    return client


def titles(response):
    """Return the titles in the order of the rows."""
    found = re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', response.content.decode())
    return [html.unescape(title) for title in found]


def close_a_meeting(at):
    meeting = make_meeting(state=Meeting.State.OPEN, starts_at=at)
    meeting.close(by=make_person(Role.SUPPORT), at=at)


# Filters


@pytest.fixture
def two(db):
    """An item that each filter finds, and one that none finds."""
    unit = make_unit("Schools")
    owner = make_person(name="Olof")
    make_action(number=3)
    found = make_item(
        "Self-service",
        horizon=Horizon.NOW,
        status=Status.IN_PROGRESS,
        focus_area=make_focus_area(slug="customer"),
        owner=owner,
        is_digital=True,
        action=make_action(number=7),
        units=[unit],
        platform_areas=[make_platform_area(slug="digital-platform")],
        principles=[make_principle(slug="trust")],
    )
    make_item("Other", focus_area=make_focus_area(slug="economy"), horizon=Horizon.LATER)
    return found


@pytest.mark.parametrize(
    "query",
    [
        "q=self-service",
        "fokusomrade=customer",
        "horisont=now",
        "horisont=nu",
        "status=in_progress",
        "status=pagar",
        "plattform=digital-platform",
        "princip=trust",
        "atgard=7",
        "digital=1",
        "fokusomrade=customer&horisont=now&digital=1",
    ],
)
def test_each_filter_keeps_what_it_says(client, two, query):
    response = client.get(f"/agenda/?{query}")

    assert titles(response) == ["Self-service"]


def test_unit_and_owner_filter_by_number(client, two):
    unit, owner = two.units.get(), two.owner

    assert titles(client.get(f"/agenda/?enhet={unit.pk}")) == ["Self-service"]
    assert titles(client.get(f"/agenda/?agare={owner.pk}")) == ["Self-service"]


def test_a_person_who_owns_nothing_gives_an_empty_list_and_no_complaint(client, two, slg):
    response = client.get(f"/agenda/?agare={slg.pk}")

    assert titles(response) == []
    assertContains(response, "No agenda item matches")
    assertNotContains(response, "filters nothing")


@pytest.mark.parametrize(
    "name",
    [
        "fokusomrade",
        "horisont",
        "status",
        "enhet",
        "plattform",
        "princip",
        "atgard",
        "agare",
        "digital",
        "sort",
        "sida",
        "vy",
    ],
)
@pytest.mark.parametrize("value", ["no-such", "99999999999999999999", "-1", "1'--", "å" * 400])
def test_an_unknown_value_filters_nothing_and_says_so(client, two, name, value):
    response = client.get(f"/agenda/?{name}={value}")

    assert response.status_code == 200
    assert titles(response) == ["Self-service", "Other"]
    if name != "sida" or not value.isdecimal():
        assertContains(response, "filters nothing")


@pytest.mark.parametrize("value", ["%00x", "%ED%A0%80"])
@pytest.mark.parametrize("name", ["q", "fokusomrade", "enhet", "sort"])
def test_broken_text_in_the_address_is_refused_in_words(client, two, name, value):
    assert client.get(f"/agenda/?{name}={value}").status_code in {200, 400}


def test_a_page_beyond_the_last_is_the_last(client, two):
    assert titles(client.get("/agenda/?sida=99")) == ["Self-service", "Other"]


def test_words_are_found_in_their_inflections(client, db):
    make_item("Tydligare beslut i nämnden")
    make_item("Systemkartan")

    assert titles(client.get("/agenda/?q=besluten")) == ["Tydligare beslut i nämnden"]
    assert titles(client.get("/agenda/?q=systemkarta")) == ["Systemkartan"]


@pytest.mark.parametrize("text", ["!!!", "a & b | (c", "'; drop", "<script>", "å" * 5000])
def test_any_search_text_is_answered(client, two, text):
    response = client.get("/agenda/", {"q": text})

    assert response.status_code == 200
    assertNotContains(response, "<script>;")


def test_what_is_filtered_on_stands_as_words_that_can_be_taken_away(client, two):
    response = client.get("/agenda/?horisont=now&digital=1&sort=titel")

    assertContains(response, 'href="/agenda/?digital=1&amp;sort=titel"')
    assertContains(response, 'href="/agenda/?horisont=now&amp;sort=titel"')
    assertContains(response, 'href="/agenda/?sort=titel"')


def test_unplaced_items_can_be_asked_for(client, two):
    make_item("Homeless")

    assert titles(client.get("/agenda/?horisont=none")) == ["Homeless"]


def test_open_and_closed_can_be_asked_for(client, two):
    make_item("Finished", status=Status.DONE)

    assert titles(client.get("/agenda/?status=closed")) == ["Finished"]
    assert "Finished" not in titles(client.get("/agenda/?status=open"))


# Order and pages


def test_by_default_the_agenda_stands_in_its_order_and_the_closed_come_last(client, db):
    make_item("Done", status=Status.DONE)
    make_item("Unplaced")
    make_item("Later", horizon=Horizon.LATER)
    make_item("Now 1", horizon=Horizon.NOW)
    make_item("Now 2", horizon=Horizon.NOW)

    assert titles(client.get("/agenda/")) == ["Now 1", "Now 2", "Later", "Unplaced", "Done"]


@pytest.mark.parametrize("sort", ["plats", "titel", "fokusomrade", "agare", "status", "ljus"])
def test_every_sorting_works_both_ways(client, two, sort):
    assert len(titles(client.get(f"/agenda/?sort={sort}"))) == 2
    assert len(titles(client.get(f"/agenda/?sort=-{sort}"))) == 2


def test_titles_sort_as_swedish_does(client, db):
    for title in ("Öppna data", "Zon", "Ärenden", "Åtgärder", "arbetssätt"):
        make_item(title)

    response = client.get("/agenda/?sort=titel")

    assert titles(response) == ["arbetssätt", "Zon", "Åtgärder", "Ärenden", "Öppna data"]
    assertContains(response, 'aria-sort="ascending"', count=1)
    assertContains(response, "sort=-titel")


def test_what_needs_a_decision_comes_first_by_light(client, two):
    calm, urgent = Item.objects.all()
    for item, light in ((calm, Light.ON_TRACK), (urgent, Light.NEEDS_DECISION)):
        CheckIn.objects.create(
            item=item, light=light, headline="…", by=item.owner or make_person(), created_at=NOW
        )

    assert titles(client.get("/agenda/?sort=ljus"))[0] == urgent.title


def test_the_list_has_25_a_page_and_keeps_its_filters_on_the_next(client, db):
    for n in range(30):
        make_item(f"Item {n:02}")

    first = client.get("/agenda/?sort=titel")
    second = client.get("/agenda/?sort=titel&sida=2")

    assert (len(titles(first)), len(titles(second))) == (25, 5)
    assertContains(first, "sort=titel&amp;sida=2")
    assertContains(first, "30 agenda items")


def test_a_filter_by_htmx_gets_the_list_alone_and_its_count_is_read_out(client, two):
    response = client.get("/agenda/?horisont=now", headers=ITEMS)

    assertContains(response, 'id="items"', count=1)
    assertContains(response, 'id="announce"')
    assertContains(response, "1 agenda item")
    assertNotContains(response, "<html")


# What changed since the last meeting


def test_a_row_says_from_what_to_what_by_whom_and_why_since_the_last_meeting(client, slg):
    item = make_item("A", horizon=Horizon.LATER)
    make_item("B", horizon=Horizon.NOW)
    item.place(Horizon.NEXT, by=slg, at=NOW - dt.timedelta(days=9), reason="Before the meeting")
    close_a_meeting(NOW - dt.timedelta(days=7))
    item.place(Horizon.NOW, by=slg, at=NOW, reason="Needed for the budget")

    response = client.get("/agenda/")

    assertContains(response, "Since the last meeting")
    assertContains(response, '<s class="change__old">Next 1</s> → Now 2')
    assertContains(response, "Member of SLG: Needed for the budget")
    assertNotContains(response, "Before the meeting")


def test_what_moved_and_came_back_is_no_change(client, slg):
    item = make_item("A", horizon=Horizon.NEXT)
    close_a_meeting(NOW - dt.timedelta(days=7))
    item.place(Horizon.NOW, by=slg, at=NOW, reason="There")
    item.place(Horizon.NEXT, by=slg, at=NOW, reason="And back")

    assertNotContains(client.get("/agenda/"), "change__old")


def test_a_new_item_is_marked_as_new(client, db):
    close_a_meeting(NOW - dt.timedelta(days=7))
    make_item("Old", created_at=NOW - dt.timedelta(days=30))
    assertNotContains(client.get("/agenda/"), "<strong>New</strong>")

    make_item("Fresh", created_at=NOW)

    assertContains(client.get("/agenda/"), "<strong>New</strong>", count=1)


# Empty


def test_an_empty_agenda_says_what_will_be_here_and_what_to_do(client, db):
    assertContains(client.get("/agenda/"), "Propose the first one.")


def test_no_hit_says_what_to_do(client, two):
    response = client.get("/agenda/?q=xylophone")

    assertContains(response, "Take away a filter above")
    assertContains(response, "0 agenda items")


# The board


def test_the_board_has_four_horizons_its_cap_and_the_unplaced_below(client, two):
    make_item("Homeless")

    response = client.get("/agenda/?vy=tavla")

    for horizon in Horizon:
        assertContains(response, f'id="horizon-{horizon}"')
    assertContains(response, "1 of 12")
    assertContains(response, "Not placed")
    assertContains(response, "Homeless")


def test_the_line_of_the_cap_shows_when_now_holds_more_than_it_may(client, db):
    for n in range(3):
        make_item(f"N{n}", horizon=Horizon.NOW)
    set_caps(now_cap=2)

    assertContains(client.get("/agenda/?vy=tavla"), "The cap: at most 2")


def test_only_those_who_may_move_see_how(client, two, support):
    assertNotContains(client.get("/agenda/?vy=tavla"), "data-move")

    client.force_login(support)

    assertContains(client.get("/agenda/?vy=tavla"), "data-move-button")


def test_a_filtered_board_does_not_move_past_what_is_hidden(client, two, support):
    client.force_login(support)

    response = client.get("/agenda/?vy=tavla&fokusomrade=customer")

    assertContains(response, "Self-service")
    assertNotContains(response, "Other")
    assertNotContains(response, 'value="up"')
    assertContains(response, "tillbaka=%2Fagenda%2F%3Fvy%3Dtavla")


def test_a_long_column_shows_its_beginning_and_leads_to_the_table(client, db):
    make_agenda(200)

    response = client.get("/agenda/?vy=tavla")

    assert response.content.decode().count("data-row=") <= 125
    assertContains(response, "more in the table")
    assertContains(response, 'href="/agenda/?horisont=next"')


# Constant cost


@pytest.mark.parametrize("number", [28, 2000])
@pytest.mark.parametrize(
    "address",
    [
        "/agenda/",
        "/agenda/?q=number&sort=ljus",
        "/agenda/?enhet=1&digital=1&horisont=next",
        "/agenda/?vy=tavla",
        "/agenda/?vy=tavla&horisont=next",
    ],
)
def test_a_page_asks_the_database_equally_often_however_long_the_agenda(
    client, support, django_assert_max_num_queries, number, address
):
    make_agenda(number)
    close_a_meeting(NOW - dt.timedelta(days=7))
    client.force_login(support)
    client.get(address)

    with django_assert_max_num_queries(QUERIES):
        response = client.get(address)

    assert response.status_code == 200
    assert Event.objects.exists()
