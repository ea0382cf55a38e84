"""The way of an e-mail to a real mail server: once, or visibly not."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, connections

from outbox import delivery
from outbox.models import Email, MailSwitch
from tests.factories import NOW, make_person
from tests.outbox.factories import make_email
from tests.outbox.smtp import Box, free_port

Status, Why = Email.Status, Email.Why
MINUTE = dt.timedelta(minutes=1)
LEASE = dt.timedelta(seconds=120)


def send_due(now=NOW, **kwargs):
    return delivery.send_due(clock=lambda: now, **kwargs)


def test_a_due_mail_arrives_with_an_identity_that_stays_the_same(db, smtp):
    email = make_email(title="Två saker väntar på dig")

    send_due()

    email.refresh_from_db()
    assert (email.status, email.sent_at, email.address) == (Status.SENT, NOW, email.to.email)
    [message] = smtp.messages
    assert message["To"] == email.to.email
    assert message["Subject"] == "Två saker väntar på dig"
    assert message["Message-ID"] == f"<{email.message_id}@127.0.0.1>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    assert message["Content-Language"] == "en"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_mail_that_is_not_due_waits(db, smtp):
    email = make_email(send_after=NOW + MINUTE)

    send_due()
    delivery.send_one(email.pk, clock=lambda: NOW)

    assert not smtp.messages


def test_a_sent_mail_is_not_sent_again(db, smtp):
    email = make_email()

    send_due()
    send_due(NOW + 60 * MINUTE)
    delivery.send_one(email.pk, clock=lambda: NOW + 60 * MINUTE)

    assert len(smtp.messages) == 1


def test_a_subject_cannot_bring_headers_of_its_own(db, smtp):
    make_email(title="Waits\r\nBcc: everybody@example.test\n\nfor you")

    send_due()

    [message] = smtp.messages
    assert message["Subject"] == "Waits Bcc: everybody@example.test for you"
    assert message["Bcc"] is None


def test_many_mails_go_over_one_line(db, smtp):
    for _ in range(30):
        make_email()

    begin = time.monotonic()
    send_due()

    assert len(smtp.messages) == 30
    assert time.monotonic() - begin < 5


def test_the_run_ends_in_time_and_says_that_more_waits(db, smtp):
    make_email()
    make_email()

    assert send_due(seconds=0)
    assert len(smtp.messages) == 1
    assert not send_due()
    assert len(smtp.messages) == 2


# Whether it is still wanted


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_active": False}, Why.LEFT),
        ({"email": ""}, Why.NO_ADDRESS),
    ],
)
def test_a_recipient_who_left_or_has_no_address_gets_nothing(db, smtp, change, why):
    email = make_email(to=make_person(**change))

    send_due()

    email.refresh_from_db()
    assert email.why == why
    assert email.status == (Status.FAILED if why == Why.NO_ADDRESS else Status.CANCELLED)
    assert not smtp.messages


def test_off_means_off_also_when_the_mail_was_queued_before(db, smtp):
    email = make_email()
    MailSwitch.objects.switch_off(email.to, "test")

    send_due()

    email.refresh_from_db()
    assert (email.status, email.why) == (Status.CANCELLED, Why.SWITCHED_OFF)
    assert not smtp.messages


@pytest.mark.parametrize("data", [{"is_settled": True}, {"is_empty": True}], ids=str)
def test_what_was_settled_meanwhile_is_not_sent(db, smtp, data):
    email = make_email(**data)

    send_due()

    email.refresh_from_db()
    assert (email.status, email.why) == (Status.CANCELLED, Why.SETTLED)
    assert not smtp.messages


def test_outside_production_only_named_addresses_get_mail(db, smtp, settings):
    settings.EMAIL_ALLOWED_RECIPIENTS = ["Allowed@example.test"]
    allowed = make_email(to=make_person(email="allowed@example.test"))
    other = make_email()

    send_due()

    other.refresh_from_db()
    assert (other.status, other.why) == (Status.CANCELLED, Why.NOT_ALLOWED)
    assert [message["To"] for message in smtp.messages] == [allowed.to.email]


def test_without_a_mail_server_the_mail_can_be_read_in_the_portal(db, settings):
    settings.EMAIL_URL = ""
    email = make_email()

    send_due()

    email.refresh_from_db()
    assert email.status == Status.SENT
    assert "Open it" in email.text


# What the mail server answers


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("RCPT", "450 4.7.1 greylisted, come back"),
        ("RCPT", "452 too many"),
        ("END", "451 try again"),
        ("END", "432 Exchange is busy"),
    ],
)
def test_a_server_that_asks_for_patience_gets_the_mail_later(db, smtp, command, reply):
    smtp.answers[command] = [reply]
    email = make_email()
    other = make_email()

    send_due()

    email.refresh_from_db()
    other.refresh_from_db()
    assert (email.status, email.why, email.reply) == (Status.QUEUED, Why.BUSY, reply)
    assert MINUTE <= email.send_after - NOW <= 1.2 * MINUTE
    assert other.status == Status.SENT

    send_due(NOW + 2 * MINUTE)

    email.refresh_from_db()
    assert (email.status, email.why, email.reply) == (Status.SENT, "", "")


def test_greylisted_mail_arrives_within_ten_minutes_of_the_permit(db, smtp):
    permit = NOW + 5 * MINUTE
    smtp.answers["RCPT"] = ["450 greylisted"] * 20
    email = make_email()
    now = NOW
    while not smtp.messages:
        if now >= permit:
            smtp.answers.clear()
        send_due(now)
        now += MINUTE

    assert now - permit <= 10 * MINUTE
    assert Email.objects.get(pk=email.pk).status == Status.SENT


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("RCPT", "550 5.1.1 No such user"),
        ("RCPT", "550 Användaren är okänd"),
        ("END", "554 5.7.1 refused as spam"),
    ],
)
def test_a_refusal_is_final_and_visible_with_its_reason(db, smtp, command, reply):
    smtp.answers[command] = [reply]
    email = make_email()
    other = make_email()

    send_due()

    email.refresh_from_db()
    assert (email.status, email.why) == (Status.FAILED, Why.REFUSED)
    assert email.reply[:3] == reply[:3]
    assert Email.objects.get(pk=other.pk).status == Status.SENT


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "421 closing"),
        ("RCPT", Box.SILENT),
        ("RCPT", Box.CUT),
        ("END", Box.SILENT),
        ("BANNER", Box.SILENT),
    ],
    ids=["421", "silent", "cut", "silent after the dot", "silent from the start"],
)
def test_a_server_that_is_away_stops_the_run_and_is_looked_for_each_minute(
    db, smtp, command, answer
):
    smtp.answers[command] = [answer]
    email = make_email()
    waiting = make_email()

    begin = time.monotonic()
    send_due()

    assert time.monotonic() - begin < 4, "a silent server must not hold a worker"
    email.refresh_from_db()
    waiting.refresh_from_db()
    assert (email.status, email.why) == (Status.QUEUED, Why.NO_ANSWER)
    assert email.send_after == NOW + MINUTE
    assert (waiting.status, waiting.attempts) == (Status.QUEUED, 0)

    send_due(NOW + MINUTE)
    assert len(smtp.messages) == 2


def test_a_server_that_is_down_costs_nobody_a_mail(db, smtp, settings):
    settings.EMAIL_PORT, port = free_port(), settings.EMAIL_PORT
    emails = [make_email() for _ in range(3)]
    for minutes in range(40):
        send_due(NOW + minutes * MINUTE)
    settings.EMAIL_PORT = port

    send_due(NOW + 41 * MINUTE)

    assert len(smtp.messages) == len(emails)


def test_a_mail_is_given_up_after_three_days_and_can_be_tried_again(db, smtp, settings, support):
    settings.EMAIL_PORT, port = free_port(), settings.EMAIL_PORT
    email = make_email()
    send_due(NOW + dt.timedelta(days=3, minutes=1))
    email.refresh_from_db()
    assert (email.status, email.why) == (Status.FAILED, Why.GAVE_UP)

    settings.EMAIL_PORT = port
    later = NOW + dt.timedelta(days=4)
    assert email.retry(by=support, at=later)
    assert not email.retry(by=support, at=later)
    send_due(later)

    assert len(smtp.messages) == 1
    email.refresh_from_db()
    assert (email.created_at, email.retried_at) == (NOW, later)


def test_a_mail_tried_again_gets_three_days_more(db, smtp, settings, support):
    settings.EMAIL_PORT = free_port()
    email = make_email(status=Status.FAILED, why=Why.GAVE_UP)
    later = NOW + dt.timedelta(days=4)
    email.retry(by=support, at=later)

    send_due(later + MINUTE)

    email.refresh_from_db()
    assert email.status == Status.QUEUED


def test_a_cut_after_the_final_dot_gives_at_most_a_copy_with_the_same_identity(db, smtp):
    smtp.answers["END"] = [Box.CUT]
    email = make_email()

    send_due()
    send_due(NOW + MINUTE)

    assert Email.objects.get(pk=email.pk).status == Status.SENT
    identities = [message["Message-ID"] for message in smtp.messages]
    assert len(identities) == 2
    assert len(set(identities)) == 1


# Faults of our own


def test_a_mail_that_cannot_be_written_does_not_stop_the_others(db, smtp):
    broken = make_email(is_broken=True, send_after=NOW - MINUTE)
    make_email()

    send_due()

    assert len(smtp.messages) == 1
    broken.refresh_from_db()
    assert (broken.status, broken.why) == (Status.QUEUED, Why.BROKEN)


def test_a_mail_that_can_never_be_written_is_set_aside_after_five_attempts(db, smtp):
    broken = make_email(is_broken=True)
    now = NOW
    for _ in range(8):
        send_due(now)
        now += 90 * MINUTE

    broken.refresh_from_db()
    assert (broken.status, broken.why, broken.attempts) == (Status.FAILED, Why.BROKEN, 5)


def test_a_mail_that_kills_its_worker_is_set_aside_after_five_attempts(db, smtp):
    email = make_email()
    now = NOW
    for _ in range(5):
        assert Email.objects.claim(now, LEASE)  # and then the worker is gone
        now += LEASE

    send_due(now)

    email.refresh_from_db()
    assert (email.status, email.why) == (Status.FAILED, Why.CRASHED)
    assert not smtp.messages


def test_what_a_dead_worker_left_behind_is_sent_when_its_lease_has_run_out(db, smtp):
    email = make_email()
    Email.objects.claim(NOW, LEASE)

    send_due(NOW + LEASE / 2)
    assert not smtp.messages

    send_due(NOW + LEASE)
    [message] = smtp.messages
    assert str(email.message_id) in message["Message-ID"]


def test_who_lost_the_lease_does_not_overwrite_what_came_of_it(db, smtp):
    make_email()
    slow = Email.objects.claim(NOW, LEASE)
    send_due(NOW + LEASE)

    slow.fail(Why.BROKEN)

    assert Email.objects.get().status == Status.SENT


# Two workers at the same moment


def take_at_once(claim):
    """Let four threads claim at the same moment; return how many got the e-mail."""
    barrier, taken = threading.Barrier(4), []

    def work():
        try:
            barrier.wait()
            if claim():
                taken.append(True)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken)


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_gets_the_mail():
    for _ in range(10):
        make_email()
        assert take_at_once(lambda: Email.objects.claim(NOW, LEASE)) == 1
        Email.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_would_get_it():
    """The negative control: look first and mark afterwards, and the same mail is sent twice."""

    def look_then_mark():
        email = Email.objects.due(NOW).first()
        if email is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.1)")
        Email.objects.filter(pk=email.pk).update(status=Status.SENDING)
        return email

    make_email()

    assert take_at_once(look_then_mark) > 1


@pytest.mark.django_db(transaction=True)
def test_four_senders_send_each_mail_once(smtp):
    emails = [make_email() for _ in range(40)]
    barrier = threading.Barrier(4)

    def work():
        try:
            barrier.wait()
            send_due()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    identities = [message["Message-ID"] for message in smtp.messages]
    assert len(identities) == len(set(identities)) == len(emails)
