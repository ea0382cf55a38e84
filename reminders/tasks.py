from celery import shared_task

from outbox.clock import database_now
from reminders import rounds


@shared_task
def queue_due_digests():
    """Ask each minute whether the day's digests are to be written; the database decides."""
    rounds.queue_due_digests(database_now())
