"""Real workers and schedulers against a Redis of the test's own, with a clock the test can set."""

import contextlib
import os
import signal
import subprocess
import sys
from urllib.parse import urlsplit

import psutil
import redis
from django.db import connection

from dev import services
from dev.pytest_services import end_with_the_test_run

PATIENCE = 90  # seconds; the machine may be busy with other tests


def until(condition, seconds=PATIENCE):
    assert services.wait_until(condition, seconds, step=0.05), "it did not happen in time"


class Processes:
    """Redis, workers and schedulers; `stop_all` ends what was started here and nothing else."""

    def __init__(self, folder, smtp_port, *, lease=4, beat=1):
        self.folder, self.running = folder, []
        self.sockets = services.socket_folder(folder)
        self.redis = None
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
            "DATABASE_URL": self._database_url(),
            "REDIS_URL": services.redis_url(self.sockets),
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "EMAIL_LEASE_SECONDS": str(lease),
            "BEAT_SECONDS": str(beat),
            "BASE_URL": "http://portal.test",
        }

    @property
    def broker_url(self):
        return f"redis+socket://{self.sockets}/redis.sock?virtual_host=0"

    def _database_url(self):
        parts = urlsplit(os.environ["DATABASE_URL"])
        return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()

    def start_redis(self):
        command = services.redis_command(self.folder / "redis", self.sockets)
        self.redis = self._start("redis", command)
        until(lambda: services.redis_answers(self.sockets))

    def stop_redis(self):
        self._end(self.redis, signal.SIGKILL)

    def flush_redis(self):
        with redis.Redis(unix_socket_path=str(self.sockets / "redis.sock")) as client:
            client.flushall()

    def start_worker(self, name="worker", concurrency=2):
        arguments = ["-c", str(concurrency), "--hostname", f"{name}@test", "--loglevel", "WARNING"]
        quiet = ["--without-gossip", "--without-mingle"]
        return self._start(name, self._celery("worker", *arguments, *quiet))

    def start_beat(self, name="beat"):
        schedule = str(self.folder / f"{name}.schedule")
        return self._start(name, self._celery("beat", "--pidfile=", "-s", schedule))

    def _celery(self, *arguments):
        return [sys.executable, "-m", "celery", "-A", "nacka_portal", *arguments]

    def _start(self, name, command):
        log = (self.folder / f"{name}.log").open("ab")
        process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        end_with_the_test_run(name, process.pid)
        self.running.append(process)
        return process

    def kill(self, process):
        """Kill a process and its children at once, as a machine that loses its power does."""
        self._end(process, signal.SIGKILL)

    def kill_child_that_sends(self, worker, port):
        """Kill the one child of `worker` that has a line to the mail server."""
        for child in psutil.Process(worker.pid).children():
            if any(line.raddr and line.raddr.port == port for line in child.net_connections()):
                child.kill()
                return child.pid
        raise AssertionError("no child of the worker has a line to the mail server")

    def _end(self, process, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        process.wait(20)

    def stop_all(self):
        for process in reversed(self.running):
            if process.poll() is None:
                self._end(process, signal.SIGKILL)


@contextlib.contextmanager
def clock_set_to(moment):
    """Let new connections to the test database believe that it is `moment`, and go on from there.

    The portal's jobs ask the database for the time, so this moves all of them and nothing else.
    """
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS test_clock")
        cursor.execute("SELECT %s - pg_catalog.clock_timestamp()", [moment])
        offset = cursor.fetchone()[0].total_seconds()
        cursor.execute(
            "CREATE OR REPLACE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz "
            f"LANGUAGE sql AS $$ SELECT pg_catalog.clock_timestamp() + interval '{offset} s' $$"
        )
        cursor.execute(f"ALTER DATABASE {name} SET search_path = test_clock, pg_catalog, public")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} RESET search_path")
            cursor.execute("DROP SCHEMA test_clock CASCADE")
