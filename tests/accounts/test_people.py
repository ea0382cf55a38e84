import threading

import pytest
from django.db import connection, transaction
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.forms import PersonForm
from accounts.models import Person, Role, RoleAssignment, Unit
from activity.models import Event
from tests.factories import make_person, make_unit


@pytest.fixture
def boss(client, admin):
    client.force_login(admin)
    return admin


def fields(person, **changes):
    """What the form of `person` sends when only `changes` are made."""
    return {
        "name": person.name,
        "username": person.username,
        "email": person.email,
        "title": person.title,
        "unit": person.unit_id or "",
        "roles": sorted(person.roles),
        "is_active": "on",
        **changes,
    }


def test_only_administrators_keep_people_and_others_read_who_does(client, support, admin):
    client.force_login(support)

    response = client.get("/personer/")

    assertContains(response, "looked after by the administrators", status_code=403)
    assertContains(response, admin.name, status_code=403)
    assertContains(response, admin.email, status_code=403)


def test_people_stand_in_swedish_order(client, boss):
    for name in ["Örjan", "Adam", "Åke", "Ärla", "Zoe"]:
        make_person(name=name)

    page = client.get("/personer/").context["page"]

    assert [person.name for person in page] == [
        "Adam", "Administrator", "Zoe", "Åke", "Ärla", "Örjan",
    ]  # fmt: skip


def test_people_are_found_by_name_and_role(client, boss):
    make_person(Role.MANAGER, name="Anna Ek")
    make_person(Role.MANAGER, name="Bo Ek")
    make_person(Role.SLG, name="Anna Alm")

    page = client.get("/personer/?q=anna+ek&roll=manager").context["page"]

    assert [person.name for person in page] == ["Anna Ek"]


def test_an_unknown_role_narrows_nothing(client, boss):
    assert client.get("/personer/?roll=king&sida=99").context["page"].paginator.count == 1


def test_the_list_comes_as_a_fragment_to_htmx(client, boss):
    response = client.get(
        "/personer/", headers={"HX-Request": "true", "HX-Target": "section#people"}
    )

    assertContains(response, 'id="people"')
    assertNotContains(response, "<html")


@pytest.mark.parametrize("size", [3, 60])
def test_the_list_asks_a_fixed_number_of_times(client, boss, size, django_assert_max_num_queries):
    for _ in range(size):
        make_person(Role.EMPLOYEE, Role.MANAGER, unit=make_unit())

    with django_assert_max_num_queries(12):
        client.get("/personer/")
    with django_assert_max_num_queries(12):
        client.get("/enheter/")


def test_a_person_is_added_with_roles_and_a_password_and_it_is_recorded(client, boss):
    unit = make_unit("School unit")

    response = client.post(
        "/personer/ny/",
        {
            "name": "Anna Ek",
            "username": "anna.ek",
            "email": "anna@example.test",
            "unit": unit.pk,
            "roles": ["employee", "slg"],
            "is_active": "on",
            "new_password": "correct horse battery",
        },
    )

    assertRedirects(response, "/personer/")
    anna = Person.objects.get(username="anna.ek")
    assert anna.roles == {Role.EMPLOYEE, Role.SLG}
    assert anna.check_password("correct horse battery")
    [event] = Event.objects.about(anna)
    assert event.by == boss
    assert event.changes["roles"] == [[], ["employee", "slg"]]
    assert "correct" not in str(event.changes) + str(event.data)


def test_without_a_password_nobody_gets_in_by_one(client, boss):
    client.post(
        "/personer/ny/", {"name": "A", "username": "a", "roles": ["slg"], "is_active": "on"}
    )

    assert not Person.objects.get(username="a").has_usable_password()


def test_a_change_of_roles_says_from_what_to_what(client, boss, employee):
    client.post(f"/personer/{employee.pk}/", fields(employee, roles=["manager", "slg"]))

    [event] = Event.objects.about(employee)
    assert event.verb == "accounts.person_changed"
    assert event.changes == {"roles": [["employee"], ["manager", "slg"]]}
    response = client.get(f"/personer/{employee.pk}/")
    assertContains(response, "<del>Employee</del>")
    assertContains(response, "<ins>Manager, Management group (SLG)</ins>")


def test_saving_without_a_change_leaves_no_trail(client, boss, employee):
    response = client.post(f"/personer/{employee.pk}/", fields(employee), follow=True)

    assertContains(response, "Nothing was changed.")
    assert not Event.objects.exists()


def test_a_short_or_common_password_is_refused(client, boss, employee):
    for password in ["short", "12345678901234567890"]:
        response = client.post(f"/personer/{employee.pk}/", fields(employee, new_password=password))
        assert response.status_code == 422


