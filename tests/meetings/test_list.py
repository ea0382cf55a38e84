"""The list of a meeting: what is put on it, its order, its time, and who sees it."""

import datetime as dt

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import Event
from agenda.models import Horizon
from meetings.entries import EntryList
from meetings.models import AlreadyOnList, Entry
from tests.factories import NOW, make_action, make_item
from tests.meetings.factories import make_closed_meeting, make_entry, make_meeting, queries_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "entries"}


@pytest.fixture
def meeting(db):
    return make_meeting(entries=["A", "B", "C"])


def titles(meeting):
    return [entry.heading for entry in meeting.entries.order_by("position")]


def entry_called(meeting, title):
    return meeting.entries.get(title=title)


# Putting on


def test_an_item_is_put_on_the_list_with_why_and_how_long(client, support):
    meeting, item = make_meeting(), make_item("Self-service")
    client.force_login(support)
    page = f"/moten/{meeting.pk}/punkter/ny/"

    assertContains(client.get(f"{page}?item={item.pk}"), "Self-service")
    response = client.post(page, {"item": item.pk, "why": "It needs money", "minutes": "15"})

    entry = meeting.entries.get()
    assertRedirects(
        response, f"/moten/{meeting.pk}/#punkt-{entry.pk}", fetch_redirect_response=False
    )
    assert (entry.item, entry.why, entry.minutes) == (item, "It needs money", 15)


def test_an_action_and_a_line_of_its_own_are_put_on_the_list(client, support):
    meeting, action = make_meeting(), make_action(title="A shared platform")
    client.force_login(support)
    page = f"/moten/{meeting.pk}/punkter/ny/"

    client.post(page, {"action": action.pk, "minutes": "5"})
    client.post(page, {"title": "How we use our time", "minutes": "5"})

    assert titles(meeting) == ["A shared platform", "How we use our time"]


def test_the_same_item_stands_on_a_list_once(client, support):
    meeting, item = make_meeting(), make_item()
    make_entry(meeting, item)
    client.force_login(support)

    response = client.post(
        f"/moten/{meeting.pk}/punkter/ny/", {"item": item.pk, "minutes": "5"}, follow=True
    )

    assertContains(response, "is on the list already")
    assert meeting.entries.count() == 1
    with pytest.raises(AlreadyOnList):
        make_entry(meeting, item)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Write a title, or choose an agenda item."),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"title": "A\uffff"}, "cannot be stored"),
        ({"title": "A", "minutes": "soon"}, "Write the number of minutes in figures."),
        ({"item": "999999"}, "valid choice"),
    ],
)
def test_an_entry_that_cannot_be_says_what_to_do(client, support, fields, sentence):
    meeting = make_meeting()
    client.force_login(support)

    response = client.post(f"/moten/{meeting.pk}/punkter/ny/", {"minutes": "5", **fields})

    assertContains(response, sentence, status_code=422)
    assert not meeting.entries.exists()


def test_items_are_found_by_words_as_a_page_and_as_a_fragment(client, support):
    meeting = make_meeting()
    make_item("Self-service for families")
    make_item("Shared archive")
    client.force_login(support)
    page = f"/moten/{meeting.pk}/punkter/ny/?q=families"

    whole = client.get(page)
    fragment = client.get(page, headers={"HX-Request": "true", "HX-Target": "picker"})

    for response in (whole, fragment):
        assertContains(response, "Self-service for families")
        assertNotContains(response, "Shared archive")
    assertNotContains(fragment, "<html")


# Order


@pytest.mark.parametrize(
    ("title", "where", "expected"),
    [
        ("A", "down", "BAC"),
        ("C", "up", "ACB"),
        ("C", "first", "CAB"),
        ("A", "last", "BCA"),
        ("A", "up", "ABC"),
    ],
)
def test_an_entry_moves_by_buttons(client, support, meeting, title, where, expected):
    client.force_login(support)
    entry = entry_called(meeting, title)
    page = f"/moten/{meeting.pk}/punkter/{entry.pk}/plats/"

    response = client.post(page, {"where": where}, headers=HTMX)

    assert titles(meeting) == list(expected)
    assert list(meeting.entries.order_by("position").values_list("position", flat=True)) == [
        1,
        2,
        3,
    ]
    assertContains(response, 'id="entries"')
    assertNotContains(response, "<html")
    assertRedirects(
        client.post(page, {"where": "up"}),
        f"/moten/{meeting.pk}/#punkt-{entry.pk}",
        fetch_redirect_response=False,
    )


def test_an_unknown_direction_moves_nothing(client, support, meeting):
    client.force_login(support)
    entry = entry_called(meeting, "A")
    page = f"/moten/{meeting.pk}/punkter/{entry.pk}/plats/"

    assert client.post(page, {"where": "sideways"}, headers=HTMX).status_code == 422
    assert client.post(page, {"where": "sideways"}).status_code == 302
    assert titles(meeting) == ["A", "B", "C"]


# Changing and taking off


def test_why_and_minutes_are_changed(client, support, meeting):
    client.force_login(support)
    entry = entry_called(meeting, "B")

    client.post(
        f"/moten/{meeting.pk}/punkter/{entry.pk}/",
        {"why": "Needs money", "minutes": "20", "version": entry.version},
    )

    entry.refresh_from_db()
    assert (entry.why, entry.minutes) == ("Needs money", 20)


