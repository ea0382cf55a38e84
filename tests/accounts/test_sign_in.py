import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Person
from tests.factories import Role, make_person

PASSWORD = "correct horse battery"


@pytest.fixture
def person(db):
    return make_person(username="anna", name="Anna Ek", password=PASSWORD)


@pytest.fixture
def persona(db):
    return make_person(Role.MANAGER, username="chef", name="Karin Stenljung", is_fictional=True)


def sign_in(client, request=None, **data):
    data = {"username": "anna", "password": PASSWORD, **data}
    return client.post("/logga-in/", data, **(request or {}))


def test_everything_but_sign_in_asks_for_it(client, db):
    assertRedirects(client.get("/personer/"), "/logga-in/?next=/personer/")


def test_a_person_signs_in_with_a_password(client, person):
    response = sign_in(client)

    assert response.status_code == 302
    assert response.url == reverse("start")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_the_user_name_may_be_written_in_capitals(client, person):
    assert sign_in(client, username=" ANNA ").status_code == 302


def test_a_wrong_password_is_told_in_words_and_the_user_name_stays(client, person):
    response = sign_in(client, password="wrong")

    assertContains(response, "do not belong together", status_code=422)
    assertContains(response, 'value="anna"', status_code=422)
    assertNotContains(response, "wrong", status_code=422)


def test_empty_fields_are_told_one_by_one(client, db):
    response = client.post("/logga-in/", {"username": ""})

    assertContains(response, "Write your user name.", status_code=422)
    assertContains(response, "Write your password.", status_code=422)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ufffe", "ß" * 150, "å" * 100_000])
def test_broken_text_is_no_way_in_and_no_crash(client, person, text):
    assert sign_in(client, username=text).status_code == 422
    assert sign_in(client, password=text).status_code == 422


def test_after_eight_wrong_passwords_the_name_is_closed_for_a_while(client, person):
    for _ in range(8):
        response = sign_in(client, password="wrong")

    assertContains(response, "closed for 15 minutes", status_code=429)
    assert sign_in(client).status_code == 429
    assert "_auth_user_id" not in client.session


def test_capitals_are_no_further_tries(client, person):
    for name in ["anna", "Anna", "aNNa", "ANNA", "annA", "AnnA", "anNa", "ANna"]:
        response = sign_in(client, username=name, password="wrong")

    assert response.status_code == 429
    assert sign_in(client, username="aNnA").status_code == 429


def test_nor_are_the_many_addresses_of_one_network(client, person):
    for number in range(8):
        response = sign_in(client, {"REMOTE_ADDR": f"2001:db8:0:1:{number}::1"}, password="wrong")

    assert response.status_code == 429
    assert sign_in(client, {"REMOTE_ADDR": "2001:db8:0:1:ffff::2"}).status_code == 429
    assert sign_in(client, {"REMOTE_ADDR": "2001:db8:0:2::1"}).status_code == 302


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(client, person, settings):
    settings.BEHIND_PROXY = True
    for number in range(8):  # what the client writes before it counts for nothing
        sign_in(client, {"HTTP_X_FORWARDED_FOR": f"10.0.0.{number}, 192.0.2.7"}, password="wrong")

    assert sign_in(client, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}).status_code == 429
    assert sign_in(client, {"HTTP_X_FORWARDED_FOR": "192.0.2.8"}).status_code == 302


@pytest.mark.parametrize("address", ["", "unknown", "1.2.3", "\u00e5"])
def test_an_address_that_is_none_breaks_nothing(client, person, address):
    assert sign_in(client, {"REMOTE_ADDR": address}, password="wrong").status_code == 422


def test_a_success_forgets_the_failures_before_it(client, person):
    for _ in range(2):
        for _ in range(7):
            sign_in(client, username="Anna", password="wrong")
        assert sign_in(client).status_code == 302
        client.post("/logga-ut/")


def test_who_has_been_shut_out_cannot_sign_in(client, person):
    Person.objects.update(is_active=False)

    assert sign_in(client).status_code == 422


def test_signing_in_changes_the_key_of_the_session(client, person):
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key

    sign_in(client)

    assert client.session.session_key != before


def test_signed_in_one_comes_back_to_where_one_was_going(client, person):
    assert sign_in(client, next="/personer/?sida=2").url == "/personer/?sida=2"


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http://testserver@evil.example/",
    "http://testserver//evil.example",
    "http://testserver:80@evil.example/",
    "javascript:alert(1)",
    "\tjavascript:alert(1)",
    " //evil.example",
    "\n//evil.example",
    "%2F%2Fevil.example/\\evil",
    "data:text/html,x",
    "ftp://testserver/",
    "/%09/evil.example/\\\\evil",
    "\x00//evil.example",
    "http:///evil.example",
    "http://[::1",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(client, person, address):
    response = sign_in(client, next=address)

    assert response.status_code == 302
    assert response.url.startswith("/")
    assert not response.url.startswith(("//", "/\\"))


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nor_does_the_language_switch(client, db, address):
    response = client.post(
        "/sprak/",
        {"language": "en", "next": address},
        headers={"Referer": address.strip("\x00\n\t")},
    )

    assert response.url.startswith("/")
    assert not response.url.startswith(("//", "/\\"))


def test_who_is_signed_in_is_sent_on_from_the_sign_in_page(client, person):
    client.force_login(person)

    assert client.get("/logga-in/").url == reverse("start")


def test_the_demo_shows_a_button_for_each_invented_person(client, persona):
    assertContains(client.get("/logga-in/"), 'name="persona" value="chef"')


def test_one_click_signs_in_as_an_invented_person(client, persona):
    response = client.post("/logga-in/demo/", {"persona": "chef"})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(persona.pk)


def test_an_unknown_persona_is_told_in_a_sentence(client, persona):
    response = client.post("/logga-in/demo/", {"persona": "kung"})

    assertContains(response, "no invented person of that name", status_code=400)


def test_a_real_person_is_never_signed_in_by_one_click(client, db):
    make_person(username="chef")

    assert client.post("/logga-in/demo/", {"persona": "chef"}).status_code == 400
    assert "_auth_user_id" not in client.session


def test_without_the_demo_there_is_no_one_click_sign_in(client, persona, settings):
    settings.DEMO = False

    assert client.post("/logga-in/demo/", {"persona": "chef"}).status_code == 404
    assertNotContains(client.get("/logga-in/"), "persona")


def test_signing_out_empties_the_session_and_tells_the_browser_to_forget(client, person):
    client.force_login(person)

    response = client.post("/logga-ut/", follow=True)

    assert "_auth_user_id" not in client.session
    assertContains(response, "You have signed out.")


def test_signing_out_says_clear_site_data(client, person):
    client.force_login(person)

    assert "cache" in client.post("/logga-ut/").headers["Clear-Site-Data"]


def test_signing_out_takes_a_form(client, person):
    client.force_login(person)

    assert client.get("/logga-ut/").status_code == 405
    assert "_auth_user_id" in client.session
