"""Real workers, a real scheduler, Redis and mail server, killed and emptied while they work.

What is owed is counted in the database, what arrived in the mail server: nothing may be lost, and
a second copy may only come from a cut during the handover, with the same Message-ID.
"""

import datetime as dt
import time

import pytest
import time_machine
from celery import current_app
from django.test import Client

from outbox.models import Email, Heartbeat
from tests.factories import Role, make_person
from tests.followup.factories import make_followed_item
from tests.outbox.processes import Processes, clock_set_to, until
from tests.outbox.smtp import Box, mail_server

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# A mail that breaks off five times is set aside by design, and one may meet every kill.
KILLS = 4
TUESDAY = dt.datetime(2027, 2, 2, 6, 0, 1, tzinfo=dt.UTC)  # 7 in the morning in Stockholm


@pytest.fixture
def post():
    with mail_server() as (port, box):
        box.port = port
        yield box


@pytest.fixture
def processes(tmp_path, post):
    running = []

    def make(**kwargs):
        made = Processes(tmp_path, post.port, **kwargs)
        running.append(made)
        made.start_redis()
        return made

    yield make
    for made in running:
        made.stop_all()


def arrived(post):
    return [message["Message-ID"] for message in post.messages]


@pytest.fixture
def reminder(db):
    """A check-in that somebody owes on the morning of TUESDAY."""
    return make_followed_item("Secret plan", owner=make_person(), due_on=TUESDAY.date())


def test_a_due_check_in_becomes_a_mail_by_scheduler_worker_and_mail_server(
    reminder, post, processes
):
    with clock_set_to(TUESDAY - dt.timedelta(seconds=5)):
        work = processes()
        work.start_worker()
        work.start_beat()

        until(lambda: post.messages)

    [message] = post.messages
    assert message["To"] == reminder.owner.email
    assert f"http://portal.test/agenda/{reminder.pk}/avstamning/" in str(
        message.get_body(("plain",))
    )
    until(lambda: Email.objects.get().status == Email.Status.SENT)
    email = Email.objects.get()
    assert email.sent_at.astimezone(dt.UTC).hour == 6
    assert Heartbeat.objects.seen_at("worker") > TUESDAY - dt.timedelta(seconds=10)


def test_workers_killed_in_the_middle_of_mails_lose_nothing(post, processes):
    people = [make_person() for _ in range(KILLS)]
    for person in people:
        make_followed_item(owner=person, due_on=TUESDAY.date())
    post.answers["END"] = [Box.SILENT] * KILLS
    with clock_set_to(TUESDAY):
        work = processes(lease=4)
        worker = work.start_worker(concurrency=1)
        work.start_beat()
        for number in range(KILLS):
            until(lambda number=number: post.stalled > number)
            work.kill_child_that_sends(worker, post.port)

        until(lambda: len(post.messages) >= len(people))
    until(lambda: not Email.objects.exclude(status=Email.Status.SENT).exists())
    assert post.attempts == 2 * KILLS, "each kill costs one more attempt"
    assert sorted(arrived(post)) == sorted(
        f"<{identity}@portal.test>"
        for identity in Email.objects.values_list("message_id", flat=True)
    )


def test_without_an_end_of_the_lease_it_would_be_lost(reminder, post, processes):
    """The negative control: as long as the lease holds, nobody else sends."""
    post.answers["END"] = [Box.SILENT]
    with clock_set_to(TUESDAY):
        work = processes(lease=3600)
        worker = work.start_worker()
        work.start_beat()
        until(post.begun.is_set)
        work.kill_child_that_sends(worker, post.port)

        time.sleep(8)

    assert not post.messages
    assert Email.objects.get().status == Email.Status.SENDING


def test_worker_and_scheduler_killed_together_lose_nothing(reminder, post, processes):
    post.answers["END"] = [Box.SILENT]
    with clock_set_to(TUESDAY):
        work = processes(lease=4)
        worker, beat = work.start_worker(), work.start_beat()
        until(post.begun.is_set)
        work.kill(worker)
        work.kill(beat)

        work.start_worker()
        work.start_beat()

        until(lambda: post.messages, 40)
    assert len(set(arrived(post))) == 1


def test_redis_emptied_again_and_again_loses_nothing(post, processes):
    people = [make_person() for _ in range(60)]
    for person in people:
        make_followed_item(owner=person, due_on=TUESDAY.date())
    post.pause = 0.05
    with clock_set_to(TUESDAY):
        work = processes()
        work.start_worker()
        work.start_beat()
        for number in (5, 20, 35):
            until(lambda number=number: len(post.messages) >= number)
            work.flush_redis()

        until(lambda: len(post.messages) >= len(people))
        time.sleep(2)

    assert sorted(message["To"] for message in post.messages) == sorted(
        person.email for person in people
    )


def test_worker_and_scheduler_go_on_when_redis_is_killed_and_comes_back(post, processes):
    work = processes()
    work.start_worker()
    work.start_beat()
    until(lambda: Heartbeat.objects.seen_at("worker"))

    work.stop_redis()
    time.sleep(4)
    last = Heartbeat.objects.seen_at("worker")
    work.start_redis()

    until(lambda: Heartbeat.objects.seen_at("worker") > last)


def test_three_schedulers_and_two_workers_send_each_mail_once(post, processes):
    people = [make_person() for _ in range(40)]
    for person in people:
        make_followed_item(owner=person, due_on=TUESDAY.date())
    with clock_set_to(TUESDAY):
        work = processes()
        for number in range(2):
            work.start_worker(f"worker{number}")
        for number in range(3):
            work.start_beat(f"beat{number}")

        until(lambda: len(post.messages) >= len(people))
        time.sleep(4)

    assert len(post.messages) == len(set(arrived(post))) == len(people)
    assert Email.objects.count() == len(people)


@pytest.fixture
def celery_of(settings):
    """Let this process send to the broker of a test, as a web server does."""

    def use(url):
        settings.CELERY_TASK_ALWAYS_EAGER = False
        current_app.conf.update(task_always_eager=False, broker_url=url, broker_write_url=url)
        current_app.pool.force_close_all()
        current_app.amqp._producer_pool = None

    old = {name: current_app.conf[name] for name in ["task_always_eager", "broker_url"]}
    yield use
    current_app.conf.update(**old, broker_write_url=old["broker_url"])
    current_app.pool.force_close_all()
    current_app.amqp._producer_pool = None


def test_without_redis_the_page_answers_and_the_mail_goes_out_when_it_is_back(
    post, processes, celery_of
):
    support, owner = make_person(Role.EMPLOYEE, Role.SUPPORT), make_person()
    make_followed_item(owner=owner, due_on=TUESDAY.date())
    with time_machine.travel(TUESDAY), clock_set_to(TUESDAY):
        work = processes()
        work.stop_redis()
        celery_of(work.broker_url)
        client = Client()
        client.force_login(support)

        begin = time.monotonic()
        response = client.post("/uppfoljning/utskick/dagens/")
        took = time.monotonic() - begin

        assert response.status_code == 302
        assert took < 3, "a page must not wait for a Redis that is away"
        assert Email.objects.get().status == Email.Status.QUEUED

        work.start_redis()
        work.start_worker()
        work.start_beat()
        until(lambda: post.messages)
    assert [message["To"] for message in post.messages] == [owner.email]