def test_two_who_change_the_same_entry_see_both(client, support, meeting):
    client.force_login(support)
    entry = entry_called(meeting, "B")
    entry.revise(why="Theirs", minutes=5, version=1, by=support, at=NOW)

    response = client.post(
        f"/moten/{meeting.pk}/punkter/{entry.pk}/",
        {"why": "Mine", "minutes": "20", "version": "1"},
    )

    assertContains(response, "Theirs", status_code=409)
    assertContains(response, "Mine", status_code=409)
    assertContains(response, 'name="version" value="2"', status_code=409)
    entry.refresh_from_db()
    assert entry.why == "Theirs"


def test_a_change_sent_twice_is_one_change(client, support, meeting):
    client.force_login(support)
    entry = entry_called(meeting, "B")
    key = "11111111-1111-4111-8111-111111111111"
    form = {"why": "Needs money", "minutes": "20", "version": "1", "once": key}

    answers = [
        client.post(f"/moten/{meeting.pk}/punkter/{entry.pk}/", form).status_code for _ in range(2)
    ]

    assert answers == [302, 302]
    assert Event.objects.about(meeting).of_kind("meetings.entry_revised").count() == 1


def test_an_entry_is_taken_off_with_a_reason(client, support, meeting):
    client.force_login(support)
    entry = entry_called(meeting, "B")
    page = f"/moten/{meeting.pk}/punkter/{entry.pk}/bort/"
    key = "11111111-1111-4111-8111-111111111111"

    assertContains(client.post(page, {}), "Say why", status_code=422)
    first = client.post(page, {"reason": "Not this time", "once": key})
    second = client.post(page, {"reason": "Not this time", "once": key})

    assert titles(meeting) == ["A", "C"]
    assert first.url == second.url == f"/moten/{meeting.pk}/"
    event = Event.objects.about(meeting).of_kind("meetings.entry_removed").get()
    assert (event.reason, event.data["title"]) == ("Not this time", "B")


def test_the_list_of_a_closed_meeting_does_not_change(client, support):
    meeting = make_closed_meeting(entries=["A"])
    entry = meeting.entries.get()
    client.force_login(support)
    pages = {
        f"/moten/{meeting.pk}/punkter/ny/": {"title": "B", "minutes": "5"},
        f"/moten/{meeting.pk}/punkter/{entry.pk}/": {"why": "B", "minutes": "5", "version": "1"},
        f"/moten/{meeting.pk}/punkter/{entry.pk}/plats/": {"where": "up"},
        f"/moten/{meeting.pk}/punkter/{entry.pk}/bort/": {"reason": "B"},
    }

    for page, fields in pages.items():
        assertContains(client.post(page, fields), "Nothing was changed", status_code=409)


def test_an_entry_of_another_meeting_is_not_found(client, support, meeting):
    other = make_meeting(entries=["Elsewhere"])
    entry = other.entries.get()
    client.force_login(support)

    assert client.get(f"/moten/{meeting.pk}/punkter/{entry.pk}/").status_code == 404


# Time


def test_the_minutes_add_up_and_the_entry_that_breaks_the_time_is_marked_in_words(client, support):
    meeting = make_meeting(length_minutes=30)
    for title, minutes in (("A", 20), ("B", 10), ("C", 5)):
        make_entry(meeting, title, minutes=minutes)
    client.force_login(support)

    lines = EntryList(meeting, support).lines
    response = client.get(f"/moten/{meeting.pk}/")

    assert [line.breaks_the_time for line in lines] == [False, False, True]
    assert lines[2].starts_at == meeting.starts_at + dt.timedelta(minutes=30)
    assertContains(response, "35 of 30 minutes")
    assertContains(response, "5 minutes too many")
    assertContains(response, "Here the 30 minutes run out (13:30)")


# Who sees it


@pytest.mark.parametrize("role", ["slg", "city_director", "support"])
def test_members_see_the_list_before_the_meeting(client, request, meeting, role):
    client.force_login(request.getfixturevalue(role))

    assertContains(client.get(f"/moten/{meeting.pk}/"), '<ol class="entries">')


@pytest.mark.parametrize("role", ["employee", "manager", "admin"])
def test_others_see_that_a_meeting_is_planned_but_not_its_list(client, request, role):
    meeting = make_meeting()
    make_entry(meeting, make_item("Self-service"), why="Needs money")
    client.force_login(request.getfixturevalue(role))

    response = client.get(f"/moten/{meeting.pk}/")

    assertContains(response, "The list is being prepared")
    assertNotContains(response, "Self-service")
    assertNotContains(response, "Needs money")


def test_slg_reads_the_list_but_does_not_change_it(client, slg, meeting):
    entry = meeting.entries.first()
    client.force_login(slg)

    assertNotContains(client.get(f"/moten/{meeting.pk}/"), "Take off the list")
    for page in ("ny/", f"{entry.pk}/", f"{entry.pk}/plats/", f"{entry.pk}/bort/"):
        assert client.post(f"/moten/{meeting.pk}/punkter/{page}", {}).status_code == 403


def test_the_list_asks_the_same_number_of_questions_of_12_and_60_entries(client, support):
    meeting = make_meeting()
    counts = []
    for number in range(60):
        make_entry(meeting, make_item(horizon=Horizon.LATER, owner=support))
        if number in {11, 59}:
            client.force_login(support)
            counts.append(queries_of(client, f"/moten/{meeting.pk}/"))

    assert counts[0] == counts[1] <= 15
    assert Entry.objects.count() == 60
