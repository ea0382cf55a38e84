import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import Role, Submission
from accounts.sessions import BEGAN_AT, SEEN_AT
from accounts.tasks import SUBMISSIONS_KEPT, forget_what_has_ended
from tests.meetings.factories import make_open_meeting


def is_out(response):
    return response.status_code == 302 and response.url.startswith("/logga-in/")


def test_a_busy_session_ends_after_ten_hours(client, employee):
    client.force_login(employee)
    session = client.session
    session[BEGAN_AT] = (timezone.now() - dt.timedelta(hours=10, minutes=1)).timestamp()
    session.save()

    assert is_out(client.get("/min-profil/"))
    assert "_auth_user_id" not in client.session


def test_a_session_goes_on_until_then(client, employee):
    client.force_login(employee)
    session = client.session
    session[BEGAN_AT] = (timezone.now() - dt.timedelta(hours=9, minutes=59)).timestamp()
    session.save()

    assert client.get("/min-profil/").status_code == 200


def test_an_idle_session_ends_after_an_hour(client, employee):
    client.force_login(employee)
    client.get("/min-profil/")

    [session] = Session.objects.all()
    assert dt.timedelta(minutes=59) < session.expire_date - timezone.now() <= dt.timedelta(hours=1)


def ends_at():
    return Session.objects.get().expire_date


def seen(client, minutes_ago):
    """Let the session have been in use `minutes_ago`, and end an hour after that."""
    moment = timezone.now() - dt.timedelta(minutes=minutes_ago)
    session = client.session
    session[SEEN_AT] = moment.timestamp()
    session.save()
    Session.objects.update(expire_date=moment + dt.timedelta(hours=1))


def test_a_session_in_use_goes_on_without_being_written_at_each_click(client, employee):
    client.force_login(employee)
    client.get("/min-profil/")
    seen(client, minutes_ago=4)
    before = ends_at()

    client.get("/min-profil/")
    assert ends_at() == before

    seen(client, minutes_ago=6)
    client.get("/min-profil/")
    assert ends_at() > before + dt.timedelta(minutes=3)


def test_a_screen_that_only_follows_a_meeting_keeps_nobody_signed_in(client, support):
    meeting = make_open_meeting(by=support)
    client.force_login(support)
    client.get(f"/moten/{meeting.pk}/")
    seen(client, minutes_ago=30)
    before = ends_at()

    assert client.get(f"/moten/{meeting.pk}/nu/").status_code == 200
    assert ends_at() == before


def test_who_is_shut_out_is_out_at_the_next_click(client, employee):
    client.force_login(employee)
    assert client.get("/min-profil/").status_code == 200

    employee.is_active = False
    employee.save()

    assert is_out(client.get("/min-profil/"))


def test_a_role_that_is_taken_away_is_gone_at_the_next_click(client, admin):
    client.force_login(admin)
    assert client.get("/personer/").status_code == 200

    admin.hold_roles([Role.EMPLOYEE])

    assert client.get("/personer/").status_code == 403


def test_the_language_is_that_of_the_person_and_not_of_the_browser(client, employee):
    employee.language = "sv"
    employee.save()
    client.force_login(employee)

    response = client.get("/min-profil/", headers={"Accept-Language": "en"})

    assertContains(response, '<html lang="sv"')
    assert response.headers["Content-Language"] == "sv"


def test_one_click_switches_the_language_of_the_person(client, employee):
    client.force_login(employee)

    response = client.post("/sprak/", {"language": "sv", "next": "/min-profil/"})

    assertRedirects(response, "/min-profil/")
    employee.refresh_from_db()
    assert employee.language == "sv"
    assertContains(client.get("/min-profil/"), "Min profil")


def test_before_sign_in_the_language_is_kept_in_a_cookie(client, db, settings):
    settings.LANGUAGE_CODE = "sv"
    assertContains(client.get("/logga-in/", headers={"Accept-Language": "en"}), '<html lang="sv"')

    client.post("/sprak/", {"language": "en"})

    assertContains(client.get("/logga-in/"), '<html lang="en"')


def test_a_language_that_the_portal_does_not_speak_is_told(client, db):
    assertContains(
        client.post("/sprak/", {"language": "xx"}), "Swedish and English", status_code=400
    )


@pytest.mark.parametrize("cookie", ["xx", '"\\000\\000\\000\\000\\000\\000\\000\\000"', "å"])
def test_broken_cookies_break_nothing(client, db, cookie):
    client.cookies["language"] = cookie
    client.cookies["session"] = cookie

    assert client.get("/logga-in/").status_code == 200


def test_language_and_colours_are_chosen_on_the_profile(client, employee):
    client.force_login(employee)

    response = client.post("/min-profil/", {"language": "en", "color_scheme": "dark"}, follow=True)

    assertContains(response, "Your choices have been saved.")
    assertContains(response, 'data-color-scheme="dark"')


def test_a_choice_that_does_not_exist_is_told(client, employee):
    client.force_login(employee)

    response = client.post("/min-profil/", {"language": "en", "color_scheme": "pink"})

    assert response.status_code == 422


def test_pages_are_kept_by_no_cache(client, employee):
    client.force_login(employee)

    response = client.get("/min-profil/")

    assert response.headers["Cache-Control"] == "no-store"
    assert {"Cookie", "HX-Request", "HX-Target"} <= set(response.headers["Vary"].split(", "))


def test_sessions_that_have_ended_are_forgotten(client, employee):
    client.force_login(employee)
    ended, going_on = Session.objects.get(), Client()
    going_on.force_login(employee)
    Session.objects.filter(pk=ended.pk).update(expire_date=timezone.now())

    forget_what_has_ended()

    assert [session.pk for session in Session.objects.all()] == [going_on.session.session_key]


def test_the_keys_of_forms_sent_long_ago_are_forgotten(db, employee):
    old = Submission.objects.create(person=employee)
    Submission.objects.filter(pk=old.pk).update(created_at=timezone.now() - SUBMISSIONS_KEPT)
    new = Submission.objects.create(person=employee)

    forget_what_has_ended()

    assert list(Submission.objects.all()) == [new]
