"""What Celery does for the outbox: it wakes, the table is the queue."""

from celery import shared_task

from outbox import delivery
from outbox.clock import database_now
from outbox.models import Email, Heartbeat


@shared_task
def send_email(pk):
    """Send one e-mail at once, if it is still due."""
    delivery.send_one(pk, clock=database_now)


@shared_task
def send_due_emails():
    """Send what is due, also what was left behind; each minute. A long queue goes on by itself."""
    is_more = delivery.send_due(clock=database_now)
    Email.objects.forget_bodies(database_now())
    if is_more:
        send_due_emails.delay()


@shared_task
def note_heartbeat():
    """Note that a message of the scheduler's went by Redis and a worker to the database."""
    now = database_now()
    for name in ("scheduler", "worker"):
        Heartbeat.objects.note(name, now)