def test_a_user_name_is_taken_whatever_its_capitals(client, boss, employee):
    response = client.post("/personer/ny/", {"name": "A", "username": "EMPLOYEE", "roles": ["slg"]})

    assertContains(response, "already has that user name", status_code=422)


@pytest.mark.parametrize("username", ["a b", "a/b", "<b>", "a\x00", "\n"])
def test_a_user_name_is_simple(client, boss, username):
    response = client.post("/personer/ny/", {"name": "A", "username": username, "roles": ["slg"]})

    assert response.status_code in (302, 422)
    assert not Person.objects.filter(username__contains="\n").exists()


def test_nobody_takes_the_administrator_role_from_themselves(client, boss):
    make_person(Role.ADMIN)

    response = client.post(f"/personer/{boss.pk}/", fields(boss, roles=["employee"]))

    assertContains(response, "from yourself", status_code=422)
    assert boss.role_assignments.get().role == Role.ADMIN


def test_nobody_shuts_themselves_out(client, boss):
    make_person(Role.ADMIN)
    sent = fields(boss)
    del sent["is_active"]

    assertContains(client.post(f"/personer/{boss.pk}/", sent), "shut yourself out", status_code=422)


def test_another_administrator_may_be_taken_away(client, boss):
    other = make_person(Role.ADMIN)

    client.post(f"/personer/{other.pk}/", fields(other, roles=["employee"]))

    assert Person.objects.with_role(Role.ADMIN).get() == boss


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_take_the_role_from_each_other_at_once():
    first, second = make_person(Role.ADMIN), make_person(Role.ADMIN)
    start = threading.Barrier(2)

    def take_from(other, by):
        start.wait()
        with transaction.atomic():
            form = PersonForm(
                fields(other, roles=["employee"]), instance=Person.objects.get(pk=other.pk), by=by
            )
            if form.is_valid():
                form.save()
        connection.close()

    threads = [
        threading.Thread(target=take_from, args=pair) for pair in [(first, second), (second, first)]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert RoleAssignment.objects.filter(role=Role.ADMIN).count() == 1


def test_who_opened_the_form_before_another_saved_it_sees_both(client, boss, employee):
    page = client.get(f"/personer/{employee.pk}/")
    seen = page.context["form"].mark()
    employee.hold_roles([Role.SLG])

    response = client.post(
        f"/personer/{employee.pk}/",
        fields(employee, name="New name", roles=["employee"], seen=seen),
    )

    assert response.status_code == 409
    assertContains(response, "Roles: Management group (SLG)", status_code=409)
    assertContains(response, 'value="New name"', status_code=409)
    again = fields(
        employee, name="New name", roles=["employee"], seen=response.context["form"]["seen"].value()
    )
    assert client.post(f"/personer/{employee.pk}/", again).status_code == 302
    employee.refresh_from_db()
    assert employee.name == "New name"


def test_what_the_form_does_not_ask_for_cannot_be_sent(client, boss, employee):
    sent = fields(
        employee, password="x", is_fictional="on", pk=boss.pk, language="sv", is_staff="1"
    )

    client.post(f"/personer/{employee.pk}/", sent)

    kept = Person.objects.get(pk=employee.pk)
    assert (kept.password, kept.is_fictional, kept.language) == (employee.password, False, "en")
    assert not kept.is_staff


def test_a_form_sent_twice_adds_one_person(client, boss):
    sent = {
        "name": "A",
        "username": "a",
        "roles": ["slg"],
        "once": "6fa459ea-ee8a-3ca4-894e-db77e160355e",
    }

    client.post("/personer/ny/", sent)
    second = client.post("/personer/ny/", sent)

    assert Person.objects.filter(username="a").count() == 1
    assertRedirects(second, "/personer/")


def test_a_person_who_does_not_exist_is_not_found(client, boss):
    assert client.get("/personer/999999/").status_code == 404
    assert client.get(f"/personer/{10**30}/").status_code == 404


def test_a_unit_is_added_and_changed_and_it_is_recorded(client, boss, manager):
    client.post("/enheter/ny/", {"name": "Parks"})
    unit = Unit.objects.get(name="Parks")
    client.post(f"/enheter/{unit.pk}/", {"name": "Parks", "manager": manager.pk})

    first, second = Event.objects.about(unit).order_by("pk")
    assert first.changes == {"name": ["", "Parks"]}
    assert second.changes == {"manager": ["", manager.name]}


def test_two_units_do_not_have_the_same_name(client, boss):
    make_unit("Parks")

    assertContains(
        client.post("/enheter/ny/", {"name": "PARKS"}), "already a unit", status_code=422
    )


def test_a_pure_administrator_may_not_comment_nor_propose(admin):
    assert not admin.has_perm("dialogue.comment")
    assert not admin.has_perm("agenda.propose_item")
    assert not admin.has_perm("agenda.place_item")
