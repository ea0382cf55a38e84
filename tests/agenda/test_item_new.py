"""Proposing: anybody who takes part, with nothing typed lost, once."""

import uuid

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Draft
from activity.models import Event
from agenda.models import Item, Status
from tests.factories import NOW, make_focus_area, make_item, make_unit


@pytest.fixture
def client(client, employee):
    client.force_login(employee)
    return client


@pytest.fixture
def proposal(db):
    return {
        "title": "Lend measuring tools between units",
        "why": "They stand unused",
        "need": "A list of what there is",
        "focus_area": make_focus_area().pk,
        "once": str(uuid.uuid4()),
    }


def test_a_proposal_stands_on_the_agenda_and_says_what_happens_next(client, employee, proposal):
    unit = make_unit()

    response = client.post(
        "/agenda/ny/", {**proposal, "units": [unit.pk], "is_digital": "on"}, follow=True
    )

    item = Item.objects.get()
    assert response.redirect_chain == [(f"/agenda/{item.pk}/", 302)]
    assertContains(response, "Leadership support answers it with a reason")
    assert (item.proposed_by, item.status) == (employee, Status.PROPOSED)
    assert list(item.units.all()) == [unit]
    assert item.is_digital
    assert item.awaits_answer
    assert Event.objects.about(item).of_kind("agenda.proposed").get().by == employee


def test_an_administrator_who_is_nothing_else_may_not_propose(client, admin, proposal):
    client.force_login(admin)

    assert client.get("/agenda/ny/").status_code == 403
    assert client.post("/agenda/ny/", proposal).status_code == 403
    assert not Item.objects.exists()


def test_the_same_form_sent_twice_makes_one_item(client, proposal):
    first = client.post("/agenda/ny/", proposal)
    second = client.post("/agenda/ny/", proposal)

    assert Item.objects.count() == 1
    assert first.url == second.url


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Write a title."),
        ("title", "x" * 201, "at most 200"),
        ("why", "", "Write why it is worth doing."),
        ("why", "x" * 2001, "at most 2000"),
        ("need", "   ", "Write what is needed."),
        ("focus_area", "", "Choose a focus area."),
        ("focus_area", "123456", "Choose one of the focus areas"),
        ("focus_area", "x", "Choose one of the focus areas"),
        ("units", ["123456"], "Choose from the units in the list."),
        ("title", "a\ufffe", "cannot be stored"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, proposal, field, value, words):
    response = client.post("/agenda/ny/", {**proposal, field: value})

    assertContains(response, words, status_code=422)
    assertContains(response, "<title>Error:", status_code=422)
    kept = "A list of what there is" if field != "need" else "They stand unused"
    assertContains(response, kept, status_code=422)
    assert not Item.objects.exists()


def test_control_characters_are_taken_out(client, proposal):
    client.post("/agenda/ny/", {**proposal, "why": "One\x0b\r\ntwo\x07"})

    assert Item.objects.get().why == "One\ntwo"


def test_a_draft_comes_back_and_is_gone_when_it_has_been_sent(client, employee, proposal):
    Draft.objects.keep(employee, "item-new", {"title": "Half a thought"}, now=NOW)
    assertContains(client.get("/agenda/ny/"), "Half a thought")

    client.post("/agenda/ny/", proposal)

    assertNotContains(client.get("/agenda/ny/"), "Half a thought")


def test_what_is_alike_is_shown_while_the_title_is_typed(client, db):
    make_item("Lend tools between the units")
    make_item("Something else entirely")

    response = client.get(
        "/agenda/ny/",
        {"title": "Lending tools between units"},
        headers={"HX-Request": "true", "HX-Target": "similar"},
    )

    assertContains(response, "Lend tools between the units")
    assertNotContains(response, "Something else")
    assertNotContains(response, "<html")


def test_what_is_alike_does_not_stop_a_proposal(client, proposal):
    make_item(proposal["title"])

    client.post("/agenda/ny/", proposal)

    assert Item.objects.filter(title=proposal["title"]).count() == 2


def test_fields_outside_the_form_change_nothing(client, employee, proposal):
    client.post("/agenda/ny/", {**proposal, "status": "done", "rank": 1, "owner": employee.pk})

    item = Item.objects.get()
    assert (item.status, item.rank, item.owner) == (Status.PROPOSED, None, None)


def test_a_draft_of_something_else_than_a_text_breaks_nothing(client, employee):
    Draft.objects.keep(employee, "item-new", {"title": ["one", "two"]}, now=NOW)

    assert client.get("/agenda/ny/").status_code == 200
