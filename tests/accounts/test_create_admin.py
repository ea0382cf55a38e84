import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Person, Role
from tests.factories import make_person


def create(capsys, **options):
    call_command("create_admin", **{"username": "anna", "name": "Anna Ek", **options})
    return capsys.readouterr().out


def test_the_first_administrator_gets_a_password_that_is_shown_once(db, capsys):
    shown = create(capsys)

    anna = Person.objects.get(username="anna")
    assert anna.roles == {Role.ADMIN}
    assert anna.check_password(re.search(r"once: (\S+)", shown)[1])


def test_a_password_of_ones_own_is_not_shown(db, capsys):
    assert "correct" not in create(capsys, password="correct horse battery")


@pytest.mark.parametrize(
    "options",
    [
        {"password": "admin"},
        {"username": "taken"},
        {"username": ""},
        {"email": "no address"},
    ],
)
def test_what_cannot_be_is_told(db, capsys, monkeypatch, options):
    make_person(username="taken")
    monkeypatch.setattr("builtins.input", lambda question: "")

    with pytest.raises(CommandError):
        create(capsys, **options)
