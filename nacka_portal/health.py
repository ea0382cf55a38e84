"""Two questions from whoever runs the portal: is the process alive, and is the whole ready?

Answered before every other middleware (see HealthBeforeEverything), so that a probe by address
needs no host name, no session and no person.
"""

import functools
from datetime import timedelta

import psycopg
import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from outbox.models import Heartbeat

# The scheduler sends a heartbeat each minute; a restart may cost two.
SILENCE_ALLOWED = timedelta(minutes=3)


@login_not_required
@require_safe
@never_cache
@transaction.non_atomic_requests
def alive(request):
    """Say that this process takes requests, and nothing about what it depends on."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@never_cache
@transaction.non_atomic_requests
def ready(request):
    """Say for each part whether it works, in words; 503 when one does not."""
    faults = dict.fromkeys(("database", "migrations", "redis", "worker", "scheduler"))
    faults["redis"] = redis_fault()
    faults["database"] = database_fault()
    if faults["database"]:
        unknown = _("Unknown while the database does not answer.")
        faults |= dict.fromkeys(("migrations", "worker", "scheduler"), unknown)
    else:
        faults["migrations"] = migrations_fault()
        if not faults["migrations"]:
            faults |= heartbeat_faults(now=timezone.now())
    is_ready = not any(faults.values())
    answer = {"ready": is_ready} | {part: fault or "ok" for part, fault in faults.items()}
    return JsonResponse(
        answer, status=200 if is_ready else 503, json_dumps_params={"ensure_ascii": False}
    )


def database_fault():
    """Ask over a connection of its own: the pool would wait long for a database that is down."""
    parameters = connection.get_connection_params()
    parameters.pop("pool", None)
    parameters["connect_timeout"] = 3
    try:
        with psycopg.connect(**parameters) as own:
            own.execute("SELECT 1")
    except psycopg.Error:
        return _("The database does not answer.")


@functools.cache
def migrations_on_disk():
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def migrations_fault():
    try:
        missing = migrations_on_disk() - MigrationRecorder(connection).applied_migrations().keys()
    except Error:
        return _("The database does not answer.")
    if missing:
        return _("%(count)d migrations are not applied. Run manage.py migrate.") % {
            "count": len(missing)
        }


def redis_fault():
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2
        ) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return _("Redis does not answer.")


def heartbeat_faults(now):
    """Return what is wrong with worker and scheduler, by when they were last heard of."""
    silent = {
        "scheduler": _("The scheduler has not been heard of lately. Is Celery beat running?"),
        "worker": _("No worker has been heard of lately. Is a Celery worker running?"),
    }
    heard = set(
        Heartbeat.objects.filter(seen_at__gte=now - SILENCE_ALLOWED).values_list("name", flat=True)
    )
    return {part: None if part in heard else words for part, words in silent.items()}
