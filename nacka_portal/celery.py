import os

from celery import Celery
from celery.signals import beat_init, before_task_publish

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nacka_portal.settings")

app = Celery("nacka_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

HEARTBEAT = "outbox.tasks.note_heartbeat"


@beat_init.connect
def send_first_heartbeat(sender, **kwargs):
    """Have worker and scheduler seen from the start, not only after the first minute."""
    sender.app.send_task(HEARTBEAT)


@before_task_publish.connect(sender=HEARTBEAT)
def note_scheduler(**kwargs):
    """Note that the scheduler lives, in its own process, whether or not Redis takes its message."""
    # Models can be imported only when Django is set up, which is after this module.
    from django.db import close_old_connections
    from django.utils import timezone

    from outbox.models import Heartbeat

    close_old_connections()
    Heartbeat.objects.note("scheduler", timezone.now())
    close_old_connections()
