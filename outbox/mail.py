"""Where every mail of the portal begins."""

import logging

from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from outbox import tasks
from outbox.models import Email

log = logging.getLogger(__name__)


def queue_email(*, key, kind, to, now, send_after=None, wakes=True, **data):
    """Write an e-mail to the outbox, once per `key`, and send it after commit.

    `data` is what the kind's `render` needs later, in forms that JSON can hold. Who writes many
    sets `wakes` to false and calls `wake_after_commit()` once. Returns the row, old or new.
    """
    email, is_new = Email.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to": to,
            "data": data,
            "created_at": now,
            "send_after": send_after or now,
        },
    )
    if is_new and wakes and email.send_after <= now:
        wake_after_commit(email.pk)
    return email


def wake_after_commit(pk=None):
    """Let a worker send e-mail `pk`, or all that is due, as soon as it is committed."""
    transaction.on_commit(lambda: wake(pk), robust=True)


def wake(pk=None):
    """Tell a worker to send e-mail `pk`, or all that is due. Without Redis, the next sweep does."""
    try:
        if pk is None:
            tasks.send_due_emails.delay()
        else:
            tasks.send_email.delay(pk)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("No worker could be woken; the e-mail waits for the next sweep: %s", error)
