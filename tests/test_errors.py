"""What a browser gets instead of a stack trace."""

import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains
from rules.permissions import permissions

from nacka_portal import errors
from nacka_portal.pages import profile

HTMX = {"HX-Request": "true", "HX-Target": "section#any"}


@pytest.fixture
def visitor(employee):
    client = Client(raise_request_exception=False)
    client.force_login(employee)
    return client


def fail_with(monkeypatch, error):
    def fail(self, person):
        raise error

    monkeypatch.setattr(type(profile.MailSwitch.objects.all()), "off_for", fail)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_unknown_page_is_told_as_page_and_as_fragment(visitor, headers):
    response = visitor.get("/there-is-no/", headers=headers)

    assertContains(response, "The page is not here", status_code=404)
    assert ("<html" in response.content.decode()) == (not headers)


def test_a_fault_of_ours_is_told_with_a_number_that_stands_in_the_log(visitor, monkeypatch, caplog):
    fail_with(monkeypatch, ZeroDivisionError("secret detail"))

    response = visitor.get("/min-profil/")

    assertContains(response, "Something is wrong with the portal", status_code=500)
    assertNotContains(response, "secret detail", status_code=500)
    assertNotContains(response, "Traceback", status_code=500)
    assert response.headers["Cache-Control"] == "no-store"
    [line] = [record for record in caplog.records if record.name == "nacka_portal.errors"]
    reference = line.getMessage().split("reference ")[1][:8]
    assertContains(response, reference, status_code=500)


def test_a_fault_in_a_fragment_is_a_fragment(visitor, monkeypatch):
    fail_with(monkeypatch, ZeroDivisionError())

    response = visitor.get("/min-profil/", headers=HTMX)

    assertContains(response, "data-error", status_code=500)
    assertNotContains(response, "<html", status_code=500)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_fails_is_told_as_a_pause(visitor, monkeypatch, error):
    fail_with(monkeypatch, error())

    response = visitor.get("/min-profil/")

    assertContains(response, "resting for a moment", status_code=503)
    assert response.headers["Retry-After"] == "30"


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("path", ["/min-profil/", "/logga-in/", "/there-is-no/"])
def test_a_database_that_is_away_is_told_by_a_page_that_needs_none(
    visitor, monkeypatch, path, headers
):
    def away(self, *args, **kwargs):
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(DatabaseWrapper, "_cursor", away)
        response = visitor.get(path, headers=headers)

    assertContains(response, "resting for a moment", status_code=503)
    assert ("<html" in response.content.decode()) == (not headers)


def test_too_much_is_told_quickly(visitor):
    response = visitor.post("/min-profil/", {"language": "x" * 10_000_000})

    assertContains(response, "2.5 megabytes", status_code=413)


def test_too_many_fields_are_told(visitor):
    response = visitor.post("/min-profil/", {f"f{number}": "" for number in range(1001)})

    assertContains(response, "More fields were sent", status_code=400)


def test_too_much_is_told_also_to_whoever_is_not_signed_in(db):
    client = Client(raise_request_exception=False)

    assert client.post("/logga-in/", {"username": "x" * 10_000_000}).status_code == 413


def test_a_method_that_is_not_for_a_page_is_told(visitor):
    response = visitor.get("/utkast/")

    assertContains(response, "only takes what a form sends", status_code=405)
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(visitor, method):
    assert visitor.generic(method, "/min-profil/").status_code in (405, 403)


def test_an_unknown_host_is_refused(visitor):
    assert visitor.get("/min-profil/", headers={"Host": "evil.example"}).status_code == 400


def test_every_permission_says_who_has_it():
    assert permissions.keys() == errors.RIGHTS.keys()
