"""The pages of the outbox, the choice of mail, and the one-click way out of it."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from outbox import unsubscribing
from outbox.delivery import send_due
from outbox.models import BODIES_KEPT, Email, MailSwitch
from tests.factories import NOW, make_person
from tests.outbox.factories import make_email

Status, Why = Email.Status, Email.Why


@pytest.fixture
def failed(db):
    return make_email(
        status=Status.FAILED, why=Why.REFUSED, reply="550 No such user", subject="One thing waits"
    )


def test_leadership_sees_what_was_not_delivered_and_why(client, support, failed):
    client.force_login(support)

    response = client.get("/uppfoljning/utskick/?lage=failed")

    assertContains(response, failed.to.name)
    assertContains(response, "mail server does not accept the mail")


def test_an_unknown_state_shows_all_and_says_so(client, support, failed):
    client.force_login(support)

    response = client.get("/uppfoljning/utskick/?lage=lost&sida=x")

    assertContains(response, "That state is not known")
    assertContains(response, failed.to.name)


def test_a_mail_is_shown_as_text_and_as_it_looks(client, support):
    email = make_email()
    send_due(clock=lambda: NOW)
    client.force_login(support)

    page = client.get(f"/uppfoljning/utskick/{email.pk}/")
    frame = client.get(f"/uppfoljning/utskick/{email.pk}/utseende/")

    assertContains(page, "Open it: ")
    assertContains(frame, "Open it")
    policy = frame.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy


def test_a_queued_mail_is_shown_as_it_would_look_now(client, support):
    email = make_email()
    client.force_login(support)

    assertContains(client.get(f"/uppfoljning/utskick/{email.pk}/"), "if it were sent now")
    assertContains(client.get(f"/uppfoljning/utskick/{email.pk}/utseende/"), "Open it")


@pytest.mark.parametrize("data", [{"is_broken": True}, {"is_empty": True}], ids=str)
def test_a_mail_that_says_nothing_is_told_in_words(client, support, data):
    email = make_email(**data)
    client.force_login(support)

    assertContains(client.get(f"/uppfoljning/utskick/{email.pk}/"), "Nothing stands in it")
    assert client.get(f"/uppfoljning/utskick/{email.pk}/utseende/").status_code == 404


def test_a_failed_mail_is_tried_again_by_a_post_and_it_says_who_asked(
    client, support, failed, django_capture_on_commit_callbacks
):
    client.force_login(support)
    assert client.get(f"/uppfoljning/utskick/{failed.pk}/forsok-igen/").status_code == 405

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"/uppfoljning/utskick/{failed.pk}/forsok-igen/")

    assertRedirects(response, f"/uppfoljning/utskick/{failed.pk}/")
    failed.refresh_from_db()
    assert (failed.status, failed.retried_by) == (Status.SENT, support)


def test_a_mail_that_did_not_fail_is_not_sent_again(client, support):
    email = make_email(status=Status.SENT)
    client.force_login(support)

    client.post(f"/uppfoljning/utskick/{email.pk}/forsok-igen/")

    email.refresh_from_db()
    assert email.status == Status.SENT


@pytest.mark.parametrize("rest", ["", "{pk}/", "{pk}/utseende/"])
def test_mails_are_personal(client, failed, employee, manager, slg, admin, rest):
    for person in [employee, manager, slg, admin]:
        client.force_login(person)
        assert client.get("/uppfoljning/utskick/" + rest.format(pk=failed.pk)).status_code == 403


def test_what_stands_in_a_mail_is_forgotten_after_a_month(db):
    old = make_email(status=Status.SENT, text="personal", html="personal")
    waiting = make_email(text="personal")

    assert Email.objects.forget_bodies(NOW + BODIES_KEPT + dt.timedelta(days=1)) == 1

    old.refresh_from_db()
    waiting.refresh_from_db()
    assert (old.text, old.html, waiting.text) == ("", "", "personal")


def test_what_stood_in_a_mail_that_was_sent_again_is_kept_from_then_on(support):
    email = make_email(status=Status.SENT, text="personal", retried_at=NOW + BODIES_KEPT)

    assert not Email.objects.forget_bodies(NOW + BODIES_KEPT + dt.timedelta(days=1))

    email.refresh_from_db()
    assert email.text == "personal"


@pytest.mark.parametrize("count", [3, 120])
def test_the_list_takes_a_constant_number_of_queries(
    client, support, count, django_assert_max_num_queries
):
    for _ in range(count):
        make_email()
    client.force_login(support)

    with django_assert_max_num_queries(10):
        client.get("/uppfoljning/utskick/")


# Choosing


def test_a_person_switches_a_kind_of_mail_off_and_on(client, employee):
    make_email()
    client.force_login(employee)

    client.post("/min-profil/utskick/", {"kind": ["digest"]})
    assert MailSwitch.objects.off_for(employee) == {"test"}

    client.post("/min-profil/utskick/", {"kind": ["digest", "test", "unknown"]})
    assert MailSwitch.objects.off_for(employee) == set()
    assertContains(client.get("/min-profil/utskick/"), "Test mail")


def test_a_mail_carries_its_way_out(db, smtp):
    email = make_email()

    send_due(clock=lambda: NOW)

    [message] = smtp.messages
    url = message["List-Unsubscribe"].strip(" <>")
    assert url.startswith("http://127.0.0.1")
    token = url.rstrip("/").rpartition("/")[2]
    assert unsubscribing.read(token) == (email.to.pk, "test")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_opening_the_way_out_changes_nothing_and_posting_to_it_does(client, employee):
    make_email()
    url = unsubscribing.url_for(employee, "test")

    assertContains(client.get(url), "Do you want to stop getting this kind of mail?")
    assert not MailSwitch.objects.exists()

    response = client.post(url, {"List-Unsubscribe": "One-Click"})

    assertContains(response, "You no longer get this kind of mail")
    assert MailSwitch.objects.is_off(employee, "test")


def test_a_mail_program_may_post_without_a_token_of_ours(employee):
    from django.test import Client

    url = unsubscribing.url_for(employee, "digest")

    assert Client(enforce_csrf_checks=True).post(url).status_code == 200


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "1" * 3000])
def test_a_forged_way_out_is_not_found(client, db, token):
    assert client.post(f"/utskick/avanmalan/{token}/").status_code in {400, 404}
    assert not MailSwitch.objects.exists()


def test_the_switch_page_does_not_tell_who_somebody_is(client, db):
    person = make_person(name="Secret Name")

    assertNotContains(client.get(unsubscribing.url_for(person, "digest")), "Secret Name")


def test_a_mail_that_waits_for_the_server_is_told_as_trouble(db):
    make_email(attempts=1, why=Why.NO_ANSWER, send_after=timezone.now())
    make_email()

    assert Email.objects.troubled().count() == 1
