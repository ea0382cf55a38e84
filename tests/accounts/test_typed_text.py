"""Rule 8: nothing typed is ever lost, whatever happens to the session or to the page's token."""

import datetime as dt
import re

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts import drafts
from accounts.models import Draft, Submission, Unit
from tests.factories import NOW, make_person, make_unit

HTMX = {"HX-Request": "true", "HX-Target": "section#form"}
PASSWORD = "correct horse battery"


def typed_in(person):
    return {"draft_key": "unit:new", "draft_by": str(person.pk), "name": "A long name", "once": ""}


def sign_in(client, person, **data):
    person.set_password(PASSWORD)
    person.save()
    return client.post("/logga-in/", {"username": person.username, "password": PASSWORD, **data})


def test_a_session_that_has_ended_returns_to_the_form_with_the_text(client, admin):
    response = client.post("/enheter/ny/", typed_in(admin))

    assert response.status_code == 302
    assert response.url == "/logga-in/?next=%2Fenheter%2Fny%2F"
    assertContains(client.get(response.url), "What you wrote has been kept")

    response = sign_in(client, admin, next="/enheter/ny/")

    assert response.url == "/enheter/ny/"
    response = client.get("/enheter/ny/")
    assertContains(response, 'value="A long name"')
    assertContains(response, "Draft saved")
    assert not Unit.objects.exists()


def test_the_way_back_is_the_page_that_the_form_stood_on(client, admin):
    response = client.post(
        "/synpunkter/agendapunkt/12/",
        {"draft_key": "comment:item:12", "text": "Well"},
        headers={"Referer": "http://testserver/agenda/12/?x=1"},
    )

    assert response.url == "/logga-in/?next=%2Fagenda%2F12%2F%3Fx%3D1"


def test_a_page_elsewhere_is_no_way_back(client, admin):
    response = client.post(
        "/enheter/ny/", typed_in(admin), headers={"Referer": "https://evil.example/"}
    )

    assert response.url == "/logga-in/?next=%2Fenheter%2Fny%2F"


def test_htmx_is_told_to_go_to_the_sign_in_page_and_gets_none_in_a_fragment(client, admin):
    response = client.post(
        "/enheter/ny/",
        typed_in(admin),
        headers={**HTMX, "HX-Current-URL": "http://testserver/enheter/ny/"},
    )

    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/logga-in/?next=%2Fenheter%2Fny%2F"
    assert response.content == b""
    sign_in(client, admin)
    assert Draft.objects.get().data["name"] == "A long name"


def test_a_fragment_is_not_answered_with_a_sign_in_page(client, db):
    response = client.get(
        "/personer/", headers={**HTMX, "HX-Current-URL": "http://testserver/agenda/?q=x"}
    )

    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/logga-in/?next=%2Fagenda%2F%3Fq%3Dx"
    assert response.content == b""


def test_the_text_of_one_person_is_not_shown_to_another(client, admin, employee):
    client.post("/enheter/ny/", typed_in(employee))

    sign_in(client, admin)

    assert not Draft.objects.exists()


def test_at_most_three_forms_are_held(client, admin):
    for number in range(5):
        client.post("/enheter/ny/", {**typed_in(admin), "draft_key": f"unit:{number}"})

    sign_in(client, admin)

    assert set(Draft.objects.values_list("key", flat=True)) == {"unit:2", "unit:3", "unit:4"}


def test_what_is_held_has_bounds(client, admin):
    form = typed_in(admin) | {"draft_by": "9" * 100_000, "name": "n" * 200_000}
    client.post("/enheter/ny/", form)

    [held] = client.session["held_forms"].values()
    assert len(held["by"]) == 20
    assert len(held["data"]["name"]) == drafts.MAX_TEXT


def test_a_text_in_a_form_without_a_draft_is_shown_to_be_copied(client, admin):
    sent = {"draft_by": str(admin.pk), "where": "first", "reason": "The room is too small"}
    client.post("/agenda/1/plats/", sent)

    response = sign_in(client, admin, next="/enheter/ny/")

    assertContains(client.get(response.url), "The room is too small")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("by", ["", "0"])
def test_but_not_to_anybody_else(client, admin, by):
    client.post("/agenda/1/plats/", {"draft_by": by, "reason": "The room is too small"})

    response = sign_in(client, admin, next="/enheter/ny/")

    assertNotContains(client.get(response.url), "The room is too small")


def test_secrets_are_not_held(client, admin):
    client.post("/personer/ny/", {"draft_key": "person:new", "name": "A", "new_password": "S3cret"})

    sign_in(client, admin)

    assert Draft.objects.get().data == {"name": "A"}


