"""What the start says when something is wrong, and that it says it without a traceback."""

import os
import socket
import stat
import subprocess
import sys

import pytest

from dev import run
from dev.run import Portal
from dev.services import ROOT, CannotStart
from dev.supervisor import Lock


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def portal(tmp_path):
    portals = []

    def make(**environment):
        portals.append(Portal({"LOCAL_DIR": str(tmp_path), **environment}))
        return portals[-1]

    yield make
    for portal in portals:
        if portal.listener:
            portal.listener.close()


def test_a_port_in_use_is_told_with_what_to_do(portal, taken_port):
    with pytest.raises(CannotStart, match=f"Port {taken_port} is in use.*make run PORT="):
        portal(PORT=str(taken_port)).take_port()


@pytest.mark.parametrize("text", ["abc", "0", "70000", "-1", "８０００x"])
def test_a_port_that_is_none_is_told(portal, text):
    with pytest.raises(CannotStart, match="PORT must be a number from 1 to 65535"):
        portal(PORT=text).take_port()


def test_without_a_wish_the_next_free_port_is_taken(portal, taken_port, monkeypatch):
    monkeypatch.setattr(run, "FIRST_PORT", taken_port)

    assert portal().take_port() > taken_port


def test_the_key_is_made_once_and_for_the_owner_only(portal, tmp_path):
    key = portal().secret_key()

    assert len(key) > 50
    assert portal().secret_key() == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_second_start_prints_the_address_and_ends(portal, tmp_path, capfd):
    first = portal()
    assert first.lock.take()
    first.write_state(url="http://127.0.0.1:8123")

    assert portal().run() == 0

    assert "already running at http://127.0.0.1:8123" in capfd.readouterr().out


def test_a_start_waits_for_a_guard_and_then_says_what_is_in_the_way(portal, monkeypatch, capfd):
    monkeypatch.setattr(run, "WAIT_FOR_GUARD", 0.3)
    holder = portal()
    assert holder.lock.take()

    with pytest.raises(CannotStart, match="Another start in this folder is not done yet"):
        portal().is_running_already()

    assert capfd.readouterr().out.count("Waiting for what is left") == 1


def test_a_lock_is_free_again_when_its_holder_is_gone(tmp_path):
    holder = Lock(tmp_path / "lock")
    assert holder.take()
    other = Lock(tmp_path / "lock")
    assert not other.take()

    holder.file.close()

    assert other.take()


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("DATABASE_URL", "hello", "DATABASE_URL must name a PostgreSQL database"),
        ("DATABASE_URL", "mysql://a:b@localhost/x", "DATABASE_URL must name a PostgreSQL database"),
        ("DATABASE_URL", "postgresql://a:hush@127.0.0.1:1/x", "The database does not answer"),
        ("REDIS_URL", "redis://:hush@127.0.0.1:1/0", "Redis does not answer"),
        ("SECRET_KEY", "short", "SECRET_KEY must be at least 32 random characters"),
        ("DEBUG", "1", "DEBUG=1 shows the inside of the portal to whoever meets a fault"),
    ],
)
def test_a_broken_address_or_key_is_told_without_a_traceback(variable, value, sentence):
    environment = dict(os.environ, DJANGO_SETTINGS_MODULE="nacka_portal.settings")
    # The server of this test run is there; a database of this name is not.
    environment["DATABASE_URL"] = environment["DATABASE_URL"].replace("/portal?", "/postgres?")
    environment["BASE_URL"] = "https://portal.example.org"
    environment[variable] = value

    result = subprocess.run(
        [sys.executable, "-m", "dev.prepare"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    said = result.stdout + result.stderr
    assert result.returncode == 1
    assert sentence in said
    assert "Traceback" not in said
    assert "hush" not in said
