"""A pytest plugin: a PostgreSQL and a Redis of the test run's own.

Loaded with `-p` (see pyproject.toml), since a conftest.py is read after pytest-django has read
the settings. Starts neither when DATABASE_URL and REDIS_URL are given. The workers of
pytest-xdist share the servers; each has a database and a Redis number of its own. The servers
stop with the test run, also when that is killed: see `start_guard`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from dev import services
from dev.prepare import compile_catalogue
from dev.supervisor import Notes, start_guard

ROOM_NEEDED = 2 * 1024**3  # bytes; the default of /dev/shm in a container is far less
REDIS_NUMBERS = 16

NOTES = "PORTAL_TEST_NOTES"  # the variable that tells tests where the guard's notes are

# Not a secret: it signs what only the test run reads.
TEST_KEY = "only-for-tests-" + "0123456789" * 4


def folder_for_data():
    """Return a new folder, in memory when there is room."""
    memory = Path("/dev/shm")
    in_memory = (
        memory.is_dir()
        and os.access(memory, os.W_OK)
        and shutil.disk_usage(memory).free > ROOM_NEEDED
    )
    return Path(tempfile.mkdtemp(prefix="portal-test-", dir=memory if in_memory else None))


class Servers:
    """The servers of one test run."""

    def __init__(self):
        self.folder = folder_for_data()
        self.notes = Notes(self.folder / "pids")
        self.guard = None

    def start(self, name, command, answers, stop):
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.notes.add(name, process.pid, stop, is_used_by_others=True)
        started = services.wait_until(lambda: process.poll() is not None or answers(), 60)
        if not started or process.poll() is not None:
            raise services.CannotStart(f"{name} did not start for the tests:\n{log.read_text()}")

    def start_all(self):
        folder = self.folder
        self.guard = start_guard(
            self.notes, after=lambda: shutil.rmtree(folder, ignore_errors=True)
        )
        os.environ[NOTES] = str(self.notes.path)
        sockets = services.socket_folder(folder)
        if not os.environ.get("DATABASE_URL"):
            data = folder / "pg"
            services.init_postgres(data)
            self.start(
                "postgres",
                services.postgres_command(data, sockets, durable=False),
                lambda: services.postgres_answers(sockets),
                signal.SIGINT,
            )
            os.environ["DATABASE_URL"] = services.database_url(sockets)
        if not os.environ.get("REDIS_URL"):
            self.start(
                "redis",
                services.redis_command(folder / "redis", sockets, durable=False),
                lambda: services.redis_answers(sockets),
                signal.SIGTERM,
            )
            os.environ["REDIS_URL"] = services.redis_url(sockets)

    def stop_all(self):
        """Leave it to the guard, which does the same whatever ends the test run."""
        if self.guard is not None:
            self.guard.dismiss()
            self.guard = None


def end_with_the_test_run(name, pid):
    """Have the guard end a process that a test started, should the test not come to do it."""
    Notes(Path(os.environ[NOTES])).add(name, pid, signal.SIGTERM)


def own_redis_number(worker):
    """Give a worker of pytest-xdist ("gw3") a Redis number of its own on the shared server."""
    url = os.environ.get("REDIS_URL", "")
    if url.startswith("unix://"):
        number = int(worker.removeprefix("gw")) % (REDIS_NUMBERS - 1) + 1
        os.environ["REDIS_URL"] = f"{url.split('?')[0]}?db={number}"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    """Start the servers before pytest-django reads the settings, as a wrapper comes first."""
    # Playwright's synchronous interface keeps an event loop, which is no reason to refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ.setdefault("SECRET_KEY", TEST_KEY)
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        own_redis_number(worker)
    else:
        compile_catalogue()
        servers = Servers()
        early_config.add_cleanup(servers.stop_all)
        try:
            servers.start_all()
        except services.CannotStart as error:
            raise pytest.UsageError(str(error)) from None
    return (yield)