def test_the_automatic_saving_is_told_when_the_session_has_ended(client, admin):
    response = client.post("/utkast/", typed_in(admin), headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert "HX-Redirect" not in response.headers
    sign_in(client, admin)
    assert Draft.objects.get().data["name"] == "A long name"


# The page's token, after a sign-in in another tab


@pytest.fixture
def strict(admin):
    """A browser whose token has been exchanged since the form was opened."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    client.get("/enheter/ny/")
    return client


def post_with_old_token(client, admin, **headers):
    data = {**typed_in(admin), "csrfmiddlewaretoken": "a" * 64}
    return client.post("/enheter/ny/", data, headers=headers)


def test_a_form_with_an_old_token_can_be_sent_again_with_its_text(strict, admin):
    response = post_with_old_token(strict, admin, Origin="http://testserver")

    assertContains(response, "open for a long time", status_code=403)
    assertContains(response, ">A long name</textarea>", status_code=403)
    token = re.search(
        rb'name="csrfmiddlewaretoken" value="(\w+)"', response.content.split(b"<main")[1]
    )
    again = {**typed_in(admin), "csrfmiddlewaretoken": token[1].decode()}

    assert strict.post("/enheter/ny/", again).status_code == 302
    assert Unit.objects.get().name == "A long name"


def test_a_form_from_elsewhere_is_not_offered_to_be_sent_again(strict, admin):
    response = post_with_old_token(strict, admin, Origin="https://evil.example")

    assertNotContains(response, "Send again", status_code=403)
    assertContains(response, ">A long name</textarea>", status_code=403)
    assert not Unit.objects.exists()


def test_htmx_gets_words_and_a_token_that_works(strict, admin):
    response = post_with_old_token(strict, admin, Origin="http://testserver", **HTMX)

    assertContains(response, "Press the button once more", status_code=403)
    assertNotContains(response, "<html", status_code=403)
    token = re.search(r'"token": "(\w+)"', response.headers["HX-Trigger"])[1]
    again = {**typed_in(admin), "csrfmiddlewaretoken": token}
    assert strict.post("/enheter/ny/", again).status_code == 302


def test_no_token_is_handed_to_a_page_elsewhere(strict, admin):
    response = post_with_old_token(strict, admin, Origin="https://evil.example", **HTMX)

    assert "HX-Trigger" not in response.headers


def test_a_password_is_never_shown_nor_sent_again(db):
    client = Client(enforce_csrf_checks=True)

    response = client.post(
        "/logga-in/",
        {"username": "anna", "password": "S3cret words"},
        headers={"Origin": "http://testserver"},
    )

    assertContains(response, "Open the form again", status_code=403)
    assertNotContains(response, "S3cret", status_code=403)


# Drafts while typing


def test_what_is_typed_is_kept_and_said(client, admin):
    client.force_login(admin)

    response = client.post("/utkast/", typed_in(admin), headers={"HX-Request": "true"})

    assertContains(response, "Draft saved")
    assertContains(client.get("/enheter/ny/"), 'value="A long name"')


def test_the_latest_text_wins(client, admin):
    client.force_login(admin)
    client.post("/utkast/", typed_in(admin))
    assert client.post("/utkast/", {**typed_in(admin), "name": "Other"}).status_code == 204

    assert Draft.objects.get().data["name"] == "Other"


def test_a_draft_is_gone_when_the_form_is_sent(client, admin):
    client.force_login(admin)
    client.post("/utkast/", typed_in(admin))

    client.post("/enheter/ny/", {"name": "A long name", "draft_key": "unit:new"})

    assert not Draft.objects.exists()


def test_a_draft_that_arrives_after_the_form_was_sent_is_not_kept(client, admin):
    client.force_login(admin)
    once = "6fa459ea-ee8a-3ca4-894e-db77e160355e"
    client.post("/enheter/ny/", {**typed_in(admin), "once": once})
    assert Submission.objects.filter(pk=once).exists()

    client.post("/utkast/", {**typed_in(admin), "once": once})

    assert not Draft.objects.exists()


def test_a_draft_is_thrown_away_by_its_button(client, admin):
    client.force_login(admin)
    client.post("/utkast/", typed_in(admin))

    response = client.post(
        "/utkast/",
        {**typed_in(admin), "discard": "1"},
        headers={"Referer": "http://testserver/enheter/ny/"},
    )

    assert response.url == "/enheter/ny/"
    assert not Draft.objects.exists()


def test_nobody_reads_or_overwrites_the_draft_of_another(client, admin):
    other = make_person(username="other")
    Draft.objects.keep(other, "unit:new", {"name": "Mine"}, now=NOW)
    client.force_login(admin)

    client.post("/utkast/", typed_in(admin))

    assert Draft.objects.get(person=other).data == {"name": "Mine"}
    assert drafts.restore(admin, "unit:new")[0] == {"name": "A long name"}


def test_a_form_without_a_key_is_not_kept(client, admin):
    client.force_login(admin)

    assert client.post("/utkast/", {"name": "A"}).status_code == 400


def test_a_draft_has_bounds(client, admin):
    client.force_login(admin)
    fields = {f"field{number}": "x" * 30_000 for number in range(70)}

    client.post("/utkast/", {"draft_key": "k" * 500, **fields})

    draft = Draft.objects.get()
    assert len(draft.key) == 120
    assert sum(map(len, draft.data.values())) == drafts.MAX_TOTAL


def test_the_oldest_drafts_make_room(admin, monkeypatch):
    monkeypatch.setattr(type(Draft.objects.all()), "MOST", 2)
    for number in range(4):
        Draft.objects.keep(admin, str(number), {}, now=NOW + dt.timedelta(minutes=number))

    assert set(Draft.objects.values_list("key", flat=True)) == {"2", "3"}


def test_broken_text_in_a_draft_is_made_storable(client, admin):
    client.force_login(admin)

    client.post("/utkast/", {"draft_key": "unit:new\x00", "name": "a\x00b", "x\x00": "y"})

    assert Draft.objects.get().data == {"name": "ab", "x": "y"}


def test_a_box_that_was_unticked_stays_unticked(admin):
    Draft.objects.keep(admin, "f", {"name": "A"}, now=NOW)

    initial, _ = drafts.restore(admin, "f", {"is_active": True, "roles": ["admin"], "name": ""})

    assert initial == {"is_active": False, "roles": [], "name": "A"}


def test_two_units_do_not_share_a_draft(client, admin):
    client.force_login(admin)
    unit = make_unit("One")
    client.post("/utkast/", typed_in(admin))

    assertNotContains(client.get(f"/enheter/{unit.pk}/"), "A long name")
