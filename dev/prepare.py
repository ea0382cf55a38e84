"""Bring the database and the static files up to date before the portal starts.

One process for all of it, since importing Django costs more than the work that is left to do.
Whatever is wrong with the addresses it was given is told in a sentence, without a traceback.
"""

import hashlib
import os
import sys
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import django
import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from dev.services import ROOT, CannotStart


def say(text):
    print(text, flush=True)


def first_line(error):
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def without_password(url):
    """Return an address that can be shown on a screen."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return "(unreadable)"
    return url.replace(f":{password}@", ":***@") if password else url


def check_database():
    try:
        connection.ensure_connection()
        connection.check_database_version_supported()
    except Error as error:
        raise CannotStart(
            f"The database does not answer. DATABASE_URL is "
            f"{without_password(os.environ['DATABASE_URL'])}\nIt said: {first_line(error)}\n"
            "Check the address, the name and the password, and that the server is running and has "
            "the database; or unset DATABASE_URL, and make run starts a database of its own."
        ) from error


def check_redis():
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5, socket_timeout=5).ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise CannotStart(
            f"Redis does not answer. REDIS_URL is {without_password(settings.REDIS_URL)}\n"
            f"It said: {first_line(error)}\n"
            "Write it as redis://:password@host:6379/0 and check that the server is running; or "
            "unset REDIS_URL, and make run starts a Redis of its own."
        ) from error


def migrate():
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"Bringing the database up to date ({len(plan)} migrations).")
        call_command("migrate", verbosity=0, interactive=False)


def static_signature():
    """Return a checksum that changes when a static file or an npm package does."""
    total = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        facts = path.stat()
        total.update(f"{path}{facts.st_size}{facts.st_mtime_ns}".encode())
    return total.hexdigest()


def collect_static():
    note = Path(settings.STATIC_ROOT).with_name("static.note")
    signature = static_signature()
    if note.exists() and note.read_text() == signature:
        return
    say("Collecting and compressing the static files.")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    note.write_text(signature)


def compile_catalogue():
    from dev import messages

    source = messages.CATALOGUE
    compiled = source.with_suffix(".mo")
    if source.exists() and (
        not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime
    ):
        messages.compile_mo()


def prepare():
    compile_catalogue()
    django.setup()
    check_database()
    check_redis()
    migrate()
    call_command("load_content")
    if settings.DEMO:
        call_command("load_demo")
    if not settings.DEBUG:
        collect_static()


if __name__ == "__main__":
    # What it warns of is told by the settings, in a sentence.
    warnings.filterwarnings("ignore", message="Engine not recognized")
    try:
        prepare()
    except (CannotStart, CommandError, ImproperlyConfigured) as error:
        sys.exit(str(error))
