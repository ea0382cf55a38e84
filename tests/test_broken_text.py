"""What is not text in an address, a header or a cookie is a 400 or is dropped; never a 500."""

import pytest

from nacka_portal.middleware import RefuseBrokenText

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    ["/?q=%00", "/?%00=a", "/?q=%ff", "/agenda/?q=%ed%a0%80", "/agenda/%00/", "/?q=%c0%af"],
)
def test_an_address_that_is_not_text_is_refused(client, address):
    response = client.get(address)

    assert response.status_code == 400
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize("header", ["HX-Target", "User-Agent", "Accept-Language", "Referer"])
def test_a_header_that_is_not_text_is_refused(client, header):
    assert client.get("/", headers={header: "a\0b"}).status_code == 400


def test_ordinary_swedish_in_an_address_is_let_through(client, employee):
    client.force_login(employee)

    assert client.get("/agenda/?q=%C3%A5tg%C3%A4rd+100%25").status_code == 200


def test_a_broken_cookie_is_as_if_it_had_not_been_sent(client):
    client.cookies["session"] = "aaaaaaaaaaaa\0"

    response = client.get("/")

    assert response.status_code == 302
    assert response["Location"].startswith("/logga-in/")


def test_what_is_pasted_into_a_form_is_left_to_the_form(rf):
    seen = []
    request = rf.post("/", {"text": "a\0b"})

    RefuseBrokenText(lambda request: seen.append(request))(request)

    assert seen == [request]


def test_caches_are_told_that_an_address_has_two_bodies(client):
    vary = client.get("/logga-in/")["Vary"]

    assert "HX-Request" in vary
    assert "HX-Target" in vary
